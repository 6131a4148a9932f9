"""Salesforce's Bulk API 2.0 for ingest: a job is made, filled, closed, polled, and its results read."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.server import Request, Response

Upsert = Callable[[str, str, Mapping[str, Any]], tuple[str, bool, tuple[str, str] | None]]
Read = Callable[[str, str, str], object]
IsOwn = Callable[[str, str], bool]


@dataclass
class Job:
    """One job, its rows as they were uploaded, and what became of them."""

    id: str
    object: str
    external_field: str
    state: str = "Open"
    polls: int = 0
    rows: list[dict[str, str]] = field(default_factory=list)
    successful: list[dict[str, str]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    unprocessed: list[dict[str, str]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Show the job as the API does."""
        return {
            "id": self.id,
            "object": self.object,
            "operation": "upsert",
            "state": self.state,
            "contentUrl": f"services/data/v66.0/jobs/ingest/{self.id}/batches",
            "numberRecordsProcessed": len(self.successful) + len(self.failed),
            "numberRecordsFailed": len(self.failed),
        }


class BulkJobs:
    """The jobs of an org. The last `leave_unprocessed` rows of a job are not come to; `fail` fails jobs.

    Jobs end in the state `ends`, or never where it is none; `page` is how many results come at
    once. A column that is not spelled as the org spells its field is written, and blank in the results.
    """

    def __init__(self, upsert: Upsert, read: Read, is_own: IsOwn, polls: int) -> None:
        """Write rows by a function, once a job was asked for so often; `is_own` tells the org's own spelling."""
        self._upsert, self._read, self._is_own, self._polls = upsert, read, is_own, polls
        self.jobs: dict[str, Job] = {}
        self.leave_unprocessed = 0
        self.fail = False
        self.ends: str | None = "JobComplete"
        self.page: int | None = None

    def serve(self, request: Request, job_id: str | None, part: str | None) -> Response:
        """Serve a call under `jobs/ingest`."""
        if job_id is None:
            return self._create(request)
        job = self.jobs[job_id]
        if part == "batches":
            job.rows = list(csv.DictReader(io.StringIO(request.body.decode(), newline="")))
            return Response(201)
        if part is not None:
            return self._page(_results(job, part), int(request.query.get("locator", "0")))
        return self._change(request, job) if request.method == "PATCH" else self._poll(job)

    def _page(self, text: str, start: int) -> Response:
        """Give results from a row on; a header says where the next page begins."""
        kind = {"Content-Type": "text/csv"}
        if self.page is None:
            return Response(200 if text else 204, text, kind)
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        end = start + self.page
        following = str(end) if end < len(rows) else "null"
        return Response(200, _csv(rows[start:end]), {**kind, "Sforce-Locator": following})

    def _create(self, request: Request) -> Response:
        asked = request.json()
        assert asked["operation"] == "upsert"
        assert asked["contentType"] == "CSV"
        job = Job(f"750{len(self.jobs):012d}AAA", asked["object"], asked["externalIdFieldName"])
        self.jobs[job.id] = job
        return Response(200, job.shown())

    def _change(self, request: Request, job: Job) -> Response:
        job.state = request.json()["state"]
        return Response(200, job.shown())

    def _poll(self, job: Job) -> Response:
        if job.state == "UploadComplete":
            job.polls += 1
            if job.polls > self._polls:
                self._process(job)
        return Response(200, job.shown())

    def _process(self, job: Job) -> None:
        if self.fail:
            job.state = "Failed"
            return
        come_to = len(job.rows) - self.leave_unprocessed
        for row in job.rows[:come_to]:
            self._write(job, row)
        job.unprocessed = job.rows[come_to:]
        job.state = self.ends or "InProgress"

    def _write(self, job: Job, row: dict[str, str]) -> None:
        given = {name: self._value(job, name, text) for name, text in row.items() if text}
        record_id, created, error = self._upsert(job.object, job.external_field, given)
        shown = {name: text if self._is_own(job.object, name) else "" for name, text in row.items()}
        if error is None:
            job.successful.append({"sf__Id": record_id, "sf__Created": str(created).lower(), **shown})
        else:
            job.failed.append({"sf__Id": record_id, "sf__Error": f"{error[0]}:{error[1]}:--", **shown})

    def _value(self, job: Job, name: str, text: str) -> object:
        return None if text == "#N/A" else self._read(job.object, name, text)


def _results(job: Job, part: str) -> str:
    rows = {"failedResults": job.failed, "unprocessedRecords": job.unprocessed, "successfulResults": job.successful}
    return _csv(rows[part])


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
