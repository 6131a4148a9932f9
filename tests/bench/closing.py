"""(d) Portfolios of several sizes closed, on all cores and on one: time per account, and the memory of the largest."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from config.loader import Config, load_config
from handlers.cores import cores
from handlers.demo import load_accounts
from handlers.garbage import collect_seldom
from handlers.jobs.crew import crew_of
from handlers.jobs.finalise import finalise
from handlers.jobs.records import AccountReader, Terms
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.periods import period_of
from tests.bench.load import END, NOW, parse_all, store_path, stored
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import FULL, Sizes
from tests.bench.stream import fill
from tests.bench.timing import Lap, Watched, cpu_seconds, fresh, seconds

_SAMPLE = 200
"""The facts of so many accounts are parsed by `json.loads`, to compare with."""


class Closing(NamedTuple):
    """One closing: the lap of one account, its seconds of CPU, the peak of memory of all processes in MB."""

    lap: Lap
    cpu: float
    peak: float


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Close each portfolio some times, each time in a process of its own, the sizes in turn."""
    for accounts in sizes.portfolios:
        if not store_path(folder, accounts).exists():
            fresh(fill, folder, accounts)
    turns = [_turn(sizes, folder) for _ in range(sizes.closings)]
    most = sizes.portfolios[-1]
    for accounts in sizes.portfolios:
        yield from _times(accounts, [turn[accounts, cores()] for turn in turns], f"{cores()} cores")
    yield from _times(most, [turn[most, 1] for turn in turns], "one core")
    growth = spread([turn[most, 1].lap.ours / turn[sizes.portfolios[0], 1].lap.ours for turn in turns])
    yield Row("d", f"  {most:,} against {sizes.portfolios[0]:,}, both on one", "x", growth, goal=Goal("<=", 1.25))
    peak = spread([turn[most, cores()].peak for turn in turns])
    yield Row("d", f"finalise {most:,} accounts: memory of all processes", "MB", peak, goal=Goal("<=", 200))


def _turn(sizes: Sizes, folder: Path) -> Mapping[tuple[int, int], Closing]:
    """Close each portfolio on all cores, and the first and last on one."""
    ends = (sizes.portfolios[0], 1), (sizes.portfolios[-1], 1)
    asked = dict.fromkeys([*((size, cores()) for size in sizes.portfolios), *ends])
    return {(size, some): fresh(close, store_path(folder, size), size, some) for size, some in asked}


_GOAL = 450
"""Microseconds an account of the largest portfolio, on two cores."""


def _times(accounts: int, closings: list[Closing], on: str) -> Iterator[Row]:
    """Give what an account takes by the clock, and of CPU."""
    micros = spread([1_000_000 * one.lap.ours for one in closings])
    goal = Goal("<=", _GOAL) if accounts == FULL.portfolios[-1] and on == "2 cores" else None
    ratio = spread([one.lap.ratio for one in closings])
    yield Row("d", f"finalise {accounts:,} accounts: per account, {on}", "us", micros, ratio, goal)
    worked = spread([1_000_000 * one.cpu for one in closings])
    yield Row("d", "  of CPU, in all processes", "us", worked, spread([one.cpu / one.lap.theirs for one in closings]))


def close(path: Path, accounts: int, some: int) -> Closing:
    """Close the period of a portfolio whose events are in a store, on so many cores, for the first time."""
    collect_seldom()
    _forget_records(path)
    config, portfolio = load_config(), load_accounts(accounts)
    store = SqliteStore(path)
    before = cpu_seconds()
    with Watched() as watched:
        ours = seconds(partial(_finalise, portfolio, store, path, config, some)) / accounts
    cpu = (cpu_seconds() - before) / accounts
    theirs = _parse_some(portfolio, store)
    store.close()
    return Closing(Lap(ours, theirs), cpu, watched.peak_mb)


def _forget_records(path: Path) -> None:
    """Take what earlier rounds closed out of a store: to close a month again reads and corrects each record, too."""
    with closing(sqlite3.connect(path)) as file:
        for table in ("records", "summaries"):
            file.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        file.commit()


def _finalise(portfolio: tuple[Account, ...], store: Store, path: Path, config: Config, some: int) -> None:
    terms = Terms(period_of(END), END, config.model, "final", NOW)
    writer = CsvWriter(path.with_suffix(".csv"), config.record_map)
    with crew_of(store, some, len(portfolio)) as crew:
        run = finalise(portfolio, store, writer, terms, crew=crew)
    if run.scored < len(portfolio):
        raise ValueError(f"only {run.scored} of {len(portfolio)} accounts are scored")


def _parse_some(portfolio: tuple[Account, ...], store: Store) -> float:
    """Say how long `json.loads` of the facts of one account takes."""
    reader = AccountReader(store)
    some = portfolio[:: -(-len(portfolio) // _SAMPLE)]
    return seconds(partial(parse_all, [stored(reader.read(account)) for account in some])) / len(some)
