"""Salesforce's records, deletions, owners and field history as queue messages (contracts.md 2.4, 3)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeAlias

from config.api_names import lacking, respelled
from config.intake import ArrSnapshot, CrmObject
from config.source import SALESFORCE
from handlers.clients.crm import AbsentError, Crm, ExpiredQueryError, Json, ObjectError
from scoring.ids import to_18
from scoring.instants import SECOND, Duration, Instant, format_instant, parse_instant

SOURCE = SALESFORCE.name
BACKFILL = "aws.partner/salesforce.com/backfill"
IDS_A_QUERY = 200
_MILLISECOND = Duration(SECOND // 1000)
_ID = re.compile(r"[A-Za-z0-9]{18}")
Message: TypeAlias = dict[str, Any]


def rows(
    crm: Crm, crm_object: str, names: Iterable[str], rest: str = "", *, with_deleted: bool = False, **values: object
) -> Iterator[Json]:
    """Read rows of an object, their fields spelled as they are asked for.

    The org answers in its own capitals. Raises ObjectError where it leaves a field out: that is
    not the same as an empty one.
    """
    asked = list(dict.fromkeys(names))
    soql = f"SELECT {', '.join(asked)} FROM {crm_object} {rest}".strip()  # noqa: S608 - names come checked from config
    for row in crm.query(soql, with_deleted=with_deleted, most=None, **values):
        if absent := lacking(asked, row):
            told = f"Salesforce gave a record of {crm_object} without {', '.join(absent)}"
            raise ObjectError(f"{told}: make config/sources.yaml fit the org")
        yield respelled(row, asked)


def as_there(crm: Crm, crm_object: CrmObject) -> CrmObject:
    """Give an object as the org has it: without the optional fields that it lacks, the others asked for like any."""
    optional = [name for name, field in crm_object.fields.items() if field.optional]
    if not optional:
        return crm_object
    told = crm.describe(crm_object.object).get("fields")
    there = [str(field.get("name")) for field in told if isinstance(field, dict)] if isinstance(told, list) else []
    absent = lacking(optional, there)
    fields = {name: replace(field, optional=False) for name, field in crm_object.fields.items() if name not in absent}
    return replace(crm_object, fields=fields)


def records(crm: Crm, crm_object: CrmObject, since: Instant | None, now: Instant) -> Iterator[Message]:
    """Read what changed from an instant on (None: all there is), deleted ones too, the longest unchanged first.

    A query whose place the org forgot goes on from the last change that was read.
    """
    reached, asked = since, True
    while asked:
        start, asked = reached, False
        try:
            for record in _changed(crm, crm_object, start):
                yield _record(record, crm_object, now)
                reached = instant_of(record.get("SystemModstamp")) or reached
        except ExpiredQueryError:
            asked = reached != start
            if not asked:
                raise


def _changed(crm: Crm, crm_object: CrmObject, since: Instant | None) -> Iterator[Json]:
    values = {} if since is None else {"since": _datetime(since)}
    rest = f"{where(crm_object, '' if since is None else 'SystemModstamp >= {since}')}ORDER BY SystemModstamp"
    return rows(crm, crm_object.object, _fields(crm_object), rest, with_deleted=True, **values)


def where(crm_object: CrmObject, condition: str = "") -> str:
    """Write which records of an object are asked for; nothing where all are."""
    conditions = [one for one in (crm_object.only, condition) if one]
    return f"WHERE {' AND '.join(conditions)} " if conditions else ""


def reached_by(message: Message) -> Instant | None:
    """Give the last change of the record that a message tells; None where it tells none."""
    record = message.get("record")
    return None if record is None else instant_of(record.get("SystemModstamp"))


def instant_of(stamp: object) -> Instant | None:
    """Read a stamp of the org's; None where it is none."""
    try:
        return parse_instant(stamp) if isinstance(stamp, str) else None
    except ValueError:
        return None


def id_of(record: Json, crm_object: str) -> str:
    """Give the id of a record; raises ObjectError where it has none: it may be any of those that are missed."""
    value = record.get("Id")
    if not isinstance(value, str) or not value.strip():
        raise ObjectError(f"Salesforce gave a record of {crm_object} without an Id: try again")
    return to_18(value.strip())


Gone: TypeAlias = Mapping[str, Instant | None]
"""Records to be reported as deleted: by id the last change of each that is known, None where none is."""

Judge: TypeAlias = Callable[[Collection[str], int], Gone]
"""Looks at ids that are not in an answer, and at how many were asked for; gives those that are gone.

Raises SourceError where it does not believe that they are.
"""


def _believe(missing: Collection[str], _: int) -> Gone:
    """Believe an answer, whatever it lacks."""
    return dict.fromkeys(sorted(missing))


def reread(
    crm: Crm, crm_object: CrmObject, ids: Iterable[str], now: Instant, judge: Judge = _believe
) -> Iterator[Message]:
    """Read some records again; those that are not there any more are reported as deleted."""
    wanted = list(dict.fromkeys(map(to_18, ids)))
    askable = iter([record_id for record_id in wanted if _ID.fullmatch(record_id)])
    found: set[str] = set()
    fields = _fields(crm_object)
    while chunk := list(islice(askable, IDS_A_QUERY)):
        for record in rows(crm, crm_object.object, fields, "WHERE Id IN {ids}", with_deleted=True, ids=chunk):
            record_id = id_of(record, crm_object.object)
            if record_id in found:
                raise ObjectError(f"Salesforce gave a record of {crm_object.object} twice: try again")
            found.add(record_id)
            yield _record(record, crm_object, now)
    missing = [record_id for record_id in wanted if record_id not in found]
    if missing:
        yield from _gone(judge(missing, len(wanted)), crm_object, now)


def _gone(gone: Gone, crm_object: CrmObject, now: Instant) -> Iterator[Message]:
    for record_id, changed in gone.items():
        last = {} if changed is None else {"changed": format_instant(changed)}
        yield _message(crm_object, now) | {"id": record_id, "deleted": True, **last}


def resync(
    crm: Crm, crm_object: CrmObject, now: Instant, known: Collection[str], judge: Judge = _believe
) -> Iterator[Message]:
    """Read all records of an object, tell those of `known` that are gone as deleted, then that all were read.

    Those that did not come are asked for once more.
    """
    absent = set(known)
    for message in records(crm, crm_object, None, now):
        absent.discard(id_of(message["record"], crm_object.object))
        yield message
    gone = judge(absent, len(known)) if absent else {}
    yield from reread(crm, crm_object, gone, now, lambda missing, _: {one: gone[one] for one in missing})
    yield {"type": "salesforce.resync", "object": crm_object.object, "read_at": format_instant(now)}


def account_owners(
    crm: Crm, accounts: CrmObject, now: Instant, attributes: Sequence[str] = ("Website",)
) -> Iterator[Message]:
    """List the accounts as owners: each is known since its creation, and what may tell who it is, as of now."""
    name = _api_name(accounts, "name")
    for record in rows(crm, accounts.object, ("Id", "CreatedDate", name, *attributes), "ORDER BY Id"):
        listed = {"type": "owner.listed", "source": SOURCE, "owner": record["Id"]}
        told = {field: record[field] for field in attributes if record.get(field) is not None}
        yield {**listed, "at": record["CreatedDate"]}
        yield {**listed, "at": format_instant(now), "name": record.get(name), "attributes": told}


def arr_history(crm: Crm, accounts: CrmObject, remarks: list[str]) -> Iterator[Message]:
    """Tell past values of the accounts' ARR as the change events that would have told them.

    They come from field history. Where any account's change is found, the field was tracked from
    then on: so the value before an account's first change, and that of an account without any,
    held since then or since its creation. Without field history there is a remark, and nothing
    else.
    """
    field = _api_name(accounts, "arr")
    standing = {record["Id"]: record for record in rows(crm, accounts.object, ("Id", "CreatedDate", field))}
    changes = _changes(crm, accounts, field, remarks)
    tracked = min((_instant(change["CreatedDate"]) for change in changes), default=None)
    if tracked is None:
        remarks.append(f"untracked:{accounts.object}.{field}")
        return
    firsts: dict[str, Json] = {}
    for change in changes:
        firsts.setdefault(change["Account"], change)
    for account_id, record in standing.items():
        since = max(tracked - _MILLISECOND, _instant(record["CreatedDate"]) + _MILLISECOND)
        first = firsts.get(account_id)
        held = record.get(field) if first is None else first.get("OldValue")
        if first is None or since < _instant(first["CreatedDate"]):
            yield _change(accounts, account_id, field, held, since)
    for change in changes:
        yield _change(accounts, change["Account"], field, change.get("NewValue"), _instant(change["CreatedDate"]))


def arr_snapshots(crm: Crm, accounts: CrmObject, snapshot: ArrSnapshot) -> Iterator[Message]:
    """Tell past values of the accounts' ARR, as an object keeps them by date, as change events."""
    names = (snapshot.account, snapshot.date, snapshot.arr)
    field = _api_name(accounts, "arr")
    for row in rows(crm, snapshot.object, names, f"ORDER BY {snapshot.date}"):
        if row.get(snapshot.account) is not None and row.get(snapshot.date) is not None:
            at = _instant(row[snapshot.date])
            yield _change(accounts, row[snapshot.account], field, row.get(snapshot.arr), at)


def _changes(crm: Crm, accounts: CrmObject, field: str, remarks: list[str]) -> list[Json]:
    """Give the changes of a field, the earliest first, `Account` being the account's id."""
    is_custom = accounts.object.endswith("__c")
    history = f"{accounts.object[:-1]}History" if is_custom else f"{accounts.object}History"
    parent = "ParentId" if is_custom else f"{accounts.object}Id"
    names = (parent, "OldValue", "NewValue", "CreatedDate")
    try:
        changes = list(rows(crm, history, names, "WHERE Field = {field} ORDER BY CreatedDate", field=field))
    except AbsentError:
        remarks.append(f"no_history:{accounts.object}")
        return []
    return [{**row, "Account": row[parent]} for row in changes if row[parent] is not None]


def _change(accounts: CrmObject, account_id: str, field: str, value: object, at: Instant) -> Message:
    stamp = at // _MILLISECOND
    header = {
        "entityName": accounts.object,
        "recordIds": [account_id],
        "changeType": "UPDATE",
        "commitTimestamp": stamp,
        "changedFields": [field],
    }
    return {
        "source": BACKFILL,
        "detail-type": f"{accounts.object}ChangeEvent",
        "detail": {"payload": {field: _number(value), "ChangeEventHeader": header}},
    }


def _number(value: object) -> object:
    """Bring a number that field history gives as text to a number."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _record(record: Json, crm_object: CrmObject, now: Instant) -> Message:
    return _message(crm_object, now) | {"record": record}


def _message(crm_object: CrmObject, now: Instant) -> Message:
    return {"type": "salesforce.record", "object": crm_object.object, "read_at": format_instant(now)}


def _fields(crm_object: CrmObject) -> tuple[str, ...]:
    return (*crm_object.system, *crm_object.required)


def _api_name(crm_object: CrmObject, name: str) -> str:
    names: Mapping[str, str] = {field.name: api_name for api_name, field in crm_object.fields.items()}
    return names[name]


def _datetime(instant: Instant) -> datetime:
    return datetime.fromtimestamp(instant // SECOND, UTC)


def _instant(text: str) -> Instant:
    return parse_instant(text)
