"""How a store stands: what it knows, and what it waits for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.jobs.closes import Deed, Note, deeds, open_closes
from handlers.jobs.crm_waits import CrmWait, stands
from handlers.jobs.outcomes import found_outcomes, told_strangers
from handlers.jobs.past_accounts import recorded, with_departed
from handlers.jobs.retention import Looked, Looking, last_look, under_way
from handlers.stores.protocol import FactStore, Reread, Store
from scoring.account import Account
from scoring.feeds import Feed
from scoring.instants import Instant
from scoring.model import Model
from scoring.outcome_facts import OutcomeCounts, counts_of

MOST_COUNTED = 2_000
"""Of more accounts than these outcomes are not counted: that takes some seconds for a thousand."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a store knows, and what it waits for.

    `unattributed` counts by kind the subjects without an owner; `unmapped` has by source the owners
    that no account is mapped to, each by its ids; `closes` are those that are held, not written to
    their end, or withdrawn, `crm_waits` has those of them that wait for the CRM, or waited in vain; `outcomes` are
    those of the accounts, also of those that left the portfolio (None: they are too many to be counted); `retention`
    is the last look at what leaves by itself that came to its end, `looking` one that is under way.
    """

    feeds: Mapping[str, Feed]
    rereads: Sequence[Reread]
    unattributed: Mapping[str, int]
    unmapped: Mapping[str, list[list[str]]]
    closes: Mapping[str, Note]
    deeds: Sequence[Deed]
    outcomes: OutcomeCounts | None = field(default_factory=OutcomeCounts)
    retention: Looked | None = None
    looking: Looking | None = None
    crm_waits: Mapping[str, CrmWait] = field(default_factory=dict)


def standing_of(
    store: Store, sources: Iterable[str], accounts: tuple[Account, ...], model: Model, now: Instant
) -> Standing:
    """Ask a store how it stands now; the `sources` are those that a mapping names owners of."""
    closes = open_closes(store)
    waits = ((period, stands(store, period, now)) for period in closes)
    return Standing(
        feeds=store.feeds(),
        rereads=store.rereads(),
        unattributed=store.unattributed(),
        unmapped={source: unmapped(store, source, accounts) for source in sources},
        closes=closes,
        deeds=deeds(store),
        outcomes=_outcomes(store, with_departed(store, accounts), model, now),
        retention=last_look(store),
        looking=under_way(store),
        crm_waits={period: wait for period, wait in waits if wait is not None},
    )


def _outcomes(store: Store, accounts: Sequence[Account], model: Model, now: Instant) -> OutcomeCounts | None:
    """Count the outcomes of accounts: each has its facts read, so of very many they are not counted here."""
    if len(accounts) > MOST_COUNTED:
        return None
    failed: dict[str, str] = {}
    strangers = told_strangers(store, accounts)
    left = recorded(store, strangers)
    counts = counts_of(found_outcomes(store, (*accounts, *left), model, now, failed))
    nobody = (one for one in strangers if one.id not in {account.id for account in left})
    strange = sum(len(one.outcomes) for one in found_outcomes(store, nobody, model, now, failed))
    return replace(counts, unread=len(failed), strange=strange)


def unmapped(store: FactStore, source: str, accounts: tuple[Account, ...]) -> list[list[str]]:
    """List the owners of a source that no account is mapped to, each by its ids."""
    mapped = {key for account in accounts for key in account.owners.get(source, ())}
    return [sorted(owner.ids) for owner in store.owners(source) if not owner.ids & mapped]
