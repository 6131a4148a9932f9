"""HubSpot in small, after docs/hubspot.md: one account with companies, their properties, and its limits.

Batches are answered in another order than they were asked in. A value that no property takes
refuses the whole batch; an input that is refused alone comes back among the errors.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tests.fakes.server import FakeServer, Request, Response

Json: TypeAlias = dict[str, Any]

TOKEN = "pat-eu1-0f0e0d0c-b0a0-4908-8706-050403020100"  # noqa: S105 - opens this fake alone
SCOPES = frozenset(
    "crm.objects.companies.read crm.objects.companies.write crm.schemas.companies.read "
    "crm.schemas.companies.write".split()
)
MOST_INPUTS = 100
LONGEST_TEXT = 65_536
DAY = 86_400_000
_DATED = re.compile(r"/crm/([a-z]+)/2026-\d\d/")
_MISSING = "Could not get some COMPANY objects, they may be deleted or not exist. Check that ids are valid."
_STARTED = {"startedAt": "2026-11-01T06:00:00.000Z", "completedAt": "2026-11-01T06:00:00.100Z"}


def refusal(status: int, category: str, message: str, **more: object) -> Response:
    """Answer as HubSpot refuses a whole call."""
    return Response(status, {"status": "error", "message": message, "correlationId": "c", "category": category, **more})


def over_limit(policy: str = "TEN_SECONDLY_ROLLING") -> Response:
    """Answer as HubSpot does over a limit of calls."""
    told = {"errorType": "RATE_LIMIT", "policyName": policy, "groupName": "publicapi:private-app-api-calls"}
    return refusal(429, "RATE_LIMITS", f"You have reached your {policy.lower()} limit.", **told)


@dataclass(slots=True)
class FakeCompany:
    """A company: its properties by name, and whether it is archived."""

    properties: dict[str, str | None]
    archived: bool = False


class FakeHubSpot(FakeServer):
    """Serves `companies` by their own ids, with the properties that are in `properties`."""

    def __init__(self) -> None:
        """Serve an account without companies, which has the properties of its own alone."""
        super().__init__(self._route)
        self.properties: dict[str, Json] = {}
        self.groups = {"companyinformation"}
        self.companies: dict[str, FakeCompany] = {}
        self.scopes = set(SCOPES)
        self.tells_scopes = True
        self.room = 1_000
        self.valid = {TOKEN}
        self.refused: dict[str, list[tuple[str, str]]] = {}
        self.spoilt: dict[str, str] = {}
        self.silent: set[str] = set()
        self.before_upsert: Callable[[], None] = lambda: None
        self.declare({"name": "name", "type": "string", "fieldType": "text"})

    def declare(self, *definitions: Json) -> None:
        """Create properties."""
        for one in definitions:
            self.properties[one["name"]] = {"hasUniqueValue": False, "calculated": False, "archived": False, **one}

    def put(self, **properties: str | None) -> str:
        """Keep a company, and give its own id."""
        company_id = str(17_000_000_000 + len(self.companies))
        self.companies[company_id] = FakeCompany(properties)
        return company_id

    def shows(self, account_id: str, key: str = "healthscore_account_id") -> dict[str, str]:
        """Give what the company of an account shows, but for what is empty."""
        company = self.companies[self._by_unique(key)[account_id.casefold()]]
        return {name: value for name, value in company.properties.items() if value}

    def refuse(self, account_id: str, *errors: tuple[str, str]) -> None:
        """Refuse an input alone, once for each error: its category and message."""
        self.refused.setdefault(account_id, []).extend(errors)

    def _by_unique(self, name: str) -> dict[str, str]:
        """Give companies' own ids by a unique property, as HubSpot compares it."""
        there = ((key, one.properties.get(name)) for key, one in self.companies.items() if not one.archived)
        return {value.casefold(): key for key, value in there if value}

    def _route(self, request: Request) -> Response:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.valid:
            return refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        routes: Mapping[tuple[str, str], tuple[str, Callable[[Any], Response]]] = {
            ("POST", "/crm/v3/objects/companies/batch/read"): ("crm.objects.companies.read", self._read),
            ("POST", "/crm/v3/objects/companies/batch/upsert"): ("crm.objects.companies.write", self._upsert),
            ("GET", "/crm/v3/properties/companies"): ("crm.schemas.companies.read", self._list),
            ("POST", "/crm/v3/properties/companies/groups"): ("crm.schemas.companies.write", self._group),
            ("POST", "/crm/v3/properties/companies/batch/create"): ("crm.schemas.companies.write", self._create),
            ("GET", "/crm/v3/limits/custom-properties"): ("crm.objects.companies.read", self._limits),
            ("POST", "/oauth/v2/private-apps/get/access-token-info"): ("", self._token_info),
        }
        path = _DATED.sub(r"/crm/v3/\1/", request.path)
        scope, serve = routes.get((request.method, path), ("", None))
        if serve is None:
            return Response(404, "<html>not found</html>")
        if scope and scope not in self.scopes:
            context = {"requiredGranularScopes": [scope]}
            needed = {"message": "One or more of the following scopes are required.", "context": context}
            message = "This app hasn't been granted all required scopes to make this call."
            return refusal(403, "MISSING_SCOPES", message, errors=[needed])
        return serve(json.loads(request.body) if request.body else {})

    def _read(self, asked: Json) -> Response:
        fault = self._inputs_fault(asked["inputs"], {asked["idProperty"]})
        if fault is not None:
            return fault
        by_key = self._by_unique(asked["idProperty"])
        found = [by_key[one["id"].casefold()] for one in asked["inputs"] if one["id"].casefold() in by_key]
        lacking = [one["id"] for one in asked["inputs"] if one["id"].casefold() not in by_key]
        errors = [_error("OBJECT_NOT_FOUND", _MISSING, ids=lacking)] if lacking else []
        names = {*asked["properties"], "hs_object_id", "createdate"}
        return _batch([self._told(key, names) for key in found], errors)

    def _upsert(self, asked: Json) -> Response:
        self.before_upsert()
        inputs = asked.get("inputs", [])
        fault = self._inputs_fault(inputs, {one["idProperty"] for one in inputs}) or self._values_fault(inputs)
        if fault is not None:
            return fault
        results, errors = [], []
        for one in inputs:
            refused = self.refused.get(one["id"])
            if refused:
                category, message = refused.pop(0)
                errors.append(_error(category, message, objectWriteTraceId=[one["objectWriteTraceId"]]))
            elif one["id"] not in self.silent:
                results.append(self._write(one))
        return _batch(results, errors)

    def _write(self, one: Json) -> Json:
        known = self._by_unique(one["idProperty"]).get(one["id"].casefold())
        key = known or self.put(**{one["idProperty"]: one["id"]})
        kept = {name: self._kept(name, value) for name, value in one["properties"].items()}
        self.companies[key].properties |= kept
        told = self._told(key, set(kept)) | {"new": known is None}
        return told | {"objectWriteTraceId": one["objectWriteTraceId"]} if "objectWriteTraceId" in one else told

    def _told(self, key: str, names: Iterable[str]) -> Json:
        properties = {name: self.companies[key].properties.get(name) for name in names}
        stamps = {"createdAt": "2025-01-01T00:00:00.000Z", "updatedAt": "2026-11-01T06:00:00.000Z"}
        return {"id": key, "properties": properties | {"hs_object_id": key}, **stamps, "archived": False}

    def _inputs_fault(self, inputs: list[Json], id_properties: Iterable[str]) -> Response | None:
        if len(inputs) > MOST_INPUTS:
            return refusal(400, "VALIDATION_ERROR", f"The maximum number of inputs supported is {MOST_INPUTS}.")
        for name in id_properties:
            if not self.properties.get(name, {}).get("hasUniqueValue"):
                message = f"Unable to perform update/upsert by non-unique 0-2 property {name} in portal ID 1"
                return refusal(400, "VALIDATION_ERROR", message)
        ids = [one["id"].casefold() for one in inputs]
        if len(set(ids)) < len(ids):
            twice = sorted({one for one in ids if ids.count(one) > 1})
            return refusal(400, "VALIDATION_ERROR", f"Duplicate IDs found in batch input: {twice}. IDs must be unique")
        return None

    def _values_fault(self, inputs: list[Json]) -> Response | None:
        wrong = [fault for one in inputs for fault in self._wrong(one)]
        if not wrong:
            return None
        return refusal(400, "VALIDATION_ERROR", f"Property values were not valid: {json.dumps(wrong)}")

    def _wrong(self, one: Json) -> Iterable[Json]:
        if one["id"] in self.spoilt:
            yield {"isValid": False, "message": self.spoilt[one["id"]], "error": "INVALID_OPTION", "name": "name"}
        for name, value in one["properties"].items():
            error = self._value_error(name, value)
            if error is not None:
                yield {"isValid": False, "message": f'Property "{name}": {error}', "error": error, "name": name}

    def _value_error(self, name: str, value: object) -> str | None:
        kept = self.properties.get(name)
        if kept is None:
            return "PROPERTY_DOESNT_EXIST"
        if kept.get("modificationMetadata", {}).get("readOnlyValue"):
            return "READ_ONLY_VALUE"
        if not isinstance(value, str):
            return "INVALID_STRING"
        return _ERRORS[kept["type"]](value, kept) if value else None

    def _kept(self, name: str, value: str) -> str | None:
        return _KEPT[self.properties[name]["type"]](value) if value else None

    def _list(self, _: Json) -> Response:
        return Response(200, {"results": [one for one in self.properties.values() if not one["archived"]]})

    def _group(self, asked: Json) -> Response:
        if asked["name"] in self.groups:
            return refusal(409, "OBJECT_ALREADY_EXISTS", f"A property group named '{asked['name']}' already exists.")
        self.groups.add(asked["name"])
        return Response(201, {**asked, "archived": False})

    def _create(self, asked: Json) -> Response:
        errors, made = [], []
        for one in asked["inputs"]:
            if one["name"] in self.properties:
                errors.append(_error("OBJECT_ALREADY_EXISTS", f"Property {one['name']} exists", name=[one["name"]]))
            elif one["groupName"] not in self.groups:
                errors.append(_error("VALIDATION_ERROR", f"No group {one['groupName']}", name=[one["name"]]))
            elif self.room == 0:
                errors.append(_error("VALIDATION_ERROR", "Property limit reached", name=[one["name"]]))
            else:
                self.room -= 1
                self.declare(one)
                made.append(self.properties[one["name"]])
        answer = _batch(made, errors)
        return answer if errors else Response(201, answer.body)

    def _limits(self, _: Json) -> Response:
        companies = {"objectTypeId": "0-2", "limit": self.room + 5, "usage": 5, "pluralLabel": "Companies"}
        return Response(200, {"byObjectType": [{"objectTypeId": "0-1", "limit": 9, "usage": 9}, companies]})

    def _token_info(self, asked: Json) -> Response:
        if asked["tokenKey"] != TOKEN or not self.tells_scopes:
            return refusal(404, "OBJECT_NOT_FOUND", "no such token")
        return Response(200, {"userId": 1, "hubId": 1, "appId": 1, "scopes": sorted(self.scopes)})


def _batch(results: list[Json], errors: list[Json]) -> Response:
    body: Json = {"status": "COMPLETE", "results": results[::-1], **_STARTED}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return Response(207 if errors else 200, body)


def _error(category: str, message: str, **context: list[str]) -> Json:
    return {"status": "error", "category": category, "message": message, "context": context}


def _number_error(value: str, _: Json) -> str | None:
    return None if value.lstrip("-").replace(".", "", 1).isdecimal() else "INVALID_FLOAT"


def _date_error(value: str, _: Json) -> str | None:
    return None if value.isdecimal() and int(value) % DAY == 0 else "INVALID_DATE"


def _instant_error(value: str, _: Json) -> str | None:
    return None if value.isdecimal() else "INVALID_LONG"


def _option_error(value: str, kept: Json) -> str | None:
    return None if value in {one["value"] for one in kept.get("options", ())} else "INVALID_OPTION"


def _text_error(value: str, _: Json) -> str | None:
    return None if len(value) <= LONGEST_TEXT else "PROPERTY_VALUE_TOO_LONG"


def _moment(value: str) -> datetime:
    return datetime.fromtimestamp(int(value) / 1000, UTC)


_ERRORS: Mapping[str, Callable[[str, Json], str | None]] = {
    "number": _number_error,
    "date": _date_error,
    "datetime": _instant_error,
    "bool": _option_error,
    "enumeration": _option_error,
    "string": _text_error,
}
_KEPT: Mapping[str, Callable[[str], str]] = {
    "number": str,
    "date": lambda value: f"{_moment(value):%Y-%m-%d}",
    "datetime": lambda value: f"{_moment(value):%Y-%m-%dT%H:%M:%S}Z",
    "bool": str,
    "enumeration": str,
    "string": lambda value: value.strip(),
}
