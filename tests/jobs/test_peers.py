"""Who an account is held against: others of its segment in the latest closed period, a sample of them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.jobs.peers import MOST, read_peers
from handlers.stores.sqlite.store import SqliteStore
from scoring.periods import period_end
from scoring.record import Record, Status
from tests.scoring.test_record import FINAL

SEGMENT = FINAL.score.segment


def record(number: int, period: str, status: Status = "final") -> Record:
    """Make a record of an account."""
    as_of = period_end(period)
    measured = replace(FINAL.measurements, account_id=f"{number:03d}", as_of=as_of)
    return Record(period, status, as_of, measured, replace(FINAL.score, account_id=f"{number:03d}", as_of=as_of))


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """Give a store."""
    with closing(SqliteStore(Path(":memory:"), durable=False)) as opened:
        yield opened


def test_the_latest_closed_period_counts(store: SqliteStore) -> None:
    """Not one that is still running, nor one after the period that is explained."""
    store.put_records([record(n, "2026-08") for n in range(6)])
    store.put_records([record(n, "2026-09") for n in range(8)])
    store.put_records([record(n, "2026-10", "provisional") for n in range(9)])
    for period, latest, accounts in (("2026-10", "2026-09", 7), ("2026-09", "2026-09", 7), ("2026-08", "2026-08", 5)):
        peers = read_peers(store, "000", SEGMENT, period)
        assert peers is not None
        assert (peers.period, peers.accounts) == (latest, accounts)
    assert read_peers(store, "000", SEGMENT, "2026-07") is None


def test_of_many_accounts_a_sample_is_read(store: SqliteStore) -> None:
    """Spread over all of them; other segments and the account itself are not in it."""
    store.put_records([record(n, "2026-09") for n in range(2 * MOST + 1)])
    peers = read_peers(store, "000", SEGMENT, "2026-09")
    assert peers is not None
    assert peers.accounts == MOST
    other = "standard" if SEGMENT == "paid" else "paid"
    assert read_peers(store, "000", "paid" if other == "paid" else "standard", "2026-09") is None
