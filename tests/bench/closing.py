"""(d) Portfolios of several sizes closed: time per account, and the peak of memory of the largest."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from config.loader import Config, load_config
from handlers.demo import load_accounts
from handlers.jobs.finalise import finalise
from handlers.jobs.records import AccountReader, Terms
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.periods import period_of
from tests.bench.load import END, NOW, parse_all, store_path, stored
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.stream import fill
from tests.bench.timing import Lap, fresh, peak_mb, seconds

_SAMPLE = 200
"""The facts of so many accounts are parsed by `json.loads`, to compare with."""


class Closing(NamedTuple):
    """One closing: the lap of one account, and the peak of memory of its process in MB."""

    lap: Lap
    peak: float


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Close each portfolio some times, each time in a process of its own, the sizes in turn."""
    for accounts in sizes.portfolios:
        if not store_path(folder, accounts).exists():
            fresh(fill, folder, accounts)
    turns = [_turn(sizes, folder) for _ in range(sizes.closings)]
    yield from (_time(accounts, [turn[accounts].lap for turn in turns]) for accounts in sizes.portfolios)
    *smaller, most = sizes.portfolios
    growth = spread([turn[most].lap.ours / min(turn[size].lap.ours for size in smaller) for turn in turns])
    yield Row("d", f"  {most:,} against the quickest of the smaller", "x", growth, goal=Goal("<=", 1.25))
    peak = spread([turn[most].peak for turn in turns])
    yield Row("d", f"finalise {most:,} accounts: peak of memory", "MB", peak, goal=Goal("<=", 400))


def _turn(sizes: Sizes, folder: Path) -> Mapping[int, Closing]:
    return {accounts: fresh(close, store_path(folder, accounts), accounts) for accounts in sizes.portfolios}


def _time(accounts: int, laps: list[Lap]) -> Row:
    micros = spread([1_000_000 * lap.ours for lap in laps])
    return Row("d", f"finalise {accounts:,} accounts: per account", "us", micros, spread([lap.ratio for lap in laps]))


def close(path: Path, accounts: int) -> Closing:
    """Close the period of a portfolio whose events are in a store."""
    config, portfolio = load_config(), load_accounts(accounts)
    store = SqliteStore(path)
    ours = seconds(partial(_finalise, portfolio, store, path, config)) / accounts
    peak = peak_mb()
    theirs = _parse_some(portfolio, store)
    store.close()
    return Closing(Lap(ours, theirs), peak)


def _finalise(portfolio: tuple[Account, ...], store: Store, path: Path, config: Config) -> None:
    closing = Terms(period_of(END), END, config.model, "final", NOW)
    run = finalise(portfolio, store, CsvWriter(path.with_suffix(".csv"), config.record_map), closing)
    if run.scored < len(portfolio):
        raise ValueError(f"only {run.scored} of {len(portfolio)} accounts are scored")


def _parse_some(portfolio: tuple[Account, ...], store: Store) -> float:
    """Say how long `json.loads` of the facts of one account takes."""
    reader = AccountReader(store)
    some = portfolio[:: -(-len(portfolio) // _SAMPLE)]
    return seconds(partial(parse_all, [stored(reader.read(account)) for account in some])) / len(some)
