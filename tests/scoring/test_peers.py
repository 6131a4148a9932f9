"""Peers: what other accounts of a segment usually have."""

from dataclasses import replace

import pytest

from scoring.metrics.measure import Measure
from scoring.model import Segment
from scoring.peers import FEWEST, MIDDLE, Peers, peers_of, usual_score
from scoring.record import Record
from scoring.score import Measurements, grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF

MODEL = the_model()
PAYMENTS, MESSAGING = ("financial_contract", "payment_health"), ("platform_value", "messaging")


def record(account_id: str, payments: int | None, messaging: float = 70.0, segment: Segment = "paid") -> Record:
    """Make a record of an account with so many failed payments."""
    dimensions = {"financial_contract": {"payment_health": Measure(payments)}}
    measured = Measurements(account_id, segment, AS_OF, dimensions, {"messaging": Measure(messaging)})
    return Record("2026-09", "final", AS_OF, measured, grade(measured, MODEL))


OTHERS = [record(f"00{n}", payments) for n, payments in enumerate([0, 0, 1, 2, 3, 3])]


def test_the_usual_is_a_value_that_an_account_has() -> None:
    """The lower of the two in the middle."""
    peers = peers_of(OTHERS, "009", "paid", "2026-09")
    assert peers == Peers("paid", "2026-09", 6, {PAYMENTS: 1, MESSAGING: 70.0})


def test_the_account_itself_and_other_segments_do_not_count() -> None:
    """Nobody is held against himself, nor against other targets."""
    strangers = [record("009", 9), record("008", 9, segment="standard")]
    assert peers_of([*OTHERS, *strangers], "009", "paid", "2026-09") == peers_of(OTHERS, "009", "paid", "2026-09")


def test_of_fewer_accounts_than_a_handful_nothing_is_usual() -> None:
    """Metric by metric: one that few have has no median."""
    few = [*OTHERS[: FEWEST - 1], *(record(f"01{n}", None) for n in range(3))]
    assert peers_of(few, "009", "paid", "2026-09").usual.keys() == {MESSAGING}
    assert peers_of([], "009", "paid", "2026-09").usual == {}


@pytest.mark.parametrize(("usual", "score"), [(0, 100.0), (1, 50.0), (2, 25.0), (3, 0.0)])
def test_the_usual_is_scored_by_the_thresholds_of_its_segment(usual: int, score: float) -> None:
    """As today's model has them."""
    assert usual_score(PAYMENTS, Peers("paid", "2026-09", 9, {PAYMENTS: usual}), MODEL) == score


def test_a_pillar_is_its_own_score() -> None:
    """It has no thresholds."""
    assert usual_score(MESSAGING, Peers("paid", "2026-09", 9, {MESSAGING: 64.0}), MODEL) == 64.0


def test_where_nothing_is_usual_the_middle_is() -> None:
    """Without peers, without this metric among them, without thresholds for it."""
    none = Peers("paid", "2026-09", 9, {PAYMENTS: 0})
    bare = replace(MODEL, thresholds={"paid": {}, "standard": {}})
    assert usual_score(PAYMENTS, None, MODEL) == MIDDLE
    assert usual_score(MESSAGING, none, MODEL) == MIDDLE
    assert usual_score(PAYMENTS, none, bare) == MIDDLE
