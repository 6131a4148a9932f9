"""A CRM in memory that counts what is asked of it: as large as a test or a benchmark wants it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.clients.crm import Json, RowResult, TooManyError
from handlers.clients.salesforce.client import COLLECTION_SIZE, JOB_SIZE
from scoring.instants import Instant

ROWS_A_PAGE = 2_000
CALLS_A_JOB = 7
"""Create, upload, close, two polls and two results, as the client makes them."""

_SHAPE = re.compile(r"SELECT (?P<fields>.+) FROM (?P<object>\w+) WHERE (?P<field>\w+) (?:IN|=) \{(?P<value>\w+)\}")


@dataclass(slots=True)
class CountedCrm:
    """The records of one object, by external key: read by keys, or by one value; written by upsert.

    `calls` are those that the client would make over HTTP, `rows` those that queries gave.
    """

    key: str = "External_Key__c"
    by: str = "Scoring_Period__c"
    bulk_above: int = 2_000
    calls: int = 0
    rows: int = 0
    there: dict[str, Json] = field(default_factory=dict)
    groups: dict[object, dict[str, Json]] = field(default_factory=dict)

    def put(self, rows: Iterable[Json]) -> None:
        """Keep rows as they are; external keys are one in any capitals."""
        for row in rows:
            folded = str(row[self.key]).casefold()
            kept = {**self.there.get(folded, {}), **row}
            self.there[folded] = kept
            self.groups.setdefault(kept.get(self.by), {})[folded] = kept

    def query(
        self, soql: str, *, with_deleted: bool = False, most: int | None = None, **values: object
    ) -> Iterator[Json]:
        """Answer the two shapes that a writer of records asks in; the first page is read whatever comes of it."""
        shape = _SHAPE.fullmatch(soql)
        assert shape is not None, soql
        assert not with_deleted
        found = self._found(shape["field"], values[shape["value"]])
        self.calls += 1
        if most is not None and len(found) > most:
            self.rows += ROWS_A_PAGE
            raise TooManyError(str(len(found)))
        self.calls += max(0, len(found) - 1) // ROWS_A_PAGE
        self.rows += len(found)
        names = shape["fields"].split(", ")
        yield from ({name: row.get(name) for name in names} for row in found)

    def _found(self, name: str, value: object) -> Sequence[Json]:
        if name == self.by:
            return list(self.groups.get(value, {}).values())
        assert name == self.key
        assert isinstance(value, list)
        assert len(value) <= COLLECTION_SIZE
        return [self.there[one] for one in dict.fromkeys(str(key).casefold() for key in value) if one in self.there]

    def upsert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Write rows, and count the calls of collections or of jobs."""
        del crm_object
        assert external_field == self.key
        is_bulk = len(rows) > self.bulk_above
        parts = -(-len(rows) // (JOB_SIZE if is_bulk else COLLECTION_SIZE))
        self.calls += parts * (CALLS_A_JOB if is_bulk else 1)
        created = [str(row[self.key]).casefold() not in self.there for row in rows]
        self.put(rows)
        return [RowResult(str(row[self.key]), ok=True, created=new) for row, new in zip(rows, created, strict=True)]

    def describe(self, crm_object: str) -> Json:
        """Refuse: no writer of records asks for it."""
        raise NotImplementedError(crm_object)

    def insert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Refuse: no writer of records asks for it."""
        raise NotImplementedError(crm_object, external_field, rows)

    def change(self, crm_object: str, record_id: str, values: Mapping[str, object], unmodified_since: Instant) -> None:
        """Refuse: no writer of records asks for it."""
        raise NotImplementedError(crm_object, record_id, values, unmodified_since)

    def delete(self, ids: Sequence[str]) -> list[RowResult]:
        """Refuse: no writer of records asks for it."""
        raise NotImplementedError(ids)
