"""What the registry in DynamoDB has of an owner's id: one item, and further ones, its parts, once that is full."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from handlers.stores.attributes import superseded
from handlers.stores.dynamodb.change import Change, Condition, text, texts
from handlers.stores.dynamodb.engine import ItemFullError
from scoring.instants import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from handlers.stores.dynamodb.change import Item, Value
    from handlers.stores.dynamodb.registry import Registry
    from scoring.account import OwnerKey

SLOT = "a#"
"""How the name of an attribute begins that is a slot of an owner's attributes."""
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """An id of an owner: since when it is known, its name with its rank, the ids named with it, its attributes."""

    key: str
    since: Instant | None
    named: str | None
    others: frozenset[str]
    slots: tuple[str, ...]


class OwnerEntries:
    """The entries of owners, by source and id; every method raises StoreError where DynamoDB cannot be used."""

    def __init__(self, registry: Registry) -> None:
        """Keep the entries in a registry."""
        self._registry = registry

    def update(self, source: str, key: str, change: Change) -> bool:
        """Change an entry, making room in its item where that is full; tell whether the change's condition held."""
        for _ in range(_TRIES):
            try:
                return self._registry.update(_partition(source), key, change) is not None
            except ItemFullError:
                self._make_room(source, key)
        raise ItemFullError

    def describe(self, source: str, key: str, slot: str, said: str) -> None:
        """Keep attributes in their slot, where what is there was said earlier."""
        name = SLOT + slot
        self.update(source, key, Change(put={name: text(said)}, condition=Condition(name, "<", text(said))))

    def forget(self, source: str, keys: Iterable[str]) -> int:
        """Forget some entries, their parts first; give how many there were."""
        gone = 0
        for item in list(self._registry.items(_partition(source), sorted(set(keys)))):
            for part in item["parts"]["SS"] if "parts" in item else ():
                self._registry.remove(_parts(source), _name(item["sk"]["S"], part))
            self._registry.remove(_partition(source), item["sk"]["S"])
            gone += 1
        return gone

    def rewrite(self, source: str, change: Callable[[str], str], *, write: bool) -> int:
        """Write attributes otherwise, in parts too, each unless something was said in it meanwhile."""
        changed = 0
        for partition in (_partition(source), _parts(source)):
            for item in list(self._registry.partition(partition)):
                said = {name: value["S"] for name, value in item.items() if name.startswith(SLOT)}
                other = {name: change(one) for name, one in said.items() if change(one) != one}
                changed += len(other)
                for name, one in other.items() if write else ():
                    unchanged = Condition(name, "<=", text(said[name]))
                    self._registry.update(
                        partition, item["sk"]["S"], Change(put={name: text(one)}, condition=unchanged)
                    )
        return changed

    def of(self, keys: Iterable[OwnerKey]) -> Iterator[tuple[str, Entry]]:
        """Read those of some entries that there are, each with its source, all of them by one read."""
        found: dict[str, list[Item]] = {}
        for item in self._registry.some((_partition(source), key) for source, key in keys):
            found.setdefault(item["pk"]["S"].partition("/")[2], []).append(item)
        for source, items in found.items():
            yield from ((source, entry) for entry in self._joined(source, items))

    def all(self, source: str) -> list[Entry]:
        """Read all entries of a source, by their ids."""
        return self._joined(source, list(self._registry.partition(_partition(source))))

    def _joined(self, source: str, items: list[Item]) -> list[Entry]:
        named = sorted({(item["sk"]["S"], part) for item in items if "parts" in item for part in item["parts"]["SS"]})
        parts: dict[str, list[Item]] = {}
        for part in self._registry.items(_parts(source), (_name(*one) for one in named)):
            parts.setdefault(part["of"]["S"], []).append(part)
        return [_entry(item, parts.get(item["sk"]["S"], [])) for item in items]

    def _make_room(self, source: str, key: str) -> None:
        """Forget attributes that later ones have replaced; where there are none, move what takes most room."""
        for item in self._registry.items(_partition(source), [key]):
            slots = {name: value["S"] for name, value in item.items() if name.startswith(SLOT)}
            others = sorted(item["others"]["SS"]) if "others" in item else []
            replaced = superseded(slots)
            if replaced:
                self._remove(source, key, {name: slots[name] for name in replaced}, {})
            elif _size(slots.values()) > _size(others):
                part = self._put_part(source, key, {name: text(said) for name, said in slots.items()})
                self._remove(source, key, slots, part)
            elif others:
                half = {"others": texts(others[: (len(others) + 1) // 2])}
                part = self._put_part(source, key, half)
                self._registry.update(_partition(source), key, Change(add=part, take=half))

    def _remove(self, source: str, key: str, slots: Mapping[str, str], part: Item) -> None:
        """Take slots away, each unless something was said in it meanwhile."""
        for name, said in slots.items():
            unchanged = Condition(name, "<=", text(said))
            self._registry.update(_partition(source), key, Change(remove=[name], add=part, condition=unchanged))

    def _put_part(self, source: str, key: str, item: Item) -> Item:
        """Put a part, and give what names it in its entry's item."""
        name = blake2b(msgspec.json.encode(item, order="sorted"), digest_size=10).hexdigest()
        self._registry.put(_parts(source), _name(key, name), {"of": text(key), **item})
        named: dict[str, Value] = {"parts": texts([name])}
        return named


def _entry(item: Item, parts: list[Item]) -> Entry:
    whole = [item, *parts]
    return Entry(
        item["sk"]["S"],
        Instant(item["since"]["N"]) if "since" in item else None,
        item["named"]["S"] if "named" in item else None,
        frozenset(other for one in whole if "others" in one for other in one["others"]["SS"]),
        tuple(value["S"] for one in whole for name, value in one.items() if name.startswith(SLOT)),
    )


def _size(texts: Iterable[str]) -> int:
    return sum(len(one.encode()) for one in texts)


def _name(key: str, part: str) -> str:
    return msgspec.json.encode((key, part)).decode()


def _partition(source: str) -> str:
    return f"owner/{source}"


def _parts(source: str) -> str:
    return f"owner-part/{source}"
