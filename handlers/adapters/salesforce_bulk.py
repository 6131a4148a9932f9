"""Salesforce's Bulk API 2.0: many rows in one job, failed and unprocessed ones read back."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from simple_salesforce.api import Salesforce
from simple_salesforce.bulk2 import SFBulk2Type

from handlers.adapters.crm import Json, RowResult
from handlers.adapters.salesforce_answers import one_line

LONGEST_JOB_SECONDS = 3600
_CLEARED = "#N/A"
"""Empties a field; an empty cell would leave it as it is."""


def bulk_upsert(crm: Salesforce, crm_object: str, external_field: str, rows: Sequence[Json], wait: int) -> list[str]:
    """Write rows by jobs of 100 MB at most, and give the ids of the jobs; polls every `wait` seconds or so."""
    kind = _kind(crm, crm_object)
    cells = [{name: cell(value) for name, value in row.items()} for row in rows]
    jobs = kind.upsert(records=cells, external_id_field=external_field, wait=wait)
    return [str(job["job_id"]) for job in jobs]


def read_back(crm: Salesforce, crm_object: str, external_field: str, jobs: Sequence[str]) -> Mapping[str, str]:
    """Give by key why a row was not written: rows that failed, rows that no batch came to."""
    kind = _kind(crm, crm_object)
    reasons: dict[str, str] = {}
    for job in jobs:
        reasons |= {row[external_field]: "not processed: try again" for row in _rows(kind.get_unprocessed_records(job))}
        reasons |= {row[external_field]: one_line(row["sf__Error"]) for row in _rows(kind.get_failed_records(job))}
    return reasons


def results(external_field: str, rows: Sequence[Json], reasons: Mapping[str, str]) -> list[RowResult]:
    """Give each row's result; whether it was created is not asked."""
    return [_result(str(row[external_field]), reasons) for row in rows]


def _result(key: str, reasons: Mapping[str, str]) -> RowResult:
    return RowResult(key, ok=False, errors=(reasons[key],)) if key in reasons else RowResult(key, ok=True)


def _kind(crm: Salesforce, crm_object: str) -> SFBulk2Type:
    kind: SFBulk2Type = getattr(crm.bulk2, crm_object)
    client = kind._client  # noqa: SLF001 - the library offers no other way to bound its wait of 24 hours
    client.DEFAULT_WAIT_TIMEOUT_SECONDS = LONGEST_JOB_SECONDS
    return kind


def cell(value: object) -> str:
    """Write a value as a cell of a bulk job."""
    if value is None or value == "":
        return _CLEARED
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    return csv.DictReader(io.StringIO(text, newline=""))
