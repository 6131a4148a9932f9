"""What a sink of records must do, wherever they go."""

from collections.abc import Iterable
from typing import Protocol

from scoring.record import Record


class RecordWriter(Protocol):
    """A sink of records, written once each by their external key."""

    def write(self, records: Iterable[Record]) -> None:
        """Write records; a later one of the same key takes the place of an earlier."""
