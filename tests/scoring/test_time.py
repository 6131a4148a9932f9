"""Time: what is said later changes no score of an earlier instant; compaction changes none of 13 months."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scoring.account import Account, AccountFacts, Owner
from scoring.compaction import compact
from scoring.facts import gather
from scoring.feeds import Feed, HeardHour, merge_hours
from scoring.instants import DAY, HOUR, Instant, parse_instant, start_of_day
from scoring.measurement import score
from scoring.observations import Content, Conversation, Fields, Gap, Observation, Reading, Subject, Tombstone
from scoring.score import Score
from tests.models import the_model

MODEL = the_model()
ID = "001AA0000000001AAA"
START = parse_instant("2025-06-01")
ACCOUNT = Account(ID, {"intercom": ("acme",), "looker": ("77",), "salesforce": (ID,)})

instants = st.integers(0, 500 * 24).map(lambda hours: START + hours * HOUR)


def observed(kind: str, contents: st.SearchStrategy[Content], owner: str) -> st.SearchStrategy[Observation]:
    """Give observations of a few subjects of a kind, owned by the account, by another, or unsaid."""
    source = "intercom" if kind == "conversation" else "salesforce"
    subjects = st.sampled_from(["1", "2", "3"]).map(lambda name: Subject(source, kind, name))
    owners = st.sampled_from([owner, owner, "another", None])
    return st.builds(Observation, subjects, instants, contents, owners)


def said(**values: st.SearchStrategy[str | float | bool | None]) -> st.SearchStrategy[Fields]:
    """Give fields of a record, some of them unsaid."""
    return st.fixed_dictionaries({}, optional=values).map(lambda each: Fields(tuple(sorted(each.items()))))


def dates() -> st.SearchStrategy[float]:
    """Give dates as a CRM field holds them."""
    return instants.map(start_of_day)


flags = st.booleans()
observations = st.one_of(
    observed(
        "conversation",
        st.builds(
            Conversation,
            created=instants,
            state=st.sampled_from(["open", "closed"]),
            priority=st.sampled_from(["high", None]),
            first_admin_reply=st.none() | instants,
            last_close=st.none() | instants,
            reopens=st.none() | st.integers(0, 1),
        )
        | st.just(Tombstone()),
        "acme",
    ),
    observed(
        "opportunity",
        said(
            type=st.sampled_from(["Renewal", "Downgrade"]),
            stage=st.sampled_from(["Open", "Closed Won"]),
            is_closed=flags,
            close_date=dates(),
            deleted=flags,
        )
        | st.just(Gap("Opportunity")),
        ID,
    ),
    observed("payment", said(status=st.sampled_from(["Failed", "Paid"]), payment_date=dates(), deleted=flags), ID),
    observed(
        "signal",
        said(
            severity=st.sampled_from(["Critical", "Moderate", "Watch"]),
            status=st.sampled_from(["Active", "Monitoring"]),
            date_observed=dates(),
        ),
        ID,
    ),
    st.builds(
        Observation,
        st.just(Subject("salesforce", "account", ID)),
        instants,
        said(arr=st.sampled_from([100.0, 300_000.0]), success_tier=st.sampled_from(["Paid", None]), deleted=flags),
        st.just(ID),
    ),
    dates().map(
        lambda date: Observation(
            Subject("looker", "reading", f"77@{date}"),
            Instant(date),
            Reading(Instant(date), (("messaging", date % 97), ("platform_score", date % 89))),
            "77",
        )
    ),
)
streams = st.lists(observations, max_size=25)
heard = st.lists(instants, max_size=12)


def account_facts(stream: list[Observation], heard_at: list[Instant], named_at: Instant) -> AccountFacts:
    """Give what is known of the account from a stream."""
    hours = merge_hours(HeardHour(at, at) for at in heard_at)
    owners = tuple(Owner(source, frozenset(keys), None, named_at) for source, keys in ACCOUNT.owners.items())
    feeds = {source: Feed(START, hours) for source in ("intercom", "salesforce")}
    return AccountFacts(ACCOUNT, gather(stream), owners, feeds)


def score_at(facts: AccountFacts, as_of: Instant) -> Score:
    """Score under the committed model."""
    return score(facts, as_of, MODEL)


@given(streams, heard, instants, instants)
def test_scoring_the_whole_stream_as_of_a_prefixs_end_is_scoring_the_prefix(
    stream: list[Observation], heard_at: list[Instant], named_at: Instant, as_of: Instant
) -> None:
    """An event at or after as_of is not in, whatever it says."""
    prefix = [o for o in stream if o.at < as_of or (isinstance(o.content, Reading) and o.content.date <= as_of)]
    before = [at for at in heard_at if at < as_of]
    whole = score_at(account_facts(stream, heard_at, named_at), as_of)
    assert whole == score_at(account_facts(prefix, before, named_at), as_of)


@given(st.data(), streams, heard, instants, instants)
def test_the_order_and_number_of_observations_make_no_difference(
    data: st.DataObject, stream: list[Observation], heard_at: list[Instant], named_at: Instant, as_of: Instant
) -> None:
    """The same stream shuffled and doubled gives the same score."""
    shuffled = data.draw(st.permutations([*stream, *stream]))
    heard_again = data.draw(st.permutations([*heard_at, *heard_at]))
    once = score_at(account_facts(stream, heard_at, named_at), as_of)
    assert once == score_at(account_facts(shuffled, heard_again, named_at), as_of)


@given(streams, heard, instants, st.integers(0, 13 * 30).map(lambda days: days * DAY))
def test_compaction_changes_no_score_within_13_months(
    stream: list[Observation], heard_at: list[Instant], named_at: Instant, later: Instant
) -> None:
    """What is dropped at a horizon is unseen by every as-of instant from it on."""
    horizon = START + 380 * DAY
    facts = account_facts(stream, heard_at, named_at)
    compacted = replace(facts, facts=tuple(compact(fact, horizon) for fact in facts.facts))
    assert score_at(compacted, horizon + later) == score_at(facts, horizon + later)
