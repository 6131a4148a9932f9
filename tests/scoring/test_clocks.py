"""Two clocks: what was shown never changes, whatever comes late, and each difference has its cause."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from handlers.stores.codec import encode_record
from scoring.account import Account, AccountFacts, Owner
from scoring.clocks import Cause, Clocks, FigureClocks, MetricClocks, Past, Present, known_by, two_clocks
from scoring.facts import gather
from scoring.feeds import Feed
from scoring.instants import DAY, FIRST, HOUR, Instant
from scoring.measurement import measure
from scoring.model import Model
from scoring.observations import Conversation, Fields, Gap, Observation, Subject, Tombstone
from scoring.record import Record
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, FEEDS, ID, LONG_AGO, OWNERS, conversation, days, known, profile
from tests.scoring.accounts import reading as usage
from tests.scoring.accounts import record as crm

MODEL = the_model()
OTHER = replace(MODEL, version="other", churn_risk=0.3, platform_value=0.7)
LESS = replace(MODEL, version="less", pillars={"messaging": 1.0})
SCORED_AT = AS_OF + 6 * HOUR
PILLARS = usage(AS_OF, **dict.fromkeys(MODEL.pillars, 60.0))
BASE = (profile(arr=300_000.0, success_tier="Paid"), PILLARS, conversation("1", days(3), priority="high"))
FACTS = known(*BASE)


def made(facts: AccountFacts = FACTS, model: Model = MODEL, as_of: Instant = AS_OF, at: Instant = SCORED_AT) -> Record:
    """Make the record of the month from what was known."""
    measured = measure(facts, as_of, model)
    return Record("2026-10", "final", at, measured, grade(measured, model))


def clocks(
    record: Record,
    facts: AccountFacts,
    *,
    then: Account = ACCOUNT,
    earlier: Model | None = MODEL,
    model: Model = MODEL,
    since: Instant = FIRST,
) -> Clocks:
    """Hold a record against what is known now."""
    return two_clocks(Past(record, then, earlier), Present(facts, AS_OF, model, since))


def differing(found: Clocks) -> dict[str, tuple[Cause, ...]]:
    """Give the causes of what differs, by name, metrics and figures alike."""
    return {one.name: one.causes for one in told(found) if one.then != one.now}


def told(found: Clocks) -> list[FigureClocks | MetricClocks]:
    """Give everything that is held against each other."""
    return [*found.figures, *found.metrics]


def seen(observation: Observation, at: Instant) -> Observation:
    """Have an observation seen at an instant, of whatever earlier time it speaks."""
    content = observation.content
    if isinstance(content, Conversation):
        return structs.replace(observation, content=structs.replace(content, known_at=at))
    assert isinstance(content, Fields)
    return structs.replace(observation, content=structs.replace(content, read_at=at))


LATE = seen(crm("signal", "s", days(9), severity="Critical", confidence="Confirmed", status="Active"), AS_OF + 9 * DAY)


def test_where_nothing_came_and_the_model_is_the_same_nothing_differs() -> None:
    """Both sides are the same, figure by figure; no cause is named."""
    found = clocks(made(), FACTS)
    assert (differing(found), found.causes, found.moves, found.late) == ({}, (), (), ())
    assert found.now == found.then.score
    assert len(found.metrics) == sum(map(len, MODEL.metrics.values())) + len(MODEL.pillars)


def test_what_was_seen_after_the_record_is_named_with_its_two_dates() -> None:
    """A signal that was entered afterwards caps the score as known now."""
    record = made()
    found = clocks(record, known(*BASE, LATE))
    assert found.then == record
    assert found.causes == ("late",)
    before, after = record.score.final_score, found.now.final_score
    assert before is not None
    assert after == 50.0
    assert found.moves[0].points == round(after - before, 1)
    assert {"final_score", "tier", "cap"} <= differing(found).keys()
    assert [(one.subject.id, one.at, one.known_at) for one in found.late] == [("s", days(9), AS_OF + 9 * DAY)]


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (seen(BASE[2], AS_OF + DAY), []),
        (seen(conversation("2", days(2)), AS_OF + DAY), [("2", days(2) + 1)]),
        (seen(conversation("2", days(-2)), AS_OF + 3 * DAY), []),
        (usage(AS_OF, "78", messaging=9.0), []),
        (structs.replace(usage(days(1), messaging=9.0), at=AS_OF + DAY), [(f"77@{days(1)}", AS_OF + DAY)]),
        (seen(crm("opportunity", "o", days(-5), type="Renewal"), AS_OF + 6 * DAY), [("o", days(-5))]),
        (structs.replace(crm("payment", "p", days(-9)), content=Fields((("status", "Paid"),))), []),
    ],
    ids=["looked at again", "told late", "of later", "in time", "pulled late", "inferred from later", "of later alone"],
)
def test_late_is_what_looks_otherwise_for_what_was_seen_later(
    late: Observation, expected: list[tuple[str, Instant]]
) -> None:
    """Another look at the same is not; what a later word tells of the time before is."""
    found = clocks(made(), known(*BASE, late))
    assert [(one.subject.id, one.at) for one in found.late] == expected


def test_a_correction_that_was_seen_late_is_listed_by_its_last_word() -> None:
    """Of several the one that was seen last."""
    looks = [seen(profile(days(day), arr=1.0 * day, success_tier="Paid"), AS_OF + day * DAY) for day in (2, 3)]
    (late,) = clocks(made(), known(*BASE, *looks)).late
    assert (late.at, late.known_at) == (days(3), AS_OF + 3 * DAY)


def test_what_bears_no_later_date_than_the_record_is_undated() -> None:
    """An event that was delivered late has the stamp of when it happened; so has a coverage that was said later."""
    delivered = known(*BASE, conversation("2", days(2), priority="high"))
    assert set(differing(clocks(made(), delivered)).values()) == {("undated",)}
    uncovered = known(*BASE, feeds={**FEEDS, "intercom": Feed(None)})
    found = clocks(made(uncovered), FACTS)
    assert found.causes == ("undated",)
    assert differing(found)["p1_p2_volume"] == ("undated",)


def test_of_a_month_long_ago_observations_may_be_forgotten() -> None:
    """Then that is the cause, not something that came."""
    found = clocks(made(known(*BASE, LATE), at=AS_OF + 10 * DAY), FACTS, since=AS_OF + 1)
    assert found.causes == ("forgotten",)


def test_another_mapping_is_a_cause_of_its_own() -> None:
    """As the history of accounts has it, or as the record says that a source was not mapped."""
    acme = known(*BASE, conversation("2", days(4), priority="high"))
    before = replace(ACCOUNT, owners={**ACCOUNT.owners, "intercom": ("other",)})
    elsewhere = Owner("intercom", frozenset({"other"}), None, LONG_AGO)
    record = made(replace(acme, account=before, owners=(*OWNERS[1:], elsewhere)))
    both = replace(acme, owners=(*OWNERS, elsewhere))
    found = clocks(record, both, then=before)
    assert found.causes == ("mapping",)
    assert differing(found)["p1_p2_volume"] == ("mapping",)
    unmapped = made(replace(acme, account=replace(ACCOUNT, owners={}), owners=OWNERS[1:]))
    assert "unmapped:intercom" in unmapped.score.flags


def test_a_source_that_the_record_says_was_not_mapped_is_mapped_by_now() -> None:
    """A mapping file has no history, yet the record knows what it lacked."""
    owners = {source: keys for source, keys in ACCOUNT.owners.items() if source != "intercom"}
    without = replace(FACTS, account=replace(ACCOUNT, owners=owners), owners=OWNERS[1:])
    found = clocks(made(without), FACTS)
    assert found.causes == ("mapping",)


def test_a_source_that_the_record_had_and_nobody_knows_an_owner_in_is_mapped_no_more() -> None:
    """Whoever took the account out of a mapping file has left no other trace."""
    alone = replace(ACCOUNT, owners={"salesforce": (ID,)})
    found = clocks(made(), replace(FACTS, account=alone, owners=OWNERS[2:]), then=alone)
    assert found.causes == ("mapping",)


def test_an_earlier_instant_and_another_model_are_causes() -> None:
    """Of a provisional record the month goes on; the points of all causes add up to the whole change."""
    record = made(as_of=days(20), at=days(20), model=OTHER)
    found = clocks(record, known(*BASE, LATE), earlier=OTHER)
    assert {"as_of", "late", "model"} >= set(found.causes) >= {"as_of", "model"}
    again = clocks(made(model=OTHER), known(*BASE, LATE), earlier=OTHER)
    assert again.causes == ("late", "model")
    before, after = again.then.score.final_score, again.now.final_score
    assert before is not None
    assert after is not None
    assert round(sum(move.points or 0 for move in again.moves), 1) == round(after - before, 1)


def test_where_nothing_was_known_then_no_points_can_be_said() -> None:
    """A record without a number has its causes all the same."""
    found = clocks(made(known(feeds={})), known(structs.replace(PILLARS, at=AS_OF + DAY), feeds={}))
    assert found.then.score.final_score is None
    assert [move.points for move in found.moves if move.cause == "late"] == [None]
    assert differing(found)["final_score"] == ("late",)


def test_a_metric_that_only_one_model_has_is_listed_with_one_side() -> None:
    """Whichever side it is."""
    found = clocks(made(model=LESS), FACTS, earlier=LESS)
    (gone,) = [one for one in found.metrics if one.name == "automations"]
    assert gone.then is None
    assert gone.now is not None
    assert gone.causes == ("model",)
    (messaging,) = [one for one in found.metrics if one.name == "messaging"]
    assert messaging.causes == ("model",)


def test_under_a_model_that_cannot_be_read_the_model_is_the_cause() -> None:
    """What came late is listed all the same."""
    found = clocks(made(), known(*BASE, LATE), earlier=None, model=OTHER)
    assert found.causes == ("model",)
    assert [one.subject.id for one in found.late] == ["s"]


def test_a_gap_that_was_seen_later_was_not_known() -> None:
    """It marks what is known now, not what was."""
    gap = gather([Observation(Subject("salesforce", "payment", "*"), AS_OF + DAY, Gap("Payment__c"))])
    assert known_by(replace(FACTS, gaps=gap), SCORED_AT).gaps == ()


minutes = st.integers(1, 40 * 24 * 60).map(lambda minute: minute * 60_000_000)


@st.composite
def comes_late(draw: st.DrawFn) -> Observation:
    """Say something of the past that is seen only after the record, or of the time after it."""
    back, ahead = draw(minutes), draw(minutes)
    at, known_at = Instant(AS_OF - back), Instant(SCORED_AT + ahead)
    told = draw(st.sampled_from(["conversation", "signal", "profile", "reading", "deleted", "gap"]))
    if told == "conversation":
        name, state = draw(st.sampled_from("123")), draw(st.sampled_from(["open", "closed"]))
        parts = {"priority": draw(st.sampled_from(["high", None])), "last_close": at + 60, "first_admin_reply": at + 9}
        return seen(conversation(name, at, state=state, **parts), known_at)
    if told == "signal":
        severity, status = (
            draw(st.sampled_from(["Critical", "Moderate", "odd"])),
            draw(st.sampled_from(["Active", "x"])),
        )
        return seen(crm("signal", draw(st.sampled_from("ab")), at, severity=severity, status=status), known_at)
    if told == "profile":
        tier = draw(st.sampled_from(["Paid", "Standard", None]))
        return seen(profile(at, arr=draw(st.sampled_from([9.0, None, 9e5])), success_tier=tier), known_at)
    if told == "reading":
        dated = usage(draw(st.sampled_from([AS_OF, days(1)])), messaging=draw(st.floats(0, 100)))
        return structs.replace(dated, at=known_at)
    if told == "deleted":
        return Observation(BASE[2].subject, known_at, Tombstone())
    return Observation(Subject("salesforce", "account", ID), known_at, Gap("Account"))


@given(st.lists(comes_late(), max_size=4), st.sampled_from([MODEL, OTHER]))
@settings(max_examples=60, deadline=None)
def test_what_was_shown_stays_and_every_difference_has_a_cause(late: list[Observation], model: Model) -> None:
    """Whatever comes late; and what is known now is what a score of now says, no more and no less."""
    record = made()
    shown = encode_record(record)
    facts = known(*BASE, *late)
    found = clocks(record, facts, model=model)
    assert encode_record(found.then) == shown
    assert found.now == grade(measure(facts, AS_OF, model), model)
    _holds(found, ({"late"} if late else set()) | ({"model"} if model is OTHER else set()))


def _holds(found: Clocks, allowed: Iterable[str]) -> None:
    for one in told(found):
        assert (one.then == one.now) == (not one.causes)
        assert set(one.causes) <= set(found.causes) <= set(allowed)
    before, after = found.then.score.final_score, found.now.final_score
    if before is not None and after is not None:
        assert round(sum(move.points or 0 for move in found.moves), 1) == round(after - before, 1)
