"""Streams that reach over many months: several customers and owners, ids that come and go, and odd instants."""

from hypothesis import strategies as st

from scoring.instants import DAY, HOUR, Instant, parse_instant
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

BEGIN = parse_instant("2025-06-01")
ID = "001AA0000000001AAA"

moments = st.integers(0, 400 * 8).map(lambda step: Instant(BEGIN + step * 3 * HOUR)) | st.integers(0, 400).map(
    lambda day: Instant(BEGIN + day * DAY)
)
"""Over thirteen months; ties and whole days are common."""

_conversations = st.builds(
    Conversation,
    created=moments,
    state=st.sampled_from(["open", "closed", "closed", "snoozed", None]),
    delivered_as=st.sampled_from([None, "customer_initiated", "operator_initiated"]),
    priority=st.sampled_from(["priority", "unheard-of", None]),
    tags=st.sampled_from([(), ("p1",), ("escalated",)]),
    first_admin_reply=st.none() | moments,
    last_close=st.none() | moments,
    reopens=st.none() | st.integers(0, 2),
    parts=st.none() | st.integers(0, 2),
    customer_wrote=st.none() | moments,
    known_at=st.none() | moments,
    resolved=st.booleans(),
)
_messages = st.builds(
    Message,
    part=st.sampled_from(["1", "2", "3"]),
    language=st.sampled_from(["en", None]),
    sentiment=st.sampled_from([None, -0.5, 0.25]),
    findings=st.sampled_from([(), (Finding("budget", "no budget", "en.budget.1", "2"),)]),
    redacted=st.sampled_from([False, False, False, True]),
)
_days = st.integers(0, 400).map(lambda day: Instant(BEGIN + day * DAY))


def _reading(name: str, customers: st.SearchStrategy[str | None]) -> st.SearchStrategy[Observation]:
    """Give readings of a subject: pulled again with another value, another date, or of another customer."""
    contents: st.SearchStrategy[Content] = st.builds(
        Reading,
        date=_days,
        values=st.sampled_from([(), (("platform_score", 50.0),), (("messaging", 7.0),), (("staff_logins_30d", 0.0),)]),
        holes=st.sampled_from([(), (BEGIN,)]),
    )
    odd = st.sampled_from([Tombstone(), Gap("Look")])
    subject = Subject("looker", "reading", name)
    return st.builds(Observation, st.just(subject), moments, contents | contents | contents | odd, customers)


readings = st.one_of(
    *(_reading(f"77@{number}", st.just("77")) for number in range(6)),
    *(_reading(f"78@{number}", st.just("78")) for number in range(3)),
    _reading("79@1", st.sampled_from(["77", "78", "foreign", None, NOBODY])),
)
conversations = st.builds(
    Observation,
    st.sampled_from(["1", "2", "3", "4/reading/5"]).map(lambda name: Subject("intercom", "conversation", name)),
    moments,
    _conversations | _conversations | _conversations | _messages | st.builds(Tombstone, merged=st.booleans()),
    st.sampled_from(["acme", "acme", "5f-acme", "foreign", None, NOBODY]),
)
records = st.builds(
    Observation,
    st.sampled_from([("account", ID), ("opportunity", "006"), ("payment", "a00")]).map(
        lambda one: Subject("salesforce", *one)
    ),
    moments,
    st.builds(
        Fields,
        st.sampled_from([(("arr", 100.0),), (("deleted", True),), (("is_won", True), ("stage", "Closed Won"))]),
        created=st.none() | moments,
        read_at=st.none() | moments,
    )
    | st.just(Gap("Opportunity")),
    st.sampled_from([ID, ID, "foreign", None, NOBODY]),
)
spans = st.lists(readings | conversations | records, max_size=30)
