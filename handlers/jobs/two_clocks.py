"""Read from a store what two clocks are made of: a record, and what is known now of its account and month."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from handlers.jobs.movements import kept_model
from handlers.jobs.outcomes import outcomes_of
from handlers.jobs.past_accounts import mapped_at
from handlers.jobs.records import AccountReader
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


class OutcomeClocks(NamedTuple):
    """What was known of an account's outcomes when a record was made, and what is known now."""

    then: Sequence[Outcome]
    now: Sequence[Outcome]


def read_outcome_clocks(store: Store, account: Account, clocks: Clocks, model: Model, now: Instant) -> OutcomeClocks:
    """Read what became of an account as it was known by the time of the record, and as it is known now."""
    return OutcomeClocks(
        outcomes_of(store, account, model, clocks.then.scored_at), outcomes_of(store, account, model, now)
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
