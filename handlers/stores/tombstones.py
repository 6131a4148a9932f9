"""Tombstones: what was erased and may not come back, kept as keyed hashes that name nobody.

They stand under cursors of the store, a few for each erasure: `erased/KIND/HASH OF THE ID/NUMBER`. The key of the
hashes is made once for each store. Who has an id can find out whether it was erased, and nobody can read an id out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from secrets import token_hex
from typing import Literal, Protocol, TypeAlias
from unicodedata import normalize

import msgspec
from msgspec import structs

from handlers.stores.codec import encode_subject
from handlers.stores.protocol import Batch, NewerFormError, StoreError
from scoring.account import Naming
from scoring.observations import Fields, Observation, Subject

ERASED = "erased/"
"""What the names of all tombstones begin with."""

KEY = f"{ERASED}key"
OPEN = f"{ERASED}open/"
"""Names an erasure that is begun: what it is of stands there in plain words until it has ended."""

NOBODY_NAMED = "erased person"
"""Stands wherever a person stood who was erased."""

ACCOUNT_GONE = "erased account"
"""Stands in the history for accounts that were erased."""

OWNER_GONE = "erased owner"
"""Stands for an owner that was erased, in a fact that is another's today."""

Kind: TypeAlias = Literal["account", "company", "person"]

_FORM = 1
_MARKS_A_ROW = 5_000
"""So many hashes stand under one cursor: about 85 KB, far below the 400 KB of an item."""


class Marking(Protocol):
    """Where tombstones are kept."""

    def cursor(self, name: str) -> str | None:
        """Give what is kept under a name."""

    def set_cursor(self, name: str, value: str) -> None:
        """Keep something under a name."""


class _Row(msgspec.Struct, frozen=True):
    form: int
    at: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Tombstones:
    """What was erased, by the hashes of its names."""

    key: str = ""
    marks: frozenset[str] = frozenset()

    def has(self, word: str) -> bool:
        """Tell whether a word was erased."""
        return bool(self.marks) and self.mark(word) in self.marks

    def mark(self, word: str) -> str:
        """Give the hash of a word."""
        return mark(self.key, word)

    @cached_property
    def of_people(self) -> bool:
        """Tell whether a person was erased: only then are values looked at one by one."""
        return self.mark(_PERSONS) in self.marks

    def sift(self, batch: Batch) -> None:
        """Take out of a batch what speaks of somebody who was erased, and count it in the batch."""
        if not self.marks:
            return
        for subject, said in list(batch.observations.items()):
            kept = {self._without_people(one) for one in said if not self._refuses(one)}
            batch.refused += len(said) - len(kept)
            batch.observations[subject] = kept
            if not kept:
                del batch.observations[subject]
        self._sift_owners(batch)

    def _refuses(self, one: Observation) -> bool:
        subject = one.subject
        return self.has(subject_word(subject)) or bool(one.owner and self.has(owner_word(subject.source, one.owner)))

    def _sift_owners(self, batch: Batch) -> None:
        for source, ids in list(batch.namings):
            if any(self.has(owner_word(source, one)) for one in ids):
                batch.namings.pop((source, ids))
                batch.first_named.pop((source, ids), None)
                batch.refused += 1
        for source, owner, slot in list(batch.described):
            if self.has(owner_word(source, owner)):
                batch.described.pop((source, owner, slot))
            elif self.of_people:
                batch.described[source, owner, slot] = self._said(batch.described[source, owner, slot])
        if self.of_people:
            batch.namings.update({key: self._naming(one) for key, one in batch.namings.items()})

    def _naming(self, naming: Naming) -> Naming:
        is_gone = naming.name is not None and self.has(person_word(naming.name))
        return replace(naming, name=NOBODY_NAMED) if is_gone else naming

    def _said(self, text: str) -> str:
        """Give attributes, as the stores write them, without those who were erased."""
        at, _, pairs = text.partition(" ")
        read = msgspec.json.decode(pairs, type=tuple[tuple[str, str], ...])
        told = tuple((name, self._value(value)) for name, value in read)
        return text if told == read else f"{at} {msgspec.json.encode(told).decode()}"

    def _without_people(self, one: Observation) -> Observation:
        if not self.of_people or not isinstance(one.content, Fields):
            return one
        values = tuple(
            (name, self._value(value) if isinstance(value, str) else value) for name, value in one.content.values
        )
        if values == one.content.values:
            return one
        return structs.replace(one, content=structs.replace(one.content, values=values))

    def _value(self, value: str) -> str:
        return NOBODY_NAMED if self.has(person_word(value)) else value


_PERSONS = "persons"


def owner_word(source: str, key: str) -> str:
    """Give the word by which an owner is remembered."""
    return f"owner/{source}/{key}"


def subject_word(subject: Subject) -> str:
    """Give the word by which a subject is remembered."""
    return f"subject/{encode_subject(subject)}"


def account_word(account_id: str) -> str:
    """Give the word by which an account is remembered."""
    return f"account/{account_id}"


def person_word(name: str) -> str:
    """Give the word by which a name, mail address or id of a person is remembered: however it is written."""
    return f"person/{folded(name)}"


def folded(name: str) -> str:
    """Give a person's name as it is compared: whatever its capitals, spaces and way to write an accent."""
    return normalize("NFC", " ".join(normalize("NFC", name).casefold().split()))


def mark(key: str, word: str) -> str:
    """Give the keyed hash of a word."""
    return blake2b(word.encode(errors="surrogatepass"), key=key.encode(), digest_size=9).hexdigest()


def read_tombstones(rows: Mapping[str, str]) -> Tombstones:
    """Read the tombstones of a store out of the cursors whose names begin with ERASED."""
    told = (text for name, text in rows.items() if text and name != KEY and not name.startswith(OPEN))
    return Tombstones(rows.get(KEY, ""), frozenset(one for text in told for one in _read(text).marks))


class Remembered:
    """The tombstones of a store, parsed anew only where they changed."""

    def __init__(self, rows: Callable[[], Mapping[str, str]]) -> None:
        """Read the rows when asked."""
        self._rows = rows
        self._known: Mapping[str, str] = {}
        self._read = Tombstones()

    def read(self) -> Tombstones:
        """Give the tombstones as they are now."""
        rows = self._rows()
        if rows != self._known:
            self._known, self._read = rows, read_tombstones(rows)
        return self._read


def _read(text: str) -> _Row:
    try:
        row = msgspec.json.decode(text, type=_Row)
    except msgspec.DecodeError as error:
        raise StoreError(f"a tombstone cannot be read; restore the store: {error}") from error
    if row.form > _FORM:
        raise NewerFormError("a tombstone", row.form, _FORM)
    return row


def key_of(store: Marking) -> str:
    """Give the key of a store's hashes, made where it has none."""
    known = store.cursor(KEY)
    if known:
        return known
    store.set_cursor(KEY, token_hex(24))
    return store.cursor(KEY) or ""


def name_of(key: str, kind: Kind, who: str) -> str:
    """Give what the names of the tombstones of somebody begin with."""
    word = person_word(who) if kind == "person" else f"{kind}/{who}"
    return f"{ERASED}{kind}/{mark(key, word)}/"


def bury(store: Marking, name: str, words: Iterable[str], at: str) -> None:
    """Keep tombstones under a name, beside those that stand there."""
    key = key_of(store)
    told = list(words)
    people = [_PERSONS] if any(one.startswith("person/") for one in told) else []
    fresh = {mark(key, one) for one in [*told, *people]}
    number = 0
    while kept := store.cursor(f"{name}{number}"):
        fresh -= set(_read(kept).marks)
        number += 1
    for some in _parts(sorted(fresh)):
        store.set_cursor(f"{name}{number}", msgspec.json.encode(_Row(_FORM, at, tuple(some))).decode())
        number += 1


def _parts(marks: Sequence[str]) -> Iterator[Sequence[str]]:
    return (marks[start : start + _MARKS_A_ROW] for start in range(0, len(marks), _MARKS_A_ROW))


def dig_up(store: Marking, name: str) -> bool:
    """Take the tombstones of somebody away; tell whether there were any."""
    number = 0
    while store.cursor(f"{name}{number}"):
        store.set_cursor(f"{name}{number}", "")
        number += 1
    return number > 0


def is_buried(store: Marking, name: str) -> bool:
    """Tell whether somebody was erased, and may not come back."""
    return bool(store.cursor(f"{name}0"))
