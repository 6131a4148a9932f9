"""Retention: what maps to nobody leaves in its time, alike on both engines, and no score moves by it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.loader import load_config
from config.retention import USUAL_RETENTION, Retention
from handlers.jobs import retention
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.pilot import Opinion, give, opinions
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.retention import AHEAD, EVERY, Looked, last_look, look, look_weekly, marked, under_way
from handlers.jobs.samples import drawn
from handlers.jobs.somebodys import forget_parts
from handlers.stores.accounts import Edit, Everyone
from handlers.stores.codec import encode_record
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.engine import Engine
from handlers.stores.dynamodb.marks import is_gone
from handlers.stores.keeping import Mark
from handlers.stores.opening import open_store
from handlers.stores.protocol import Store, StoreError
from handlers.stores.sqlite import keeping as sqlite_keeping
from scoring.account import Account, Naming
from scoring.facts import HISTORY, Fact
from scoring.instants import DAY, Instant, format_instant
from scoring.observations import Conversation, Fields, Gap, Message, Observation, Subject
from scoring.statements import Statement
from scoring.suggestion_terms import KEPT_DAYS
from tests.fakes.dynamodb.alone import alone_in_memory
from tests.scoring.strategies import START, observations, of_conversation, of_message, of_record
from tests.stores.places import NOW, batch_of, holdings
from tests.stores.test_record_contract import a_record

KEPT = 400 * DAY
MINE = Account("001", {"salesforce": ("001",), "intercom": ("one",), "looker": ("one",)})
YOURS = Account("002", {"salesforce": ("002",), "intercom": ("other",)})
TALK = Subject("intercom", "conversation", "7")
MODEL = load_config().model


@dataclass
class Clock:
    """A clock that the tests move."""

    now: Instant = NOW

    def __call__(self) -> Instant:
        """Say what time it is."""
        return self.now


@dataclass
class Engines:
    """Stores of both engines by one name, with one clock."""

    folder: Path
    clock: Clock = field(default_factory=Clock)

    def open(self, name: str) -> tuple[Store, Store]:
        """Open one of each."""
        return (
            open_store(f"sqlite:///{self.folder / name}.db", self.clock),
            open_store(f"dynamodb://{name}", self.clock),
        )


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """Give both engines, DynamoDB in memory."""
    with alone_in_memory():
        yield Engines(tmp_path)


@pytest.fixture(params=[0, 1], ids=["sqlite", "dynamodb"])
def kept(engines: Engines, request: pytest.FixtureRequest) -> Iterator[tuple[Store, Clock]]:
    """Give a store of each engine in turn, and its clock."""
    store, other = engines.open("kept")[:: 1 if request.param == 0 else -1]
    other.close()
    with closing(store):
        yield store, engines.clock


def talk(at: Instant, owner: str | None, subject: Subject = TALK) -> Observation:
    """Say a conversation."""
    return Observation(subject, at, Conversation(START, "open"), owner)


def looks(store: Store, clock: Clock, *days: int, accounts: tuple[Account, ...] = (MINE,)) -> Looked | None:
    """Look so many days after the beginning; give what the last look came to."""
    looked = None
    for day in days:
        clock.now = Instant(NOW + day * DAY)
        looked = look(store, accounts, USUAL_RETENTION, MODEL, clock.now)
    return looked


def known(store: Store) -> list[Subject]:
    """List the subjects of conversations that a reader sees."""
    return sorted(store.subjects("intercom"))


def test_what_maps_to_nobody_leaves_after_its_days(kept: tuple[Store, Clock]) -> None:
    """Not before; what an account has stays for good."""
    store, clock = kept
    mine = TALK._replace(id="8")
    store.merge(batch_of(talk(START, "stranger"), talk(START, "one", mine)))
    looks(store, clock, 0, 380, 386, 394, 399)
    assert known(store) == [TALK, mine]
    looks(store, clock, 400)
    assert known(store) == [mine]
    assert store.facts("intercom", ["stranger"]) == []


def test_one_that_is_mapped_in_time_has_all_of_its_past(kept: tuple[Store, Clock]) -> None:
    """The mark goes: a corrected mapping heals the past, on the last day as on the first."""
    store, clock = kept
    store.merge(batch_of(talk(START, "other")))
    looks(store, clock, 0, 390)
    assert holdings(store, clock.now)[0].mark == Mark(NOW, Instant(NOW + 404 * DAY))
    looked = looks(store, clock, 399, accounts=(MINE, YOURS))
    assert looked is not None
    assert (looked.freed, looked.nobodys) == (1, 0)
    looks(store, clock, 401, 900, accounts=(MINE, YOURS))
    assert known(store) == [TALK]


def test_a_new_event_begins_its_days_anew(kept: tuple[Store, Clock]) -> None:
    """What is still talked of is not forgotten."""
    store, clock = kept
    store.merge(batch_of(talk(START, None)))
    looks(store, clock, 0, 386)
    store.merge(batch_of(talk(Instant(NOW + 390 * DAY), None)))
    looks(store, clock, 393, 400, 780, 792)
    assert known(store) == [TALK]
    looks(store, clock, 794)
    assert known(store) == []


def test_what_no_owner_names_and_scores_read_all_the_same_stays(kept: tuple[Store, Clock]) -> None:
    """The CSM of an account, gaps of a whole object, outcomes, and an owner by another of its ids."""
    store, clock = kept
    csm, gap = Subject("salesforce", "user", "005"), Subject("salesforce", "event", "*")
    told, other = Subject("outcomes", "outcome", "009@2026-01-01"), Subject("salesforce", "user", "006")
    account = Subject("salesforce", "account", "001")
    said = (
        Observation(account, START, Fields((("owner_id", "005"),)), "001"),
        Observation(csm, START, Fields((("name", "Ana"),))),
        Observation(other, START, Fields((("name", "Bo"),))),
        Observation(gap, START, Gap("Event")),
        Observation(told, START, Fields((("outcome", "churned"),)), "009"),
        talk(START, "abc"),
        Naming("intercom", ("one", "abc"), START),
    )
    store.merge(batch_of(*said))
    looks(store, clock, 0, 386, 400)
    assert {one.subject for one in holdings(store, clock.now)} == {account, csm, gap, told, TALK}


def test_an_account_that_left_counts_for_some_years(kept: tuple[Store, Clock]) -> None:
    """A backtest that forgot who left would know only those who stayed."""
    store, clock = kept
    store.portfolio.put([Edit(one.id, owners=one.owners) for one in (MINE, YOURS)], "ana", NOW)
    store.portfolio.put([Edit(YOURS.id, remove=True)], "ana", NOW)
    store.merge(batch_of(talk(START, "other")))
    looks(store, clock, 0, 1000, 1095, 1481, 1494)
    assert known(store) == [TALK]
    looks(store, clock, 1495)
    assert known(store) == []


def test_where_nothing_is_mapped_yet_nothing_is_marked(kept: tuple[Store, Clock]) -> None:
    """Events are taken in from the first day, and an empty list of accounts says nothing of them."""
    store, clock = kept
    store.merge(batch_of(talk(START, "stranger")))
    looked = looks(store, clock, 0, 399, 800, accounts=())
    assert looked is not None
    assert (looked.is_unmapped, looked.nobodys, known(store)) == (True, 0, [TALK])


def test_a_text_of_nobody_that_comes_late_is_marked_first(kept: tuple[Store, Clock]) -> None:
    """What accounts' customers wrote so long ago goes at once; of nobody it has its time, in every engine."""
    store, clock = kept
    store.merge(batch_of(Observation(TALK, START, Message("1", "en", 0.5, (), "1"))))
    looked = looks(store, clock, 1_000)
    assert looked is not None
    assert (looked.nobodys, known(store)) == (1, [TALK])


def test_a_look_is_due_once_a_week_and_says_what_it_came_to(kept: tuple[Store, Clock]) -> None:
    """The date is said ahead, by so many facts."""
    store, clock = kept
    store.merge(batch_of(talk(START, "stranger"), talk(START, None, TALK._replace(id="9"))))
    looked = look_weekly(store, (MINE,), USUAL_RETENTION, MODEL, NOW)
    assert looked == last_look(store) == Looked(format_instant(NOW), nobodys=2)
    assert look_weekly(store, (MINE,), USUAL_RETENTION, MODEL, Instant(NOW + EVERY - 1)) is None
    clock.now = Instant(NOW + KEPT - AHEAD)
    later = look_weekly(store, (MINE,), USUAL_RETENTION, MODEL, clock.now)
    assert later is not None
    assert (later.dated, later.leaving, later.moved) == (2, {"2027-12-27": 2}, 2)


def test_records_samples_and_opinions_leave_by_the_file(kept: tuple[Store, Clock]) -> None:
    """Those of months and days that are over for longer than it says; no others."""
    store, clock = kept
    terms = Retention(records=HISTORY, samples=HISTORY, opinions=90 * DAY)
    store.put_records([a_record("001", "2025-09"), a_record("001", "2025-11")])
    for days in (91, 89):
        at = format_instant(Instant(NOW - days * DAY))
        give(store, Opinion(at, "a@b", "Ana", "001", "2026-08", "m", "Healthy"))
    for month in ("2025-09", "2025-11"):
        drawn(store, month, ["intercom"], 5, NOW)
    looked = look(store, (MINE,), terms, MODEL, clock.now)
    assert (looked.records, looked.texts) == (1, 2)
    assert list(store.record_keys()) == [("001", "2025-11")]
    assert [one.at for one in opinions(store)] == [format_instant(Instant(NOW - 89 * DAY))]
    assert list(store.cursors("words/sample/")) == ["words/sample/2025-11"]
    assert look(store, (MINE,), terms, MODEL, clock.now).moved == 0


def test_a_longer_time_in_the_file_takes_a_date_away() -> None:
    """And for ever takes the mark."""
    dated = marked(Mark(START), KEPT, Instant(START + KEPT))
    assert dated == Mark(START, Instant(START + KEPT + AHEAD))
    assert marked(dated, KEPT, Instant(START + KEPT + DAY)) == dated
    assert marked(dated, 2 * KEPT, Instant(START + KEPT)) == Mark(START)
    assert marked(dated, None, Instant(START + KEPT)) is None


def test_both_engines_keep_the_same_and_no_score_moves(engines: Engines) -> None:
    """Whatever comes when, and whoever is mapped when: after each look.

    Of nobody's conversations SQLite forgets what customers wrote long ago before it marks them: they are not counted.
    """
    names = count()
    statements = st.lists(
        of_conversation | of_message | of_record | observations(TALK, st.just(Conversation(START, "open"))), max_size=4
    )
    steps = st.lists(st.tuples(statements, st.integers(1, 400), st.booleans()), min_size=2, max_size=4)

    @settings(
        max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(steps)
    def holds(drawn: list[tuple[list[Statement], int, bool]]) -> None:
        engines.clock.now = NOW
        is_written, name = False, f"both{next(names)}"
        with closing_both(engines.open(name)) as stores:
            for said, days, is_mapped in drawn:
                for store in stores:
                    store.merge(batch_of(*said))
                engines.clock.now = Instant(engines.clock.now + days * DAY)
                accounts = (MINE, YOURS) if is_mapped else (MINE,)
                before = [scored(store, engines.clock.now) for store in stores]
                looked = [look(store, accounts, USUAL_RETENTION, MODEL, engines.clock.now) for store in stores]
                is_written |= any(isinstance(getattr(one, "content", None), Message) for one in said)
                assert is_written or looked[0].nobodys == looked[1].nobodys
                after = [scored(store, engines.clock.now) for store in stores]
                assert before == after
                assert after[0] == after[1]
                expire(f"{name}-facts", engines.clock.now)
                assert holding(stores[0], engines.clock.now) == holding(stores[1], engines.clock.now)

    holds()


def expire(table: str, now: Instant) -> None:
    """Remove what has expired, as DynamoDB does within some days: an event that comes before brings all of it back."""
    client = connect()
    for item in client.scan(TableName=table)["Items"]:
        if is_gone(item, now):
            client.delete_item(TableName=table, Key={"subject": item["subject"]})


class closing_both:  # noqa: N801 - a context, like closing
    """Close two stores in the end."""

    def __init__(self, stores: tuple[Store, Store]) -> None:
        """Take them."""
        self.stores = stores

    def __enter__(self) -> tuple[Store, Store]:
        """Give them."""
        return self.stores

    def __exit__(self, *_: object) -> None:
        """Close them."""
        for store in self.stores:
            store.close()


def scored(store: Store, now: Instant) -> str:
    """Score an account, to the byte."""
    facts = AccountReader(store).read(MINE)
    return encode_record(record_of(facts, Terms("2026-11", now, MODEL, "provisional", NOW)))


def holding(store: Store, now: Instant) -> object:
    """Say all that a store holds: its subjects with their marks, and their facts, but for messages that may be gone.

    Who was the owner in such a message alone may be gone with it.
    """
    held = {one.subject: one for one in holdings(store, now)}
    facts = [Fact(one.subject, _kept(one, now)) for one in store.facts_of(list(held))]
    assert all({o.owner for o in one.observations if o.owner} <= held[one.subject].owners for one in facts)
    return [(held[one.subject].mark, one) for one in facts if one.observations]


def _kept(fact: Fact, now: Instant) -> frozenset[Observation]:
    oldest = now - HISTORY - KEPT_DAYS * DAY
    return frozenset(o for o in fact.observations if o.at >= oldest or not isinstance(o.content, Message))


class KilledError(Exception):
    """The process ends here."""


@dataclass
class Kills:
    """Ends a look at some of the moments at which it did something, or is about to keep how far it came."""

    at: list[int]
    moments: int = 0

    def wrapped(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Do some work, unless the process ends before it."""

        def done(*given: Any) -> Any:  # noqa: ANN401 - whatever the work takes
            self.moments += 1
            if self.moments in self.at:
                raise KilledError
            return work(*given)

        return done


def in_parts(store: Store, accounts: tuple[Account, ...], clock: Clock, kills: Kills) -> tuple[Looked, int]:
    """Look piece by piece, each in a call of its own, some of which are killed; give in how many calls it ended."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("keep", "marked", "keep_part"):
            patch.setattr(retention, name, kills.wrapped(getattr(retention, name)))
        for calls in count(1):
            try:
                return look(store, accounts, USUAL_RETENTION, MODEL, clock.now, lambda: True), calls
            except (UnfinishedError, KilledError):
                assert calls < 300
    raise AssertionError


@pytest.mark.parametrize("engine", [0, 1], ids=["sqlite", "dynamodb"])
def test_a_look_in_parts_does_what_a_whole_one_does(
    engines: Engines, engine: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it stops, and wherever it is killed: it marks and frees the same, and its counts are of all parts."""
    monkeypatch.setattr(sqlite_keeping, "_PAGE", 2)
    monkeypatch.setattr(Engine, "scanned", by_two(Engine.scanned))
    names = count()
    statements = st.lists(of_conversation | of_record | observations(TALK, st.just(Conversation(START, "open"))))
    steps = st.lists(st.tuples(statements, st.integers(1, 400), st.booleans()), min_size=2, max_size=3)

    @settings(
        max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(steps, st.lists(st.integers(1, 12), max_size=3, unique=True))
    def holds(drawn: list[tuple[list[Statement], int, bool]], kills: list[int]) -> None:
        engines.clock.now = NOW
        named = f"parts{engine}{next(names)}"
        with closing_both((engines.open(named)[engine], engines.open(f"{named}whole")[engine])) as (parted, whole):
            for said, days, is_mapped in drawn:
                for store in (parted, whole):
                    store.merge(batch_of(*said, talk(START, "stranger", TALK._replace(id="9"))))
                engines.clock.now = Instant(engines.clock.now + days * DAY)
                accounts = (MINE, YOURS) if is_mapped else (MINE,)
                looked = look(whole, accounts, USUAL_RETENTION, MODEL, engines.clock.now)
                came, calls = in_parts(parted, accounts, engines.clock, Kills(kills))
                assert calls > len(kills) + 3
                assert (came.nobodys, came.leaving, came.at) == (looked.nobodys, looked.leaving, looked.at)
                assert kills or came == looked
                assert holding(parted, engines.clock.now) == holding(whole, engines.clock.now)
                assert (under_way(parted), last_look(parted)) == (None, came)
                assert list(parted.cursors("retention/")) == [retention.LOOKED]

    holds()


def by_two(scanned: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """Have a scan give two items a page."""

    def paged(engine: Engine, table: str, shown: Any, after: Any) -> Iterator[Any]:  # noqa: ANN401 - as it is
        every = [item for items, _ in scanned(engine, table, shown, after) for item in items]
        for start in range(0, max(1, len(every)), 2):
            page, is_last = every[start : start + 2], start + 2 >= len(every)
            yield page, None if is_last else {"subject": page[-1]["subject"]}

    return paged


def test_a_look_under_way_goes_on_each_day_and_hears_who_was_mapped_meanwhile(kept: tuple[Store, Clock]) -> None:
    """It is due as long as it has not ended; after a day the accounts are asked again."""
    store, clock = kept
    store.merge(batch_of(talk(START, "other"), talk(START, "stranger", TALK._replace(id="9"))))
    for number in range(2):
        with pytest.raises(UnfinishedError, match="it goes on"):
            look_weekly(store, (MINE,), USUAL_RETENTION, MODEL, Instant(NOW + number), lambda: True)
    far = under_way(store)
    assert far is not None
    assert (far.at, far.facts, last_look(store)) == (format_instant(NOW), 0, None)
    looked = look_weekly(store, (MINE, YOURS), USUAL_RETENTION, MODEL, Instant(NOW + DAY))
    assert looked == last_look(store) == Looked(format_instant(NOW), nobodys=1)
    assert look_weekly(store, (MINE,), USUAL_RETENTION, MODEL, Instant(NOW + 2 * DAY)) is None
    assert clock.now == NOW


def test_accounts_of_the_store_are_found_in_all_parts(kept: tuple[Store, Clock]) -> None:
    """Hundreds of them, each with a conversation: none is marked, and a stranger's is."""
    store, _ = kept
    every = [
        Account(f"{number:03}", {"intercom": (f"c{number}",), "salesforce": (f"{number:03}",)}) for number in range(300)
    ]
    store.portfolio.put([Edit(one.id, owners=one.owners) for one in every], "ana", NOW)
    said = [talk(START, f"c{number}", TALK._replace(id=str(number))) for number in range(301)]
    store.merge(batch_of(*said))
    assert look(store, Everyone(store.portfolio), USUAL_RETENTION, MODEL, NOW).nobodys == 1
    assert [one.subject.id for one in holdings(store, NOW) if one.mark] == ["300"]


def test_nothing_is_marked_by_what_another_look_took_away(kept: tuple[Store, Clock]) -> None:
    """Two looks at once share what they know; where the other ended first, nobody's facts are taken for nobody's."""
    store, _ = kept
    store.merge(batch_of(talk(START, "one")))
    for _ in range(2):
        with pytest.raises(UnfinishedError):
            look(store, (MINE,), USUAL_RETENTION, MODEL, NOW, lambda: True)
    forget_parts(store)
    with pytest.raises(StoreError, match="somebody else looks"):
        look(store, (MINE,), USUAL_RETENTION, MODEL, NOW)
    assert holdings(store, NOW)[0].mark is None
