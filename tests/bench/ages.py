"""(m) An account read and scored at one instant, with one month of history, four, and thirteen: what age costs.

A portfolio of the demo's, told of so many days, with a reading of usage every day of them; CPU time, in turn.
"""

import gc
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import NamedTuple

from config.loader import load_config
from handlers.demo import Demo, generate
from handlers.jobs.fold import fold_lines
from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import AccountReader, Terms
from handlers.sources.looker import SOURCE
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant, format_date, parse_instant
from scoring.observations import Observation, Reading, Subject
from tests.bench.load import SEED
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.timing import fresh

_AS_OF = parse_instant("2026-11-01")
_DAYS = {1: 30, 4: 120, 13: 397}
"""So many days are so many months."""

_PILOTS = 6
_MOST_TIMES_ONE = 2
_VALUES = (("active_modules", 5.0), ("messaging", 50.0), ("platform_score", 60.0), ("staff_logins_30d", 900.0))


class Aged(NamedTuple):
    """Accounts with a history of so many observations each, and the seconds of CPU that one took in each round."""

    observations: float
    rounds: list[float]


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure each age, and hold the older ones against the youngest."""
    aged = fresh(_measure, sizes, folder)
    for months, (observations, rounds) in aged.items():
        what = f"read and score: {months} months of {observations:,.0f} observations"
        millis, beside = spread([1_000 * one for one in rounds]), zip(rounds, aged[1].rounds, strict=True)
        yield Row("m", what, "ms", millis)
        if months > 1:
            times = spread([old / young for old, young in beside])
            yield Row("m", f"  {months} months against one", "x", times, goal=Goal("<=", _MOST_TIMES_ONE))


def _measure(sizes: Sizes, folder: Path) -> dict[int, Aged]:
    accounts, stores = tuple(_portfolio(sizes, 30).accounts), dict[int, SqliteStore]()
    for months, days in _DAYS.items():
        stores[months] = _store(sizes, days, folder / f"{months}-months.db")
    rounds: dict[int, list[float]] = {months: [] for months in stores}
    for _ in range(sizes.rounds + 1):
        for months, store in stores.items():
            rounds[months].append(_seconds(accounts, store) / len(accounts))
    measured = {months: Aged(_observations(accounts, stores[months]), every[1:]) for months, every in rounds.items()}
    for store in stores.values():
        store.close()
    return measured


def _portfolio(sizes: Sizes, days: int) -> Demo:
    return generate(SEED, _AS_OF, sizes.scored, _PILOTS, days)


def _store(sizes: Sizes, days: int, path: Path) -> SqliteStore:
    store, portfolio = SqliteStore(path, durable=False), _portfolio(sizes, days)
    for _ in fold_lines(portfolio.lines(), "demo", store, load_config().intake, portfolio.as_of):
        pass
    for account in portfolio.accounts:
        store.merge(_daily(account, days))
    return store


def _daily(account: Account, days: int) -> Batch:
    """Give a reading of each day of all customers of an account."""
    batch = Batch()
    for customer in account.owners.get(SOURCE, ()):
        for day in range(days):
            date = Instant(_AS_OF - day * DAY)
            subject = Subject(SOURCE, "reading", f"{customer}@{format_date(date)}")
            batch.add(Observation(subject, Instant(date + HOUR), Reading(date, _VALUES), customer))
    return batch


def _seconds(accounts: tuple[Account, ...], store: SqliteStore) -> float:
    """Say how much CPU time it takes to make a record of each account, from what its instant can use."""
    terms = Terms("2026-10", _AS_OF, load_config().model, "provisional", _AS_OF)
    gc.collect()
    maker, start = RecordMaker(store), process_time()
    for account in accounts:
        maker.make(maker.read(account, terms), terms)
    return process_time() - start


def _observations(accounts: tuple[Account, ...], store: SqliteStore) -> float:
    """Count all observations of an account, whether its instant can use them or not."""
    reader = AccountReader(store)
    return sum(len(fact.observations) for one in accounts for fact in reader.read(one).facts) / len(accounts)
