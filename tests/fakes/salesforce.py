"""A small Salesforce: log-in, queries with paging, collections, bulk jobs, descriptions, limits.

It keeps its records in `records`, so that tests see what was written, and forgets a session when
it is told to.
"""

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from config.intake import Intake
from config.record_map import RecordMap
from scoring.ids import to_18
from tests.fakes.bulk import BulkJobs
from tests.fakes.metadata import packaged, refused
from tests.fakes.server import FakeServer, Request, Response
from tests.fakes.soql import Query, Record, SoqlError, parse

CLIENT_ID, CLIENT_SECRET = "client-of-ours", "the-secret-of-the-client"
USER = "005000000000001AAA"
SYSTEM = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "IsDeleted")
NEVER_DELETED = frozenset({"User"})
"""Objects whose records never go to the recycle bin: they have no field that would say so."""
_ROOT = re.compile(r"/services/data/v[0-9]+\.0/")
_TYPES = {"text": "string", "long_text": "textarea", "number": "double", "yes_no": "boolean"}
_PREFIXES = {"Account": "001", "Opportunity": "006", "Event": "00U", "Health_Score__c": "a0H"}


def refusal(status: int, code: str, message: str) -> Response:
    """Answer as Salesforce refuses."""
    return Response(status, [{"message": message, "errorCode": code}])


EXPIRED = refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
LIMIT_EXCEEDED = refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
LOCKED = ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")


class FakeSalesforce(FakeServer):
    """One org. Objects and their fields must be declared; `put` fills them."""

    def __init__(self, *, page_size: int = 2_000, used: int = 10, limit: int = 100_000, polls: int = 1) -> None:
        """Give pages of a size, a day's limit of calls, and bulk jobs that are done after some polls."""
        super().__init__(self._route)
        self.page_size, self.used, self.limit = page_size, used, limit
        self.fields: dict[str, dict[str, str]] = {}
        self.records: dict[str, dict[str, Record]] = {}
        self.offered: dict[tuple[str, str], list[Record]] = {}
        self.create_only: dict[str, frozenset[str]] = {"Health_Score__c": frozenset({"Account__c"})}
        self.whole: set[str] = set()
        self.hidden: dict[str, set[str]] = {}
        self.masters: dict[str, str] = {}
        self.row_errors: dict[str, list[tuple[str, str]]] = {}
        self.unique: dict[str, str] = {"Churn_Signal__c": "Suggestion_Key__c"}
        self.flows: dict[str, Callable[[Record], Mapping[str, object]]] = {}
        self.now = "2026-11-01T06:00:00.000+0000"
        self.log_ins = 0
        self.clients = {CLIENT_ID: CLIENT_SECRET}
        self.bulk = BulkJobs(self._upsert_row, self._read_cell, self._is_own_spelling, polls)
        self._tokens: set[str] = set()
        self._pages: dict[str, tuple[list[Record], int]] = {}
        self._numbers: Counter[str] = Counter()
        self._by_value: dict[tuple[str, str, object], str] = {}
        self.declare("UserPermissionAccess", {"PermissionsViewAllData": "yes_no"})
        self.put("UserPermissionAccess", PermissionsViewAllData=True)

    def declare(self, crm_object: str, fields: Mapping[str, str]) -> None:
        """Say which fields an object has, and what each holds: text, long_text, number, date, datetime, yes_no."""
        system = dict.fromkeys(SYSTEM, "text") | {"IsDeleted": "yes_no"}
        if crm_object in NEVER_DELETED:
            del system["IsDeleted"]
        self.fields.setdefault(crm_object, system).update(fields)
        self.records.setdefault(crm_object, {})

    def declare_intake(self, intake: Intake) -> None:
        """Declare the objects and fields that are read, but for those that an org may be without."""
        for crm_object in intake.objects.values():
            owner = {} if crm_object.owner_field is None else {crm_object.owner_field: "text"}
            fields = {name: field.type for name, field in crm_object.fields.items() if not field.optional}
            self.declare(crm_object.object, owner | fields)
            for name, field in crm_object.fields.items():
                words = intake.known_words.get(f"{crm_object.kind}.{field.name}")
                if words is not None:
                    self.offer(crm_object.object, name, *sorted(words))

    def offer(self, crm_object: str, name: str, *words: str, **told: object) -> None:
        """Say which values the picklist of a field offers, besides those it offers already."""
        values = ({"value": word, "label": word, "active": True, "defaultValue": False, **told} for word in words)
        self.offered.setdefault((crm_object, name), []).extend(values)

    def declare_record(self, record_map: RecordMap, crm_object: str = "Health_Score__c") -> None:
        """Declare the object that is written, with the fields of the record map, as far as our package has them."""
        there = packaged(crm_object)
        self.declare(crm_object, {field.field: field.type for field in record_map if field.field in there})

    def declare_package(self, crm_object: str) -> None:
        """Declare an object whole, as our package has it; new records that lack a required field are refused."""
        self.whole.add(crm_object)
        kinds = {"picklist": "text"}
        self.declare(
            crm_object, {name: kinds.get(field.kind, field.kind) for name, field in packaged(crm_object).items()}
        )

    def put(self, crm_object: str, /, **fields: object) -> str:
        """Keep a record, over the one of its Id if there is one, and give its id."""
        record_id = str(fields.get("Id") or self._new_id(crm_object))
        stamps = {"CreatedDate": self.now, "LastModifiedDate": self.now, "SystemModstamp": self.now}
        kept = self.records.setdefault(crm_object, {}).setdefault(record_id, {**stamps, "IsDeleted": False})
        kept.update({**fields, "Id": record_id})
        self._by_value.update({(crm_object, name, value): record_id for name, value in fields.items()})
        return record_id

    def delete(self, crm_object: str, record_id: str, at: str) -> None:
        """Put a record into the recycle bin."""
        self.records[crm_object][record_id] |= {"IsDeleted": True, "SystemModstamp": at, "LastModifiedDate": at}

    def archive(self, crm_object: str, record_id: str) -> None:
        """Archive a record, as it is done with activities of a year ago: only `queryAll` finds it."""
        self.records[crm_object][record_id]["IsArchived"] = True

    def hide(self, crm_object: str, *record_ids: str) -> None:
        """Let sharing hide records from the API user; no record changes by it."""
        self.hidden.setdefault(crm_object, set()).update(record_ids)

    def expire(self) -> None:
        """End all sessions."""
        self._tokens.clear()

    def refuse(self, key: str, *errors: tuple[str, str]) -> None:
        """Refuse a row by its external key, once for each error."""
        self.row_errors.setdefault(key, []).extend(errors)

    def _new_id(self, crm_object: str) -> str:
        self._numbers[crm_object] += 1
        return to_18(f"{_PREFIXES.get(crm_object, 'a9Z')}{self._numbers[crm_object]:012d}")

    def _route(self, request: Request) -> Response:
        if request.path == "/services/oauth2/token":
            return self._log_in(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return EXPIRED
        self.used += 1
        if self.used > self.limit:
            return LIMIT_EXCEEDED
        answer = self._serve_path(request)
        return Response(
            answer.status, answer.body, {**answer.headers, "Sforce-Limit-Info": f"api-usage={self.used}/{self.limit}"}
        )

    def _log_in(self, request: Request) -> Response:
        pairs = (f"{client}:{secret}" for client, secret in self.clients.items())
        expected = {"Basic " + base64.b64encode(pair.encode()).decode() for pair in pairs}
        if request.headers.get("authorization") not in expected:
            return Response(400, {"error": "invalid_client", "error_description": "invalid client credentials"})
        if request.form() != {"grant_type": "client_credentials"}:
            return Response(400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"})
        self.log_ins += 1
        token = f"00Dxx!session-{self.log_ins}"
        self._tokens.add(token)
        told = {"access_token": token, "instance_url": self.url, "token_type": "Bearer"}
        return Response(200, {**told, "id": f"{self.url}/id/00D000000000001EAA/{USER}"})

    def _serve_path(self, request: Request) -> Response:
        path = _ROOT.sub("", request.path)
        routes: tuple[tuple[str, str, Callable[..., Response]], ...] = (
            ("GET", r"(?:tooling/)?(query|queryAll)/?", self._query),
            ("GET", r"query/(\d+-\d+)", self._more),
            ("GET", r"sobjects/(\w+)/describe", self._describe),
            ("PATCH", r"composite/sobjects/(\w+)/(\w+)", self._upsert),
            ("POST", r"composite/sobjects", self._insert),
            ("PATCH", r"sobjects/(\w+)/(\w+)", self._change),
            ("DELETE", r"composite/sobjects", self._delete),
            ("(?:GET|POST|PUT|PATCH)", r"jobs/ingest(?:/(\w+)(?:/(\w+))?)?", self._bulk),
        )
        for method, pattern, serve in routes:
            match = re.fullmatch(pattern, path)
            if match is not None and re.fullmatch(method, request.method):
                return serve(request, *match.groups())
        return refusal(404, "NOT_FOUND", "The requested resource does not exist")

    def _query(self, request: Request, kind: str) -> Response:
        try:
            query = parse(request.query["q"])
        except SoqlError as error:
            return refusal(400, "MALFORMED_QUERY", str(error))
        query = self._in_own_capitals(query)
        if query.object not in self.fields:
            return refusal(400, "INVALID_TYPE", f"sObject type '{query.object}' is not supported.")
        unknown = sorted(query.named - self.fields[query.object].keys())
        if unknown:
            return refusal(400, "INVALID_FIELD", f"No such column '{unknown[0]}' on entity '{query.object}'.")
        return self._page(self._found(query, with_deleted=kind == "queryAll"), 0)

    def _in_own_capitals(self, query: Query) -> Query:
        """Spell a query's names as the org does: it takes any capitals, and answers in its own."""
        crm_object = _spelled(query.object, self.fields)
        own = self.fields.get(crm_object, {})
        return replace(
            query,
            object=crm_object,
            fields=tuple(_spelled(name, own) for name in query.fields),
            conditions=tuple(replace(one, field=_spelled(one.field, own)) for one in query.conditions),
            order=None if query.order is None else (_spelled(query.order[0], own), query.order[1]),
        )

    def _found(self, query: Query, *, with_deleted: bool) -> list[Record]:
        records = self.records[query.object].values()
        hidden = self.hidden.get(query.object, set())
        seen = (record for record in records if record["Id"] not in hidden)
        return query.answer(record for record in seen if with_deleted or not _is_away(record))

    def _page(self, found: list[Record], start: int) -> Response:
        page = {"totalSize": len(found), "records": found[start : start + self.page_size], "done": True}
        if start + self.page_size < len(found):
            locator = f"{len(self._pages)}-{start + self.page_size}"
            self._pages[locator] = found, start + self.page_size
            page |= {"done": False, "nextRecordsUrl": f"/services/data/v66.0/query/{locator}"}
        return Response(200, page)

    def _more(self, _: Request, locator: str) -> Response:
        if locator not in self._pages:
            return refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(*self._pages[locator])

    def _describe(self, _: Request, crm_object: str) -> Response:
        crm_object = _spelled(crm_object, self.fields)
        if crm_object not in self.fields:
            return refusal(404, "NOT_FOUND", "The requested resource does not exist")
        unwritten = {*SYSTEM, *(name for name, field in packaged(crm_object).items() if field.is_computed)}
        fields = [
            {
                "name": name,
                "type": "picklist" if (crm_object, name) in self.offered else _TYPES.get(kind, kind),
                "picklistValues": self.offered.get((crm_object, name), []),
                "createable": name not in unwritten,
                "updateable": name not in {*unwritten, *self.create_only.get(crm_object, ())},
                "externalId": name == "External_Key__c",
                "unique": name == "External_Key__c",
                "relationshipOrder": 0 if self.masters.get(crm_object) == name else None,
            }
            for name, kind in self.fields[crm_object].items()
        ]
        may = {"queryable": True, "createable": True, "updateable": True}
        return Response(200, {"name": crm_object, **may, "fields": fields})

    def _upsert(self, request: Request, crm_object: str, external_field: str) -> Response:
        body = request.json()
        rows = body["records"]
        if len(rows) > 200:
            return refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than 200")
        if any(row["attributes"]["type"] != crm_object for row in rows) or body["allOrNone"]:
            return refusal(400, "INVALID_TYPE", "all records must be of one type")
        crm_object = _spelled(crm_object, self.fields)
        external_field = _spelled(external_field, self.fields[crm_object])
        given = [self._row(crm_object, row) for row in rows]
        twice = {key for key, times in Counter(row[external_field] for row in given).items() if times > 1}
        return Response(200, [self._outcome(crm_object, external_field, row, twice) for row in given])

    def _insert(self, request: Request) -> Response:
        """Create rows of a collection, each alone; one of a key that is there already is refused."""
        body = request.json()
        if len(body["records"]) > 200:
            return refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than 200")
        return Response(200, [self._insert_row(row) for row in body["records"]])

    def _insert_row(self, row: Record) -> Record:
        crm_object = _spelled(row["attributes"]["type"], self.fields)
        given = self._row(crm_object, row)
        name = self.unique[crm_object]
        key = str(given[name])
        there = [one for one in self.records[crm_object].values() if str(one.get(name)).lower() == key.lower()]
        error = self._row_error(crm_object, key, given, None)
        if error is None and any(not one["IsDeleted"] for one in there):
            error = "DUPLICATE_VALUE", f"duplicate value found: {name} duplicates value on record with id: {there[0]}"
        if error is not None:
            told = {"statusCode": error[0], "message": error[1], "fields": []}
            return {"success": False, "errors": [told]}
        return {"id": self.put(crm_object, **given), "success": True, "errors": []}

    def _change(self, request: Request, crm_object: str, record_id: str) -> Response:
        """Change a record, unless it was changed after the instant that the request names."""
        crm_object = _spelled(crm_object, self.fields)
        record = self.records[crm_object].get(record_id)
        if record is None or record["IsDeleted"]:
            return refusal(404, "ENTITY_IS_DELETED", "entity is deleted")
        since = parsedate_to_datetime(request.headers["if-unmodified-since"])
        if datetime.fromisoformat(record["SystemModstamp"]).replace(microsecond=0) > since:
            return refusal(412, "PRECONDITION_FAILED", "The record was modified")
        row = self._row(crm_object, request.json())
        error = self._row_error(crm_object, record_id, row, record)
        if error is not None:
            return refusal(400, *error)
        flow = self.flows.get(crm_object)
        self.put(crm_object, **{**row, **({} if flow is None else flow(row)), "Id": record_id})
        record["SystemModstamp"] = record["LastModifiedDate"] = self.now
        return Response(204, None)

    def _delete(self, request: Request) -> Response:
        ids = request.query["ids"].split(",")
        if len(ids) > 200:
            return refusal(400, "EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than 200")
        return Response(200, [self._delete_row(record_id) for record_id in ids])

    def _delete_row(self, record_id: str) -> Record:
        rows = next((rows for rows in self.records.values() if record_id in rows), {})
        refusals = self.row_errors.get(str(rows.get(record_id, {}).get("External_Key__c")), [])
        error = refusals.pop(0) if refusals else None if rows else ("ENTITY_IS_DELETED", "entity is deleted")
        if error is not None:
            told = {"statusCode": error[0], "message": error[1], "fields": []}
            return {"id": record_id, "success": False, "errors": [told]}
        del rows[record_id]
        self._by_value = {place: there for place, there in self._by_value.items() if there != record_id}
        return {"id": record_id, "success": True, "errors": []}

    def _row(self, crm_object: str, row: Record) -> Record:
        own = self.fields[crm_object]
        return {_spelled(name, own): value for name, value in row.items() if name != "attributes"}

    def _outcome(self, crm_object: str, external_field: str, row: Record, twice: set[object]) -> Record:
        errors = [("DUPLICATE_VALUE", "duplicate external id specified")] if row[external_field] in twice else []
        record_id, created, code = (
            self._upsert_row(crm_object, external_field, row) if not errors else ("", False, errors[0])
        )
        if code is not None:
            return {"success": False, "errors": [{"statusCode": code[0], "message": code[1], "fields": []}]}
        return {"id": record_id, "success": True, "created": created, "errors": []}

    def _upsert_row(
        self, crm_object: str, external_field: str, row: Mapping[str, Any]
    ) -> tuple[str, bool, tuple[str, str] | None]:
        """Write one row: its id, whether it was created, or why it was refused."""
        crm_object = _spelled(crm_object, self.fields)
        external_field = _spelled(external_field, self.fields[crm_object])
        row = self._row(crm_object, dict(row))
        key = row[external_field]
        there = self.records[crm_object].get(self._by_value.get((crm_object, external_field, key), ""))
        error = self._row_error(crm_object, str(key), row, there)
        if error is not None:
            return "", False, error
        record_id = self._new_id(crm_object) if there is None else there["Id"]
        self.put(crm_object, **{**row, "Id": record_id})
        return record_id, there is None, None

    def _row_error(
        self, crm_object: str, key: str, row: Mapping[str, Any], there: Record | None
    ) -> tuple[str, str] | None:
        if self.row_errors.get(key):
            return self.row_errors[key].pop(0)
        fields, create_only = self.fields[crm_object], self.create_only.get(crm_object, frozenset())
        unknown = [name for name in row if name not in fields or name in SYSTEM]
        if unknown:
            return "INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {crm_object}"
        wrong = [name for name, value in row.items() if not _fits(value, fields[name])]
        if wrong:
            return "JSON_PARSER_ERROR", f"Cannot deserialize {wrong[0]}"
        if there is not None and create_only & row.keys():
            return "INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to create/update fields: {sorted(create_only)}"
        if there is None and not create_only <= row.keys():
            return "REQUIRED_FIELD_MISSING", f"Required fields are missing: {sorted(create_only)}"
        return refused(crm_object, row, creating=there is None and crm_object in self.whole)

    def _bulk(self, request: Request, job_id: str | None, part: str | None) -> Response:
        return self.bulk.serve(request, job_id, part)

    def _is_own_spelling(self, crm_object: str, name: str) -> bool:
        return name in self.fields[_spelled(crm_object, self.fields)]

    def _read_cell(self, crm_object: str, name: str, text: str) -> object:
        own = self.fields[_spelled(crm_object, self.fields)]
        kind = own.get(_spelled(name, own))
        if kind == "number":
            return float(text)
        return text == "true" if kind == "yes_no" else text


def _is_away(record: Record) -> bool:
    return bool(record["IsDeleted"] or record.get("IsArchived"))


def _spelled(name: str, own: Iterable[str]) -> str:
    """Spell a name as the org does; one that it does not have stays as it is."""
    return next((one for one in own if one.lower() == name.lower()), name)


def _fits(value: object, kind: str) -> bool:
    if value is None:
        return True
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool) if kind == "yes_no" else isinstance(value, str)
