"""Salesforce's Bulk API 2.0: many rows in one job, and what the job says of each of them."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import msgspec
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.util import call_salesforce

from config.api_names import respelled
from handlers.clients.crm import Json, RowResult
from handlers.clients.remote import Patience, SourceError, UnavailableError
from handlers.clients.salesforce.accounting import COMPLETE, Job, Line, accounted, all_written

LONGEST_JOB_SECONDS = 3600.0
LOOK_SECONDS = 60.0
"""Left of the time there is in all when a job is given up: to stop it, and to read what the org has of its rows."""

MOST_BYTES = 100_000_000
"""A job may hold 150 MB once it is encoded for the way."""

_CLEARED = "#N/A"
"""Empties a field; an empty cell would leave it as it is."""

_ENDED = (COMPLETE, "Failed", "Aborted")
_PATIENT = Patience()
T = TypeVar("T")


class Calling(Protocol):
    """Makes a call in a session that is alive; raises SourceError where it fails."""

    def __call__(self, act: Callable[[Salesforce], T], /) -> T:
        """Act, once more in a new session where the first has ended."""


@dataclass(frozen=True, slots=True)
class JobWait:
    """How a job is waited for: its state is asked for `every` so many seconds.

    It is stopped after `longest`, or a minute before the time of `patience` is over.
    """

    every: float = 5.0
    longest: float = LONGEST_JOB_SECONDS
    patience: Patience = _PATIENT

    def seconds(self) -> float:
        """Say how long a job that begins now may take."""
        return max(0.0, min(self.longest, self.patience.left() - LOOK_SECONDS))


class BulkJobs:
    """Writes rows by jobs, one at a time."""

    def __init__(self, call: Calling, wait: JobWait) -> None:
        """Make calls, and wait for a job's end."""
        self._call, self._wait = call, wait

    def upsert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Write rows by one job, or several where they are too large for one; a result for each, in their order.

        Raises SourceError where a job could not be filled, or did not end: nothing is known of its rows then.
        """
        text = table(external_field, rows).encode()
        if len(text) > MOST_BYTES and len(rows) > 1:
            half = len(rows) // 2
            return [
                *self.upsert(crm_object, external_field, rows[:half]),
                *self.upsert(crm_object, external_field, rows[half:]),
            ]
        job = self._run(crm_object, external_field, text)
        keys = [str(row[external_field]) for row in rows]
        failed = self._lines(job, "failedResults", external_field)
        left = self._lines(job, "unprocessedRecords", external_field)
        if all_written(job, len(rows)) and failed == left == []:
            return [RowResult(key, ok=True) for key in keys]
        return accounted(keys, job, self._lines(job, "successfulResults", external_field), failed, left)

    def _run(self, crm_object: str, external_field: str, text: bytes) -> Job:
        wanted = {"object": crm_object, "operation": "upsert", "externalIdFieldName": external_field}
        job = self._told("POST", "", json={**wanted, "contentType": "CSV", "lineEnding": "LF"})
        try:
            self._ask("PUT", f"/{job.id}/batches", data=text, headers={"Content-Type": "text/csv; charset=UTF-8"})
            self._close(job.id)
            return self._ended(job.id)
        except SourceError:
            self._stop(job.id)
            raise

    def _close(self, job_id: str) -> None:
        """Close a job. One whose first closing was not answered is closed all the same, and refuses a second."""
        try:
            self._told("PATCH", f"/{job_id}", json={"state": "UploadComplete"})
        except SourceError:
            if self._told("GET", f"/{job_id}").state == "Open":
                raise

    def _ended(self, job_id: str) -> Job:
        seconds = self._wait.seconds()
        waiting = self._wait.patience.within(seconds)
        while True:
            waiting.wait(self._wait.every)
            job = self._told("GET", f"/{job_id}")
            if job.state in _ENDED:
                return job
            if waiting.left() <= 0:
                raise UnavailableError(
                    f"Salesforce: the bulk job {job_id} did not end in {seconds:.0f} seconds: try again later"
                )

    def _stop(self, job_id: str) -> None:
        """Stop a job, so that it writes nothing later; what one that goes on wrote, the org's records say."""
        with suppress(SourceError):
            self._told("PATCH", f"/{job_id}", json={"state": "Aborted"})

    def _lines(self, job: Job, part: str, external_field: str) -> list[Line]:
        """Read a list of a job's results. One that cannot be read names no row, and so accounts for none."""
        lines: list[Line] = []
        with suppress(SourceError, csv.Error):
            for text in self._pages(f"/{job.id}/{part}"):
                lines += _read(text, external_field)
        return lines

    def _pages(self, path: str) -> Iterator[str]:
        """Give a list page by page; one that comes a second time ends it."""
        locators = [""]
        while locators[-1] not in locators[:-1]:
            answer = self._ask("GET", path, params={"locator": locators[-1]} if locators[-1] else {})
            yield answer.content.decode(errors="replace")
            locators.append(answer.headers.get("Sforce-Locator", "null"))
            if locators[-1] in ("", "null"):
                return

    def _told(self, method: str, path: str, **options: Any) -> Job:  # noqa: ANN401 - options of requests
        return self._call(lambda crm: msgspec.convert(_send(crm, method, path, **options).json(), Job))

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - options of requests
        return self._call(lambda crm: _send(crm, method, path, **options))


def _send(
    crm: Salesforce,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    **options: Any,  # noqa: ANN401 - options of requests
) -> requests.Response:
    own = {"Authorization": f"Bearer {crm.session_id}", **(headers or {})}
    return call_salesforce(f"{crm.base_url}jobs/ingest{path}", method, crm.session, own, **options)


def table(external_field: str, rows: Sequence[Json]) -> str:
    """Write rows as a job's CSV, their key first: a row that is cut off in an answer may still name itself."""
    names = dict.fromkeys([external_field, *(name for row in rows for name in row)])
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def cell(value: object) -> str:
    """Write a value as a cell of a bulk job."""
    if value is None or value == "":
        return _CLEARED
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _read(text: str, external_field: str) -> Iterator[Line]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        named = respelled(row, (external_field, "sf__Id", "sf__Error"))
        yield Line(*(named.get(name) or "" for name in (external_field, "sf__Id", "sf__Error")))
