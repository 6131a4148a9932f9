"""Read the history of an account from a store: its facts once, and the records of its months."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from handlers.jobs.records import AccountReader
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.facts import HISTORY
from scoring.history import Asked, MonthEnd, history_on
from scoring.instants import Instant
from scoring.model import Model
from scoring.periods import period_before, period_of, periods_to
from scoring.record import Record
from scoring.timeline import Timeline


class Ends(NamedTuple):
    """Which month-ends are asked for: so many `months` before now, under a model."""

    model: Model
    now: Instant
    months: int


def month_ends(store: Store, account: Account, model: Model, now: Instant, months: int) -> list[MonthEnd]:
    """Give the last so many month-ends of an account, under a model; the running month has none yet."""
    timeline, records = Timeline(AccountReader(store).read(account)), store.records_of(account.id)
    return ends_of(timeline, records, Ends(model, now, months), partial(kept_model, store))


def ends_of(
    timeline: Timeline, known: Iterable[Record], asked: Ends, read_model: Callable[[str], Model | None]
) -> list[MonthEnd]:
    """Give month-ends of an account whose facts and records are read already."""
    periods = periods_to(last_ended(asked.now), asked.months)
    wanted = {period_before(periods[0]), *periods}
    records = {record.period: record for record in known if record.period in wanted}
    versions = {record.score.model_version for record in records.values()} - {asked.model.version}
    read = ((version, read_model(version)) for version in sorted(versions))
    models = {version: earlier for version, earlier in read if earlier is not None}
    return history_on(timeline, Asked(periods, asked.model, asked.now - HISTORY), records, models)


def last_ended(now: Instant) -> str:
    """Name the last month that has ended."""
    return period_before(period_of(now))
