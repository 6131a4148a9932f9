"""One pass over time: a timeline that was asked before says what facts alone say at each instant."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.facts import Fact, conversation_at, gather, reading_at, record_at
from scoring.instants import Instant
from scoring.measurement import measure, measure_at
from scoring.observations import Gap, Observation, Reading, Subject
from scoring.timeline import ConversationLine, RecordLine, Sighting, Timeline, usage_line
from tests.models import the_model
from tests.scoring.accounts import conversation, days, known, reading
from tests.scoring.strategies import instants, of_conversation, of_record
from tests.scoring.test_time import account_facts, heard, streams
from tests.scoring.test_time import instants as moments

MODEL = the_model()


@settings(max_examples=50)
@given(streams, heard, moments, st.lists(moments, min_size=2, max_size=6))
def test_many_instants_of_one_timeline_are_each_measured_as_if_alone(
    stream: list[Observation], heard_at: list[Instant], named_at: Instant, asked: list[Instant]
) -> None:
    """In whatever order they are asked for, and however often."""
    facts = account_facts(stream, heard_at, named_at)
    timeline = Timeline(facts)
    for as_of in (*asked, *asked):
        assert measure_at(timeline, as_of, MODEL) == measure(facts, as_of, MODEL)


@given(st.lists(of_conversation | of_record, min_size=1, max_size=6), st.lists(instants, min_size=2, max_size=6))
def test_a_line_is_viewed_as_its_fact_is(observations: list[Observation], asked: list[Instant]) -> None:
    """Each fact, at each instant, with and without what is inferred."""
    for fact in gather(observations):
        conversations, records = ConversationLine(fact), RecordLine(fact)
        for as_of in (*asked, *asked):
            assert conversations.seen(as_of) == sighting(fact, as_of)
            assert records.record(as_of) == record_at(fact, as_of)
            assert records.record(as_of, infer=False) == record_at(fact, as_of, infer=False)


def sighting(fact: Fact, as_of: Instant) -> Sighting | None:
    """View a conversation that is somebody's."""
    conversation, owner = conversation_at(fact, as_of) or (None, None)
    subject = fact.subject
    return None if conversation is None or owner is None else Sighting(conversation, (subject.source, owner), subject)


@given(st.lists(st.tuples(instants, st.integers(0, 1)), max_size=6), instants)
def test_a_usage_line_gives_the_latest_reading_and_the_first_of_a_date(
    told: list[tuple[Instant, int]], as_of: Instant
) -> None:
    """As the greatest date of those there are by then."""
    readings = [Reading(date, (("platform_score", float(value)),) if value else ()) for date, value in told]
    line, seen = usage_line(readings), [one for one in readings if one.date <= as_of]
    assert line.latest(as_of) == max(seen, key=lambda one: one.date, default=None)
    assert line.is_named(as_of) == any(one.values for one in seen)


def test_the_usage_of_a_timeline_is_that_of_its_readings() -> None:
    """The last pull of each date, by customer; what else is said of a reading's subject is none."""
    first, second = reading(days(40), "77", messaging=1.0), reading(days(9), "77", messaging=2.0)
    other = reading(days(9), "78", messaging=3.0)
    usage = Timeline(known(first, second, other)).usage
    facts = {fact.subject: fact for fact in gather([first, second, other])}
    assert usage["looker", "77"].latest(days(10)) == reading_at(facts[first.subject], days(10))
    assert usage["looker", "77"].latest(days(0)) == reading_at(facts[second.subject], days(0))
    assert usage["looker", "78"].latest(days(0)) == reading_at(facts[other.subject], days(0))


def test_between_two_observations_a_conversation_is_viewed_once() -> None:
    """However often it is asked for; anew after the next observation."""
    opened, closed = conversation("1", days(40)), conversation("1", days(40), state="closed", at=days(9))
    line = ConversationLine(gather([opened, closed])[0])
    earlier = line.seen(days(20))
    assert earlier == (opened.content, ("intercom", "acme"), opened.subject)
    assert line.seen(days(10)) is earlier
    assert line.seen(days(8)) == (closed.content, ("intercom", "acme"), opened.subject)


def test_what_is_no_reading_is_none_of_the_usage() -> None:
    """A record on a reading's subject tells nothing of use."""
    odd = Observation(Subject("looker", "reading", "1"), days(9), Gap("reading"), "77")
    assert Timeline(known(odd)).usage == {}


def test_a_reading_said_of_two_customers_is_the_latest_ones() -> None:
    """In whatever order they came."""
    subject = Subject("looker", "reading", "moved@2026-10-09")
    owners = [str(number) for number in range(8)]
    said = [
        Observation(subject, days(9) + place, Reading(days(9), (("messaging", 1.0),)), owner)
        for place, owner in enumerate(owners)
    ]
    assert list(Timeline(known(*said)).usage) == [("looker", owners[-1])]
