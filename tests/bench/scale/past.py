"""The store of a few accounts with a past: what the real code made of their events, and of the month before."""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from config.loader import load_config
from handlers.clock import now
from handlers.demo import Demo, generate
from handlers.identity.edits import adopting
from handlers.jobs.finalise import finalise
from handlers.jobs.fold import read_message
from handlers.jobs.records import Terms
from handlers.sources.reading import UnreadableError
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.protocol import Batch, Store
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant, format_date, format_instant
from scoring.periods import period_end, period_of, period_start, periods_to
from scoring.record import Record
from tests.bench.load import SEED
from tests.bench.months import Clock
from tests.fakes.dynamodb.alone import alone_in_memory
from tests.fakes.dynamodb.table import Table

PREFIX: Final = "scale"
MONTH_DAYS: Final = 30
BACKGROUND_DAYS: Final = 60
"""A past of so many months is told so many days longer: the trend of its first month looks back on them."""
_AT_ONCE: Final = 20_000


class Past(NamedTuple):
    """Tables by name, the few accounts that they are of, and the period that is to be closed."""

    tables: Mapping[str, Table]
    accounts: Sequence[Account]
    period: str


class Nowhere:
    """Takes records, so that they are made and stored, and leaves it at that."""

    def write(self, records: Iterable[Record]) -> None:
        """Take all of them."""
        for _ in records:
            pass


def last_period() -> str:
    """Name the last month that has ended: only such a one can be closed."""
    return period_of(Instant(period_start(period_of(now())) - 1))


def past(accounts: int, months: int) -> Past:
    """Fold the events of so many accounts and months, one reading of use a day; close every month but the last.

    Each is closed when it has ended: so what no later score needs has been put away as in a store of that age.
    """
    period, clock = last_period(), Clock(now())
    portfolio = generate(SEED, period_end(period), accounts, accounts, MONTH_DAYS * months + BACKGROUND_DAYS)
    with alone_in_memory() as memory:
        client = connect()
        create_tables(client, Tables(PREFIX))
        with closing(DynamoStore(client, PREFIX, clock.now)) as store:
            fold(store, (*portfolio.lines(), *_readings(portfolio, months)))
            store.portfolio.put(adopting(portfolio.accounts), "bench", now())
            config = load_config()
            store.put_model(config.model.version, config.model_text)
        for before in periods_to(period, max(months, 2))[:-1]:
            clock.at = Instant(period_end(before) + HOUR)
            with closing(DynamoStore(client, PREFIX, clock.now)) as store:
                close = Terms(before, period_end(before), config.model, "final", clock.at)
                finalise(list(store.portfolio.accounts()), store, Nowhere(), close)
        return Past(memory.copy(), portfolio.accounts, period)


def fold(store: Store, lines: Iterable[bytes]) -> None:
    """Fold lines, very many at once: what they say of one subject is written once."""
    intake, stream = load_config().intake, iter(lines)
    while some := list(islice(stream, _AT_ONCE)):
        batch = Batch()
        for line in some:
            try:
                taken = read_message(line, intake, now())
            except UnreadableError:
                continue
            for statement in taken.statements:
                batch.add(statement)
        store.merge(batch)


def _readings(portfolio: Demo, months: int) -> Iterator[bytes]:
    """Give a reading a day of each customer, as Looker gives them."""
    for days in range(MONTH_DAYS * months):
        date = Instant(portfolio.as_of - days * DAY)
        for number, account in enumerate(portfolio.accounts):
            for customer in account.owners.get("looker", ()):
                yield msgspec.json.encode(reading(customer, date, number + days))


def reading(customer: str, date: Instant, seed: int) -> dict[str, object]:
    """Give a reading of a customer's use, as a pull tells it."""
    values: dict[str, object] = {
        "staff_logins_30d": 400 + seed * 37 % 200,
        "staff_logins_prev_30d": 400 + seed * 53 % 200,
        "admin_logins_30d": 20 + seed % 17,
        "admin_logins_prev_30d": 20 + seed % 13,
        "active_modules": 4 + seed % 3,
        "available_modules": 8,
        "platform_score": 60 + seed % 30,
        "active_staff": 30 + seed % 20,
        "licensed_seats": 60,
    }
    pulled = format_instant(Instant(date + 6 * HOUR))
    told = {"type": "looker.reading", "customer_id": customer, "date": format_date(date), "pulled_at": pulled}
    return {**told, "values": values}


def keep(path: Path, accounts: int, months: int) -> None:
    """Write a past to a file: each measurement begins from it, in a process of its own."""
    path.write_bytes(pickle.dumps(past(accounts, months)))


def read(path: Path) -> Past:
    """Read what `keep` wrote."""
    found: Past = pickle.loads(path.read_bytes())  # noqa: S301 - our own, of a moment ago
    return found
