"""The embedded store: one SQLite file, one row an observation."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlers.stores.codec import (
    decode_subject,
    encode_observation,
    encode_subject,
)
from handlers.stores.journals import first_key, new_key
from handlers.stores.protocol import Batch, Reread
from handlers.stores.rereads import reread
from handlers.stores.sqlite.accounts import SqliteAccounts
from handlers.stores.sqlite.erasing import SqliteErasing
from handlers.stores.sqlite.fact_rows import facts_in
from handlers.stores.sqlite.file import open_file
from handlers.stores.sqlite.keeping import SqliteKeeping
from handlers.stores.sqlite.merge import Rows, rows_of, write
from handlers.stores.sqlite.owners import listed, named
from handlers.stores.sqlite.queries import (
    ALL_HEARD,
    FACTS_IN_SCOPE,
    FACTS_OF_OWNERS,
    FORGET_OBSERVATION,
    KEYS,
    LAST_HEARD,
    OF_GAPS,
    OF_SUBJECTS,
    UNATTRIBUTED,
    scope_values,
)
from handlers.stores.sqlite.record_store import SqliteRecords
from handlers.stores.sqlite.said import SaidIds
from handlers.stores.tombstones import ERASED, Remembered, Tombstones
from scoring.account import Owner, OwnerKey
from scoring.facts import ENTIRE, Fact, is_ownerless
from scoring.feeds import Feed, HeardHour
from scoring.instants import HOUR, Duration, Instant
from scoring.observations import Observation, Subject
from scoring.scope import Scope

if TYPE_CHECKING:
    from handlers.stores.sqlite.sharing import SqliteSharing

_PAGE = 500
"""How many rows a listing reads at a time."""


class SqliteStore(SqliteRecords):
    """A store in one file; several processes may write to it at once, and a kill loses nothing merged."""

    def __init__(self, path: Path, *, durable: bool = True, one_thread: bool = True) -> None:
        """Open the file, or make it; whoever opens it for more than `one_thread` lets one in at a time.

        Raises StoreError where it cannot be used.
        """
        self._begin(path, open_file(path, durable=durable, one_thread=one_thread))

    def _begin(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db
        self.portfolio = SqliteAccounts(self._rows, self._transaction)
        self.keeping = SqliteKeeping(self._rows, self._transaction)
        self.erasing = SqliteErasing(self._db, self._rows, self._transaction)
        self._erased = Remembered(lambda: self.cursors(ERASED))
        self._said = SaidIds()

    @property
    def sharing(self) -> "SqliteSharing":
        """Give the way to let other processes read the file."""
        from handlers.stores.sqlite.sharing import SqliteSharing  # noqa: PLC0415  its readers are stores of this module

        return SqliteSharing(self._path, self._rows, self._transaction, self.discard)

    def close(self) -> None:
        """Close the file; what was merged is safe."""
        self._db.close()

    def merge(self, batch: Batch) -> None:
        """Unite a batch with what is known, in one transaction."""
        with self._transaction() as db:
            self._erased.read().sift(batch)
            new = self._write(db, rows_of(batch))
        self._said.keep(self._db, new)

    def merge_rows(self, rows: Rows, sifted_by: Tombstones) -> bool:
        """Unite the rows of batches that were sifted by these tombstones, in one transaction.

        Tells whether it was done: not where the store has other tombstones by now.
        """
        with self._transaction() as db:
            if self._erased.read() != sifted_by:
                return False
            new = self._write(db, rows)
        self._said.keep(self._db, new)
        return True

    def _write(self, db: sqlite3.Connection, rows: Rows) -> list[tuple[Any, ...]]:
        """Write rows; give those of ids that were not known to be in the file."""
        new = self._said.new(db, rows.owner_ids)
        write(db, rows._replace(owner_ids=new))
        return new

    def tombstones(self) -> Tombstones:
        """Give what was erased, as of now."""
        return self._erased.read()

    def facts(self, source: str, owners: Collection[str], scope: Scope | None = None) -> list[Fact]:
        """Give every fact ever said to be of one of these owners, or those of them in scope, by subject."""
        keys = json.dumps([f"{source}/{owner}" for owner in owners])
        if scope is None:
            return facts_in(self._rows(FACTS_OF_OWNERS, (keys,)))
        return facts_in(self._rows(FACTS_IN_SCOPE, scope_values(source, keys, scope)))

    def owners_of(self, subject: Subject) -> frozenset[str]:
        """Give every owner that an observation ever said a subject to be of."""
        named = "SELECT DISTINCT owner FROM observations WHERE subject = ? AND trim(owner) != ''"
        return frozenset(owner for (owner,) in self._rows(named, (encode_subject(subject),)))

    def subjects(self, source: str) -> Iterator[Subject]:
        """List all subjects of a source, those of id `*` too."""
        after, end = f"{source}/", f"{source}0"
        while keys := [row[0] for row in self._rows(KEYS, (after, end, _PAGE))]:
            yield from map(decode_subject, keys)
            after = keys[-1]

    def facts_of(self, subjects: Collection[Subject]) -> list[Fact]:
        """Give the facts of some subjects, by subject."""
        return facts_in(self._rows(OF_SUBJECTS, (json.dumps([encode_subject(one) for one in subjects]),)))

    def owner(self, source: str, key: str) -> Owner:
        """Give an owner by any of its ids."""
        return self.named([(source, key)])[0]

    def named(self, keys: Collection[OwnerKey]) -> list[Owner]:
        """Give some owners, in the order of their keys."""
        return named(self._rows, keys)

    def owners(self, source: str) -> Iterator[Owner]:
        """List the owners that a source ever named, by their smallest id."""
        return listed(self._rows, source)

    def feeds(self, before: Instant | None = None) -> Mapping[str, Feed]:
        """Give the feeds by source; with an instant, of each the last two hours up to it."""
        hours: defaultdict[str, list[HeardHour]] = defaultdict(list)
        asked = (ALL_HEARD, ()) if before is None else (LAST_HEARD, (before // HOUR,))
        for source, first, last in self._rows(*asked):
            hours[source].append(HeardHour(first, last))
        covered: dict[str, Instant] = dict(self._rows("SELECT source, covered_since FROM feeds"))
        return {source: Feed(covered.get(source), tuple(hours[source])) for source in sorted({*hours, *covered})}

    def correct_coverage(self, source: str, since: Instant) -> None:
        """Say since when a source is covered, whatever was said before."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?)", (source, since))

    def gaps(self) -> tuple[Fact, ...]:
        """Give the facts of subject id `*`."""
        return tuple(fact for fact in facts_in(self._rows(OF_GAPS)) if fact.subject.id == ENTIRE)

    def rereads(self) -> list[Reread]:
        """List what is to be re-read, by subject."""
        found = (reread(fact) for fact in facts_in(self._rows(OF_GAPS)))
        return [one for one in found if one is not None]

    def unattributed(self) -> dict[str, int]:
        """Count the subjects that have no owner, by kind."""
        kinds = Counter(fact.subject.kind for fact in self._ownerless())
        return dict(sorted(kinds.items()))

    def unattributed_facts(self, kind: str) -> list[Fact]:
        """Give the facts of a kind that have no owner, by subject."""
        return [fact for fact in self._ownerless() if fact.subject.kind == kind]

    def _ownerless(self) -> list[Fact]:
        subjects = (decode_subject(key) for (key,) in self._rows(UNATTRIBUTED))
        return list(filter(is_ownerless, self.facts_of([one for one in subjects if one.id != ENTIRE])))

    def cursor(self, name: str) -> str | None:
        """Give how far a sweep has come."""
        return next((value for (value,) in self._rows("SELECT value FROM cursors WHERE name = ?", (name,))), None)

    def set_cursor(self, name: str, value: str) -> None:
        """Keep how far a sweep has come."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (name, value))

    def cursors(self, beginning: str) -> dict[str, str]:
        """Give the cursors whose names begin so, by name."""
        named = "SELECT name, value FROM cursors WHERE name >= ? AND name < ? ORDER BY name"
        return dict(self._rows(named, (beginning, f"{beginning}\U0010ffff")))

    def others(self) -> int:
        """Give a number that changes when another connection wrote to the file."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def append(self, journal: str, at: Instant, text: str, kept: Duration) -> None:
        """Add a line to a journal, and remove those that are over."""
        with self._transaction() as db:
            db.execute("DELETE FROM journals WHERE journal = ? AND expires <= ?", (journal, at))
            db.execute("INSERT INTO journals VALUES (?, ?, ?, ?)", (journal, new_key(at), at + kept, text))

    def entries(self, journal: str, since: Instant) -> Iterator[str]:
        """List the lines of a journal from an instant on, the earliest first."""
        later = "SELECT text FROM journals WHERE journal = ? AND key >= ? ORDER BY key"
        return (text for (text,) in self._rows(later, (journal, first_key(since))))

    def discard(self, subject: Subject, observations: Collection[Observation]) -> None:
        """Forget observations that a compaction found unseeable."""
        rows = [(encode_subject(subject), *encode_observation(observation)) for observation in observations]
        with self._transaction() as db:
            db.executemany(FORGET_OBSERVATION, rows)
