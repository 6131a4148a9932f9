"""Suggested signals: they change no score, and one that is accepted counts from then on."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.receipt import receipt_text
from scoring.account import AccountFacts
from scoring.instants import DAY, Instant
from scoring.measurement import measure, suggested_at
from scoring.observations import Fields, Observation, Subject, Value
from scoring.record import Record
from scoring.score import grade
from scoring.signals import APART, Signal, read_signals
from scoring.timeline import Timeline
from tests.models import the_model
from tests.scoring.accounts import AS_OF, ID, days, known, profile

MODEL = the_model()
WORDS = st.sampled_from(["Critical", "Moderate", "Watch", "Confirmed", "Likely", "High", "", None])


def said(name: str, at: Instant, created: Instant | None = None, /, **values: Value) -> Observation:
    """Say something of a signal."""
    return Observation(Subject("salesforce", "signal", name), at, Fields(tuple(sorted(values.items())), created), ID)


def account(*observations: Observation) -> AccountFacts:
    """Give an account that is known, with a CRM that is covered."""
    own = profile(success_tier="Paid", arr=300_000.0)
    return known(own, *observations)


def written(facts: AccountFacts, as_of: Instant = AS_OF) -> tuple[Record, str]:
    """Give the record of an account, and its receipt."""
    measurements = measure(facts, as_of, MODEL)
    record = Record("2026-09", "final", as_of, measurements, grade(measurements, MODEL))
    return record, receipt_text(record)


@st.composite
def aside(draw: st.DrawFn) -> Observation:
    """Say of a signal that it is suggested, was dismissed or expired unanswered, with whatever else is said of it."""
    named = {name: draw(WORDS) for name in ("severity", "confidence", "category")}
    status = draw(st.sampled_from([*APART, *map(str.upper, APART), "Expired"]))
    observed = draw(st.none() | st.integers(-20, 200).map(days))
    key = "intercom-1-budget" if status == "Expired" else draw(st.none() | st.just("intercom-1-budget"))
    values: dict[str, Value] = {**named, "status": status, "date_observed": observed, "suggestion_key": key}
    at = draw(st.integers(0, 200).map(days))
    return said(f"aside-{draw(st.integers(0, 9))}", at, draw(st.none() | st.just(at)), **values)


REAL = st.builds(
    lambda severity, status, age: said("real", days(age), severity=severity, status=status, date_observed=days(age)),
    st.sampled_from(["Critical", "Moderate", "High"]),
    st.sampled_from(["Active", "Monitoring", "Resolved"]),
    st.integers(1, 100),
)


@settings(max_examples=40)
@given(st.lists(REAL, max_size=1), st.lists(aside(), min_size=1, max_size=8))
def test_any_number_of_suggestions_changes_nothing(real: Sequence[Observation], asides: Sequence[Observation]) -> None:
    """Neither score, flags, range nor tier, nor a byte of the receipt, whatever their words and dates."""
    assert written(account(*real, *asides)) == written(account(*real))


@pytest.mark.parametrize("status", APART)
@pytest.mark.parametrize("severity", ["Critical", None])
def test_one_that_is_read_from_a_line_counts_nowhere_either(status: str, severity: str | None) -> None:
    """As `healthscore score` reads it, without facts: no cap, no doubt, no flag."""
    reading = read_signals([Signal(severity, "Confirmed", status, AS_OF - DAY)], AS_OF, MODEL)
    assert (reading.cap, reading.worst, reading.counted, reading.doubted, reading.flags) == (None, None, (), (), ())


def caps(facts: AccountFacts, *as_ofs: Instant) -> list[float | None]:
    """Give the caps of an account as of some instants."""
    found = [grade(measure(facts, as_of, MODEL), MODEL).cap for as_of in as_ofs]
    return [None if cap is None else cap.value for cap in found]


SUGGESTED: dict[str, Value] = {"severity": "Critical", "confidence": "Likely", "date_observed": days(60)}


def test_one_that_is_accepted_counts_from_then_on() -> None:
    """Not at the date of the conversation: the months in between stand as they were closed."""
    suggested = said("s", days(50), days(50), **SUGGESTED, status="Suggested")
    accepted = said("s", days(10), status="Active", accepted_at=days(10))
    facts = account(suggested, accepted)
    assert caps(facts, days(55), days(30), days(10), days(10) + 1, AS_OF) == [None, None, None, 65.0, 65.0]


def test_one_that_is_first_read_when_it_is_accepted_is_not_dated_back() -> None:
    """What a re-read finds is so from its creation on, but not that somebody had accepted it."""
    facts = account(said("s", days(5), days(50), **SUGGESTED, status="Active", accepted_at=days(10)))
    assert caps(facts, days(30), days(10), days(9), AS_OF) == [None, None, 65.0, 65.0]
    logged = account(said("s", days(5), days(50), **SUGGESTED, status="Active"))
    assert caps(logged, days(30)) == [65.0]


def test_a_watch_of_an_old_conversation_is_over_when_it_is_accepted() -> None:
    """Expiry runs from the conversation, as from any other date observed."""
    old: dict[str, Value] = {**SUGGESTED, "severity": "Moderate", "date_observed": days(100)}
    assert caps(account(said("s", days(5), **old, status="Active", accepted_at=days(5))), AS_OF) == [None]


def test_those_that_wait_can_be_shown_apart() -> None:
    """Until they are accepted or dismissed, as of any instant."""
    facts = account(
        said("s", days(50), **SUGGESTED, status="Suggested"),
        said("s", days(10), status="Dismissed"),
        said("t", days(50), **SUGGESTED, status="Active"),
    )
    timeline = Timeline(facts)
    assert [one.severity for one in suggested_at(timeline, days(10), MODEL)] == ["Critical"]
    assert suggested_at(timeline, AS_OF, MODEL) == ()


def test_one_that_nobody_decides_on_waits_no_longer_than_45_days() -> None:
    """Whatever the CRM says of it still."""
    timeline = Timeline(account(said("s", days(50), **SUGGESTED, status="Suggested")))
    assert [len(suggested_at(timeline, as_of, MODEL)) for as_of in (days(6), days(5), AS_OF)] == [1, 0, 0]
