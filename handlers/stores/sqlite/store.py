"""The embedded store: one SQLite file, one row an observation."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from handlers.stores.attributes import read
from handlers.stores.codec import (
    decode_record,
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
from handlers.stores.sqlite.file import open_file, store_errors
from handlers.stores.sqlite.keeping import SqliteKeeping
from handlers.stores.sqlite.merge import lay_out, merge_feeds, merge_owners
from handlers.stores.sqlite.owners import listed
from handlers.stores.sqlite.queries import (
    ALL_HEARD,
    FACTS_IN_SCOPE,
    FACTS_OF_OWNERS,
    KEYS,
    LAST_HEARD,
    OF_GAPS,
    OF_SUBJECTS,
    OWNER,
    SAID,
    UNATTRIBUTED,
    in_scope,
)
from handlers.stores.sqlite.reaches import join_members
from handlers.stores.sqlite.records import BODIES, PERIODS, RECORDS_OF, SUMMARIES, put_row, remove_record, row_of
from handlers.stores.summaries import decode_score, decode_summary
from handlers.stores.tombstones import ERASED, Remembered
from scoring.account import Owner, OwnerKey
from scoring.facts import ENTIRE, Fact, is_ownerless
from scoring.feeds import Feed, HeardHour
from scoring.instants import HOUR, Duration, Instant
from scoring.observations import Observation, Subject
from scoring.record import Record
from scoring.scope import Scope
from scoring.summary import Summary

if TYPE_CHECKING:
    from handlers.stores.sqlite.sharing import SqliteSharing

_PAGE = 500
"""How many rows a listing reads, or records a transaction writes, at a time."""

_Row: TypeAlias = tuple[Any, ...]


class SqliteStore:
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

    @property
    def sharing(self) -> "SqliteSharing":
        """Give the way to let other processes read the file."""
        from handlers.stores.sqlite.sharing import SqliteSharing  # noqa: PLC0415  its readers are stores of this module

        return SqliteSharing(self._path, self._transaction, self.discard)

    def close(self) -> None:
        """Close the file; what was merged is safe."""
        self._db.close()

    def merge(self, batch: Batch) -> None:
        """Unite a batch with what is known, in one transaction."""
        with self._transaction() as db:
            self._erased.read().sift(batch)
            rows, members, marks = lay_out(batch.observations)
            db.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
            join_members(db, members)
            db.executemany("INSERT INTO gap_marks VALUES (?) ON CONFLICT DO NOTHING", marks)
            merge_owners(db, batch)
            merge_feeds(db, batch)

    def facts(self, source: str, owners: Collection[str], scope: Scope | None = None) -> list[Fact]:
        """Give every fact ever said to be of one of these owners, or those of them in scope, by subject."""
        keys = json.dumps([f"{source}/{owner}" for owner in owners])
        if scope is None:
            return facts_in(self._rows(FACTS_OF_OWNERS, (keys,)))
        return facts_in(self._rows(FACTS_IN_SCOPE, in_scope(source, keys, scope)))

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
        rows = self._rows(OWNER, {"source": source, "key": key})
        names = [(at, name) for _, _, at, name in rows if name is not None]
        since = min((since for _, since, _, _ in rows if since is not None), default=None)
        ids = frozenset(row[0] for row in rows)
        said = self._rows(SAID, (source, json.dumps(sorted(ids)))) if since is not None else []
        attributes = read(text for (text,) in said)
        return Owner(source, ids, max(names)[1] if names else None, since, attributes)

    def named(self, keys: Collection[OwnerKey]) -> list[Owner]:
        """Give some owners, in the order of their keys."""
        return [self.owner(*key) for key in keys]

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
        one = "DELETE FROM observations WHERE subject = ? AND at = ? AND owner = ? AND form = ? AND content = ?"
        rows = [(encode_subject(subject), *encode_observation(observation)) for observation in observations]
        with self._transaction() as db:
            db.executemany(one, rows)

    def put_records(self, records: Iterable[Record]) -> list[Record]:
        """Write records and their summaries, each only where it outranks the one there; give those not written."""
        stream = iter(records)
        unwritten: list[Record] = []
        while some := list(islice(stream, _PAGE)):
            with self._transaction() as db:
                unwritten += [record for record in some if not put_row(db, row_of(record))]
        return unwritten

    def remove_record(self, account_id: str, period: str) -> bool:
        """Take the record of an account and period away, and its summary; tell whether there was one."""
        with self._transaction() as db:
            return remove_record(db, account_id, period)

    def record(self, account_id: str, period: str) -> Record | None:
        """Give the record of an account and period."""
        return self._one_record("SELECT body FROM records WHERE account_id = ? AND period = ?", account_id, period)

    def record_before(self, account_id: str, period: str) -> Record | None:
        """Give the latest record of an account before a period."""
        earlier = "SELECT body FROM records WHERE account_id = ? AND period < ? ORDER BY period DESC LIMIT 1"
        return self._one_record(earlier, account_id, period)

    def records_at(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Give the records of some accounts and periods."""
        return {key: record for key in keys if (record := self.record(*key)) is not None}

    def record_and_before(self, account_id: str, period: str) -> tuple[Record | None, Record | None]:
        """Give the record of an account and period, and the latest before it."""
        return self.record(account_id, period), self.record_before(account_id, period)

    def records(self) -> Iterator[Record]:
        """List all records, by account and period."""
        return (record for key in self.record_keys() if (record := self.record(*key)) is not None)

    def records_of(self, account_id: str) -> list[Record]:
        """Give all records of an account, by period."""
        return [decode_record(body) for (body,) in self._rows(RECORDS_OF, (account_id,))]

    def record_keys(self) -> Iterator[tuple[str, str]]:
        """List the accounts and periods that have a record, in that order."""
        page = """SELECT account_id, period FROM records
        WHERE (account_id, period) > (?, ?) ORDER BY account_id, period LIMIT ?"""
        after = ("", "")
        while rows := self._rows(page, (*after, _PAGE)):
            yield from rows
            after = rows[-1]

    def summaries(self, period: str) -> Iterator[Summary]:
        """List the summaries of a period's records, by account."""
        after = ""
        while rows := self._rows(SUMMARIES, (period, after, _PAGE)):
            page = [decode_summary(body) for (body,) in rows]
            yield from page
            after = page[-1].account_id

    def final_scores(self, period: str) -> Mapping[str, float | None]:
        """Give the score of each account that has a record of a period."""
        return dict(decode_score(body) for (body,) in self._rows(BODIES, (period,)))

    def summarised(self) -> list[str]:
        """List the periods that have summaries, the earliest first."""
        return [period for (period,) in self._rows(PERIODS)]

    def put_model(self, version: str, text: str) -> None:
        """Keep the text of a model version."""
        with self._transaction() as db:
            db.execute("INSERT INTO models VALUES (?, ?) ON CONFLICT DO NOTHING", (version, text))

    def model(self, version: str) -> str | None:
        """Give the text of a model version."""
        return next((text for (text,) in self._rows("SELECT text FROM models WHERE version = ?", (version,))), None)

    def _one_record(self, query: str, account_id: str, period: str) -> Record | None:
        rows = self._rows(query, (account_id, period))
        return decode_record(rows[0][0]) if rows else None

    def _rows(self, query: str, values: _Row | Mapping[str, str | int] = ()) -> list[_Row]:
        with store_errors(self._path):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with store_errors(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
