"""A close that processes share is the close of one: the same records, summaries, lines and failures, in one order."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.loader import load_config
from handlers.cores import WorkerLostError
from handlers.demo import generate
from handlers.jobs.checkpoints import CursorCheckpoints
from handlers.jobs.closing import Closed, Closing
from handlers.jobs.crew import LEAST, Crew, Part, Work, begin_reading, crew_of
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader, Terms
from handlers.jobs.runs import Resumable
from handlers.sinks.choice import Sinks
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.codec import encode_subject
from handlers.stores.protocol import Batch, Store, StoreError
from handlers.stores.sharable import Written
from handlers.stores.sqlite.sharing import SqliteReader
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.instants import DAY, Instant, parse_instant
from scoring.record import Status
from scoring.scope import scope_of
from tests.jobs.close_texts import texts_of

AS_OF, NOW = parse_instant("2026-11-01"), parse_instant("2026-11-22")
CONFIG = load_config(Path(__file__).parents[2] / "config")
DEMO = generate(5, AS_OF, accounts=24, pilots=15)
TERMS = Terms("2026-10", AS_OF, CONFIG.model, "final", NOW)


class Came(NamedTuple):
    """What a close came to: what it says, all that it wrote into the store, and its file."""

    closed: Closed
    texts: Sequence[tuple[Any, ...]]
    csv: bytes


@pytest.fixture(scope="module")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fold the events once; what is known of one account cannot be read."""
    path = tmp_path_factory.mktemp("folded") / "store.db"
    with closing(SqliteStore(path)) as store:
        for tally in fold_lines(DEMO.lines(), "events", store, CONFIG.intake, NOW):
            assert tally.messages
        facts = AccountReader(store).read(DEMO.accounts[3], scope_of(AS_OF, CONFIG.model)).facts
        subject = next(fact.subject for fact in facts if fact.subject.kind == "account")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE observations SET content = '{' WHERE subject = ?", (encode_subject(subject),))
    return path


def close(store: Store, accounts: Sequence[Account], crew: Crew, csv: Path, terms: Terms = TERMS) -> Came:
    """Close the month."""
    resumable = Resumable("close", CursorCheckpoints(store), lambda: False, terms.now)
    writer = CsvWriter(csv, CONFIG.record_map)
    limits = replace(CONFIG.guards, uncovered=False)
    driver = Closing(
        accounts,
        accounts,
        store,
        replace(terms, confirmed=frozenset({"fewer_scored"})),
        limits,
        CONFIG.alerts,
        resumable,
        lambda *_: Sinks(csv=writer),
        crew=crew,
    )
    return Came(driver.close(), texts_of(store), csv.read_bytes())


def alone(folded: Path, folder: Path, accounts: Sequence[Account], terms: Terms = TERMS) -> Came:
    """Close the month by this process."""
    shutil.copy(folded, folder / "alone.db")
    with closing(SqliteStore(folder / "alone.db")) as store:
        return close(store, accounts, Crew(store), folder / "alone.csv", terms)


def here(store: SqliteStore, parts: Iterable[Part]) -> Iterator[tuple[Any, Written]]:
    """Share parts with a reader that stands in this process."""
    with closing(store.sharing.opener()) as reader:
        yield from map(begin_reading(lambda: reader), parts)


@pytest.mark.parametrize(("workers", "page"), [(2, 5), (3, 1)])
@pytest.mark.parametrize("status", ["final", "provisional"])
def test_processes_give_what_one_gives(folded: Path, tmp_path: Path, workers: int, page: int, status: Status) -> None:
    """Records, summaries, notes, lists, lines; and the failure of the account that cannot be read, by its name."""
    terms = replace(TERMS, status=status)
    expected = alone(folded, tmp_path, DEMO.accounts, terms)
    assert [*expected.closed.run.failed] == [DEMO.accounts[3].id]
    shutil.copy(folded, tmp_path / "shared.db")
    with (
        closing(SqliteStore(tmp_path / "shared.db")) as store,
        crew_of(store, workers, len(DEMO.accounts), least=1, page=page) as crew,
    ):
        assert close(store, DEMO.accounts, crew, tmp_path / "shared.csv", terms) == expected


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accounts=st.permutations(DEMO.accounts).map(lambda some: some[:12]), page=st.integers(1, 9))
def test_any_pages_give_what_one_gives(folded: Path, accounts: list[Account], page: int) -> None:
    """Whatever the accounts, and wherever the pages part."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        expected = alone(folded, folder, accounts)
        shutil.copy(folded, folder / "shared.db")
        with closing(SqliteStore(folder / "shared.db")) as store:
            crew = Crew(store, partial(here, store), page)
            assert close(store, accounts, crew, folder / "shared.csv") == expected


def test_a_record_that_came_in_between_stays(folded: Path, tmp_path: Path) -> None:
    """Whoever wrote it since the page was read: the page is done again, and what stands is handed on."""
    shutil.copy(folded, tmp_path / "shared.db")
    some = DEMO.accounts[:3]
    with closing(SqliteStore(tmp_path / "shared.db")) as store:
        close(store, some, Crew(store), tmp_path / "first.csv")
        CursorCheckpoints(store).forget()
        newer = store.record(some[1].id, "2026-10")
        assert newer is not None
        newer = replace(newer, scored_at=Instant(NOW + 9 * DAY))

        def late(parts: Iterable[Part]) -> Iterator[tuple[Any, Written]]:
            for result in here(store, parts):
                store.put_records([newer])
                yield result

        again = replace(TERMS, now=Instant(NOW + DAY))
        came = close(store, some, Crew(store, late), tmp_path / "again.csv", again)
        assert came.closed.run.outranked == [some[1].id]
        assert store.record(some[1].id, "2026-10") == newer


def begin_dying(store: Store) -> Work[int]:
    """Begin a work in which a process is killed, as where memory is short."""

    def work(accounts: Sequence[Account]) -> int:
        if DEMO.accounts[8] in accounts:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(store.feeds())

    return work


def test_a_close_whose_process_was_lost_is_done_again(folded: Path, tmp_path: Path) -> None:
    """It says so, and leaves nothing that the next one minds."""
    shutil.copy(folded, tmp_path / "shared.db")
    with closing(SqliteStore(tmp_path / "shared.db")) as store:
        with pytest.raises(WorkerLostError), crew_of(store, 2, 24, least=1, page=4) as crew:
            list(crew.each(begin_dying, DEMO.accounts))
        came = close(store, DEMO.accounts, Crew(store), tmp_path / "shared.csv")
    assert came == alone(folded, tmp_path, DEMO.accounts)


@pytest.mark.parametrize(("cores", "accounts"), [(1, LEAST), (2, LEAST - 1)])
def test_few_accounts_or_one_core_start_no_process(folded: Path, cores: int, accounts: int) -> None:
    """The work is done before a process would be ready."""
    with closing(SqliteStore(folded)) as store, crew_of(store, cores, accounts) as crew:
        assert crew == Crew(store)


@pytest.mark.parametrize(
    "write",
    [lambda store: store.set_cursor("a", "b"), lambda store: store.merge(Batch(covered={"intercom": Instant(0)}))],
)
def test_a_reader_writes_nothing(folded: Path, write: Callable[[Store], None]) -> None:
    """But what it hands over."""
    with closing(SqliteReader(folded)) as reader, pytest.raises(StoreError, match="cannot be written"):
        write(reader)
