"""What is out of scope changes no score."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.facts import Fact
from scoring.instants import DAY, Instant
from scoring.measurement import measure, measure_at
from scoring.model import Windows
from scoring.observations import Observation
from scoring.scope import Scope, in_scope, knows_all, reach
from scoring.timeline import Sighting, Timeline
from tests.models import the_model
from tests.scoring.test_time import account_facts, heard, streams
from tests.scoring.test_time import instants as moments

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
