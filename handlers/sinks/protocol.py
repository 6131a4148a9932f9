"""What a sink of records must do, wherever they go."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from handlers.stores.protocol import Store
from scoring.record import Record


class RecordWriter(Protocol):
    """A sink of records, written once each by their external key."""

    def write(self, records: Iterable[Record]) -> None:
        """Write records; a later one of the same key takes the place of an earlier."""


Line = TypeVar("Line")
"""What a sink writes of one record: the bytes of a row, or of several files. It can be sent to another process."""

Liner: TypeAlias = Callable[[Store], Callable[[Record], Line]]
"""Gives, beside a store, what makes the line of a record. It can be sent to another process."""


@runtime_checkable
class LineWriter(Protocol[Line]):
    """A sink that writes a line for each record; the lines may be made elsewhere."""

    @property
    def liner(self) -> Liner[Line]:
        """Give what makes the lines."""

    def write_lines(self, lines: Iterable[Line]) -> None:
        """Write the lines of all records of a run."""


class CrmWriter(RecordWriter, Protocol):
    """A CRM as a sink of records: none over a better one, and every record is accounted for.

    `write` raises nothing for rows or calls that fail. After it, `failed` says by account why it
    was not written, `refused` has the keys of such records, and `outranked` names the accounts that
    keep what they have.
    """

    @property
    def failed(self) -> Mapping[str, str]:
        """Say by account why its record was not written."""

    @property
    def waits(self) -> Mapping[str, float]:
        """Name the failed accounts that waiting may mend, each with the seconds that the CRM asks for (0: none)."""

    @property
    def refused(self) -> set[str]:
        """Give the keys of the records that were not written, and are to be written again."""

    @property
    def outranked(self) -> list[str]:
        """Name the accounts of which the CRM keeps what it has."""

    def remove(self, keys: Sequence[str]) -> dict[str, str]:
        """Take the CRM's records of some keys away; give by key why one is still there. Raises SourceError."""
