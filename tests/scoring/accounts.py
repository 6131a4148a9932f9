"""Accounts as a store would know them, built by hand."""

from collections.abc import Mapping

from scoring.account import Account, AccountFacts, Owner
from scoring.facts import gather
from scoring.feeds import Feed, HeardHour
from scoring.instants import DAY, Instant, parse_instant
from scoring.observations import Content, Conversation, Fields, Observation, Reading, Subject, Value

AS_OF = parse_instant("2026-11-01")
ID = "001AA0000000001AAA"
LONG_AGO = AS_OF - 800 * DAY

ACCOUNT = Account(ID, {"intercom": ("acme",), "looker": ("77",), "salesforce": (ID,)})
OWNERS = tuple(Owner(source, frozenset(keys), None, LONG_AGO) for source, keys in ACCOUNT.owners.items())
LIVE = Feed(covered_since=LONG_AGO, heard=(HeardHour(AS_OF - 1, AS_OF - 1),))
FEEDS: Mapping[str, Feed] = {"intercom": LIVE, "salesforce": LIVE, "looker": LIVE}


def days(number: float) -> Instant:
    """Give the instant so many days before the as-of instant."""
    return AS_OF - int(number * DAY)


def conversation(name: str, created: Instant, **members: object) -> Observation:
    """Say a conversation of the account; its snapshot is of a second after its creation unless said."""
    at = members.pop("at", created + 1)
    snapshot = Conversation(created, **{"state": "open", **members})  # type: ignore[arg-type]
    assert isinstance(at, Instant)
    return Observation(Subject("intercom", "conversation", name), at, snapshot, "acme")


def record(kind: str, name: str, at: Instant = LONG_AGO, /, **values: Value) -> Observation:
    """Say fields of a CRM record of the account."""
    content: Content = Fields(tuple(sorted({"deleted": False, **values}.items())), LONG_AGO)
    return Observation(Subject("salesforce", kind, name), at, content, ID)


def profile(at: Instant = LONG_AGO, /, **values: Value) -> Observation:
    """Say fields of the account's own record."""
    return record("account", ID, at, **values)


def reading(date: Instant, customer: str = "77", /, **values: float) -> Observation:
    """Say a usage reading."""
    subject = Subject("looker", "reading", f"{customer}@{date}")
    return Observation(subject, date, Reading(date, tuple(sorted(values.items()))), customer)


def known(
    *observations: Observation,
    account: Account = ACCOUNT,
    owners: tuple[Owner, ...] = OWNERS,
    feeds: Mapping[str, Feed] = FEEDS,
) -> AccountFacts:
    """Give all that is known of the account."""
    return AccountFacts(account, gather(observations), owners, feeds)
