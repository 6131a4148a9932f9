"""Accounts that live evenly: a usage reading each day, nine conversations a month, a CRM that changes now and then.

Each month of an account is some 65 observations, so that what a history costs shows beside its length alone.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import structs

from handlers.demo.load import load_accounts
from handlers.stores.protocol import Batch, FactStore
from scoring.account import Account, Naming
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, Instant, format_date
from scoring.observations import Conversation, Fields, Observation, Reading, Subject
from scoring.statements import Statement

SOURCES = ("intercom", "looker", "salesforce")
_BEFORE = 100 * DAY
"""So long before its first day an account was known already."""

_FIGURES = (
    "active_modules",
    "active_staff",
    "admin_logins_30d",
    "admin_logins_prev_30d",
    "available_modules",
    "licensed_seats",
    "platform_score",
    "platform_score_90d_ago",
    "staff_logins_30d",
    "staff_logins_prev_30d",
)
_AT_ONCE = 2_000


def live(store: FactStore, accounts: int, start: Instant, end: Instant) -> tuple[Account, ...]:
    """Have a store know accounts that lived from one midnight to another; give the accounts."""
    portfolio = load_accounts(accounts)
    told = _statements(portfolio, start, end)
    while some := list(islice(told, _AT_ONCE)):
        batch = Batch()
        for one in some:
            batch.add(one)
        store.merge(batch)
    return portfolio


def _statements(portfolio: Iterable[Account], start: Instant, end: Instant) -> Iterator[Statement]:
    for source in SOURCES:
        yield Covered(source, Instant(start - _BEFORE))
        yield from (Heard(source, Instant(at)) for at in range(start, end, HOUR))
    for account in portfolio:
        owners = {source: keys[0] for source, keys in account.owners.items()}
        yield from (Naming(source, (key,), Instant(start - _BEFORE), account.name) for source, key in owners.items())
        yield from _crm(owners["salesforce"], start, end)
        for number, day in enumerate(range(start, end, DAY)):
            yield _reading(owners["looker"], Instant(day + DAY), number)
            if number % 10 in (1, 4, 7):
                yield from _conversation(owners["intercom"], Instant(day), number)


def _crm(owner: str, start: Instant, end: Instant) -> Iterator[Statement]:
    created = Instant(start - _BEFORE)

    def said(kind: str, name: str, at: int, **values: float | str | bool | None) -> Observation:
        content = Fields(tuple(sorted(values.items())), created)
        return Observation(Subject("salesforce", kind, f"{owner}{name}"), Instant(at), content, owner)

    yield Observation(
        Subject("salesforce", "account", owner),
        created,
        Fields((("arr", 48_000.0), ("name", owner), ("success_tier", "Standard")), created),
        owner,
    )
    yield said("opportunity", "r", created, stage="Open", type="Renewal", is_closed=False, is_won=False)
    for number, at in enumerate(range(start, end, 30 * DAY)):
        yield said("payment", f"p{number}", at, payment_date=at, status="Paid")
        yield said("event", f"e{number}", at, activity_date=at, attended=True, type="QBR")


def _reading(customer: str, day: Instant, number: int) -> Observation:
    subject = Subject("looker", "reading", f"{customer}@{format_date(day)}")
    values = tuple((name, float(40 + number % 7 + place)) for place, name in enumerate(_FIGURES))
    return Observation(subject, day, Reading(day, values), customer)


def _conversation(company: str, day: Instant, number: int) -> Iterator[Observation]:
    subject = Subject("intercom", "conversation", f"{company}-{number}")
    begun, answered, closed = (Instant(day + hours * HOUR) for hours in (1, 3, 30))
    opened = Conversation(begun, "open", "customer_initiated", "not_priority", parts=1)
    taken = structs.replace(opened, first_admin_reply=answered, parts=2)
    ended = structs.replace(taken, state="closed", last_close=closed, parts=6)
    for hours, content in ((1, opened), (3, taken), (9, structs.replace(taken, parts=5)), (30, ended)):
        yield Observation(subject, Instant(day + hours * HOUR), content, company)
