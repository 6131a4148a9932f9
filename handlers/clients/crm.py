"""What pulls and the writer ask of a CRM, whatever client library stands behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from handlers.clients.remote import SourceError
from scoring.instants import Instant

Json: TypeAlias = Mapping[str, Any]


class ObjectError(SourceError):
    """One object cannot be read as it is asked for; others may."""


class AbsentError(ObjectError):
    """The org has no such object, or hides it from us."""


class TooManyError(SourceError):
    """A query has more rows than were asked for at most; none of them was given."""


class ExpiredQueryError(SourceError):
    """The cursor of a query has expired; asked anew the query may resume."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row that was to be written.

    `created` is None where the CRM does not say. Each error begins with the CRM's own code, if it
    gave one. Where the answer leaves open what became of the row, it is not `sure`: only what the
    CRM then has of it can tell. `wait` says after how many seconds it may go (0: at any time); None where
    waiting does not mend it.
    """

    key: str
    ok: bool
    created: bool | None = None
    errors: tuple[str, ...] = ()
    sure: bool = True
    wait: float | None = None

    def failed_by(self, code: str) -> bool:
        """Tell whether an error of this code is among the row's."""
        return any(error.startswith(f"{code}:") for error in self.errors)


class Crm(Protocol):
    """A client of the CRM; raises SourceError where it cannot be used."""

    def query(
        self, soql: str, *, with_deleted: bool = False, most: int | None = None, **values: object
    ) -> Iterator[Json]:
        """Stream the records of a query; `{name}` in its text stands for a value, quoted.

        Raises TooManyError, before any record, where there are more than `most`.
        """

    def describe(self, crm_object: str) -> Json:
        """Describe an object: its fields, and what the user may do with them."""

    def upsert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Write rows by an external key; a result for each, in their order, whatever happens."""

    def insert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Create rows, each with its external key; a result for each, in their order, whatever happens.

        One whose key is there already is refused (`DUPLICATE_VALUE`), and what is there stays as it is.
        """

    def change(self, crm_object: str, record_id: str, values: Json, unmodified_since: Instant) -> None:
        """Change some fields of a record, unless it was changed after an instant. Raises SourceError."""

    def delete(self, ids: Sequence[str]) -> list[RowResult]:
        """Delete records by their own ids; a result for each, by id. One that is gone already is deleted."""
