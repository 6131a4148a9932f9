"""How a store stands: what it knows, and what it waits for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.jobs.closes import Deed, Note, deeds, open_closes
from handlers.stores.protocol import FactStore, Reread, Store
from scoring.account import Account
from scoring.feeds import Feed


@dataclass(frozen=True, slots=True)
class Standing:
    """What a store knows, and what it waits for.

    `unattributed` counts by kind the subjects without an owner; `unmapped` has by source the owners
    that no account is mapped to, each by its ids; `closes` are those that are held, not written to
    their end, or withdrawn.
    """

    feeds: Mapping[str, Feed]
    rereads: Sequence[Reread]
    unattributed: Mapping[str, int]
    unmapped: Mapping[str, list[list[str]]]
    closes: Mapping[str, Note]
    deeds: Sequence[Deed]


def standing_of(store: Store, sources: Iterable[str], accounts: tuple[Account, ...]) -> Standing:
    """Ask a store how it stands; the `sources` are those that a mapping names owners of."""
    return Standing(
        feeds=store.feeds(),
        rereads=store.rereads(),
        unattributed=store.unattributed(),
        unmapped={source: unmapped(store, source, accounts) for source in sources},
        closes=open_closes(store),
        deeds=deeds(store),
    )


def unmapped(store: FactStore, source: str, accounts: tuple[Account, ...]) -> list[list[str]]:
    """List the owners of a source that no account is mapped to, each by its ids."""
    mapped = {key for account in accounts for key in account.owners.get(source, ())}
    return [sorted(owner.ids) for owner in store.owners(source) if not owner.ids & mapped]
