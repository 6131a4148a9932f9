"""Rows of any kind put into the tables of a file, and what is made anew of them beside."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Any, TypeAlias

from handlers.stores.account_forms import decode_account
from handlers.stores.accounts import owned, place_of
from handlers.stores.codec import encode_owner, encode_subject, is_named
from handlers.stores.sqlite.reaches import JOIN_MEMBERS, NOWHERE, reach_of_rows
from handlers.stores.whole_rows import (
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
)
from scoring.instants import SECOND
from scoring.observations import Subject

_Values: TypeAlias = tuple[Any, ...]
_PAGE = 1_000

_INSERTS: Mapping[str, str] = {
    "models": "(version, text) VALUES (?, ?)",
    "feeds": "(source, covered_since) VALUES (?, ?)",
    "heard": "(source, hour, first, last) VALUES (?, ?, ?, ?)",
    "owner_ids": "(source, id, other, since) VALUES (?, ?, ?, ?)",
    "owner_names": "(source, id, at, name) VALUES (?, ?, ?, ?)",
    "observations": "(subject, at, owner, form, content) VALUES (?, ?, ?, ?, ?)",
    "gap_marks": "(subject) VALUES (?)",
    "nobodys": "VALUES (?, ?, ?, (SELECT count(*) FROM observations WHERE subject = ?))",
    "accounts": "(account_id, place, body) VALUES (?, ?, ?)",
    "account_owners": "(source, owner, account_id) VALUES (?, ?, ?)",
    "account_changes": "(account_id, at, by, body) VALUES (?, ?, ?, ?)",
    "records": "(account_id, period, rank, body) VALUES (?, ?, ?, ?)",
    "summaries": "(period, account_id, body) VALUES (?, ?, ?)",
    "cursors": "(name, value) VALUES (?, ?)",
    "journals": "(journal, key, expires, text) VALUES (?, ?, ?, ?)",
}
_UPSERTS: Mapping[str, str] = {
    "owner_attributes": """INSERT INTO owner_attributes VALUES (?, ?, ?, ?) ON CONFLICT (source, id, slot) DO UPDATE
SET said = excluded.said WHERE excluded.said > said""",
    "members": JOIN_MEMBERS,
}


def write_rows(db: sqlite3.Connection, rows: Iterable[Row]) -> Iterator[int]:
    """Write rows within the transaction that is open; give how many are written, now and then."""
    done = 0
    for kind, same in groupby(rows, type):
        while some := list(islice(same, _PAGE)):
            for statement, values in laid_out(kind, some):
                db.executemany(statement, values)
            done += len(some)
            yield done


def laid_out(kind: type[Row], rows: list[Row]) -> Iterator[tuple[str, list[_Values]]]:
    """Give the statements that write rows of a kind, each with its values."""
    for table, values_of in _LAID_OUT[kind].items():
        yield _words(table), [values for row in rows for values in values_of(row)]


def _words(table: str) -> str:
    if table in _UPSERTS:
        return _UPSERTS[table]
    once = "" if table == "account_changes" else " ON CONFLICT DO NOTHING"
    return f"INSERT INTO {table} {_INSERTS[table]}{once}"


def _subject(row: ObservationRow | BelongedRow | NobodyRow) -> str:
    return encode_subject(Subject(*row.subject))


def _observation(row: ObservationRow) -> Iterator[_Values]:
    yield _subject(row), row.at, encode_owner(row.owner), row.form, extracted(row.content)


def _member(row: ObservationRow) -> Iterator[_Values]:
    owner, said = encode_owner(row.owner), (row.at, encode_owner(row.owner), row.form, extracted(row.content))
    member = f"{row.subject[0]}/{owner}" if is_named(owner) else ""
    yield member, _subject(row), *reach_of_rows(Subject(*row.subject), [said])


def _nobody(row: NobodyRow) -> Iterator[_Values]:
    expires = None if row.expires is None else row.expires * SECOND
    yield _subject(row), row.since, expires, _subject(row)


def _ids(row: OwnerIdRow) -> Iterator[_Values]:
    return ((row.source, row.id, other, row.since) for other in {row.id, *row.others})


def _owned(row: AccountRow) -> Iterator[_Values]:
    account = decode_account(row.account_id, extracted(row.account))
    return ((*owner, row.account_id) for owner in owned(account))


_Laid: TypeAlias = Mapping[str, Callable[[Any], Iterable[_Values]]]

_LAID_OUT: Mapping[type[Row], _Laid] = {
    ModelRow: {"models": lambda row: [(row.version, extracted(row.text))]},
    FeedRow: {"feeds": lambda row: [(row.source, row.covered_since)]},
    HeardRow: {"heard": lambda row: [(row.source, row.hour, row.first, row.last)]},
    OwnerIdRow: {"owner_ids": _ids},
    OwnerNameRow: {"owner_names": lambda row: [(row.source, row.id, row.at, row.name)]},
    OwnerAttributesRow: {
        "owner_attributes": lambda row: [(row.source, row.id, row.slot, f"{row.at:020d} {extracted(row.attributes)}")]
    },
    ObservationRow: {
        "observations": _observation,
        "members": _member,
        "gap_marks": lambda row: [(_subject(row),)] if row.form == GAP else [],
    },
    BelongedRow: {"members": lambda row: [(f"{row.subject[0]}/{row.owner}", _subject(row), *NOWHERE)]},
    NobodyRow: {"nobodys": _nobody},
    AccountRow: {
        "accounts": lambda row: [(row.account_id, place_of(row.account_id), extracted(row.account))],
        "account_owners": _owned,
    },
    ChangeRow: {"account_changes": lambda row: [(row.account_id, row.at, row.by, extracted(row.change))]},
    RecordRow: {"records": lambda row: [(row.account_id, row.period, row.rank, extracted(row.record))]},
    SummaryRow: {"summaries": lambda row: [(row.period, row.account_id, extracted(row.summary))]},
    CursorRow: {"cursors": lambda row: [(row.name, extracted(row.value))]},
    JournalRow: {"journals": lambda row: [(row.journal, row.key, row.expires * SECOND, extracted(row.text))]},
}
