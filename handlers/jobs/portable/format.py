"""How an export is written down: one JSON line for the file, one for each row, one that proves all of them."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TypeAlias

import msgspec

from handlers.stores.whole_rows import ROWS, AnyRow, Row, kind_of

FORM = 1
"""The form of the file that is written."""

PROGRAM = "healthscore"


class Head(msgspec.Struct, frozen=True):
    """The first line: the form, which program and version wrote it, from which store, and when."""

    export: int
    program: str
    version: str
    store: str
    exported_at: str


class Foot(msgspec.Struct, frozen=True):
    """The last line: how many lines of each kind stand before it, and the check sum of those lines, their ends too."""

    end: int
    counts: dict[str, int]
    sha256: str


ENCODER = msgspec.json.Encoder()
HEAD = msgspec.json.Decoder(Head)
FOOT = msgspec.json.Decoder(Foot)
ROW: msgspec.json.Decoder[AnyRow] = msgspec.json.Decoder(AnyRow)
KINDS: Mapping[type[Row], str] = {kind: kind_of(kind) for kind in ROWS}
Line: TypeAlias = bytes


class Sum:
    """Counts lines and sums them up as they go by."""

    def __init__(self) -> None:
        """Begin before the first."""
        self._digest = sha256()
        self.counts: dict[str, int] = {}

    @property
    def lines(self) -> int:
        """Give how many there were."""
        return sum(self.counts.values())

    def add(self, row: Row, line: Line) -> None:
        """Count a line."""
        kind = KINDS[type(row)]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self._digest.update(line)

    def foot(self) -> Foot:
        """Give the last line that proves them."""
        return Foot(FORM, dict(self.counts), self._digest.hexdigest())


def written(rows: Iterator[Row], total: Sum) -> Iterator[Line]:
    """Give the lines of rows, each with its end."""
    for row in rows:
        line = ENCODER.encode(row) + b"\n"
        total.add(row, line)
        yield line
