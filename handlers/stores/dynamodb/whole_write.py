"""Rows put into the tables of a store: united with what is there, so that writing them twice changes nothing."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from handlers.stores.account_forms import decode_account
from handlers.stores.accounts import owned
from handlers.stores.codec import encode_owner, encode_subject
from handlers.stores.dynamodb.account_writes import account_key, change_key, owner_key
from handlers.stores.dynamodb.archive import Archive
from handlers.stores.dynamodb.change import number, text
from handlers.stores.dynamodb.checkpoints import Checkpoints
from handlers.stores.dynamodb.facts import FactTable
from handlers.stores.dynamodb.feeds import FeedRegistry, days_of
from handlers.stores.dynamodb.floor import Floors
from handlers.stores.dynamodb.keeping import DynamoKeeping
from handlers.stores.dynamodb.owners import OwnerRegistry
from handlers.stores.dynamodb.registry import Registry
from handlers.stores.dynamodb.rows import written_row
from handlers.stores.dynamodb.scores import ScoreTable
from handlers.stores.dynamodb.summaries import SummaryRegistry
from handlers.stores.keeping import Mark
from handlers.stores.protocol import RefusedError
from handlers.stores.whole_rows import (
    CLOSED,
    GAP,
    AccountRow,
    BelongedRow,
    ChangeRow,
    CursorRow,
    FeedRow,
    HeardRow,
    JournalRow,
    ModelRow,
    NobodyRow,
    ObservationRow,
    OwnerAttributesRow,
    OwnerIdRow,
    OwnerNameRow,
    RecordRow,
    Row,
    SummaryRow,
    extracted,
    kind_of,
)
from scoring.account import Naming
from scoring.feeds import HeardHour
from scoring.instants import SECOND, Instant
from scoring.observations import Subject

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.tables import Tables

_IDS_AT_ONCE = 100
"""How many ids of an owner one write takes: an item has room for 400 KB."""


class Writer:
    """Writes rows of a file that has all of them, some of one kind at a time, with several calls under way at once."""

    def __init__(self, engine: Engine, tables: Tables, db: sqlite3.Connection) -> None:
        """Write what stands in `db` into the tables."""
        self._engine, self._tables, self._db = engine, tables, db
        self._registry = Registry(engine, tables.registry)
        self._owners = OwnerRegistry(self._registry)
        self._feeds = FeedRegistry(self._registry)
        self._facts = FactTable(engine, tables.facts, _long_ago, forgets=False)
        floors = Floors(self._registry, _long_ago)
        archive = Archive(engine, tables.facts, self._facts, floors, _long_ago)
        self._keeping = DynamoKeeping(engine, tables.facts, self._facts, self._registry, archive)
        self._summaries = SummaryRegistry(engine, self._registry)
        self._scores = ScoreTable(engine, tables.scores, self._summaries)
        self._checkpoints = Checkpoints(self._registry)
        self._each: Mapping[type[Row], Callable[[Any], object]] = {
            ModelRow: lambda row: self._registry.put_model(row.version, extracted(row.text)),
            FeedRow: lambda row: self._feeds.cover(row.source, Instant(row.covered_since)),
            HeardRow: self._hear,
            OwnerIdRow: self._join,
            OwnerNameRow: lambda row: self._owners.name(Naming(row.source, (row.id,), Instant(row.at), row.name)),
            OwnerAttributesRow: self._describe,
            BelongedRow: lambda row: self._facts.belonged(Subject(*row.subject), [row.owner]),
            NobodyRow: self._mark,
            RecordRow: self._record,
            CursorRow: self._cursor,
        }
        self._together: Mapping[type[Row], Callable[[Any], object]] = {
            ObservationRow: self._observe,
            AccountRow: lambda rows: engine.put_all(tables.accounts, self._accounts(rows)),
            ChangeRow: lambda rows: engine.put_all(tables.accounts, self._changes(rows)),
            SummaryRow: self._summarise,
            JournalRow: self._journal,
        }

    def write(self, kind: type[Row], rows: Sequence[Row]) -> None:
        """Write rows of one kind; they are surely written when it returns."""
        if kind in self._together:
            self._together[kind](rows)
        else:
            work = self._each[kind]
            self._engine.each(lambda row: _named(work, row), rows)

    def finish(self) -> None:
        """Note what holds once all is written."""
        self._summaries.note_filled()

    def _hear(self, row: HeardRow) -> None:
        hour = HeardHour(Instant(row.first), Instant(row.last))
        for day in days_of({(row.source, row.hour): hour}):
            self._feeds.hear(day)

    def _join(self, row: OwnerIdRow) -> None:
        others = [row.id, *row.others]
        for start in range(0, len(others), _IDS_AT_ONCE):
            some = frozenset(others[start : start + _IDS_AT_ONCE])
            self._owners.join(row.source, row.id, some, Instant(row.since))

    def _describe(self, row: OwnerAttributesRow) -> None:
        self._owners.describe(row.source, row.id, row.slot, f"{row.at:020d} {extracted(row.attributes)}")

    def _observe(self, rows: Sequence[ObservationRow]) -> None:
        groups = [(Subject(*key), list(some)) for key, some in groupby(rows, attrgetter("subject"))]
        self._registry.mark_gaps({encode_subject(Subject(*row.subject)) for row in rows if row.form == GAP})
        self._engine.each(self._unite, groups)

    def _unite(self, fact: tuple[Subject, Sequence[ObservationRow]]) -> None:
        said = ((Instant(row.at), encode_owner(row.owner), row.form, extracted(row.content)) for row in fact[1])
        self._facts.unite(fact[0], [written_row(*one) for one in said])

    def _mark(self, row: NobodyRow) -> None:
        """Mark a subject; one with a date must have been marked without it before."""
        subject, since = Subject(*row.subject), Instant(row.since)
        self._keeping.mark({subject: Mark(since)})
        if row.expires is not None:
            self._keeping.mark({subject: Mark(since, Instant(row.expires * SECOND))})

    def _record(self, row: RecordRow) -> None:
        self._scores.put_text(row.account_id, row.period, row.rank, extracted(row.record))

    def _summarise(self, rows: Sequence[SummaryRow]) -> None:
        """Write summaries with the ranks of their records; one without a record has the lowest."""
        asked = "SELECT rank FROM records WHERE account_id = ? AND period = ?"
        ranks = [self._db.execute(asked, (row.account_id, row.period)).fetchone() for row in rows]
        self._engine.each(self._summary, zip(rows, ranks, strict=True))

    def _summary(self, one: tuple[SummaryRow, tuple[str] | None]) -> None:
        row, rank = one
        self._summaries.put_text(row.period, row.account_id, "" if rank is None else rank[0], extracted(row.summary))

    def _cursor(self, row: CursorRow) -> None:
        value = extracted(row.value)
        if not row.name.startswith(CLOSED):
            self._registry.set_cursor(row.name, value)
            return
        for shard in msgspec.json.decode(value, type=list[str]):
            self._checkpoints.close(row.name.removeprefix(CLOSED), shard)

    def _journal(self, rows: Sequence[JournalRow]) -> None:
        items = (self._registry.line(row.journal, row.key, extracted(row.text), row.expires) for row in rows)
        self._engine.put_all(self._tables.registry, items)

    def _accounts(self, rows: Sequence[AccountRow]) -> Iterator[Item]:
        for row in rows:
            body = extracted(row.account)
            yield {**account_key(row.account_id), "rev": number(self._rev(row.account_id)), "body": text(body)}
            for owner in owned(decode_account(row.account_id, body)):
                said = {"source": text(owner[0]), "owner": text(owner[1]), "account": text(row.account_id)}
                yield owner_key(owner) | said

    def _changes(self, rows: Sequence[ChangeRow]) -> Iterator[Item]:
        for row in rows:
            said = {"at": number(row.at), "by": text(row.by), "body": text(extracted(row.change))}
            yield change_key(row.account_id, row.number) | said
            if row.number == 1 and not self._is_there(row.account_id):
                yield account_key(row.account_id) | {"rev": number(self._rev(row.account_id))}

    def _rev(self, account_id: str) -> int:
        """Give how often an account was changed, which its next change counts on."""
        asked = "SELECT count(*) FROM account_changes WHERE account_id = ?"
        return int(self._db.execute(asked, (account_id,)).fetchone()[0])

    def _is_there(self, account_id: str) -> bool:
        asked = "SELECT 1 FROM accounts WHERE account_id = ?"
        return self._db.execute(asked, (account_id,)).fetchone() is not None


def _long_ago() -> Instant:
    """Give an instant at which nothing had expired."""
    return Instant(0)


def _named(work: Callable[[Any], object], row: Row) -> None:
    """Do some work on a row; where DynamoDB refuses it, name the row."""
    try:
        work(row)
    except RefusedError as error:
        key = " ".join(str(part) for part in structs.astuple(row)[:2] if not isinstance(part, msgspec.Raw))
        raise RefusedError(f"{kind_of(type(row))} {key} cannot be written: {error}") from error
