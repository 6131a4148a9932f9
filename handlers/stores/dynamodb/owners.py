"""The owners registry in DynamoDB: an item for each id, with the ids that were named together with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.attributes import read
from handlers.stores.dynamodb.change import Change, Condition, number, text, texts
from handlers.stores.dynamodb.entries import OwnerEntries
from scoring.account import Owner

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from handlers.stores.dynamodb.entries import Entry
    from handlers.stores.dynamodb.registry import Registry
    from scoring.account import Naming, OwnerKey
    from scoring.instants import Instant


class OwnerRegistry:
    """Owners by any of their ids. What this process wrote before is not written again."""

    def __init__(self, registry: Registry) -> None:
        """Keep the owners in a registry."""
        self._entries = OwnerEntries(registry)
        self._known: dict[tuple[str, str], tuple[Instant, frozenset[str]]] = registry.memory.keep({})
        self._named: dict[tuple[str, str], str] = registry.memory.keep({})
        self._described: dict[tuple[str, str, str], str] = registry.memory.keep({})

    def tie(self, source: str, ids: tuple[str, ...], since: Instant) -> None:
        """Take in that all of `ids` are one owner, known since an instant."""
        self.join(source, ids[0], frozenset(ids), since)
        for other in {*ids} - {ids[0]}:
            self.join(source, other, frozenset((other, ids[0])), since)

    def join(self, source: str, key: str, others: frozenset[str], since: Instant) -> None:
        """Take in of one id, known since an instant, with which others it is one owner."""
        known_since, known = self._known.get((source, key), (since + 1, frozenset[str]()))
        if known_since <= since and others <= known:
            return
        add = {"others": texts(others)}
        earlier = Change(put={"since": number(since)}, add=add, condition=Condition("since", ">", number(since)))
        if not self._entries.update(source, key, earlier):
            self._entries.update(source, key, Change(add=add))
        self._known[source, key] = (min(known_since, since), known | others)

    def name(self, naming: Naming) -> None:
        """Take in the name of an owner, if any; the latest said holds."""
        key, rank = (naming.source, naming.ids[0]), f"{naming.at:020d} {naming.name}"
        if naming.name is None or rank <= self._named.get(key, ""):
            return
        later = Change(put={"named": text(rank)}, condition=Condition("named", "<", text(rank)))
        self._entries.update(naming.source, naming.ids[0], later)
        self._named[key] = rank

    def describe(self, source: str, key: str, slot: str, said: str) -> None:
        """Take in attributes of an owner, as written; the latest said of a slot hold."""
        if said <= self._described.get((source, key, slot), ""):
            return
        self._entries.describe(source, key, slot, said)
        self._described[source, key, slot] = said

    def forget(self, source: str, ids: Collection[str]) -> int:
        """Forget an owner by all of its ids; give of how many anything was known."""
        for known in (self._known, self._named, self._described):
            known.clear()
        return self._entries.forget(source, ids)

    def rewrite(self, source: str, change: Callable[[str], str], *, write: bool) -> int:
        """Write attributes of a source's owners otherwise; give how many sayings that changes."""
        return self._entries.rewrite(source, change, write=write)

    def named(self, keys: Collection[OwnerKey]) -> list[Owner]:
        """Give owners by any of their ids, in the order of the keys; their other ids are read together, too."""
        entries: dict[str, dict[str, Entry]] = {source: {} for source, _ in keys}
        asked: set[OwnerKey] = set()
        wanted = {*keys}
        while wanted:
            asked |= wanted
            for source, entry in self._entries.of(sorted(wanted)):
                entries[source][entry.key] = entry
            others = {(source, other) for source, each in entries.items() for e in each.values() for other in e.others}
            wanted = others - asked
        return [_of_key(source, key, entries[source]) for source, key in keys]

    def owners(self, source: str) -> Iterator[Owner]:
        """List the owners that a source ever named, by their smallest id."""
        entries = {entry.key: entry for entry in self._entries.all(source)}
        while entries:
            ids = _together(next(iter(entries)), entries)
            yield _owner(source, ids, [entries.pop(key) for key in sorted(ids & entries.keys())])


def _together(key: str, entries: Mapping[str, Entry]) -> set[str]:
    """Give all ids of an owner; one that was named and is yet to be written has no entry."""
    ids: set[str] = set()
    wanted = {key}
    while wanted:
        ids |= wanted
        wanted = {other for one in wanted if one in entries for other in entries[one].others} - ids
    return ids


def _of_key(source: str, key: str, entries: Mapping[str, Entry]) -> Owner:
    ids = _together(key, entries)
    return _owner(source, ids, [entries[one] for one in sorted(ids & entries.keys())])


def _owner(source: str, ids: Collection[str], entries: Iterable[Entry]) -> Owner:
    found = list(entries)
    since = min((entry.since for entry in found if entry.since is not None), default=None)
    names = [entry.named for entry in found if entry.named is not None]
    attributes = read(said for entry in found for said in entry.slots)
    return Owner(source, frozenset(ids), max(names).partition(" ")[2] if names else None, since, attributes)
