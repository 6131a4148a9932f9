"""Read the history of an account from a store: its facts once, and the records of its months."""

from handlers.jobs.movements import kept_model
from handlers.jobs.records import AccountReader
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.facts import HISTORY
from scoring.history import Asked, MonthEnd, history
from scoring.instants import Instant
from scoring.model import Model
from scoring.periods import period_before, period_of, periods_to


def month_ends(store: Store, account: Account, model: Model, now: Instant, months: int) -> list[MonthEnd]:
    """Give the last so many month-ends of an account, under a model; the running month has none yet."""
    periods = periods_to(last_ended(now), months)
    wanted = {period_before(periods[0]), *periods}
    records = {record.period: record for record in store.records_of(account.id) if record.period in wanted}
    versions = {record.score.model_version for record in records.values()} - {model.version}
    read = ((version, kept_model(store, version)) for version in sorted(versions))
    models = {version: earlier for version, earlier in read if earlier is not None}
    return history(AccountReader(store).read(account), Asked(periods, model, now - HISTORY), records, models)


def last_ended(now: Instant) -> str:
    """Name the last month that has ended."""
    return period_before(period_of(now))
