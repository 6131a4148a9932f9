"""Reads an export line by line: one that cannot be taken is refused by its number, all are proved by the last."""

from collections.abc import Iterable, Iterator

import msgspec

from handlers.jobs.portable.format import FOOT, FORM, HEAD, PROGRAM, ROW, Foot, Head, Sum
from handlers.jobs.portable.forms import check
from handlers.stores.protocol import RefusedError, StoreError
from handlers.stores.whole_rows import Row

_END = b'{"end":'

LONGEST = 64 << 20
"""No row is longer: what is read at once of a file that is none, such as a disk image packed by gzip, has an end."""


class ExportError(RefusedError):
    """A file cannot be imported; the text says where and why. Nothing was changed."""


class ExportFile:
    """An export that is read once, from its first line to its last."""

    def __init__(self, name: str, lines: Iterable[bytes]) -> None:
        """Read the first line. Raises ExportError where it is none of an export that this version reads."""
        self._name = name
        self._lines = enumerate(lines, 1)
        self._total = Sum()
        self._foot: Foot | None = None
        self.head = self._first()

    @property
    def proof(self) -> str:
        """Give the check sum of all lines; empty before all are read."""
        return "" if self._foot is None else self._foot.sha256

    @property
    def counts(self) -> dict[str, int]:
        """Give how many lines of each kind were read."""
        return dict(self._total.counts)

    def rows(self) -> Iterator[Row]:
        """Give the rows; raises ExportError where a line cannot be taken, or where they are not all that was written.

        Whoever writes them keeps nothing before the last was given.
        """
        for number, line in self._lines:
            if line.startswith(_END):
                self._prove(number, line)
                return
            row = self._row(number, line)
            self._total.add(row, line)
            yield row
        raise ExportError(
            f"{self._name} is cut off after {self._total.lines:,} rows: its last line is missing; "
            "export or copy it again; nothing was changed"
        )

    def _first(self) -> Head:
        number, line = next(self._lines, (1, b""))
        try:
            head = HEAD.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            said = "is no export of a store: healthscore export FILE writes one"
            raise ExportError(f"{self._name} {said}; nothing was changed") from error
        if head.program != PROGRAM or head.export < 1:
            raise self._refused(number, f"it was written by another program ({head.program!r})")
        if head.export > FORM:
            newer = f"the file has form {head.export}, this version of the program reads up to {FORM}"
            raise self._refused(number, f"{newer}: use version {head.version}, which wrote it, or a later one")
        return head

    def _row(self, number: int, line: bytes) -> Row:
        if len(line) > LONGEST:
            raise self._refused(number, f"it is longer than {LONGEST >> 20} MB, and no row is: this is no export")
        if not line.endswith(b"\n"):
            raise self._refused(number, "the file is cut off in this line: export or copy it again")
        try:
            row = ROW.decode(line)
            check(row)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            said = (
                f"it is no row that this version of the program knows ({error}); version {self.head.version} wrote it"
            )
            raise self._refused(number, said) from error
        except StoreError as error:
            raise self._refused(number, str(error)) from error
        return row

    def _prove(self, number: int, line: bytes) -> None:
        try:
            foot = FOOT.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._refused(number, "the last line is damaged: export or copy the file again") from error
        found = self._total.foot()
        if foot.counts != found.counts:
            raise self._refused(number, f"rows are missing or too many: {_differing(foot.counts, found.counts)}")
        if foot.sha256 != found.sha256:
            edited = "the file was edited, or its line ends were changed: copy it again as it is"
            raise self._refused(
                number, f"the rows are not those that were exported (their check sum differs); {edited}"
            )
        if (more := next(self._lines, None)) is not None:
            raise self._refused(more[0], "something stands after the last line")
        self._foot = foot

    def _refused(self, number: int, why: str) -> ExportError:
        return ExportError(f"{self._name} line {number}: {why}; nothing was changed")


def _differing(said: dict[str, int], found: dict[str, int]) -> str:
    kinds = sorted(kind for kind in {*said, *found} if said.get(kind, 0) != found.get(kind, 0))
    return ", ".join(f"{found.get(kind, 0):,} of {said.get(kind, 0):,} of {kind}" for kind in kinds)
