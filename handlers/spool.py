"""Records that are read more than once, kept in a file without a name: a portfolio's are too many for the memory."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from scoring.record import Record

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Record)


def packed(record: Record) -> bytes:
    """Pack a record, to be spooled."""
    return _ENCODER.encode(record)


class Spooled:
    """Records in some order; each time they are asked for they are read again."""

    def __init__(self, file: IO[bytes], places: "array[int]", lengths: "array[int]") -> None:
        """Read records of so many bytes at these places of a file."""
        self._file = file
        self._places = places
        self._lengths = lengths

    def __len__(self) -> int:
        """Count the records."""
        return len(self._places)

    def __iter__(self) -> Iterator[Record]:
        """Read the records one by one."""
        for place, length in zip(self._places, self._lengths, strict=True):
            self._file.seek(place)
            yield _DECODER.decode(self._file.read(length))

    def ordered(self, key: Callable[[Record], Any]) -> "Spooled":
        """Give the same records sorted by a key; equal ones stay in their order."""
        keys = [key(record) for record in self]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        places, lengths = self._places, self._lengths
        return Spooled(self._file, array("q", (places[at] for at in order)), array("q", (lengths[at] for at in order)))


class Spool(Spooled):
    """Takes records in, and gives them in that order; at the end of a `with` they are gone."""

    def __init__(self) -> None:
        """Begin with no record."""
        super().__init__(TemporaryFile(), array("q"), array("q"))  # noqa: SIM115 - `__exit__` closes it

    def __enter__(self) -> Self:
        """Begin to take records in."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Forget the records."""
        self._file.close()

    def add(self, record: bytes) -> None:
        """Take in a record, packed."""
        self._places.append(self._file.seek(0, 2))
        self._lengths.append(self._file.write(record))

    def take(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass records on, and take each in."""
        for record in records:
            self.add(packed(record))
            yield record
