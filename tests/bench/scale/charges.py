"""What DynamoDB charges for a call, by its own rules: sizes of items, rounded up; an index is written like a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from tests.fakes.dynamodb.values import SETS, Item, Value

READ_BYTES: Final = 4 * 1024
WRITE_BYTES: Final = 1024
TOGETHER: Final = 2
"""What is written in a transaction is charged so many times."""


@dataclass(slots=True)
class Charges:
    """Calls by operation, read and write units; of the read units those for what was not there.

    Of these AWS's own engine for laptops counts none, where a batch or a query asks for it; the service does.
    """

    calls: dict[str, int] = field(default_factory=dict)
    reads: float = 0.0
    writes: float = 0.0
    absent: float = 0.0

    def take(self) -> "Charges":
        """Give what was charged so far, and begin anew."""
        taken = Charges(self.calls, self.reads, self.writes, self.absent)
        self.calls, self.reads, self.writes, self.absent = {}, 0.0, 0.0, 0.0
        return taken

    def call(self, operation: str) -> None:
        """Count a call."""
        self.calls[operation] = self.calls.get(operation, 0) + 1

    def read_each(self, items: Iterable[Item | None], *, consistent: bool) -> None:
        """Charge for items that are read one by one: each is rounded up, and one that is not there costs a unit."""
        for item in items:
            self.read(0 if item is None else size_of(item), consistent=consistent)

    def read(self, size: int, *, consistent: bool) -> None:
        """Charge for a page: all of it is rounded up, and an empty one costs a unit; half of it where it may be old."""
        charged = max(1, -(-size // READ_BYTES)) * (1.0 if consistent else 0.5)
        self.reads += charged
        self.absent += 0 if size else charged

    def write(self, old: Item | None, new: Item | None, indexes: Iterable[str], times: int = 1) -> None:
        """Charge for a write of an item, by how it was and how it is, and for its indexes by their keys."""
        self.writes += times * (units(old, new) + sum(index_units(old, new, key) for key in indexes))


def units(old: Item | None, new: Item | None) -> int:
    """Give the units of a write: of what is larger, the item as it was or as it is."""
    largest = max(0 if item is None else size_of(item) for item in (old, new))
    return max(1, -(-largest // WRITE_BYTES))


def index_units(old: Item | None, new: Item | None, key: str) -> int:
    """Give the units of an index that has all attributes: none where nothing changes, two writes where its key does."""
    was, is_now = ({} if item is None or key not in item else item for item in (old, new))
    if was == is_now:
        return 0
    if was and is_now and was[key] != is_now[key]:
        return units(was, None) + units(None, is_now)
    return units(was or None, is_now or None)


def size_of(item: Item) -> int:
    """Give the bytes of an item: its names and its values."""
    return sum(_name(name) + _value(value) for name, value in item.items())


@lru_cache(maxsize=100_000)
def _name(name: str) -> int:
    return len(name.encode())


def _value(value: Value) -> int:
    ((kind, raw),) = value.items()
    if kind in SETS:
        return sum(_value({kind[0]: one}) for one in raw)
    size: int = _SIZES.get(kind, lambda _: 1)(raw)
    return size


def _number(raw: str) -> int:
    """Give the bytes of a number: one for two digits, and one more."""
    digits = raw.lstrip("-").replace(".", "").strip("0")
    return -(-len(digits) // 2) + 1 + raw.startswith("-")


def _binary(raw: str) -> int:
    """Give the bytes of a binary, from its text in base 64."""
    return len(raw) * 3 // 4 - raw.count("=", -2)


_SIZES: Mapping[str, Any] = {"S": lambda raw: len(raw.encode()), "N": _number, "B": _binary}
