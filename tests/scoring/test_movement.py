"""Movement: four parts that add up exactly, each moved by its own cause alone."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from scoring.account import AccountFacts
from scoring.feeds import Feed, HeardHour
from scoring.instants import DAY, HOUR, Instant
from scoring.measurement import measure
from scoring.model import Model
from scoring.movement import Movement, carried, movement
from scoring.observations import Conversation, Fields, Gap, Observation, Reading, Subject, Tombstone, Value
from scoring.record import Record
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF, ID, LONG_AGO, conversation, days, known, profile, reading, record

MODEL = the_model()
OTHER_MODEL = replace(MODEL, version="other", churn_risk=0.3, platform_value=0.7, caps=dict.fromkeys(MODEL.caps, 40.0))
ALWAYS_HEARD = Feed(LONG_AGO, tuple(HeardHour(days(n) + HOUR, days(n) + HOUR) for n in range(500, 0, -1)))
FEEDS = dict.fromkeys(("intercom", "salesforce", "looker"), ALWAYS_HEARD)
BEFORE, NOW = days(30), AS_OF


def account(observations: Iterable[Observation]) -> AccountFacts:
    """Give an account of which at least the profile is known, with feeds that were heard every day."""
    return known(profile(success_tier="Paid", arr=300_000.0), *observations, feeds=FEEDS)


def made(facts: AccountFacts, as_of: Instant, model: Model = MODEL) -> Record:
    """Make the record of an account as of an instant."""
    measurements = measure(facts, as_of, model)
    return Record("2026-09", "final", as_of, measurements, grade(measurements, model))


def parts(moved: Movement | None) -> dict[str, float]:
    """Give the parts that are not 0."""
    assert moved is not None
    names = ("late", "time", "behaviour", "model")
    return {name: part.points for name, part in zip(names, moved.parts, strict=True) if part.points}


instants = st.integers(0, 100).map(days)
owned = st.sampled_from([None, ID, "001BB0000000002AAA"])
snapshots = st.builds(
    Conversation,
    created=instants,
    state=st.sampled_from(["open", "closed", "snoozed"]),
    priority=st.sampled_from(["high", None]),
    tags=st.sampled_from([(), ("escalated",)]),
    first_admin_reply=st.none() | instants,
    last_close=st.none() | instants,
    reopens=st.none() | st.integers(0, 1),
)
VALUES: dict[str, st.SearchStrategy[dict[str, Value]]] = {
    "account": st.fixed_dictionaries({}, optional={"arr": st.sampled_from([100_000.0, 400_000.0])}),
    "opportunity": st.fixed_dictionaries(
        {"type": st.sampled_from(["Renewal", "Downgrade"])},
        optional={"stage": st.sampled_from(["Open", "Closed Won"]), "close_date": instants, "deleted": st.booleans()},
    ),
    "payment": st.fixed_dictionaries({"payment_date": instants}, optional={"status": st.just("Failed")}),
    "signal": st.fixed_dictionaries(
        {},
        optional={
            "severity": st.sampled_from(["Critical", "Moderate"]),
            "status": st.sampled_from(["Active", "Resolved"]),
            "date_observed": st.none() | instants,
        },
    ),
    "csql": st.fixed_dictionaries({}, optional={"status": st.just("Open")}),
}


@st.composite
def crm_observations(draw: st.DrawFn) -> Observation:
    """Say something of one of a few CRM records: fields (created before or after, or unsaid) or a gap."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    subject = Subject("salesforce", kind, ID if kind == "account" else draw(st.sampled_from(["1", "2"])))
    at = draw(instants)
    if draw(st.integers(0, 5)) == 0:
        return Observation(subject, at, Gap(kind.capitalize()), draw(owned))
    values = tuple(sorted(draw(VALUES[kind]).items()))
    fields = Fields(values, draw(st.none() | instants), draw(st.none() | instants))
    return Observation(subject, at, fields, draw(owned))


@st.composite
def support_observations(draw: st.DrawFn) -> Observation:
    """Say something of one of a few conversations."""
    subject = Subject("intercom", "conversation", draw(st.sampled_from(["1", "2", "3"])))
    content = draw(snapshots | st.just(Tombstone()))
    return Observation(subject, draw(instants), content, draw(st.sampled_from(["acme", None])))


@st.composite
def readings(draw: st.DrawFn) -> Observation:
    """Say a usage reading of one of a few dates, pulled on any day."""
    date = draw(instants)
    values = (("messaging", draw(st.sampled_from([20.0, 90.0]))), ("platform_score", 70.0))
    return Observation(Subject("looker", "reading", f"77@{date}"), draw(instants), Reading(date, values), "77")


streams = st.lists(crm_observations() | support_observations() | readings(), max_size=12)
earlier_instants = st.sampled_from([days(n) for n in (90, 31, 30, 8, 1, 0)])


def is_earlier(observation: Observation, instant: Instant) -> bool:
    """Tell whether an observation speaks of before an instant (a reading: is dated by it)."""
    content = observation.content
    return content.date <= instant if isinstance(content, Reading) else observation.at < instant


@given(streams, streams, earlier_instants, st.sampled_from([MODEL, OTHER_MODEL]))
def test_the_parts_add_up_exactly(
    recorded: list[Observation], since: list[Observation], earlier: Instant, model: Model
) -> None:
    """From the record to now, in tenths, whatever was learned, passed, happened or changed."""
    moved = movement(account([*recorded, *since]), made(account(recorded), earlier), NOW, MODEL, model)
    assert moved is not None
    steps = (moved.before, *(part.points for part in moved.parts))
    assert added(steps) == Decimal(str(moved.now))
    for part in moved.parts:
        assert added(driver.points for driver in part.drivers) == Decimal(str(part.points))
    assert added([moved.before, *(driver.points for driver in moved.drivers)]) == Decimal(str(moved.now))
    assert all(driver.points for driver in moved.drivers)


def added(points: Iterable[float]) -> Decimal:
    """Add points up as decimals."""
    return sum((Decimal(str(value)) for value in points), Decimal())


@given(streams, streams, earlier_instants, st.sampled_from([MODEL, OTHER_MODEL]))
def test_before_and_now_are_the_shown_scores(
    recorded: list[Observation], since: list[Observation], earlier: Instant, model: Model
) -> None:
    """The first figure is the record's and the last is today's score."""
    facts, previous = account([*recorded, *since]), made(account(recorded), earlier)
    moved = movement(facts, previous, NOW, MODEL, model)
    assert moved is not None
    assert (moved.before, moved.now) == (previous.score.final_score, made(facts, NOW, model).score.final_score)


@given(streams, streams, earlier_instants)
def test_at_the_same_instant_under_the_same_model_only_late_can_move(
    recorded: list[Observation], since: list[Observation], instant: Instant
) -> None:
    """What differs at the very date of the record was learned late, whatever was observed since."""
    moved = movement(account([*recorded, *since]), made(account(recorded), instant), instant, MODEL, MODEL)
    assert parts(moved).keys() <= {"late"}


@given(streams, earlier_instants, st.sampled_from([MODEL, OTHER_MODEL]))
def test_of_facts_that_were_all_recorded_nothing_is_late(
    stream: list[Observation], earlier: Instant, model: Model
) -> None:
    """A record made from the facts of today leaves nothing that was learned late."""
    facts = account(stream)
    assert "late" not in parts(movement(facts, made(facts, earlier), NOW, MODEL, model))


@given(streams, earlier_instants)
def test_without_a_new_observation_there_is_no_behaviour(stream: list[Observation], earlier: Instant) -> None:
    """What all speaks of before the record can only be late or time passing."""
    facts = account(observation for observation in stream if is_earlier(observation, earlier))
    assert parts(movement(facts, made(facts, earlier), NOW, MODEL, MODEL)).keys() <= {"time"}


@given(streams, earlier_instants)
def test_a_changed_model_alone_moves_only_model(stream: list[Observation], instant: Instant) -> None:
    """Other figures at the same instant on the same facts."""
    facts = account(stream)
    assert parts(movement(facts, made(facts, instant), instant, MODEL, OTHER_MODEL)).keys() <= {"model"}


@given(streams, earlier_instants)
def test_what_is_carried_to_the_same_instant_measures_the_same(stream: list[Observation], instant: Instant) -> None:
    """Nothing that counts at an instant is lost when it is carried on from there."""
    facts = account(stream)
    there, then = measure(carried(facts, instant, instant), instant, MODEL), measure(facts, instant, MODEL)
    assert (there.dimensions, there.pillars, there.signals) == (then.dimensions, then.pillars, then.signals)


def renewal(in_days: int) -> Observation:
    """Say an open renewal so many days after now."""
    return record("opportunity", "006", type="Renewal", stage="Open", is_closed=False, close_date=NOW + in_days * DAY)


def failed_payment(at: Instant, created: Instant) -> Observation:
    """Say a failed payment of 40 days ago that is first observed at `at`."""
    values = (("payment_date", days(40)), ("status", "Failed"))
    return Observation(Subject("salesforce", "payment", "p"), at, Fields(values, created), ID)


def test_a_renewal_that_comes_nearer_is_time() -> None:
    """Nothing happened but 30 days."""
    facts = account([renewal(100)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"time"}


def test_a_signal_logged_since_is_behaviour() -> None:
    """A CSM reports something new: its cap is what moves the score."""
    values = (("date_observed", days(5)), ("severity", "Critical"), ("status", "Active"))
    signal = Observation(Subject("salesforce", "signal", "s"), days(5), Fields(values, days(5)), ID)
    facts = account([signal, reading(BEFORE, messaging=100.0), reading(NOW, messaging=100.0)])
    moved = movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)
    assert parts(moved).keys() == {"behaviour"}
    assert moved is not None
    (cap,) = moved.drivers
    assert (cap.kind, cap.name, cap.points, cap.before, cap.after) == ("cap", "", moved.behaviour.points, None, 65.0)
    assert [(one.severity, one.observed) for one in cap.signals] == [("Critical", days(5))]


def test_a_source_that_dies_lifts_no_metric_of_another() -> None:
    """What was lost is a driver of its own, with the names of what it is; what is still known has 0."""
    facts = account([renewal(10), failed_payment(days(40), created=days(40)), reading(BEFORE, messaging=0.0)])
    moved = movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)
    assert moved is not None
    assert [(one.kind, one.names) for one in moved.time.drivers if one.kind != "metric"] == [("lost", ("messaging",))]
    assert {one.name for one in moved.time.drivers if one.kind == "metric"} <= {"days_to_renewal"}


def test_a_median_of_other_conversations_is_one_driver_from_value_to_value() -> None:
    """Last month's leave the window before this month's come: in between it is not unknown."""
    told = [
        conversation("1", days(45), state="closed", last_close=days(45) + 9 * HOUR, at=days(44)),
        conversation("2", days(15), state="closed", last_close=days(15) + 30 * HOUR, at=days(13)),
    ]
    facts = account(told)
    moved = movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)
    assert moved is not None
    assert not [one for one in moved.drivers if one.kind in ("came", "lost")]
    (close,) = [one for one in moved.behaviour.drivers if one.name == "close_time_hours"]
    assert (close.before, close.after, close.points < 0) == (9.0, 30.0, True)
    assert close in moved.drivers


def test_a_conversation_of_before_that_came_in_after_the_record_is_late() -> None:
    """Four urgent ones were open for a day before the record was made: for today's windows they are too old."""
    members = {"state": "closed", "priority": "high", "last_close": days(31), "at": days(31)}
    late = [conversation(str(n), days(32), **members) for n in range(4)]
    moved = parts(movement(account(late), made(account([]), BEFORE), NOW, MODEL, MODEL))
    assert moved.keys() == {"late", "time"}
    assert moved["late"] == -moved["time"] < 0


def test_a_payment_first_read_after_the_record_counts_for_its_date() -> None:
    """A backfill says what was so since the payment was created: late, not behaviour."""
    backfilled = account([failed_payment(days(10), created=days(40))])
    assert parts(movement(backfilled, made(account([]), BEFORE), NOW, MODEL, MODEL)).keys() == {"late"}


def test_a_creation_that_a_later_observation_tells_still_counts_for_its_date() -> None:
    """The first observation has the content, the second when the record was created."""
    told = failed_payment(days(5), created=LONG_AGO)
    untold = structs.replace(told, at=days(10), content=Fields((("payment_date", days(40)), ("status", "Failed"))))
    previous = made(account([]), BEFORE)
    assert parts(movement(account([untold, told]), previous, BEFORE, MODEL, MODEL)).keys() == {"late"}


def test_an_undated_signal_counts_from_when_it_was_first_heard_of() -> None:
    """A gap before the record's date named the signal; its content was read after it."""
    subject, values = Subject("salesforce", "signal", "s"), (("severity", "Critical"), ("status", "Active"))
    gap = Observation(subject, days(40), Gap("Churn_Signal__c"), ID)
    read = Observation(subject, days(10), Fields(values, days(40)), ID)
    usage = reading(BEFORE, messaging=100.0)
    previous = made(account([usage]), BEFORE)
    assert parts(movement(account([usage, gap, read]), previous, BEFORE, MODEL, MODEL)).keys() == {"late"}


def test_an_observation_at_the_very_instant_of_the_record_is_new() -> None:
    """The as-of instant is exclusive."""
    facts = account([failed_payment(BEFORE, created=BEFORE)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"behaviour"}


def test_a_payment_created_after_the_record_is_behaviour() -> None:
    """What did not exist then is new."""
    facts = account([failed_payment(days(10), created=days(12))])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"behaviour"}


def test_a_like_reading_a_month_later_moves_nothing() -> None:
    """The earlier reading alone would be dead by now: it is carried on."""
    facts = account([reading(BEFORE, messaging=80.0), reading(NOW, messaging=80.0)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)) == {}


def test_a_better_reading_is_behaviour() -> None:
    """New figures of the customer, not the passing of time."""
    facts = account([reading(BEFORE, messaging=20.0), reading(NOW, messaging=80.0)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"behaviour"}


def test_readings_that_stop_are_time() -> None:
    """Nothing new is heard, so what was known dies of age."""
    facts = account([reading(BEFORE, messaging=20.0)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"time"}


def test_a_reading_that_was_dead_is_not_revived_by_time() -> None:
    """The new reading brings the figures back, not the days between."""
    facts = account([reading(days(40), messaging=20.0), reading(NOW, messaging=20.0)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"behaviour"}


def test_a_customer_that_is_read_for_the_first_time_is_behaviour() -> None:
    """No figures of it are carried on."""
    facts = account([reading(NOW, messaging=20.0)])
    assert parts(movement(facts, made(facts, BEFORE), NOW, MODEL, MODEL)).keys() == {"behaviour"}


@pytest.mark.parametrize("unscored", ["record", "now"])
def test_without_a_score_on_either_side_there_is_no_movement(unscored: str) -> None:
    """Unscored is no number, so nothing moved from or to it."""
    facts, nothing = account([]), known(feeds={})
    previous = made(nothing if unscored == "record" else facts, BEFORE)
    assert movement(nothing if unscored == "now" else facts, previous, NOW, MODEL, MODEL) is None
