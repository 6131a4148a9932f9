"""Hypothesis strategies: observations, facts and what is known of an account."""

from hypothesis import strategies as st

from scoring.instants import DAY, parse_instant
from scoring.observations import (
    NOBODY,
    Content,
    Conversation,
    Fields,
    Finding,
    Gap,
    Message,
    Observation,
    Reading,
    Subject,
    Tombstone,
)

START = parse_instant("2026-08-01")
END = parse_instant("2026-11-01")

instants = st.integers(0, 30).map(lambda step: START + step * DAY)
"""Few instants, so that ties are common."""

owners = st.sampled_from([None, NOBODY, "one", "other"])

conversations = st.builds(
    Conversation,
    created=instants,
    state=st.sampled_from(["open", "closed", "snoozed", None]),
    priority=st.sampled_from(["high", "none", None]),
    tags=st.sampled_from([(), ("p1",), ("escalated",)]),
    first_admin_reply=st.none() | instants,
    last_close=st.none() | instants,
    reopens=st.none() | st.integers(0, 2),
    parts=st.none() | st.integers(0, 3),
    known_at=st.none() | instants,
    resolved=st.booleans(),
)
fields = st.builds(
    Fields,
    values=st.dictionaries(
        st.sampled_from(["arr", "stage", "deleted"]), st.none() | st.sampled_from([1.0, 2.0, True]), max_size=2
    ).map(lambda values: tuple(sorted(values.items()))),
    created=st.none() | instants,
    read_at=st.none() | instants,
)


def observations(subject: Subject, contents: st.SearchStrategy[Content]) -> st.SearchStrategy[Observation]:
    """Give observations of one subject."""
    return st.builds(Observation, subject=st.just(subject), at=instants, content=contents, owner=owners)


CONVERSATION = Subject("intercom", "conversation", "1")
OPPORTUNITY = Subject("salesforce", "opportunity", "006")
READING = Subject("looker", "reading", "c@2026-08-09")

of_conversation = observations(CONVERSATION, conversations | st.builds(Tombstone, merged=st.booleans()))
of_record = observations(OPPORTUNITY, fields | st.builds(Gap, object=st.just("Opportunity")))
of_reading = observations(
    READING,
    st.builds(
        Reading,
        date=st.just(parse_instant("2026-08-09")),
        values=st.sampled_from([(), (("platform_score", 50.0),), (("platform_score", 60.0),)]),
        holes=st.sampled_from([(), (START,)]),
    ),
)
messages = st.builds(
    Message,
    part=st.sampled_from(["1", "2"]),
    language=st.sampled_from(["en", None]),
    sentiment=st.sampled_from([None, -0.5, 0.25]),
    findings=st.sampled_from([(), (Finding("budget", "no budget", "en.budget.1", "2"),)]),
    version=st.sampled_from(["2", "10", ""]),
    redacted=st.sampled_from([False, False, False, True]),
)
of_message = observations(CONVERSATION, messages)
of_any = of_conversation | of_record | of_reading
