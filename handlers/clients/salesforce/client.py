"""Salesforce over its REST API: queries, descriptions, upserts (contracts.md 3)."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from email.utils import formatdate
from functools import partial
from typing import Any, TypeVar

import msgspec
import requests
from requests.auth import HTTPBasicAuth
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceExpiredSession
from simple_salesforce.format import format_soql

from handlers.clients.crm import Json, RowResult, TooManyError
from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience, SourceError, UnavailableError, wait_after
from handlers.clients.salesforce.accounting import Written, answered, gone
from handlers.clients.salesforce.answers import one_line, refusal, speaking
from handlers.clients.salesforce.bulk import BulkJobs, JobWait
from handlers.settings import SalesforceSettings
from scoring.instants import SECOND, Instant

COLLECTION_SIZE = 200
BULK_ABOVE = 2_000
JOB_SIZE = 5_000
"""Rows of a bulk job: 50 MB at most, where 150 are allowed; all of it is in memory more than once."""

RESERVE = 0.2
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WAIT = JobWait()
_TOO_OFTEN = "login rate exceeded"
T = TypeVar("T")


class _Token(msgspec.Struct):
    access_token: str
    instance_url: str
    id: str = ""


class _Page(msgspec.Struct):
    records: list[dict[str, Any]]
    done: bool
    total: int = msgspec.field(name="totalSize")
    following: str | None = msgspec.field(name="nextRecordsUrl", default=None)


class SalesforceClient:
    """One org, for one run. Logs in when first asked for something, and once more where the session has ended.

    Raises SourceError where Salesforce refuses, cannot be reached, or gives what cannot be read;
    also before it would use the last calls of the org's day.
    """

    def __init__(
        self,
        settings: SalesforceSettings,
        session: requests.Session,
        *,
        reserve: float = RESERVE,
        bulk_above: int = BULK_ABOVE,
        bulk_wait: JobWait = _WAIT,
    ) -> None:
        """Use a session that waits and tries again.

        `reserve` is the share of the day's calls to leave to others; more rows than `bulk_above`
        are written by a bulk job, which is waited for as `bulk_wait` says.
        """
        self._settings = settings
        self._session = session
        self._reserve = reserve
        self._bulk_above = bulk_above
        self._jobs = BulkJobs(self._call, bulk_wait)
        self._crm: Salesforce | None = None
        self._usage: tuple[int, int] | None = None
        self._user = ""

    def query(
        self, soql: str, *, with_deleted: bool = False, most: int | None = None, **values: object
    ) -> Iterator[Json]:
        """Stream the records of a query page by page; `{name}` in its text stands for a value, quoted.

        With `with_deleted` also what is in the recycle bin, or archived. Raises TooManyError where the first page
        tells of more than `most`.
        """
        text = format_soql(soql, **values) if values else soql
        page = self._page(lambda crm: crm.query(text, include_deleted=with_deleted))
        total, given = page.total, len(page.records)
        if most is not None and total > most:
            raise TooManyError(f"Salesforce has {total} records, where {most} are asked for at most")
        yield from page.records
        while not page.done:
            earlier, page = page, self._following(page)
            _check_is_next(earlier, page)
            given += len(page.records)
            yield from page.records
        if given != total:
            raise SourceError(f"Salesforce gave {given} of {total} records: try again")

    def _following(self, page: _Page) -> _Page:
        url = page.following
        if url is None or not url.startswith("/services/data/") or not page.records:
            raise SourceError("Salesforce broke a query off between two pages: try again")
        return self._page(lambda crm: crm.query_more(url, identifier_is_url=True))

    def _page(self, ask: Callable[[Salesforce], object]) -> _Page:
        return self._call(lambda crm: msgspec.convert(ask(crm), _Page))

    def describe(self, crm_object: str) -> Json:
        """Describe an object: its fields, and what the user may do with them."""
        path = f"sobjects/{_name(crm_object)}/describe"
        return self._call(lambda crm: msgspec.convert(crm.restful(path), dict[str, Any]))

    def selected_for_events(self) -> Sequence[Json]:
        """List what is selected for change events (`DeveloperName`, `SelectedEntity`), by the Tooling API."""
        asked = {"q": "SELECT DeveloperName, SelectedEntity FROM PlatformEventChannelMember"}
        page = self._page(lambda crm: crm.restful("tooling/query", asked))
        return page.records

    def user_id(self) -> str:
        """Give the id of the user in whose name calls are made, as the log-in told it."""
        if not self._user:
            raise SourceError("Salesforce did not say in whose name it answers")
        return self._user

    def api_usage(self) -> tuple[int, int] | None:
        """Give how many calls of the day's limit are used, as of the last answer; None before one said it."""
        return self._usage

    def upsert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Write rows by an external key, 200 a call, many by bulk jobs; a result for each, in their order.

        Of the rows of a call or job that fails nothing is sure. After two in a row the others are not tried.
        """
        many = len(rows) > self._bulk_above
        size, write = (JOB_SIZE, self._jobs.upsert) if many else (COLLECTION_SIZE, self._upsert_collection)
        return _in_parts(rows, size, external_field, partial(write, _name(crm_object), _name(external_field)))

    def insert(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        """Create rows, 200 a call, each with its external key; a result for each, in their order.

        One whose key is there already is refused (`DUPLICATE_VALUE`). Calls that fail count as those of `upsert` do.
        """
        create = partial(self._insert_collection, _name(crm_object), external_field)
        return _in_parts(rows, COLLECTION_SIZE, external_field, create)

    def change(self, crm_object: str, record_id: str, values: Json, unmodified_since: Instant) -> None:
        """Change some fields of a record, unless it was changed in a later second. Raises SourceError."""
        path = f"sobjects/{_name(crm_object)}/{_name(record_id)}"
        condition = {"If-Unmodified-Since": formatdate(unmodified_since / SECOND, usegmt=True)}
        self._call(lambda crm: crm.restful(path, method="PATCH", json=values, headers=condition))

    def _insert_collection(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        records = [{"attributes": {"type": crm_object}, **row} for row in rows]
        body = {"allOrNone": False, "records": records}
        answer = self._call(lambda crm: _written(crm.restful("composite/sobjects", method="POST", json=body)))
        return answered([str(row[external_field]) for row in rows], answer)

    def delete(self, ids: Sequence[str]) -> list[RowResult]:
        """Delete records by their ids, 200 a call; a result for each, in their order."""
        told: list[RowResult] = []
        for some in (ids[start : start + COLLECTION_SIZE] for start in range(0, len(ids), COLLECTION_SIZE)):
            path = f"composite/sobjects?ids={','.join(map(_name, some))}&allOrNone=false"
            answer = self._call(partial(_deleted, path))
            told += [gone(result) for result in answered(list(some), answer)]
        return told

    def _upsert_collection(self, crm_object: str, external_field: str, rows: Sequence[Json]) -> list[RowResult]:
        path = f"composite/sobjects/{crm_object}/{external_field}"
        records = [{"attributes": {"type": crm_object}, **row} for row in rows]
        body = {"allOrNone": False, "records": records}
        answer = self._call(lambda crm: _written(crm.restful(path, method="PATCH", json=body)))
        return answered([str(row[external_field]) for row in rows], answer)

    def _call(self, act: Callable[[Salesforce], T]) -> T:
        try:
            return self._attempt(act)
        except SalesforceExpiredSession:
            self._crm = None
        try:
            return self._attempt(act)
        except SalesforceExpiredSession as error:
            raise refusal(error, self._secrets) from None

    def _attempt(self, act: Callable[[Salesforce], T]) -> T:
        self._leave_reserve()
        with speaking(self._secrets):
            if self._crm is None:
                self._crm = self._log_in()
            answer = act(self._crm)
            usage = self._crm.api_usage.get("api-usage")
        if usage is not None:
            self._usage = usage.used, usage.total
        return answer

    def _secrets(self) -> tuple[str, ...]:
        secret = self._settings.client_secret
        basic = b64encode(f"{self._settings.client_id}:{secret}".encode()).decode()
        session = "" if self._crm is None else str(self._crm.session_id)
        return secret, basic, session

    def _leave_reserve(self) -> None:
        if self._usage is None:
            return
        used, limit = self._usage
        if used >= limit * (1 - self._reserve):
            left = f"the last {self._reserve:.0%} are left to others"
            raise UnavailableError(
                f"Salesforce: {used} of the day's {limit} API calls are used, {left}: try again later"
            )

    def _log_in(self) -> Salesforce:
        settings = self._settings
        answer = self._session.post(
            f"{settings.url}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=HTTPBasicAuth(settings.client_id.encode(), settings.client_secret.encode()),
        )
        if answer.status_code != requests.codes.ok:
            raise _no_log_in(answer, self._secrets())
        token = msgspec.convert(answer.json(), _Token)
        self._user = token.id.rpartition("/")[2]
        return Salesforce(
            session_id=token.access_token,
            instance_url=token.instance_url,
            session=self._session,
            version=settings.api_version,
            object_pairs_hook=dict,
        )


def connect(settings: SalesforceSettings, patience: Patience) -> SalesforceClient:
    """Give a client with a session of its own."""
    session = patient_session(timeout=settings.timeout_seconds, patience=patience)
    return SalesforceClient(settings, session, bulk_wait=JobWait(patience=patience))


def _no_log_in(answer: requests.Response, secrets: tuple[str, ...]) -> SourceError:
    if answer.status_code >= requests.codes.server_error:
        return UnavailableError(f"Salesforce is out of order ({answer.status_code}): try again later")
    said = one_line(answer.text, *secrets)
    if answer.status_code == requests.codes.too_many_requests or _TOO_OFTEN in answer.text.lower():
        return UnavailableError(f"Salesforce takes no more log-ins now ({answer.status_code}): {said}: try again later")
    advice = "look at SALESFORCE_URL, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"
    return SourceError(f"Salesforce refused the log-in ({answer.status_code}): {said}: {advice}")


def _check_is_next(page: _Page, following: _Page) -> None:
    """Refuse a page that leads to itself, or gives a record of the page before."""
    turns = following.following is not None and following.following == page.following
    known = {_place(record) for record in page.records} - {None}
    if turns or not known.isdisjoint(map(_place, following.records)):
        raise SourceError("Salesforce gave a page of a query twice: try again")


def _place(record: Json) -> object:
    attributes = record.get("attributes")
    return attributes.get("url") if isinstance(attributes, dict) else None


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise SourceError(f"{name!r} is no API name of Salesforce")
    return name


def _in_parts(
    rows: Sequence[Json], size: int, key: str, write: Callable[[Sequence[Json]], list[RowResult]]
) -> list[RowResult]:
    """Write rows in so many parts; of those of a call that fails nothing is sure."""
    told: list[RowResult] = []
    misses, reason = 0, ""
    wait: float | None = None
    for chunk in (rows[start : start + size] for start in range(0, len(rows), size)):
        tried = misses < 2
        if tried:
            try:
                told += write(chunk)
            except SourceError as error:
                misses, reason, wait = misses + 1, str(error), wait_after(error)
            else:
                misses = 0
                continue
        told += [RowResult(str(row[key]), False, None, (reason,), not tried, wait) for row in chunk]
    return told


def _deleted(path: str, crm: Salesforce) -> list[Written | None]:
    return _written(crm.restful(path, method="DELETE"))


def _written(answer: object) -> list[Written | None]:
    return msgspec.convert(answer or [], list[Written | None])
