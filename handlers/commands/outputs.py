"""Files that a command writes: regular ones alone, and none that holds what must be kept."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from config.files import ALL_FILES
from config.portfolio import MAPPING
from handlers.commands.inputs import STDIN
from handlers.commands.session import Session
from handlers.files import OutputFile

STDOUT = "-"
STORE_PARTS = ("", "-wal", "-shm", "-journal")
"""What the names of a store's files end with."""

_KINDS = (
    (stat.S_ISDIR, "is a folder: name a file in it"),
    (stat.S_ISFIFO, "is a pipe: name a regular file"),
    (stat.S_ISSOCK, "is a socket: name a regular file"),
    (stat.S_ISCHR, "is a device: name a regular file"),
    (stat.S_ISBLK, "is a device: name a regular file"),
)
_OTHER = "name another file to write to"


def output_file(
    session: Session, path: Path, *, reads: Iterable[str | Path] = (), mapping: Path | None = None, renews: bool = False
) -> OutputFile:
    """Give a file to write, or refuse it by name, before anything is done.

    It must be a regular file or none yet, wherever a symbolic link leads; and neither the store, nor
    a file of the config, nor one that the call `reads`. Only what `renews` the mapping may write it.
    """
    kept = [*_stored(session), *_configured(session, with_mapping=not renews)]
    kept += [] if mapping is None or renews else [(mapping, "is the mapping")]
    kept += [(Path(file), "is read here") for file in reads if str(file) != STDIN]
    fault = _fault(path) or next((said for file, said in kept if _same(path, file)), None)
    if fault is not None:
        raise click.ClickException(f"{path} {fault}" if ":" in fault else f"{path} {fault}: {_OTHER}")
    return OutputFile(path)


def _fault(path: Path) -> str | None:
    """Say why a path is no file that can be written."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"cannot be written: {error.strerror}: check the path, and the rights on its folder"
    if not stat.S_ISREG(mode):
        return next((said for is_so, said in _KINDS if is_so(mode)), "is no regular file: name one")
    return None if os.access(path, os.W_OK) else "is protected against writing: give yourself the right to write it"


def _stored(session: Session) -> Iterator[tuple[Path, str]]:
    if (file := session.store_file) is not None:
        yield from ((file.with_name(file.name + suffix), "is the store") for suffix in STORE_PARTS)


def _configured(session: Session, *, with_mapping: bool) -> Iterator[tuple[Path, str]]:
    yield from ((session.config_dir / name, "is a file of the config") for name in ALL_FILES)
    if with_mapping:
        yield session.config_dir / MAPPING, "is the mapping"


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file, whether or not it is there yet."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)
