"""Exports that were taken in: the same one again is the same statement, a corrected one of that instant a later one."""

from collections.abc import Iterable

import msgspec

from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import FactStore
from scoring.instants import SECOND, Instant

_NAME = "sheet-exports/"
_MOST = 200


class Export(msgspec.Struct, frozen=True):
    """A file that was taken in: its name, when it was exported, as when it was read, what it held, how it was read."""

    file: str
    exported_at: Instant
    read_at: Instant
    held: str
    way: str


def exports_of(store: FactStore, kind: str) -> list[Export]:
    """Give the exports of a kind that were taken in, in their order."""
    kept = store.cursor(f"{_NAME}{kind}")
    return [] if kept is None else read_kept(kept, list[Export], f"{_NAME}{kind}")


def placed(exports: Iterable[Export], file: str, exported_at: Instant, held: str) -> Instant:
    """Say as when a file is read: when it was exported; a second after whatever else was said of that instant.

    So of two versions of a file that claim one instant the one that was taken in last holds.
    """
    same = [one for one in exports if one.exported_at == exported_at]
    mine = [one for one in same if one.file == file]
    if mine and max(mine, key=lambda one: one.read_at).held == held:
        return max(one.read_at for one in mine)
    return Instant(max(one.read_at for one in same) + SECOND) if same else exported_at


def is_read_anew(exports: Iterable[Export], file: str, way: str) -> bool:
    """Tell whether a file of this name was last read in another way: what that said may hold still."""
    ways = [one.way for one in exports if one.file == file]
    return bool(ways) and ways[-1] != way


def remember(store: FactStore, kind: str, export: Export) -> None:
    """Keep that a file was taken in, after it was."""
    others = [one for one in exports_of(store, kind) if one != export]
    store.set_cursor(f"{_NAME}{kind}", keep([*others, export][-_MOST:]))
