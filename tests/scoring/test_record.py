"""Records: which one stays, and whether its score follows from its measurements."""

from dataclasses import replace

import pytest

from scoring.account import Account
from scoring.instants import DAY
from scoring.measurement import measure
from scoring.record import Record, holds, outranks
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, ID, known, profile, reading

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
    assert outranks(FINAL, lesser)
    assert not outranks(lesser, FINAL)


def test_the_same_record_may_be_written_again() -> None:
    """A run that is repeated changes nothing, and is not refused."""
    assert outranks(FINAL, FINAL)


def test_a_record_holds_until_its_number_is_touched() -> None:
    """A score that does not follow from its measurements is found."""
    assert holds(FINAL, MODEL)
    assert not holds(replace(FINAL, score=replace(FINAL.score, final_score=99.9)), MODEL)


@pytest.mark.parametrize(
    ("mapped", "shown"), [("Acme of the mapping", "Acme of the mapping"), (None, "Acme of the CRM")]
)
def test_the_mapping_names_an_account_before_the_crm_does(mapped: str | None, shown: str) -> None:
    """A name that a person wrote into the mapping is the one that is shown."""
    account = Account(ID, ACCOUNT.owners, mapped)
    assert measure(known(profile(name="Acme of the CRM"), account=account), AS_OF, MODEL).account_name == shown
