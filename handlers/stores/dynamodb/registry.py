"""The registry in DynamoDB: small items by partition and key. Here: gap marks, models, cursors, journals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.dynamodb.change import Change, number, text
from handlers.stores.dynamodb.families import known
from handlers.stores.dynamodb.memory import Memory
from handlers.stores.journals import first_key, new_key
from scoring.instants import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from scoring.instants import Duration, Instant

_GAPS = "gap"
_MODELS = "model"
_CURSORS = "cursor"
_JOURNAL = "journal/"


class Registry:
    """The table of the registry; every method raises StoreError where DynamoDB cannot be used.

    What a process remembers of the table is in its `memory`.
    """

    def __init__(self, engine: Engine, table: str) -> None:
        """Keep the registry in a table."""
        self._engine = engine
        self._table = table
        self.memory = Memory(lambda: engine.identity(table))
        self._marked: set[str] = self.memory.keep(set())
        self._models: set[str] = self.memory.keep(set())

    def update(self, partition: str, key: str, change: Change) -> Item | None:
        """Change an item and give it as it now is; None where the condition did not hold.

        Raises ItemFullError where the item would be too large.
        """
        return self._engine.update(self._table, _key(partition, key), change)

    def put(self, partition: str, key: str, item: Item) -> None:
        """Write a whole item."""
        self._engine.put(self._table, _key(partition, key) | item)

    def remove(self, partition: str, key: str) -> None:
        """Take an item away, if it is there."""
        self._engine.delete(self._table, _key(partition, key))

    def partition(self, partition: str) -> Iterator[Item]:
        """Read the items of a partition by their key, which is the attribute `sk`."""
        return self._engine.query(self._table, ("pk", text(partition)))

    def newest(self, partition: str, first: str, last: str, most: int) -> list[Item]:
        """Read so many items of a partition at most whose keys lie between two, the greatest first."""
        return self._engine.newest(self._table, ("pk", text(partition)), ("sk", text(first), text(last)), most)

    def between(self, partition: str, first: str, last: str) -> Iterator[Item]:
        """Read the items of a partition whose keys lie between two, by their keys."""
        return self._engine.query(self._table, ("pk", text(partition)), ("sk", text(first), text(last)))

    def items(self, partition: str, keys: Iterable[str]) -> Iterator[Item]:
        """Read those of some items of a partition that there are, in any order."""
        return self._engine.get_all(self._table, (_key(partition, key) for key in keys))

    def some(self, keys: Iterable[tuple[str, str]]) -> Iterator[Item]:
        """Read those of some items that there are, by partition and key, in any order."""
        return self._engine.get_all(self._table, (_key(*key) for key in keys))

    def mark_gaps(self, subjects: Iterable[str]) -> None:
        """Note that these subjects have had gaps; what this process noted before is not written again."""
        new = sorted(set(subjects) - self._marked)
        self._engine.each(lambda subject: self._engine.put(self._table, _key(_GAPS, subject)), new)
        self._marked.update(new)

    def gap_marks(self) -> list[str]:
        """List the subjects that ever had a gap."""
        return [item["sk"]["S"] for item in self.partition(_GAPS)]

    def unmark_gap(self, subject: str) -> None:
        """Forget that a subject ever had a gap."""
        self.remove(_GAPS, subject)
        self._marked.discard(subject)

    def put_model(self, version: str, model: str) -> None:
        """Keep the text of a model version; what this process kept before is not written again."""
        if version not in self._models:
            self.update(_MODELS, version, Change(keep={"text": text(model)}))
            self._models.add(version)

    def model(self, version: str) -> str | None:
        """Give the text of a model version."""
        item = self._engine.get(self._table, _key(_MODELS, version))
        return None if item is None else item["text"]["S"]

    def cursor(self, name: str) -> str | None:
        """Give how far a sweep has come."""
        item = self._engine.get(self._table, _key(_CURSORS, name))
        return None if item is None else item["text"]["S"]

    def cursors(self, beginning: str) -> dict[str, str]:
        """Give the cursors whose names begin so, by name."""
        within = "sk", text(beginning or " "), text(f"{beginning}\U0010ffff")
        found = self._engine.query(self._table, ("pk", text(_CURSORS)), within)
        return {item["sk"]["S"]: item["text"]["S"] for item in found}

    def set_cursor(self, name: str, value: str) -> None:
        """Keep how far a sweep has come."""
        self.update(_CURSORS, name, Change(put={"text": text(value)}))

    def remove_cursor(self, name: str) -> None:
        """Remove a cursor."""
        self.remove(_CURSORS, name)

    def append(self, journal: str, at: Instant, line: str, kept: Duration) -> None:
        """Add a line to a journal; DynamoDB removes it some time after it is over."""
        self._engine.put(self._table, self.line(journal, new_key(at), line, (at + kept) // SECOND))

    def line(self, journal: str, key: str, line: str, expires: int) -> Item:
        """Give the item of a line of a journal, which is over at an instant (in seconds since 1970)."""
        return _key(_JOURNAL + journal, key) | {"text": text(line), "expires": number(expires)}

    def entries(self, journal: str, since: Instant) -> Iterator[str]:
        """List the lines of a journal from an instant on."""
        later = "sk", text(first_key(since)), text("~")
        found = self._engine.query(self._table, ("pk", text(_JOURNAL + journal)), later)
        return (item["text"]["S"] for item in found)


def _key(partition: str, key: str) -> Item:
    known(partition)
    return {"pk": text(partition), "sk": text(key)}
