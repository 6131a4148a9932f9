"""All that a file holds, as rows, in order; none is held in memory but the one that is given."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from handlers.stores.codec import decode_owner, decode_subject
from handlers.stores.whole import IMPORTED
from handlers.stores.whole_rows import (
    ROWS,
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
    embedded,
)
from scoring.instants import SECOND, Instant

_Row: TypeAlias = tuple[Any, ...]

EXPORTED: Mapping[str, tuple[str, ...]] = {
    "models": ("version", "text"),
    "feeds": ("source", "covered_since"),
    "heard": ("source", "hour", "first", "last"),
    "owner_ids": ("source", "id", "other", "since"),
    "owner_names": ("source", "id", "at", "name"),
    "owner_attributes": ("source", "id", "slot", "said"),
    "observations": ("subject", "at", "owner", "form", "content"),
    "members": ("owner", "subject", "first", "last", "open", "closed"),
    "nobodys": ("subject", "since", "expires", "observations"),
    "accounts": ("account_id", "place", "body"),
    "account_changes": ("number", "account_id", "at", "by", "body"),
    "records": ("account_id", "period", "rank", "body"),
    "summaries": ("period", "account_id", "body"),
    "cursors": ("name", "value"),
    "journals": ("journal", "key", "expires", "text"),
}
"""The tables that are exported, each with its columns; how far a member reaches is reckoned anew."""

LEFT_OUT: Mapping[str, str] = {
    "gap_marks": "made anew of the observations of form gap",
    "account_owners": "made anew of the accounts",
}
"""The tables that are not, and why."""

_COUNTED = "(SELECT count(*) FROM observations c WHERE c.subject = n.subject)"
_GONE = f"SELECT subject FROM nobodys n WHERE (expires + 999999) / 1000000 <= :now AND observations = {_COUNTED}"  # noqa: S608  words of ours
"""Subjects that no reader sees any more; `now` is in seconds."""

_BELONGED = f"""
SELECT m.subject, substr(m.owner, instr(m.owner, '/') + 1) FROM members m
WHERE m.owner != '' AND m.subject NOT IN ({_GONE}) AND NOT EXISTS (
  SELECT 1 FROM observations o WHERE o.subject = m.subject
  AND substr(o.subject, 1, instr(o.subject, '/')) || o.owner = m.owner)
ORDER BY 1, 2"""  # noqa: S608  words of ours
"""Who is a member by no observation that is left."""

_NOBODYS = f"""
SELECT subject, since, (expires + 999999) / 1000000 FROM nobodys n
WHERE observations = {_COUNTED} AND subject NOT IN ({_GONE}) ORDER BY subject"""  # noqa: S608  words of ours
"""Marks that hold; expiries in whole seconds, as DynamoDB has them."""

_CHANGES = """
SELECT account_id, row_number() OVER each, at, by, body, max(at) OVER each AS late FROM account_changes
WINDOW each AS (PARTITION BY account_id ORDER BY number) ORDER BY late, account_id, number"""
"""By their instants, those of one instant by their accounts; of one account always as they were made."""

QUERIES: Mapping[type[Row], str] = {
    ModelRow: "SELECT version, text FROM models ORDER BY version",
    FeedRow: "SELECT source, covered_since FROM feeds ORDER BY source",
    HeardRow: "SELECT source, hour, first, last FROM heard ORDER BY source, hour",
    OwnerIdRow: "SELECT source, id, other, since FROM owner_ids ORDER BY source, id, other",
    OwnerNameRow: "SELECT source, id, at, name FROM owner_names ORDER BY source, id",
    OwnerAttributesRow: "SELECT source, id, slot, said FROM owner_attributes ORDER BY source, id, slot",
    ObservationRow: f"SELECT subject, at, owner, form, content FROM observations WHERE subject NOT IN ({_GONE}) "  # noqa: S608  words of ours
    "ORDER BY subject, at, owner, form, content",
    BelongedRow: _BELONGED,
    NobodyRow: _NOBODYS,
    AccountRow: "SELECT account_id, body FROM accounts ORDER BY account_id",
    ChangeRow: _CHANGES,
    RecordRow: "SELECT account_id, period, rank, body FROM records ORDER BY account_id, period",
    SummaryRow: "SELECT period, account_id, body FROM summaries ORDER BY period, account_id",
    CursorRow: f"SELECT name, value FROM cursors WHERE name != '{IMPORTED}' ORDER BY name",  # noqa: S608  our own word
    JournalRow: "SELECT journal, key, expires, text FROM journals ORDER BY journal, key",
}


def rows_of(db: sqlite3.Connection, now: Instant) -> Iterator[Row]:
    """Give all that a file holds; whoever asks sees to it that nothing changes meanwhile."""
    for kind in ROWS:
        yield from rows_of_kind(db, kind, now)


def rows_of_kind(db: sqlite3.Connection, kind: type[Row], now: Instant) -> Iterator[Row]:
    """Give all rows of one kind."""
    found = db.execute(QUERIES[kind], {"now": now // SECOND})
    if kind is OwnerIdRow:
        return _ids(found)
    if kind is JournalRow:
        return (_journal(*row) for row in found if row[2] // SECOND > now // SECOND)
    return map(_MADE[kind], found)


def _ids(found: Iterator[_Row]) -> Iterator[Row]:
    for (source, key), group in groupby(found, itemgetter(0, 1)):
        said = list(group)
        yield OwnerIdRow(source, key, min(row[3] for row in said), tuple(row[2] for row in said if row[2] != key))


def _journal(journal: str, key: str, expires: int, text: str) -> Row:
    return JournalRow(journal, key, expires // SECOND, embedded(text))


def _observation(row: _Row) -> Row:
    subject, at, owner, form, content = row
    return ObservationRow(decode_subject(subject), at, decode_owner(owner), form, embedded(content))


def _attributes(row: _Row) -> Row:
    at, _, said = row[3].partition(" ")
    return OwnerAttributesRow(row[0], row[1], row[2], int(at), embedded(said))


_MADE: Mapping[type[Row], Callable[[_Row], Row]] = {
    ModelRow: lambda row: ModelRow(row[0], embedded(row[1])),
    FeedRow: lambda row: FeedRow(*row),
    HeardRow: lambda row: HeardRow(*row),
    OwnerNameRow: lambda row: OwnerNameRow(*row),
    OwnerAttributesRow: _attributes,
    ObservationRow: _observation,
    BelongedRow: lambda row: BelongedRow(decode_subject(row[0]), row[1]),
    NobodyRow: lambda row: NobodyRow(decode_subject(row[0]), row[1], row[2]),
    AccountRow: lambda row: AccountRow(row[0], embedded(row[1])),
    ChangeRow: lambda row: ChangeRow(row[0], row[1], row[2], row[3], embedded(row[4])),
    RecordRow: lambda row: RecordRow(row[0], row[1], row[2], embedded(row[3])),
    SummaryRow: lambda row: SummaryRow(row[0], row[1], embedded(row[2])),
    CursorRow: lambda row: CursorRow(row[0], embedded(row[1])),
}
