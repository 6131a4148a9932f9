"""What an answer of Salesforce's says of each row that it was sent: written, not written, or left open.

Lists of results have come with blank keys, cut short, or not at all, so they count only as far as
the counts of the job agree. Collections are answered in the order of their rows, which only an
answer without any failure proves.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from handlers.clients.crm import Json, RowResult
from handlers.clients.salesforce.answers import one_line

COMPLETE = "JobComplete"
_OPEN = "Salesforce's answer does not say what became of it"


class Job(msgspec.Struct):
    """A bulk job as it stands."""

    id: str
    state: str
    processed: Any = msgspec.field(name="numberRecordsProcessed", default=None)
    failed: Any = msgspec.field(name="numberRecordsFailed", default=None)
    error: Any = msgspec.field(name="errorMessage", default=None)

    @property
    def written(self) -> int | None:
        """Give how many rows the job counts as written; None where it does not say."""
        counts = (self.processed, self.failed)
        return self.processed - self.failed if all(isinstance(count, int) for count in counts) else None


class Line(NamedTuple):
    """A row of a list of results: its key, the id of its record, what was wrong with it; empty where not said."""

    key: str
    id: str = ""
    error: str = ""


class Written(msgspec.Struct):
    """What a collection's answer says of one row."""

    success: bool
    id: str | None = None
    created: bool | None = None
    errors: list[dict[str, Any]] = []


def all_written(job: Job, rows: int) -> bool:
    """Tell whether a job counts all of its rows as written."""
    return job.state == COMPLETE and job.written == job.processed == rows


def accounted(
    keys: Sequence[str], job: Job, written: Sequence[Line], failed: Sequence[Line], left: Sequence[Line]
) -> list[RowResult]:
    """Give what became of each row of a job.

    Where a whole job names as many rows as it counts as written, those are, and no other. Else the
    lists name only what failed; of the rest nothing is sure.
    """
    good = {_folded(line.key) for line in written if line.id} & {_folded(key) for key in keys}
    bad = {_folded(line.key): "not processed: try again" for line in left}
    bad |= {_folded(line.key): one_line(line.error) or _reason(job) for line in failed}
    agreed = job.state == COMPLETE and job.written == len(good) == len(written) and good.isdisjoint(bad)
    return [_accounted(key, _folded(key) in good, bad.get(_folded(key)), job, agreed=agreed) for key in keys]


def _accounted(key: str, is_good: bool, fault: str | None, job: Job, *, agreed: bool) -> RowResult:  # noqa: FBT001
    errors = () if is_good and fault is None else (fault or _reason(job),)
    is_refused = fault is not None and not is_good
    return RowResult(key, ok=is_good and fault is None, errors=errors, sure=agreed or is_refused)


def _reason(job: Job) -> str:
    if job.state == COMPLETE:
        return "the bulk job does not name it as written, nor why not"
    told = f": {one_line(job.error)}" if job.error else ""
    return f"the bulk job ended as {job.state}{told}"


def answered(keys: Sequence[str], answer: Sequence[Written | None]) -> list[RowResult]:
    """Give what became of each row of a collection, from an answer in the order of the rows."""
    if len(answer) != len(keys):
        reason = f"Salesforce answered for {len(answer)} of {len(keys)} rows: try again"
        return [RowResult(key, ok=False, errors=(reason,), sure=False) for key in keys]
    ids = {one.id for one in answer if one is not None and one.success and one.id}
    sure = len(ids) == len(keys)
    return [_answered(key, one, sure=sure) for key, one in zip(keys, answer, strict=True)]


def _answered(key: str, one: Written | None, *, sure: bool) -> RowResult:
    if one is None:
        return RowResult(key, ok=False, errors=(_OPEN,), sure=False)
    return RowResult(key, one.success, one.created, tuple(_error(error) for error in one.errors), sure)


def _error(error: Json) -> str:
    return f"{error.get('statusCode', 'UNKNOWN')}: {one_line(error.get('message', ''))}"


def _folded(key: str) -> str:
    """Give a key as an external id is compared: capitals and blanks around it make no difference."""
    return key.strip().casefold()


def gone(result: RowResult) -> RowResult:
    """Take a record that is deleted already for deleted."""
    return replace(result, ok=True, errors=()) if result.failed_by("ENTITY_IS_DELETED") else result
