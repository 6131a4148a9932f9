"""What an account costs on DynamoDB once it has one, four and thirteen months of history, closed month by month."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias
from uuid import uuid4

from config.loader import load_config
from handlers.garbage import collect_seldom
from handlers.jobs.finalise import finalise
from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import Terms, common_of
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant, parse_instant
from scoring.periods import period_end, periods_to
from tests.bench.lives import live
from tests.bench.metering import Meter, Nowhere

AS_OF = parse_instant("2026-11-01")
PERIOD = "2026-10"
MONTHS = {1: 31, 4: 123, 13: 396}
"""How many days a history of so many months has."""

Portfolio: TypeAlias = tuple[Account, ...]
Figures: TypeAlias = dict[str, float]


@dataclass
class Clock:
    """A clock that stands until it is set."""

    at: Instant

    def now(self) -> Instant:
        """Give the instant."""
        return self.at


def ages(accounts: int) -> Iterator[dict[str, object]]:
    """Give for each age what a close, a score and the feeds cost: units and calls an account, milliseconds of CPU."""
    collect_seldom()
    for months, days in MONTHS.items():
        with _filled(accounts, Instant(AS_OF - days * DAY)) as (portfolio, clock, prefix):
            _closed(portfolio, months, clock, prefix)
            yield {"months": months, **_measured(portfolio, clock, prefix)}


@contextmanager
def _filled(accounts: int, start: Instant) -> Iterator[tuple[Portfolio, Clock, str]]:
    """Make tables, and have everything in them that accounts did from a midnight on."""
    clock, prefix, client = Clock(AS_OF), f"ages-{uuid4().hex[:8]}", connect()
    create_tables(client, Tables(prefix))
    with closing(DynamoStore(client, prefix, clock.now)) as store:
        try:
            yield live(store, accounts, start, AS_OF), clock, prefix
        finally:
            store.drop()


def _closed(portfolio: Portfolio, months: int, clock: Clock, prefix: str) -> None:
    """Close every month but the last, each when it has ended."""
    for period in periods_to(PERIOD, months)[:-1]:
        clock.at = Instant(period_end(period) + HOUR)
        with closing(DynamoStore(connect(), prefix, clock.now)) as store:
            finalise(portfolio, store, Nowhere(), _terms(period, clock), reads_at_once=8)


def _measured(portfolio: Portfolio, clock: Clock, prefix: str) -> dict[str, Figures]:
    clock.at = Instant(AS_OF + HOUR)
    client = connect()
    with closing(DynamoStore(client, prefix, clock.now, calls_at_once=1)) as store:
        meter, count = Meter(client), len(portfolio)
        begun = time.process_time()
        common_of(store, AS_OF)
        feeds = meter.take() | {"ms": 1_000 * (time.process_time() - begun)}
        maker, terms = RecordMaker(store), _terms(PERIOD, clock)
        maker.read(portfolio[0], terms)
        meter.take()
        begun = time.process_time()
        for account in portfolio:
            maker.read(account, terms)
        read = meter.take() | {"ms": 1_000 * (time.process_time() - begun)}
        finalise(portfolio, store, Nowhere(), terms)
        close = meter.take()
        live = replace(terms, period="2026-11", as_of=Instant(AS_OF + 10 * DAY), status="provisional")
        clock.at = Instant(AS_OF + 10 * DAY)
        for account in portfolio:
            maker.read(account, live)
        lived = meter.take()
    each = partial(_each, count)
    return {"feeds and gaps": _each(1, feeds), "read": each(read), "close": each(close), "live read": each(lived)}


def _terms(period: str, clock: Clock) -> Terms:
    return Terms(period, period_end(period), load_config().model, "final", clock.at)


def _each(accounts: int, figures: Figures) -> Figures:
    return {name: round(figure / accounts, 2) for name, figure in sorted(figures.items())}
