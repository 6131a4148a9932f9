"""History: month by month what was recorded and what is known now, why they differ, and what was blind."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from scoring.account import AccountFacts
from scoring.blind_spots import BlindSpot, blind_spots
from scoring.feeds import Feed, HeardHour
from scoring.history import Asked, Cause, MonthEnd, change_between, history
from scoring.instants import DAY, FIRST, HOUR, Instant
from scoring.measurement import measure, score
from scoring.model import Model
from scoring.periods import period_end, periods_to
from scoring.record import Record
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF, FEEDS, LONG_AGO, OWNERS, days, known, profile, reading, record

MODEL = the_model()
OTHER = replace(MODEL, version="other", churn_risk=0.3, platform_value=0.7)
PERIODS = periods_to("2026-10", 3)
HEARD = tuple(HeardHour(days(day) + HOUR, days(day) + HOUR) for day in range(150, 0, -1))
ALWAYS = dict.fromkeys(("intercom", "salesforce", "looker"), Feed(LONG_AGO, HEARD))
READ = [reading(period_end(period), messaging=50.0, platform_score=10.0 * n) for n, period in enumerate(PERIODS)]
FACTS = known(profile(success_tier="Paid", arr=300_000.0), *READ, feeds=ALWAYS)
LATE = record("signal", "s", days(40), severity="Critical", confidence="Confirmed", status="Active")


def made(period: str, facts: AccountFacts = FACTS, model: Model = MODEL, as_of: Instant | None = None) -> Record:
    """Make the record of a period."""
    measured = measure(facts, period_end(period) if as_of is None else as_of, model)
    return Record(period, "final", AS_OF, measured, grade(measured, model))


def told(
    facts: AccountFacts, *records: Record, since: Instant = FIRST, models: Mapping[str, Model] | None = None
) -> list[MonthEnd]:
    """Give the history of three months."""
    return history(facts, Asked(PERIODS, MODEL, since), {one.period: one for one in records}, models or {})


def test_each_month_is_scored_as_if_it_were_asked_for_alone() -> None:
    """And says what changed since the month before, the first since one that is not shown."""
    ends = told(FACTS)
    assert [month.period for month in ends] == ["2026-08", "2026-09", "2026-10"]
    alone = [score(FACTS, period_end(period), MODEL) for period in ("2026-07", *PERIODS)]
    assert [month.known for month in ends] == alone[1:]
    finals = [one.final_score or 0 for one in alone]
    assert [month.known_change for month in ends] == [round(after - before, 1) for before, after in pairwise(finals)]
    assert [(month.recorded, month.recorded_change) for month in ends] == 3 * [(None, None)]


def test_a_month_is_not_compared_with_one_that_may_be_forgotten_in_part() -> None:
    """Observations stay 13 months: the month before these has no exact score."""
    ends = told(FACTS, since=period_end("2026-08"))
    assert ends[0].known_change is None
    assert ends[1:] == told(FACTS)[1:]


def test_what_was_recorded_stands_beside_what_is_known() -> None:
    """Nothing differs, so nothing is said; the changes are those of the records."""
    records = [made(period) for period in ("2026-07", "2026-08", "2026-10")]
    ends = told(FACTS, *records)
    assert [month.recorded for month in ends] == [records[1], None, records[2]]
    assert [month.causes for month in ends] == [(), (), ()]
    assert ends[0].recorded_change == ends[0].known_change
    assert ends[2].recorded_change is None


LATER: dict[str, tuple[Record, tuple[Cause, ...]]] = {
    "late data": (made("2026-10", known(profile(), *READ, feeds=ALWAYS)), ("data",)),
    "another model": (made("2026-10", model=OTHER), ("model",)),
    "a model that cannot be read": (made("2026-10", model=replace(OTHER, version="lost")), ("model",)),
    "an earlier instant": (made("2026-10", as_of=AS_OF - 20 * DAY), ("as_of",)),
    "late data and another model": (made("2026-10", known(profile(), *READ, feeds=ALWAYS), OTHER), ("data", "model")),
    "another model that scores the same": (made("2026-10", model=replace(MODEL, version="same")), ()),
}


@pytest.mark.parametrize("name", LATER)
def test_where_they_differ_it_is_said_why(name: str) -> None:
    """The data that came late, the model, or that the record is of an earlier instant."""
    record_made, causes = LATER[name]
    models = {"other": OTHER, "same": replace(MODEL, version="same")}
    assert told(FACTS, record_made, models=models)[-1].causes == causes


def test_an_old_model_is_no_cause_where_only_the_data_differ() -> None:
    """Under both the month is scored the same."""
    same = replace(MODEL, version="same")
    before = made("2026-10", known(profile(), *READ, feeds=ALWAYS), same)
    assert told(FACTS, before, models={"same": same})[-1].causes == ("data",)


def test_a_change_is_exact_to_the_tenth_and_needs_two_numbers() -> None:
    """As decimals, not as floats."""
    one = score(FACTS, AS_OF, MODEL)
    low, high, none = (replace(one, final_score=final) for final in (70.1, 98.8, None))
    assert (change_between(low, high), change_between(high, low)) == (28.7, -28.7)
    assert change_between(none, low) is change_between(low, none) is change_between(None, low) is None
    assert change_between(low, None) is None


NEW = replace(OWNERS[0], since=None)
SPOTS: dict[str, tuple[AccountFacts, tuple[BlindSpot, ...]]] = {
    "all is known": (known(*READ), ()),
    "nothing is covered": (
        known(feeds={}),
        (
            BlindSpot("intercom", "not_covered"),
            BlindSpot("looker", "no_reading"),
            BlindSpot("salesforce", "not_covered"),
        ),
    ),
    "covered later": (
        known(*READ, feeds={**FEEDS, "intercom": Feed(AS_OF)}),
        (BlindSpot("intercom", "not_covered", AS_OF),),
    ),
    "covered for less than its metrics look back": (
        known(*READ, feeds={**FEEDS, "salesforce": replace(FEEDS["salesforce"], covered_since=days(364))}),
        (BlindSpot("salesforce", "covered_in_part", days(364)),),
    ),
    "support is covered for a month": (
        known(*READ, feeds={**FEEDS, "intercom": replace(FEEDS["intercom"], covered_since=days(30))}),
        (),
    ),
    "silent for too long": (
        known(*READ, feeds={**FEEDS, "intercom": Feed(LONG_AGO, (HeardHour(days(9), days(9)),))}),
        (BlindSpot("intercom", "dead", LONG_AGO),),
    ),
    "never named": (
        known(*READ, owners=(NEW, *OWNERS[1:])),
        (BlindSpot("intercom", "unknown_owner", LONG_AGO),),
    ),
    "not mapped": (
        replace(known(*READ), account=replace(known().account, owners={}), owners=OWNERS[1:]),
        (BlindSpot("intercom", "unmapped", LONG_AGO),),
    ),
}


@pytest.mark.parametrize("name", SPOTS)
def test_each_blind_source_is_named_with_its_reason(name: str) -> None:
    """The first of the reasons that fit."""
    facts, expected = SPOTS[name]
    assert blind_spots(measure(facts, AS_OF, MODEL), facts.feeds, MODEL) == expected


def test_a_measurement_without_ages_has_no_reading() -> None:
    """Such as one of raw metrics alone: of usage nothing is said."""
    plain = replace(measure(known(*READ), AS_OF, MODEL), age_hours=None)
    assert BlindSpot("looker", "no_reading", LONG_AGO) in blind_spots(plain, FEEDS, MODEL)
