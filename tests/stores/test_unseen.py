"""What no month-end that is kept can use leaves: a store of five years is as large as one of two, and scores alike."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count, pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from config.loader import load_config
from config.retention import USUAL_RETENTION
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.retention import look
from handlers.stores.codec import encode_record
from handlers.stores.keeping import Mark
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming
from scoring.facts import HISTORY
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, Instant, parse_instant
from scoring.observations import Conversation, Message, Observation, Reading, Subject, Tombstone
from scoring.periods import period_end, periods_to
from scoring.scope import Scope, scope_of
from scoring.statements import Statement
from tests.scoring.spans import BEGIN, ID, moments, spans
from tests.stores.places import batch_of, holdings

MODEL = load_config().model
ACCOUNT = Account(ID, {"intercom": ("acme",), "looker": ("77", "78"), "salesforce": (ID,)})
YEARS = [parse_instant(f"{year}-11-01") for year in range(2021, 2027)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give an empty store."""
    with closing(SqliteStore(tmp_path / "store.db", durable=False)) as opened:
        yield opened


def scored(store: SqliteStore, as_of: Instant, period: str = "2026-01") -> list[str]:
    """Score the account from all that is known, and from what its instant can use, to the byte."""
    reader, terms = AccountReader(store), Terms(period, as_of, MODEL, "provisional", as_of)
    read = [reader.read(ACCOUNT), reader.read(ACCOUNT, scope_of(as_of, MODEL))]
    return [encode_record(record_of(facts, terms)) for facts in read]


def a_life(start: Instant, end: Instant) -> Iterator[Statement]:
    """Tell of a reading every day and a conversation every third, some of them of nobody at first."""
    rng = Random(start)  # noqa: S311 - no secret
    for date in range(start, end, DAY):
        values = (("active_modules", 5.0), ("messaging", float(date // DAY % 97)))
        subject = Subject("looker", "reading", f"77@{date // DAY}")
        yield Observation(subject, Instant(date + HOUR), Reading(Instant(date), values), "77")
    for begun in range(start, end, 3 * DAY):
        at, subject = Instant(begun + rng.randrange(DAY)), Subject("intercom", "conversation", f"{begun // DAY}")
        open_, closed = Conversation(at, "open", parts=1), Instant(at + rng.randrange(9 * DAY))
        yield Observation(subject, at, open_, rng.choice([None, "acme"]))
        yield Observation(subject, Instant(at + 1), Message("1", "en", 0.5))
        yield Observation(subject, closed, structs.replace(open_, state="closed", last_close=closed, parts=2), "acme")


def named(since: Instant) -> Iterator[Statement]:
    """Name all owners, and cover their sources."""
    for source, name in (("intercom", "acme"), ("looker", "77"), ("looker", "78"), ("salesforce", ID)):
        yield Naming(source, (name,), since, "Acme")
        yield Covered(source, since)


def test_five_years_later_there_is_as_much_as_after_two(store: SqliteStore) -> None:
    """And each month-end of the last thirteen months has the bytes that it had."""
    store.merge(batch_of(*named(YEARS[0])))
    left = []
    for start, end in pairwise(YEARS):
        store.merge(batch_of(*a_life(start, end), Heard("intercom", Instant(end - HOUR))))
        months = [(period_end(period), period) for period in periods_to("2026-10", 61)]
        months = [one for one in months if end - HISTORY <= one[0] <= end]
        before = [scored(store, *month) for month in months]
        looked = look(store, (ACCOUNT,), USUAL_RETENTION, MODEL, end)
        assert [scored(store, *month) for month in months] == before
        assert len(months) >= 12
        assert (looked.unseen > 0) == (end >= YEARS[2])
        left.append(sum(1 for source in ("intercom", "looker") for _ in store.subjects(source)))
        assert look(store, (ACCOUNT,), USUAL_RETENTION, MODEL, end).unseen == 0
    flat = left[2:]
    assert max(flat) <= 1.02 * min(flat)
    assert max(flat) < 2 * left[0] + 150


def test_no_instant_that_is_kept_scores_otherwise(tmp_path: Path) -> None:
    """Whatever was said of whom, whoever was named when, or joined, and wherever the horizon lies."""
    examples = count()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    @given(
        spans,
        st.lists(st.tuples(st.sampled_from(["acme", "5f-acme", "77", "78", ID]), moments), max_size=6),
        moments,
        st.lists(moments, min_size=1, max_size=4),
    )
    def holds(
        drawn: list[Observation], namings: list[tuple[str, Instant]], horizon: Instant, later: list[Instant]
    ) -> None:
        sources = {"acme": "intercom", "5f-acme": "intercom", ID: "salesforce"}
        names = [Naming(sources.get(name, "looker"), (name,), at) for name, at in namings]
        names += [Naming("intercom", ("acme", name), at) for name, at in namings if name == "5f-acme"]
        with closing(SqliteStore(tmp_path / f"{next(examples)}.db", durable=False)) as store:
            store.merge(batch_of(*drawn, *names, *(Covered(source, BEGIN) for source in ACCOUNT.owners)))
            instants = [horizon, *(Instant(horizon + at - BEGIN) for at in later)]
            before = [scored(store, as_of) for as_of in instants]
            store.keeping.forget_unseen(scope_of(horizon, MODEL))
            assert [scored(store, as_of) for as_of in instants] == before
            assert all(whole == part for whole, part in before)

    holds()


def talk(name: str, at: Instant, state: str, owner: str | None = "acme") -> Observation:
    """Say a conversation."""
    return Observation(Subject("intercom", "conversation", name), at, Conversation(at, state), owner)


def reading(day: int, customer: str = "77") -> Observation:
    """Say a reading."""
    date = Instant(BEGIN + day * DAY)
    return Observation(Subject("looker", "reading", f"{customer}@{day}"), date, Reading(date, ()), customer)


HORIZON = Instant(BEGIN + 300 * DAY)


def test_what_goes_and_what_stays(store: SqliteStore) -> None:
    """Never what is open, the latest reading of a customer, or anything of an owner that nothing named by then."""
    old, recent = Instant(BEGIN + DAY), Instant(BEGIN + 250 * DAY)
    store.merge(batch_of(*named(BEGIN), Naming("intercom", ("late",), HORIZON)))
    goes = [talk("1", old, "closed"), talk("1", old, "closed", None), reading(1), reading(200)]
    deleted = Observation(Subject("intercom", "conversation", "2"), Instant(old + 1), Tombstone(), "acme")
    goes += [talk("2", old, "open"), deleted]
    stays = [
        talk("3", old, "open"),
        talk("4", recent, "closed"),
        talk("5", old, "closed", None),
        talk("6", old, "closed", "late"),
        talk("7", old, "closed", "nobody-named"),
        talk("8", old, "closed"),
        talk("8", old, "closed", "late"),
        reading(299),
        reading(301),
        reading(2, "78"),
        reading(3, "foreign"),
        reading(4, "foreign"),
    ]
    store.merge(batch_of(*goes, *stays))
    subjects = {one.subject for one in goes} - {one.subject for one in stays}
    assert store.keeping.forget_unseen(Scope(Instant(BEGIN + 210 * DAY), HORIZON)) == len(subjects)
    assert {*store.subjects("intercom"), *store.subjects("looker")} == {one.subject for one in stays}
    assert {one.subject for one in holdings(store, HORIZON)} == {one.subject for one in stays}


def test_what_customers_wrote_goes_though_its_conversation_stays(store: SqliteStore) -> None:
    """But for what is marked as nobody's: it leaves whole, on its day."""
    subject, of_nobody = Subject("intercom", "conversation", "1"), Subject("intercom", "conversation", "2")
    said = [Observation(one, Instant(BEGIN + 1), Message("1", "en", 0.5)) for one in (subject, of_nobody)]
    store.merge(batch_of(*named(BEGIN), talk("1", HORIZON, "closed"), talk("2", HORIZON, "closed", None), *said))
    store.keeping.mark({of_nobody: Mark(HORIZON)})
    store.keeping.forget_unseen(scope_of(HORIZON, MODEL))
    assert [len(fact.observations) for fact in store.facts_of([subject, of_nobody])] == [1, 2]
    assert [one.mark for one in holdings(store, HORIZON) if one.subject == of_nobody] == [Mark(HORIZON)]


def test_what_comes_back_is_whole_and_goes_again(store: SqliteStore) -> None:
    """A source that tells of it once more makes no other of it."""
    store.merge(batch_of(*named(BEGIN), talk("1", BEGIN, "closed")))
    for _ in range(2):
        assert store.keeping.forget_unseen(scope_of(HORIZON, MODEL)) == 1
        store.merge(batch_of(talk("1", BEGIN, "closed")))
        assert len(store.facts("intercom", ["acme"])) == 1
