"""Records into Salesforce, one for each account and period, by their external key."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from config.api_names import respelled
from config.record_map import RecordField, RecordMap, cell
from handlers.clients.crm import Crm, Json, RowResult, TooManyError
from handlers.clients.remote import SourceError, wait_after
from handlers.sinks.salesforce_standing import is_there, read_standing
from handlers.sinks.standing import RANKING, Replacing, outranks
from scoring.record import Record

KEYS_A_QUERY = 200
"""By so many keys records are asked for at once: 7 KB of an address, of which 16 are allowed."""

ROWS_A_PAGE = 2_000
"""So many rows of a query come with a call."""

TRIES = 4
_PAUSE_SECONDS = 1.0
_LOCKED = "UNABLE_TO_LOCK_ROW"
_CREATE_ONLY = "INVALID_FIELD_FOR_INSERT_UPDATE"
_CAREFUL = Replacing()


class SalesforceWriter:
    """Writes records as rows of an object of the CRM, in the fields of the record map.

    A record that the org has already is not replaced by an older one, nor a final one by a
    provisional one, nor one that has a score by one without, unless `may` says so. A row of which
    the org's answer leaves open what became of it counts as written only where the org then has it
    as it was sent. After a write, `failed` says by account why it was not written, `refused` has
    the keys of such records, and `outranked` names the accounts that keep what they have. `waits` has those
    of the failed accounts that waiting may mend, each with the seconds that the org asks for.
    """

    def __init__(
        self,
        crm: Crm,
        record_map: RecordMap,
        crm_object: str = "Health_Score__c",
        external_field: str | None = None,
        *,
        may: Replacing = _CAREFUL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Write to an object by its external key: by default the field that the map gives the key."""
        self._crm = crm
        self._map = record_map
        self._object = crm_object
        self._key = external_field or _field_of(record_map, "record.key").field
        self._parent = _field_of(record_map, "score.account_id").field
        self._may_replace = may
        self._sleep = sleep
        self.failed: dict[str, str] = {}
        self.refused: set[str] = set()
        self.outranked: list[str] = []
        self.waits: dict[str, float] = {}

    def write(self, records: Iterable[Record]) -> None:
        """Write records; of several with one key the last. Raises nothing for rows or calls that fail."""
        self.failed, self.refused, self.outranked, self.waits = {}, set(), [], {}
        by_key = {record.key: record for record in records}
        if not by_key:
            return
        try:
            standing = self._read(list(by_key.values()), self._ranking())
        except SourceError as error:
            for record in by_key.values():
                self._refuse(record, str(error), wait_after(error))
            return
        rows = [self._row(record, standing) for record in _in_order(by_key.values()) if self._may(record, standing)]
        self._judge(by_key, rows, self._upsert(rows))

    def remove(self, keys: Sequence[str]) -> dict[str, str]:
        """Delete the org's records of some keys; give by key why one is still there. Raises SourceError."""
        ids = self._ids(keys)
        told = self._crm.delete(list(ids))
        if all(one.ok and one.sure for one in told):
            return {}
        reasons = {one.key: "; ".join(one.errors) for one in told}
        still = self._ids(keys)
        return {key: reasons.get(record_id) or "it is still there" for record_id, key in still.items()}

    def _ids(self, keys: Sequence[str]) -> dict[str, str]:
        """Give the keys that the org has records of, by the records' ids."""
        ids: dict[str, str] = {}
        for start in range(0, len(keys), KEYS_A_QUERY):
            some = sorted(keys[start : start + KEYS_A_QUERY])
            soql = f"SELECT Id, {self._key} FROM {self._object} WHERE {self._key} IN {{keys}}"  # noqa: S608 - as above
            rows = (respelled(row, ["Id", self._key]) for row in self._crm.query(soql, keys=some))
            ids |= {str(row["Id"]): str(row[self._key]) for row in rows}
        return ids

    def _judge(self, by_key: Mapping[str, Record], rows: Sequence[Json], results: Iterable[RowResult]) -> None:
        """Refuse what was not written; of what is not sure, what the org does not have as it was sent."""
        told = list(results)
        sent = {row[self._key]: row for row in rows}
        there = self._there([by_key[result.key] for result in told if not result.sure])
        for result in told:
            row = there.get(_folded(result.key))
            if row is None or not is_there(sent[result.key], row):
                self._judge_one(by_key[result.key], result, row)

    def _judge_one(self, record: Record, result: RowResult, there: Json | None) -> None:
        if there is not None and not self._outranks(record, there):
            self.outranked.append(record.score.account_id)
        elif not (result.ok and result.sure):
            self._refuse(record, "; ".join(result.errors) or "Salesforce does not have it as it was sent", result.wait)

    def _refuse(self, record: Record, reason: str, wait: float | None = None) -> None:
        self.failed[record.score.account_id] = reason
        if wait is not None:
            self.waits[record.score.account_id] = wait
        self.refused.add(record.key)

    def _there(self, records: Sequence[Record]) -> dict[str, Json]:
        """Read whole rows again; where the org cannot be asked, nothing is known to be there."""
        try:
            return self._read(records, [field.field for field in self._map])
        except SourceError:
            return {}

    def _ranking(self) -> list[str]:
        return [field.field for field in self._map if field.path in RANKING]

    def _read(self, records: Sequence[Record], names: Sequence[str]) -> dict[str, Json]:
        """Ask for what the org has of records, by folded key."""
        fields = list(dict.fromkeys([self._key, *names]))
        select = f"SELECT {', '.join(fields)} FROM {self._object}"  # noqa: S608 - names come checked from config
        told = (respelled(row, fields) for row in self._rows(records, select))
        return {_folded(str(row[self._key])): row for row in told}

    def _rows(self, records: Sequence[Record], select: str) -> Iterator[Json]:
        """Read whole periods where that is cheaper, and by their keys what is left.

        No range of keys is asked for: accounts are spread over shards by a hash, so that one lies over nearly
        all of the period, and how the org orders letters hangs on the language of the API's user.
        """
        left: list[str] = []
        for period, keys in _by_period(records).items():
            try:
                yield from self._whole(period, keys, select)
            except TooManyError:
                left += keys
        for start in range(0, len(left), KEYS_A_QUERY):
            some = left[start : start + KEYS_A_QUERY]
            yield from self._crm.query(f"{select} WHERE {self._key} IN {{keys}}", keys=some)

    def _whole(self, period: str, keys: Sequence[str], select: str) -> Iterator[Json]:
        """Read all records of a period; raises TooManyError, before any, where asking by the keys takes fewer calls."""
        if len(keys) <= KEYS_A_QUERY:
            raise TooManyError(f"{len(keys)} keys are one query")
        name = _field_of(self._map, "record.period").field
        most = -(-len(keys) // KEYS_A_QUERY) * ROWS_A_PAGE
        yield from self._crm.query(f"{select} WHERE {name} = {{period}}", most=most, period=period)

    def _may(self, record: Record, standing: Mapping[str, Json]) -> bool:
        there = standing.get(_folded(record.key))
        if there is None:
            return True
        if not self._outranks(record, there):
            self.outranked.append(record.score.account_id)
            return False
        if read_standing(there, self._map).loses_score(record) and not self._may_replace.scored:
            self._refuse(record, "Salesforce keeps its record of the month, which has a score: this one has none")
            return False
        return True

    def _outranks(self, record: Record, there: Json) -> bool:
        return outranks(record, read_standing(there, self._map), self._may_replace)

    def _row(self, record: Record, standing: Mapping[str, Json]) -> Json:
        """Build a row; a child's parent is said at its creation alone."""
        row = {field.field: _value(record, field) for field in self._map} | {self._key: record.key}
        return _without(row, self._parent) if _folded(record.key) in standing else row

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


def _by_period(records: Iterable[Record]) -> dict[str, list[str]]:
    """Give the keys of records by their periods, each in order."""
    keys: dict[str, list[str]] = {}
    for record in sorted(records, key=lambda one: (one.period, one.key)):
        keys.setdefault(record.period, []).append(record.key)
    return keys


def _in_order(records: Iterable[Record]) -> list[Record]:
    """Sort by account, so that no two calls wait for one account's lock."""
    return sorted(records, key=lambda record: (record.score.account_id, record.period))


def _value(record: Record, field: RecordField) -> object:
    """Give a field's value; Salesforce keeps whole seconds."""
    value = cell(record, field)
    return f"{value[:19]}Z" if field.type == "datetime" and isinstance(value, str) else value


def _without(row: Json, name: str) -> Json:
    return {field: value for field, value in row.items() if field != name}


def _folded(key: str) -> str:
    """Give a key as the org compares external ids: in any capitals."""
    return key.casefold()
