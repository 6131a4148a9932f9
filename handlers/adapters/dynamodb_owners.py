"""The owners registry in DynamoDB: an item for each id, with the ids that were named together with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.adapters.attributes import read
from handlers.adapters.dynamodb_change import Change, Condition, number, text, texts
from scoring.account import Owner

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from handlers.adapters.dynamodb_change import Item
    from handlers.adapters.dynamodb_registry import Registry
    from scoring.account import Naming
    from scoring.instants import Instant


_SLOT = "a#"


class OwnerRegistry:
    """Owners by any of their ids. What this process wrote before is not written again."""

    def __init__(self, registry: Registry) -> None:
        """Keep the owners in a registry."""
        self._registry = registry
        self._known: dict[tuple[str, str], tuple[Instant, frozenset[str]]] = {}
        self._named: dict[tuple[str, str], str] = {}
        self._described: dict[tuple[str, str, str], str] = {}

    def tie(self, source: str, ids: tuple[str, ...], since: Instant) -> None:
        """Take in that all of `ids` are one owner, known since an instant."""
        self._tie(source, ids[0], frozenset(ids), since)
        for other in {*ids} - {ids[0]}:
            self._tie(source, other, frozenset((other, ids[0])), since)

    def _tie(self, source: str, key: str, others: frozenset[str], since: Instant) -> None:
        known_since, known = self._known.get((source, key), (since + 1, frozenset[str]()))
        if known_since <= since and others <= known:
            return
        add = {"others": texts(others)}
        earlier = Change(put={"since": number(since)}, add=add, condition=Condition("since", ">", number(since)))
        if self._registry.update(_partition(source), key, earlier) is None:
            self._registry.update(_partition(source), key, Change(add=add))
        self._known[source, key] = (min(known_since, since), known | others)

    def name(self, naming: Naming) -> None:
        """Take in the name of an owner, if any; the latest said holds."""
        key, rank = (naming.source, naming.ids[0]), f"{naming.at:020d} {naming.name}"
        if naming.name is None or rank <= self._named.get(key, ""):
            return
        later = Change(put={"named": text(rank)}, condition=Condition("named", "<", text(rank)))
        self._registry.update(_partition(naming.source), naming.ids[0], later)
        self._named[key] = rank

    def describe(self, source: str, key: str, slot: str, said: str) -> None:
        """Take in attributes of an owner, as written; the latest said of a slot hold."""
        if said <= self._described.get((source, key, slot), ""):
            return
        name = _SLOT + slot
        later = Change(put={name: text(said)}, condition=Condition(name, "<", text(said)))
        self._registry.update(_partition(source), key, later)
        self._described[source, key, slot] = said

    def owner(self, source: str, key: str) -> Owner:
        """Give an owner by any of its ids."""
        items: dict[str, Item] = {}
        asked, wanted = set[str](), {key}
        while wanted:
            asked |= wanted
            found = self._registry.items(_partition(source), sorted(wanted))
            items.update((item["sk"]["S"], item) for item in found)
            wanted = {other for item in items.values() for other in item["others"]["SS"]} - asked
        return _owner(source, asked, items.values())

    def owners(self, source: str) -> Iterator[Owner]:
        """List the owners that a source ever named, by their smallest id."""
        items = {item["sk"]["S"]: item for item in self._registry.partition(_partition(source))}
        while items:
            ids = _together(next(iter(items)), items)
            yield _owner(source, ids, [items.pop(key) for key in sorted(ids)])


def _together(key: str, items: Mapping[str, Item]) -> set[str]:
    ids: set[str] = set()
    wanted = {key}
    while wanted:
        ids |= wanted
        wanted = {other for one in wanted for other in items[one]["others"]["SS"]} - ids
    return ids


def _owner(source: str, ids: Collection[str], items: Iterable[Item]) -> Owner:
    found = list(items)
    since = min((int(item["since"]["N"]) for item in found), default=None)
    names = [item["named"]["S"] for item in found if "named" in item]
    attributes = read(value["S"] for item in found for name, value in item.items() if name.startswith(_SLOT))
    return Owner(source, frozenset(ids), max(names).partition(" ")[2] if names else None, since, attributes)


def _partition(source: str) -> str:
    return f"owner/{source}"
