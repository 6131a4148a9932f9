"""The folder of an export: made anew each time, and never one that holds something else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from handlers.files import OutputFile

LIST = "healthscore-export.json"


class FolderError(Exception):
    """The folder cannot be used; the text says why, and what to do."""


class _Written(msgspec.Struct, frozen=True):
    """What an export wrote, by names within the folder."""

    files: tuple[str, ...] = ()


@dataclass
class Folder:
    """A folder that an export writes to; it lists what it wrote, so that the next one may replace it."""

    path: Path
    written: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Raise FolderError where the folder is none, or holds files that no export wrote."""
        if self.path.exists() and not self.path.is_dir():
            raise FolderError(f"{self.path} is a file: name a folder")
        strange = sorted(set(self._there()) - set(self._listed()) - {LIST})
        if strange:
            more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
            named = ", ".join(strange[:3])
            raise FolderError(
                f"{self.path} holds files of somebody else ({named}{more}): name an empty or a new folder"
            )

    def _there(self) -> Iterator[str]:
        return (one.relative_to(self.path).as_posix() for one in self.path.rglob("*") if not one.is_dir())

    def _listed(self) -> tuple[str, ...]:
        try:
            return msgspec.json.decode((self.path / LIST).read_bytes(), type=_Written).files
        except FileNotFoundError:
            return ()
        except msgspec.DecodeError as error:
            raise FolderError(f"{self.path / LIST} is not one that an export wrote: name another folder") from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file."""
        with OutputFile(self.path / name).replaced() as file:
            file.write(content)
        self.written.append(name)

    def finish(self) -> None:
        """List what was written, and take away what an earlier export wrote and this one did not."""
        there, listed = set(self._there()), set(self._listed())
        for name in sorted((there & listed) - set(self.written)):
            (self.path / name).unlink()
        content = msgspec.json.format(msgspec.json.encode(_Written(tuple(sorted(self.written)))))
        with OutputFile(self.path / LIST).replaced() as file:
            file.write(content)
