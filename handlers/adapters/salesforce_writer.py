"""Records into Salesforce, one for each account and period, by their external key."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.record_map import RecordField, RecordMap, cell
from handlers.adapters.crm import Crm, Json, RowResult
from handlers.adapters.remote import SourceError
from scoring.instants import SECOND, Instant, parse_instant
from scoring.record import Record

KEYS_A_QUERY = 200
TRIES = 4
_PAUSE_SECONDS = 1.0
_LOCKED = "UNABLE_TO_LOCK_ROW"
_CREATE_ONLY = "INVALID_FIELD_FOR_INSERT_UPDATE"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What Salesforce says of a record that it has: None where it does not say."""

    final: bool | None
    as_of: Instant | None


class SalesforceWriter:
    """Writes records as rows of an object of the CRM, in the fields of the record map.

    A record that the org has already is not replaced by an older one, nor a final one by a
    provisional one unless `replace_final`. After a write, `failed` says by account why it was not
    written, `refused` has the keys of such records, and `outranked` names the accounts that keep
    what they have.
    """

    def __init__(
        self,
        crm: Crm,
        record_map: RecordMap,
        crm_object: str = "Health_Score__c",
        external_field: str | None = None,
        *,
        replace_final: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Write to an object by its external key: by default the field that the map gives the key."""
        self._crm = crm
        self._map = record_map
        self._object = crm_object
        self._key = external_field or _field_of(record_map, "record.key").field
        self._parent = _field_of(record_map, "score.account_id").field
        self._replace_final = replace_final
        self._sleep = sleep
        self.failed: dict[str, str] = {}
        self.refused: set[str] = set()
        self.outranked: list[str] = []

    def write(self, records: Iterable[Record]) -> None:
        """Write records; of several with one key the last. Raises nothing for rows or calls that fail."""
        self.failed, self.refused, self.outranked = {}, set(), []
        by_key = {record.key: record for record in records}
        if not by_key:
            return
        try:
            standing = self._standing(list(by_key.values()))
        except SourceError as error:
            for record in by_key.values():
                self._refuse(record, str(error))
            return
        rows = [self._row(record, standing) for record in _in_order(by_key.values()) if self._may(record, standing)]
        for result in self._upsert(rows):
            if not result.ok:
                self._refuse(by_key[result.key], "; ".join(result.errors) or "refused without a reason")

    def _refuse(self, record: Record, reason: str) -> None:
        self.failed[record.score.account_id] = reason
        self.refused.add(record.key)

    def _standing(self, records: Sequence[Record]) -> dict[str, _Standing]:
        """Ask for what the org has: by their keys if they are few, else all of their periods."""
        paths = {"record.status", "score.as_of"}
        fields = [self._key, *(field.field for field in self._map if field.path in paths)]
        select = f"SELECT {', '.join(fields)} FROM {self._object}"  # noqa: S608 - names come checked from config
        found: dict[str, _Standing] = {}
        for condition, values in self._conditions(records):
            for row in self._crm.query(f"{select} WHERE {condition}", **values):
                found[str(row[self._key])] = self._read_standing(row)
        return found

    def _conditions(self, records: Sequence[Record]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if len(records) <= KEYS_A_QUERY:
            yield f"{self._key} IN {{keys}}", {"keys": sorted(record.key for record in records)}
            return
        period_field = _field_of(self._map, "record.period").field
        for period in sorted({record.period for record in records}):
            yield f"{period_field} = {{period}}", {"period": period}

    def _read_standing(self, row: Json) -> _Standing:
        values = {field.path: row.get(field.field) for field in self._map}
        status, as_of = values.get("record.status"), values.get("score.as_of")
        return _Standing(None if status is None else status == "final", _instant(as_of))

    def _may(self, record: Record, standing: Mapping[str, _Standing]) -> bool:
        there = standing.get(record.key)
        if there is None or self._outranks(record, there):
            return True
        self.outranked.append(record.score.account_id)
        return False

    def _outranks(self, record: Record, there: _Standing) -> bool:
        is_final = record.status == "final"
        if there.final is not None and there.final != is_final:
            return is_final or self._replace_final
        return there.as_of is None or record.score.as_of >= there.as_of

    def _row(self, record: Record, standing: Mapping[str, _Standing]) -> Json:
        """Build a row; a child's parent is said at its creation alone."""
        row = {field.field: _value(record, field) for field in self._map} | {self._key: record.key}
        return _without(row, self._parent) if record.key in standing else row

    def _upsert(self, rows: Sequence[Json]) -> Iterable[RowResult]:
        """Write rows, and those again that met a lock or had been created meanwhile."""
        done: dict[str, RowResult] = {}
        for attempt in range(TRIES):
            if not rows:
                break
            if attempt:
                self._sleep(_PAUSE_SECONDS * attempt)
            told = {result.key: result for result in self._crm.upsert(self._object, self._key, rows)}
            done |= told
            rows = [again for row in rows for again in self._again(row, told[row[self._key]])]
        return done.values()

    def _again(self, row: Json, result: RowResult) -> Iterator[Json]:
        if result.failed_by(_LOCKED):
            yield row
        elif result.failed_by(_CREATE_ONLY) and self._parent in row:
            yield _without(row, self._parent)


def _field_of(record_map: RecordMap, path: str) -> RecordField:
    return next(field for field in record_map if field.path == path)


def _in_order(records: Iterable[Record]) -> list[Record]:
    """Sort by account, so that no two calls wait for one account's lock."""
    return sorted(records, key=lambda record: (record.score.account_id, record.period))


def _value(record: Record, field: RecordField) -> object:
    """Give a field's value; Salesforce keeps whole seconds."""
    value = cell(record, field)
    return f"{value[:19]}Z" if field.type == "datetime" and isinstance(value, str) else value


def _without(row: Json, name: str) -> Json:
    return {field: value for field, value in row.items() if field != name}


def _instant(value: object) -> Instant | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value) // SECOND * SECOND
    except ValueError:
        return None
