"""Read from a store what two clocks are made of: a record, and what is known now of its account and month."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from handlers.jobs.outcomes import outcomes_of
from handlers.jobs.past_accounts import mapped_at
from handlers.jobs.records import AccountReader
from handlers.stores.accounts import Entry
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.clocks import Clocks, Past, Present, two_clocks
from scoring.facts import HISTORY
from scoring.instants import Instant
from scoring.model import Model
from scoring.outcomes import Outcome
from scoring.periods import period_end
from scoring.record import Record


def read_clocks(store: Store, account: Account, period: str, model: Model, now: Instant) -> Clocks | None:
    """Hold the record of an account and period, as it was shown first, against what is known now.

    None where there is no record.
    """
    stored = store.record(account.id, period)
    if stored is None:
        return None
    record = stored.shown
    then = _mapped_then(store, account, record)
    facts = replace(AccountReader(store).read(_of_both(account, then)), account=account)
    version = record.score.model_version
    earlier = model if version == model.version else kept_model(store, version)
    present = Present(facts, min(period_end(period), now), model, Instant(now - HISTORY))
    return two_clocks(Past(record, then, earlier, None if stored is record else stored), present)


class Since(NamedTuple):
    """What stands beside two clocks: outcomes as known when the record was made, and as known now.

    `changes` are those of the account in the store's portfolio since the record, the earliest first.
    """

    then: Sequence[Outcome]
    now: Sequence[Outcome]
    changes: Sequence[Entry]


def read_since(store: Store, account: Account, clocks: Clocks, model: Model, now: Instant) -> Since:
    """Read what became of an account as it was known by the time of the record and now, and who changed it since."""
    scored_at = clocks.then.scored_at
    return Since(
        outcomes_of(store, account, model, scored_at),
        outcomes_of(store, account, model, now),
        [entry for entry in store.portfolio.history(account.id) if entry.at > scored_at],
    )


def _mapped_then(store: Store, account: Account, record: Record) -> Account:
    """Give the account as it was mapped when a record was made; as it is now where the store cannot tell."""
    if not store.portfolio.is_used:
        return account
    return mapped_at(account, store.portfolio.history(account.id), record.scored_at) or account


def _of_both(account: Account, other: Account) -> Account:
    """Give an account with the owners of two mappings of it."""
    sources = sorted(account.owners.keys() | other.owners.keys())
    owners = {
        source: tuple(dict.fromkeys((*account.owners.get(source, ()), *other.owners.get(source, ()))))
        for source in sources
    }
    return replace(account, owners=owners)
