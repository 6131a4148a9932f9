"""Drafts of the figures that people keep: what one says never changes, what became of it is kept beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias

import msgspec

from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store

_DRAFTS, _FATES = "desk/drafts/kept/", "desk/drafts/fate/"
_LONGEST_HASH = 16

Word: TypeAlias = Literal["kept", "proposed", "withdrawn"]


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """Some figures as they are to be, by name; `base` is the model that they were changed in, `version` what comes."""

    name: str
    author: str
    author_id: str
    reason: str
    base: str
    version: str
    edits: dict[str, str]
    at: str = ""

    @property
    def hash(self) -> str:
        """Give the name that follows from all it says; when it was kept makes no difference."""
        said = msgspec.json.encode(msgspec.structs.replace(self, at="", edits=dict(sorted(self.edits.items()))))
        return sha256(said).hexdigest()[:_LONGEST_HASH]


class Fate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a draft, by whom and why; `link` leads to its proposal, `let_through` are limits it passes."""

    word: Word = "kept"
    at: str = ""
    by: str = ""
    reason: str = ""
    link: str = ""
    let_through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft, and what became of it."""

    draft: Draft
    fate: Fate

    @property
    def word(self) -> str:
        """Say what became of it."""
        return self.fate.word


def keep_draft(store: Store, draft: Draft) -> bool:
    """Keep a draft; tell whether it is new: one that says the same is kept once."""
    name = f"{_DRAFTS}{draft.hash}"
    if store.cursor(name) is not None:
        return False
    store.set_cursor(name, keep(draft))
    return True


def set_fate(store: Store, hash_: str, fate: Fate) -> None:
    """Keep what became of a draft."""
    store.set_cursor(f"{_FATES}{hash_}", keep(fate))


def kept_draft(store: Store, hash_: str) -> Kept | None:
    """Give a draft by its hash; None where there is none."""
    text = store.cursor(f"{_DRAFTS}{hash_}")
    return None if text is None else Kept(read_kept(text, Draft, f"{_DRAFTS}{hash_}"), _fate(store, hash_))


def kept_drafts(store: Store) -> Sequence[Kept]:
    """List all drafts, the latest first."""
    found = [read_kept(text, Draft, name) for name, text in store.cursors(_DRAFTS).items()]
    return [Kept(one, _fate(store, one.hash)) for one in sorted(found, key=lambda one: (one.at, one.hash))[::-1]]


def _fate(store: Store, hash_: str) -> Fate:
    text = store.cursor(f"{_FATES}{hash_}")
    return Fate() if text is None else read_kept(text, Fate, f"{_FATES}{hash_}")
