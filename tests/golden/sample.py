"""What every golden sample holds: three accounts, each content that can be observed, each thing that is kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from msgspec import structs

from config.model_text import version_of
from handlers.jobs.alerts import keep_list
from handlers.jobs.closes import Deed, Note, log_deed, note
from handlers.jobs.guards import Digest, Held, Moves
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch, FactStore, Store
from handlers.stores.sqlite.schema import FORMAT
from scoring.account import Account, AccountFacts, Naming
from scoring.alert_list import AlertList, Edges, Listed, Unlisted
from scoring.alerts import AlertTerms, Need
from scoring.customer import named_csms
from scoring.drift import Spread
from scoring.drivers import Driver
from scoring.facts import merge
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, SECOND, Instant, parse_instant
from scoring.measurement import measure
from scoring.model import Model
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
    Value,
)
from scoring.record import Record, Status
from scoring.said_outcomes import SaidOutcome, observation_of
from scoring.score import grade
from scoring.signals import Signal
from scoring.statements import Statement
from scoring.summary import moved_from

SOURCES = ("intercom", "looker", "salesforce")
"""The sources of the samples, which stay as they were written."""

NOW = parse_instant("2026-11-20T09:00:00Z")
"""When all of it was taken in."""

PERIODS: Mapping[str, Instant] = {"2026-09": parse_instant("2026-10-01"), "2026-10": parse_instant("2026-11-01")}
"""The periods closed, each with its as-of instant."""

ACCOUNTS = (
    Account(
        "001AA0000000001YAA",
        {"intercom": ("acme",), "looker": ("77",), "salesforce": ("001AA0000000001YAA",)},
        "Größe & Söhne",
    ),
    Account(
        "001AA0000000002YAA",
        {"intercom": ("büro",), "salesforce": ("001AA0000000002YAA",)},
        segment="standard",
    ),
    Account("001AA0000000003YAA", {"looker": ("nobody",)}, "Nobody"),
)

_ONE, _TWO = "001AA0000000001YAA", "001AA0000000002YAA"
_END = PERIODS["2026-10"]


def days(number: float) -> Instant:
    """Give the instant so many days before the end of the last period."""
    return _END - int(number * DAY)


def _conversation(name: str, owner: str | None, at: Instant, content: Content) -> Observation:
    return Observation(Subject("intercom", "conversation", name), at, content, owner)


def _record(owner: str, kind: str, name: str, at: Instant, created: Instant, /, **values: Value) -> Observation:
    content = Fields(tuple(sorted({"deleted": False, **values}.items())), created)
    return Observation(Subject("salesforce", kind, name), at, content, owner)


def _change(owner: str | None, kind: str, name: str, at: Instant, /, **values: Value) -> Observation:
    return Observation(Subject("salesforce", kind, name), at, Fields(tuple(sorted(values.items()))), owner)


def _reading(customer: str, date: Instant, /, **values: float) -> Observation:
    subject = Subject("looker", "reading", f"{customer}@{date // DAY}")
    return Observation(subject, date + 5 * HOUR, Reading(date, tuple(sorted(values.items()))), customer)


FULL = Conversation(
    days(12),
    state="closed",
    delivered_as="customer_initiated",
    priority="priority",
    tags=("escalated", "p1", "größe"),
    first_admin_reply=days(11.9),
    last_close=days(10),
    reopens=1,
    parts=17,
    agent_took_part=True,
    agent_source="profile",
    agent_resolution="assumed_resolution",
    agent_rating=4,
    rating=5,
)
"""A conversation that says everything."""


def _support() -> Iterator[Observation]:
    yield _conversation("1", None, days(12), Conversation(days(12), state="open", parts=1))
    yield _conversation("1", "acme", days(10), FULL)
    yield _conversation("2", "acme", days(40), Conversation(days(40), state="open", delivered_as="customer_initiated"))
    yield _conversation("2", "acme", days(39), Conversation(days(40), "closed", None, None, (), days(39.5), days(39)))
    yield _conversation(
        "3", "acme", days(4), Conversation(days(5), state="snoozed", priority="none", reopens=0, parts=2)
    )
    yield _conversation("4", "acme", days(8), Conversation(days(8), state="open"))
    yield _conversation("4", None, days(7), Tombstone())
    yield _conversation("5/a", "5f-acme", days(3), Conversation(days(3), state="open", tags=("p2",)))
    yield _conversation("6", "büro", days(2), Conversation(days(2), state="open", delivered_as="operator_initiated"))
    yield _conversation("7", None, days(2), Conversation(days(2), state="open"))


def _contract() -> Iterator[Observation]:
    yield _record(_ONE, "account", _ONE, days(400), days(900), name="Größe", arr=240_000, success_tier="Paid")
    yield _change(None, "account", _ONE, days(90), arr=262_500.5, champion_since=days(200), responsiveness=1)
    yield _record(
        _ONE, "opportunity", "006A", days(60), days(80), type="Renewal", stage="Open", close_date=_END + 90 * DAY
    )
    yield _change(_ONE, "opportunity", "006A", days(20), is_closed=False, is_won=False, stage="Negotiation")
    yield _record(
        _ONE, "opportunity", "006B", days(50), days(99), type="Downgrade", stage="Closed Won", close_date=days(50)
    )
    yield _record(_ONE, "payment", "a00A", days(30), days(30), status="Failed", payment_date=days(30))
    yield _record(_ONE, "payment", "a00B", days(5), days(5), status="Paid", payment_date=days(5))
    yield _record(_ONE, "event", "00UA", days(70), days(70), type="QBR", activity_date=days(70), attended=True)
    yield _record(_ONE, "csql", "a01A", days(15), days(15), status="Open")
    yield _change(None, "csql", "a01A", days(1), deleted=True)
    yield Observation(Subject("salesforce", "account", _ONE), days(1), Gap("Account"), _ONE)
    yield Observation(Subject("salesforce", "opportunity", "*"), days(100), Gap("Opportunity"))
    yield Observation(Subject("salesforce", "opportunity", "*"), days(99), Gap("Opportunity", resynced=True))


def _signals() -> Iterator[Observation]:
    yield _record(_TWO, "account", _TWO, days(700), days(700), name="Büro", arr=None, success_tier="Standard")
    words: dict[str, Value] = {
        "severity": "Critical",
        "confidence": "Confirmed",
        "status": "Monitoring",
        "date_observed": days(20),
    }
    yield _record(_TWO, "signal", "a02A", days(20), days(20), category="Usage", reported_by="Ana", **words)
    yield _record(_TWO, "signal", "a02B", days(9), days(9), severity="Dreadful", confidence="Likely", status="Active")
    yield _record(_TWO, "signal", "a02C", days(9), days(9), severity="Watch", confidence=None, status="Frozen")
    whole = Fields((("deleted", False), ("severity", "Watch"), ("status", "Active")), days(33), days(2) + SECOND)
    yield Observation(Subject("salesforce", "signal", "a02D"), days(3), whole, _TWO)


def _usage() -> Iterator[Observation]:
    logins = {"staff_logins_30d": 900, "staff_logins_prev_30d": 1000, "admin_logins_30d": 0, "admin_logins_prev_30d": 5}
    yield _reading("77", days(31), active_modules=4, available_modules=9, platform_score=61.5, messaging=70, **logins)
    yield _reading(
        "77", days(0), active_modules=5, available_modules=9, platform_score=64.25, automations=101, **logins
    )
    yield _reading("77", days(1))


def _registry() -> Iterator[Statement]:
    yield Naming("intercom", ("acme", "5f-acme"), days(500), "Größe", (("plan", "pro"), ("salesforce_id", _ONE)))
    yield Naming("intercom", ("acme",), days(300), "Größe & Söhne", (("plan", "max"),))
    yield Naming("intercom", ("büro",), days(200))
    yield Naming("looker", ("77",), days(400), "Groesse")
    yield Naming("salesforce", (_ONE,), days(900), "Größe")
    yield Naming("salesforce", (_TWO,), days(700), "Büro")
    for source in SOURCES:
        yield Covered(source, days(720))
        yield Heard(source, days(0) - HOUR)
        yield Heard(source, days(0) - SECOND)
        yield Heard(source, days(30))


def _since_4() -> Iterator[Observation]:
    """Say what a format before the fourth could not."""
    seen = structs.replace(FULL, customer_wrote=days(11), known_at=days(9) + SECOND, resolved=True)
    yield _conversation("8", "acme", days(9), seen)
    yield _conversation("8", NOBODY, days(6), structs.replace(seen, known_at=None))
    yield _conversation("9", None, days(6), Tombstone(merged=True))
    date = days(2)
    yield Observation(
        Subject("looker", "reading", "77@2"), date, Reading(date, (("active_modules", 5.0),), (days(5), days(3))), "77"
    )


def _since_5() -> Iterator[Observation]:
    """Say who looks after an account: of format 5 on, records have it."""
    user = "005AA0000000001YAA"
    yield _change(None, "account", _ONE, days(80), owner_id=user)
    yield _record(user, "user", user, days(70), days(800), name="Ana Größe", mail="ana@example.com", is_active=True)


def _since_6() -> Iterator[Observation]:
    """Say what somebody told of outcomes: one that is corrected, and one that is taken back."""
    said = SaidOutcome(_TWO, "churned", days(30), days(70), 48_000.5, "EUR", "größer", days(90))
    yield observation_of(said, days(20))
    yield observation_of(SaidOutcome(_TWO, "downgraded", days(30)), days(10))
    yield observation_of(SaidOutcome(_ONE, "withdrawn", days(200)), days(10))


MESSAGE = Message(
    "part/1",
    "de",
    -0.4215,
    (
        Finding("cancellation", "wir kündigen zum Jahresende", "de.cancellation.1", "2.1"),
        Finding("competitor", "[name] wechselt zu einem größeren Anbieter", "de.competitor.2", "2.1"),
    ),
    "2.1",
)
"""A message that says everything but that it was redacted."""


def _since_8() -> Iterator[Observation]:
    """Say what customers wrote: from format 8 on a store has messages."""
    yield _conversation("1", None, days(11.5), MESSAGE)
    yield _conversation("1", None, days(11), Message("part/2", "en", 0.75, version="2.1"))
    yield _conversation("2", None, days(39.5), Message("part/3", sentiment=-1.0))
    yield _conversation("2", None, days(39), Message("part/3", redacted=True))
    yield _conversation("4", None, days(8), Message("part/4", "en", 0.0, version="2.1"))
    yield _conversation("10", "acme", days(3), Message("part/5"))


def statements(number: int) -> list[Statement]:
    """Give all that was ever said in the sample of a format."""
    since = {4: _since_4, 5: _since_5, 6: _since_6, 8: _since_8}
    later = [one for format_, said in since.items() if number >= format_ for one in said()]
    return [*_support(), *_contract(), *_signals(), *_usage(), *_registry(), *later]


def batches(number: int) -> Iterator[Batch]:
    """Give the statements in two parts, as two deliveries would bring them."""
    said = statements(number)
    yield batch_of(said[::2])
    yield batch_of(said[1::2])


def batch_of(said: Iterable[Statement]) -> Batch:
    """Coalesce statements."""
    batch = Batch()
    for statement in said:
        batch.add(statement)
    return batch


def facts_of(store: FactStore, account: Account) -> AccountFacts:
    """Read all that a store knows of an account."""
    owners = [store.owner(source, key) for source in SOURCES for key in account.owners.get(source, ())]
    ids = {source: sorted({i for o in owners if o.source == source for i in o.ids}) for source in SOURCES}
    named = [fact for source in SOURCES for fact in store.facts(source, ids[source])]
    csms = [fact for source, user in sorted(named_csms(named)) for fact in store.facts(source, [user])]
    facts = merge([*named, *csms])
    return AccountFacts(account, facts, tuple(owners), store.feeds(), store.gaps())


def records(store: FactStore, model: Model) -> Iterator[Record]:
    """Score every account for every period; the last period's record of the second account is provisional."""
    for account in ACCOUNTS:
        facts, moved = facts_of(store, account), None
        for period, as_of in PERIODS.items():
            measured = measure(facts, as_of, model)
            provisional = account.id == _TWO and as_of == _END
            status: Status = "provisional" if provisional else "final"
            made = Record(period, status, as_of + HOUR, measured, grade(measured, model), moved)
            before: float | None = None if moved is None else 61.25
            made = replace(made, steady_before=before, alert=ALERTS.alert(account.id), left=LEFT.get(account.id))
            yield made
            moved = replace(moved_from(made), drivers=(DRIVER,))


EDITS = {
    "zoe": [Edit(one.id, {"name": one.name, "segment": one.segment}, one.owners) for one in ACCOUNTS],
    "max": [Edit(_ONE, {"csm": "Ana Größe"}, less=(("looker", "77"),)), Edit(_TWO, remove=True)],
}
"""Who changed which accounts: from format 6 on a store has accounts."""

DRIVER = Driver(
    *("cap", -1.5, ("p1_p2_volume",), 75, 65.5),
    (Signal("Critical", None, "Active", days(3), "Usage", None, "Ana", ("confidence",)),),
)
"""What moved a score."""

LEFT = {_TWO: days(4)}
"""Who gave notice: from format 6 on a record says it."""

_TERMS = AlertTerms("steady", 0.05)
ALERTS = AlertList(
    *("2026-10", _END, _TERMS, 3),
    (Listed(_ONE, _END - 31 * DAY, 2, 61.3, 90, is_new=False),),
    (Unlisted(_TWO, "no_score"),),
)
EDGES = Edges("2026-10", _TERMS, 3, Need(False, 61.25, _ONE), None)
"""The list of alerts of a close, and how bad an account must be for it: from format 6 on."""

CURSORS = {"salesforce": "2026-11-20T08:00:00Z", "intercom": '{"page":"größe"}'}


SPREAD = Spread(3, 2, 1.5, 2, 1, 0, 1, 2, 1, 1, 0, 0, 1, 0, 0.5)
"""What a metric looked like at a close: from format 6 on."""

NOTE = Note(
    "held",
    NOW,
    Digest(3, 2, 2, 1, {"p1_p2_volume": Moves(1, 0, 2, 0.5)}, {"p1_p2_volume": SPREAD}),
    (Held("fewer_scored", "2 of 3 accounts are scored"),),
)
DEED = Deed("2026-11-20T09:00:00Z", "withdraw", "2026-08", "too early")


def fill(store: Store, text: str, made: Callable[[FactStore], Iterable[Record]]) -> None:
    """Take all of it into an empty store, in the format of today: a model's text, the records made under it."""
    for batch in batches(FORMAT):
        store.merge(batch)
    for name, value in CURSORS.items():
        store.set_cursor(name, value)
    note(store, "2026-09", NOTE)
    log_deed(store, "withdraw", "2026-08", "too early", NOW)
    keep_list(store, ALERTS, EDGES)
    store.put_model(version_of(text), text)
    assert store.put_records(made(store)) == []
    for by, edits in EDITS.items():
        store.portfolio.put(edits, by, NOW)
