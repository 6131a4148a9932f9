"""What is out of scope changes no score."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.account import Account, AccountFacts, Owner
from scoring.facts import Fact, gather
from scoring.feeds import Feed, HeardHour, merge_hours
from scoring.instants import DAY, Instant
from scoring.measurement import measure, measure_at
from scoring.model import Windows
from scoring.observations import (
    Content,
    Conversation,
    Fields,
    Gap,
    Message,
    Observation,
    Reading,
    Subject,
    Tombstone,
)
from scoring.scope import Scope, Spent, in_scope, knows_all, reach, scope_of, spent
from scoring.suggestion_terms import KEPT_DAYS
from scoring.timeline import Sighting, Timeline
from tests.models import the_model
from tests.scoring.accounts import OWNERS, days
from tests.scoring.spans import BEGIN, ID, moments, spans
from tests.scoring.test_time import account_facts, heard, streams

SHORT = replace(the_model(), windows=Windows(support_days=3, history_days=30))


def scope_at(as_of: Instant) -> Scope:
    """Give the scope of a score under the short windows, which no suggestion makes longer."""
    return Scope(Instant(as_of - int(SHORT.windows.trend_days * DAY)), as_of)


@settings(max_examples=300)
@given(streams, heard, moments, moments)
def test_a_score_of_what_is_in_scope_is_the_score_of_all(
    stream: list[Observation], heard_at: list[Instant], named_at: Instant, as_of: Instant
) -> None:
    """Whatever was observed and whenever, wherever each owner was named before the instant."""
    facts, scope = account_facts(stream, heard_at, named_at), scope_at(as_of)
    if knows_all(facts.owners, scope):
        assert measure(replace(facts, facts=in_scope(facts.facts, scope)), as_of, SHORT) == measure(facts, as_of, SHORT)


@given(streams, st.data())
def test_a_reach_is_joined_of_those_of_its_parts_in_any_order(stream: list[Observation], data: st.DataObject) -> None:
    """So that a store may keep it beside a subject and join to it whatever comes."""
    for fact in account_facts(stream, [], Instant(0)).facts:
        part = data.draw(st.sets(st.sampled_from(sorted(fact.observations, key=hash)), min_size=1))
        one, other = Fact(fact.subject, frozenset(part)), Fact(fact.subject, fact.observations)
        assert reach(one) | reach(other) == reach(other) | reach(one) == reach(fact)


@settings(max_examples=300)
@given(streams, heard, moments, moments, moments)
def test_conversations_that_a_timeline_passes_over_change_no_measure(
    stream: list[Observation], heard_at: list[Instant], named_at: Instant, as_of: Instant, earlier: Instant
) -> None:
    """Under short windows most of them are over; those of an account alone with each say the same as all."""
    facts = account_facts(stream, heard_at, named_at)
    timeline = Timeline(facts)
    for instant in (as_of, earlier):
        assert measure_at(timeline, instant, SHORT) == measure_at(Whole(facts), instant, SHORT)


class Whole(Timeline):
    """A timeline that passes nothing over."""

    def seen(self, since: Instant, as_of: Instant) -> list[Sighting]:
        """Give every conversation of before an instant."""
        return [one for line in self.conversations if since and (one := line.seen(as_of)) is not None]


ACCOUNT = Account(ID, {"intercom": ("acme",), "looker": ("77", "78"), "salesforce": (ID,)})
IDS = {"intercom": [{"acme", "5f-acme"}], "looker": [{"77"}, {"78"}], "salesforce": [{ID}]}


def of_account(stream: list[Observation], heard_at: list[Instant]) -> AccountFacts:
    """Give what is known of an account of several customers, one of which has two ids; all were named long ago."""
    hours = merge_hours(HeardHour(at, at) for at in heard_at)
    owners = tuple(Owner(source, frozenset(ids), None, Instant(1)) for source, each in IDS.items() for ids in each)
    feeds = {source: Feed(BEGIN, hours) for source in ("intercom", "salesforce")}
    return AccountFacts(ACCOUNT, gather(stream), owners, feeds)


@settings(max_examples=500)
@given(spans, st.lists(moments, max_size=6), moments, st.data())
def test_months_of_several_customers_score_alike_in_scope(
    stream: list[Observation], heard_at: list[Instant], as_of: Instant, data: st.DataObject
) -> None:
    """And so does anything between what is in scope and all, as a store may give it."""
    facts = of_account(stream, heard_at)
    needed = set(in_scope(facts.facts, scope_at(as_of)))
    more = data.draw(st.sets(st.sampled_from(facts.facts))) if facts.facts else set()
    some = tuple(fact for fact in facts.facts if fact in needed | more)
    assert measure(replace(facts, facts=some), as_of, SHORT) == measure(facts, as_of, SHORT)
    assert set(in_scope(some, scope_at(as_of))) == needed


def test_what_is_no_reading_stands_in_front_of_none() -> None:
    """A subject of readings of which something else was said too hides no other."""
    said = [
        Observation(Subject("looker", "reading", "1"), BEGIN, Reading(BEGIN, (("messaging", 7.0),)), "77"),
        Observation(Subject("looker", "reading", "2"), Instant(BEGIN + DAY), Tombstone(), "77"),
        Observation(Subject("looker", "reading", "3"), Instant(BEGIN + DAY), Gap("Look"), "77"),
    ]
    facts, scope = gather(said), scope_at(Instant(BEGIN + 2 * DAY))
    assert in_scope(facts, scope) == facts


@settings(max_examples=300)
@given(streams, moments, moments, st.data())
def test_what_is_spent_is_in_no_scope_from_then_on(
    stream: list[Observation], at: Instant, later: Instant, data: st.DataObject
) -> None:
    """A store may put it away: of whichever facts it is given, and as of any instant since the fact was spent."""
    facts = account_facts(stream, [], Instant(0)).facts
    floor, after = scope_at(at), scope_at(max(at, later))
    some = data.draw(st.lists(st.sampled_from(facts), unique=True)) if facts else []
    for fact, since in spent(some, floor):
        assert fact not in in_scope(facts, after)
        assert since <= floor.as_of
        assert fact not in in_scope(facts, scope_at(max(since, later)))


NOON = Instant(days(300) + DAY // 2)
TALK = Subject("intercom", "conversation", "1")
OWNED = "acme"


def told(at: Instant, content: Content, subject: Subject = TALK, owner: str = OWNED) -> Fact:
    """Give a fact of one observation."""
    return Fact(subject, frozenset([Observation(subject, at, content, owner)]))


def a_reading(date: Instant) -> Fact:
    """Give a reading of one date, pulled a day later."""
    return told(
        Instant(date + DAY), Reading(date, (("messaging", 7.0),)), Subject("looker", "reading", f"77@{date}"), "77"
    )


def test_the_scope_of_a_score_is_that_of_its_longest_window() -> None:
    """Three support windows, or the days that a suggestion waits, whichever is longer."""
    model = the_model()
    assert scope_of(NOON, replace(model, windows=Windows(40, 365))) == (NOON - 120 * DAY, NOON)
    assert scope_of(NOON, replace(model, windows=Windows(10, 365))) == (NOON - KEPT_DAYS * DAY, NOON)


def test_all_is_read_where_an_owner_was_not_named_by_then() -> None:
    """Nor at its very instant."""
    since, scope = OWNERS[0].since, Scope(Instant(NOON - DAY), NOON)
    assert since is not None
    assert knows_all(OWNERS, scope)
    assert not knows_all([*OWNERS, replace(OWNERS[0], since=None)], scope)
    assert not knows_all(OWNERS, Scope(Instant(0), since))


def test_what_a_score_can_use_and_what_is_spent() -> None:
    """Open conversations of any age, what lies in the window, the latest reading, and all of the CRM."""
    scope = Scope(Instant(NOON - 90 * DAY), NOON)
    old, late = Instant(NOON - 200 * DAY), Instant(NOON - DAY)
    closed = told(old, Conversation(old, "closed", last_close=old))
    reached = told(old, Conversation(old, "closed", last_close=late), TALK._replace(id="2"))
    still_open = told(old, Conversation(old, "open"), TALK._replace(id="3"))
    gone = told(old, Tombstone(), TALK._replace(id="4"))
    written = told(old, Message("1"), TALK._replace(id="5"))
    ahead = told(Instant(NOON + DAY), Conversation(late, "open"), TALK._replace(id="6"))
    signal = told(old, Fields((("severity", "Watch"),)), Subject("salesforce", "signal", "7"), "001")
    first, second, tomorrow = map(a_reading, (old, late, Instant(NOON + DAY)))
    every = (closed, reached, still_open, gone, written, ahead, signal, first, second, tomorrow)
    assert in_scope(every, scope) == (reached, still_open, signal, second)
    over = Instant(old + 90 * DAY + 1)
    assert spent(every, scope) == [Spent(closed, over), Spent(gone, over), Spent(written, over), Spent(first, late)]
