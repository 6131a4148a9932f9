"""What is due to a CRM, and the checkpoints of a run, as stores keep them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.loader import load_config
from handlers.jobs.checkpoints import CursorCheckpoints, run_name
from handlers.jobs.records import Terms, record_of
from handlers.jobs.unwritten import Unwritten, due_of
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, AccountFacts
from scoring.feeds import Heard
from scoring.instants import HOUR, parse_instant
from scoring.record import Record, Status

AS_OF = parse_instant("2026-11-01")
MODEL = load_config().model
ONE, TWO = (Account(f"00100000000000{n}AAA", {}) for n in (1, 2))
BOTH = {ONE.id, TWO.id}


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db", durable=False)) as store:
        yield store


def kept(store: SqliteStore, account: Account, status: Status = "final") -> Record:
    """Keep a record of October."""
    record = record_of(AccountFacts(account), Terms("2026-10", AS_OF, MODEL, status, AS_OF))
    store.put_records([record])
    return record


def test_a_run_that_is_killed_leaves_what_it_made_final_due(store: SqliteStore) -> None:
    """What it had not come to is provisional, and stays at home."""
    due_of(Unwritten(store, BOTH.intersection, part="a"), [ONE, TWO], "2026-10").begin()
    final, _ = kept(store, ONE), kept(store, TWO, "provisional")
    assert due_of(Unwritten(store, BOTH.intersection, part="b"), [ONE, TWO], "2026-11").begin() == [final]


def test_parts_of_a_portfolio_clear_their_own_accounts_alone(store: SqliteStore) -> None:
    """Whatever the parts were when the records were refused."""
    first, second = kept(store, ONE), kept(store, TWO)
    whole = due_of(Unwritten(store, BOTH.intersection, part="whole"), [ONE, TWO], "2026-10")
    whole.begin()
    whole.end([first, second])
    half = due_of(Unwritten(store, BOTH.intersection, part="half"), [ONE], "2026-11")
    assert half.begin() == [first]
    half.end([])
    assert due_of(Unwritten(store, BOTH.intersection, part="other"), [ONE, TWO], "2026-12").begin() == [second]


def test_what_an_earlier_version_noted_by_its_period_is_due(store: SqliteStore) -> None:
    """All that is final in it, of whichever part."""
    first, second = kept(store, ONE), kept(store, TWO)
    store.set_cursor("salesforce/unwritten", '["2026-10"]')
    one = due_of(Unwritten(store, BOTH.intersection, part="one"), [ONE], "2026-11")
    assert one.begin() == [first]
    one.end([])
    assert due_of(Unwritten(store, BOTH.intersection, part="two"), [ONE, TWO], "2026-11").begin() == [second]


def test_each_crm_has_what_is_due_to_it(store: SqliteStore) -> None:
    """And an account that left the portfolio is let go."""
    record = kept(store, ONE)
    hubspot = due_of(Unwritten(store, BOTH.intersection, "hubspot"), [ONE], "2026-10")
    hubspot.begin()
    hubspot.end([record])
    assert due_of(Unwritten(store, BOTH.intersection), [ONE], "2026-11").begin() == []
    alone = due_of(Unwritten(store, {TWO.id}.intersection, "hubspot"), [TWO], "2026-11")
    assert alone.begin() == []
    alone.end([])
    assert due_of(Unwritten(store, BOTH.intersection, "hubspot"), [ONE, TWO], "2026-11").begin() == []


def test_a_run_resumes_until_it_ends_or_something_is_heard(store: SqliteStore) -> None:
    """What came in between may change any chunk, so it is another run."""
    terms, checkpoints = Terms("2026-10", AS_OF, MODEL, "final", AS_OF), CursorCheckpoints(store)
    name = run_name(terms, [ONE, TWO], store)
    checkpoints.finish(f"{name}/write", "a", "{}", AS_OF)
    checkpoints.finish(f"{name}/write", "b", "{}", AS_OF)
    checkpoints.resume(run_name(Terms("2026-10", AS_OF, MODEL, "final", AS_OF + HOUR), [ONE, TWO], store))
    assert CursorCheckpoints(store).finished(f"{name}/write") == {"a": "{}", "b": "{}"}
    assert checkpoints.is_begun(name)
    assert not checkpoints.is_begun(name[:-1])
    assert run_name(terms, [ONE, TWO], store, "salesforce https://other.example") != name
    batch = Batch()
    batch.add(Heard("looker", AS_OF))
    store.merge(batch)
    later = run_name(terms, [ONE, TWO], store)
    assert later != name
    checkpoints.resume(later)
    assert checkpoints.finished(f"{name}/write") == {}
    checkpoints.finish(f"{later}/write", "a", "{}", AS_OF)
    checkpoints.forget()
    assert checkpoints.finished(f"{later}/write") == {}
