"""Records: which one stays, and whether its score follows from its measurements."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.account import Account
from scoring.instants import DAY
from scoring.measurement import measure
from scoring.metrics.measure import MISSING, Measure
from scoring.record import Record, correcting, holds, rank, says_the_same
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, ID, known, profile, reading
from tests.scoring.foreign import Proved, records

T = TypeVar("T")

MODEL = the_model()
MEASUREMENTS = measure(known(reading(AS_OF, platform_score=50)), AS_OF, MODEL)
FINAL = Record("2026-10", "final", AS_OF + DAY, MEASUREMENTS, grade(MEASUREMENTS, MODEL))
EARLIER = replace(MEASUREMENTS, as_of=AS_OF - DAY)


def test_the_key_is_account_and_period() -> None:
    """So a record is written once, however often it is sent."""
    assert FINAL.key == f"{ID}_2026-10"


@pytest.mark.parametrize(
    "lesser",
    [
        replace(FINAL, status="provisional", scored_at=AS_OF + 9 * DAY),
        replace(FINAL, score=grade(EARLIER, MODEL), measurements=EARLIER, scored_at=AS_OF + 9 * DAY),
        replace(FINAL, scored_at=AS_OF),
    ],
    ids=["a provisional one of a later run", "one of an earlier instant and a later run", "one of an earlier run"],
)
def test_a_lesser_record_never_takes_the_place_of_another(lesser: Record) -> None:
    """Final goes before provisional, then the later as-of instant, then the later run."""
    assert rank(FINAL) >= rank(lesser)
    assert not (rank(lesser) >= rank(FINAL))


OTHER = measure(known(reading(AS_OF, platform_score=70)), AS_OF, MODEL)
CORRECTED = Record("2026-10", "final", AS_OF + 2 * DAY, OTHER, grade(OTHER, MODEL))


def test_a_correction_keeps_what_was_shown_first() -> None:
    """However often a month is corrected; the first itself keeps nothing."""
    once = correcting(CORRECTED, FINAL)
    again = correcting(replace(FINAL, scored_at=AS_OF + 3 * DAY), once)
    assert (once.shown, again.shown, FINAL.shown) == (FINAL, FINAL, FINAL)
    assert once.first is again.first is FINAL
    assert replace(once, first=None) == CORRECTED


@pytest.mark.parametrize(
    ("record", "stored"),
    [
        (CORRECTED, None),
        (CORRECTED, replace(FINAL, status="provisional")),
        (replace(CORRECTED, status="provisional"), FINAL),
        (replace(FINAL, scored_at=AS_OF + 3 * DAY), FINAL),
    ],
    ids=["none was there", "that one was provisional", "this one is", "both say the same"],
)
def test_what_corrects_nothing_keeps_nothing(record: Record, stored: Record | None) -> None:
    """A record that is written again is no correction."""
    assert correcting(record, stored) is record or correcting(record, stored) == record


def test_a_correction_that_is_written_again_still_knows_what_was_first() -> None:
    """Though it says the same as the one in its place."""
    once = correcting(CORRECTED, FINAL)
    assert correcting(replace(CORRECTED, scored_at=AS_OF + 4 * DAY), once).shown is FINAL


def test_the_same_record_may_be_written_again() -> None:
    """A run that is repeated changes nothing, and is not refused."""
    assert rank(FINAL) >= rank(FINAL)


def test_a_record_holds_until_its_number_is_touched() -> None:
    """A score that does not follow from its measurements is found."""
    assert holds(FINAL, MODEL)
    assert not holds(replace(FINAL, score=replace(FINAL.score, final_score=99.9)), MODEL)


def test_a_record_of_other_metrics_than_its_models_does_not_hold() -> None:
    """Neither with one less nor with one more, without a value though it be."""
    support = MEASUREMENTS.dimensions["support_health"]
    for metrics in (without(support, "p1_p2_volume"), {**support, "new": MISSING}):
        changed = replace(MEASUREMENTS, dimensions={**MEASUREMENTS.dimensions, "support_health": metrics})
        assert not holds(replace(FINAL, measurements=changed), MODEL)


@given(records())
def test_a_record_holds_whatever_the_program_measures_today(proved: Proved) -> None:
    """Dimensions, metrics and pillars of the record's own time are no names of the catalogue any more, or not yet."""
    assert holds(proved.record, proved.model)


@given(records(), st.data())
def test_a_record_does_not_hold_once_a_name_of_its_own_is_taken_away_or_added(
    proved: Proved, data: st.DataObject
) -> None:
    """Nothing of a receipt can be left out or slipped in, were it a metric without a value."""
    measured, score = proved.record.measurements, proved.record.score
    name = data.draw(st.sampled_from(sorted(measured.dimensions)))
    metric, pillar = min(measured.dimensions[name]), min(measured.pillars)
    windows = dict(measured.window_days or {})
    changed = [
        replace(measured, dimensions=without(measured.dimensions, name)),
        replace(measured, dimensions={**measured.dimensions, name: without(measured.dimensions[name], metric)}),
        replace(measured, dimensions={**measured.dimensions, name: {**measured.dimensions[name], "new": MISSING}}),
        replace(measured, dimensions={**measured.dimensions, "new": {}}),
        replace(measured, pillars=without(measured.pillars, pillar)),
        replace(measured, pillars={**measured.pillars, "new": Measure(5.0)}),
        replace(measured, window_days={**windows, metric: 7.0}),
        replace(measured, window_days={**windows, "new": None}),
    ]
    rescored = [
        replace(score, dimensions=without(score.dimensions, name)),
        replace(score, platform_value=without(score.platform_value, pillar)),
    ]
    tampered = [replace(proved.record, measurements=one) for one in changed]
    tampered += [replace(proved.record, score=one) for one in rescored]
    assert not [one for one in tampered if holds(one, proved.model)]


def without(named: Mapping[str, T], name: str) -> dict[str, T]:
    """Give named things but one."""
    return {key: value for key, value in named.items() if key != name}


@pytest.mark.parametrize(
    ("mapped", "shown"), [("Acme of the mapping", "Acme of the mapping"), (None, "Acme of the CRM")]
)
def test_the_mapping_names_an_account_before_the_crm_does(mapped: str | None, shown: str) -> None:
    """A name that a person wrote into the mapping is the one that is shown."""
    account = Account(ID, ACCOUNT.owners, mapped)
    assert measure(known(profile(name="Acme of the CRM"), account=account), AS_OF, MODEL).account_name == shown


def test_a_record_of_another_instant_may_say_the_same() -> None:
    """What it says is the same where nothing but the instants, and how long ago sources were heard, differs."""
    heard = replace(EARLIER, age_hours={"intercom": 1})
    earlier = replace(FINAL, scored_at=AS_OF, measurements=heard, score=replace(FINAL.score, as_of=EARLIER.as_of))
    assert says_the_same(FINAL, earlier)
    assert not says_the_same(FINAL, replace(earlier, measurements=replace(heard, flags=("stale:intercom",))))
    assert not says_the_same(FINAL, CORRECTED)
