"""Files that are written: whole or by whole lines, through a symbolic link, and never a torn one."""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EDQUOT, EFBIG, ENOSPC
from fcntl import LOCK_EX, flock
from io import StringIO, TextIOWrapper
from pathlib import Path
from stat import S_IMODE
from typing import BinaryIO
from uuid import uuid4

_FULL = (EDQUOT, EFBIG, ENOSPC)


class OutputError(OSError):
    """A file cannot be written; the text says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to write. Its folder is made; a symbolic link stays, and what it leads to is written."""

    path: Path

    @property
    def target(self) -> Path:
        """Give the file itself, where `path` may be a symbolic link to it."""
        return Path(os.path.realpath(self.path))

    @contextmanager
    def replaced(self) -> Iterator[BinaryIO]:
        """Give a file that takes the place of the old one when all is written, and leaves it alone otherwise.

        Raises OutputError where it cannot be written.
        """
        with self._told():
            target = self._with_folder()
            unfinished = target.with_name(f".healthscore-{uuid4().hex[:12]}.part")
            try:
                with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
                    if target.exists():
                        os.fchmod(file.fileno(), S_IMODE(target.stat().st_mode))
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(target)
            finally:
                unfinished.unlink(missing_ok=True)

    def write_rows(self, rows: Iterable[Iterable[object]], delimiter: str = ",", *, bom: bool = False) -> None:
        """Write rows of CSV in UTF-8 in the place of the old file."""
        with self.replaced() as file:
            text = TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="")
            csv.writer(text, delimiter=delimiter).writerows(rows)
            text.detach()

    def append(self, lines: Iterable[bytes]) -> None:
        """Append lines, each given without its end; a line that a killed process left torn is ended first."""
        with self._told(), _alone(self._with_folder()) as file:
            if file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                file.write(b"\n")
            file.writelines(line + b"\n" for line in lines)

    def read(self) -> bytes:
        """Give what stands in the file while nobody appends to it."""
        with self._told(), _alone(self._with_folder()) as file:
            file.seek(0)
            return file.read()

    def keep(self, lines: Iterable[bytes], read: bytes) -> bool:
        """Put lines in the place of what was read; what others appended since stays behind them.

        Tells whether it did: where another process replaced the file meanwhile, it is left as it is.
        """
        with self._told(), _alone(self._with_folder()) as held:
            held.seek(0)
            now = held.read()
            if not now.startswith(read):
                return False
            with self.replaced() as file:
                file.writelines(line + b"\n" for line in lines)
                file.write(now.removeprefix(read))
            return True

    def _with_folder(self) -> Path:
        target = self.target
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the operating system says of this file into one line that says what to do."""
        try:
            yield
        except OSError as error:
            if error.errno is None:
                raise
            advice = "make room on its disk" if error.errno in _FULL else "check the path, and the rights on its folder"
            raise OutputError(f"{self.path} cannot be written: {error.strerror}: {advice}") from error


def csv_line(row: Iterable[object]) -> bytes:
    """Write a row as a line of CSV in UTF-8, parted by commas."""
    text = StringIO(newline="")
    csv.writer(text).writerow(row)
    return text.getvalue().encode()


@contextmanager
def _alone(target: Path) -> Iterator[BinaryIO]:
    """Open a file for appending while no other process does; one that was replaced meanwhile is opened anew."""
    while True:
        with target.open("a+b") as file:
            flock(file, LOCK_EX)
            if target.exists() and os.path.samestat(target.stat(), os.fstat(file.fileno())):
                yield file
                return
