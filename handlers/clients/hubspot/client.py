"""HubSpot's companies and their properties over its API (docs/hubspot.md)."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import requests

from handlers.clients.crm import RowResult
from handlers.clients.hubspot.accounting import NOT_FOUND, Company, outcome, read_answer
from handlers.clients.hubspot.calls import HubSpotCalls, HubSpotError, Json, patient
from handlers.clients.remote import Patience, wait_after
from handlers.settings import HubSpotSettings

BATCH_SIZE = 100
FEW_ALONE = 10
"""So many rows that are refused one by one, and none that is taken, and the fault is none of theirs."""

_UNSAID = "HubSpot did not say whether it has the company: try again"


class Property(msgspec.Struct):
    """A property of companies as the account has it."""

    name: str
    type: str = ""
    unique: Any = msgspec.field(name="hasUniqueValue", default=None)
    calculated: Any = None
    modification: Any = msgspec.field(name="modificationMetadata", default=None)

    @property
    def read_only(self) -> bool:
        """Tell whether no value can be written."""
        may = self.modification if isinstance(self.modification, dict) else {}
        return self.calculated is True or may.get("readOnlyValue") is True


class _Properties(msgspec.Struct):
    results: list[Property]


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies that were asked for, by key; `unknown` are those that the account does not have.

    `unsaid` says by key why nothing is known of the others.
    """

    found: dict[str, Company] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    unsaid: dict[str, str] = field(default_factory=dict)


class HubSpotClient:
    """One account, for one run. Raises HubSpotError where it refuses, cannot be reached, or cannot be read."""

    def __init__(self, settings: HubSpotSettings, session: requests.Session) -> None:
        """Use a session that waits and tries again; raises HubSpotError where the token cannot be one."""
        self._calls = HubSpotCalls(settings, session)

    def companies(self, id_property: str, keys: Sequence[str], properties: Sequence[str]) -> Companies:
        """Read companies by a unique property, 100 a call; archived ones count as not there."""
        told = Companies()
        for some in _parts(keys):
            body = {
                "idProperty": id_property,
                "inputs": [{"id": key} for key in some],
                "properties": list(dict.fromkeys([id_property, *properties])),
                "propertiesWithHistory": [],
            }
            answer = read_answer(self._calls.post("objects", "companies/batch/read", body), some, id_property)
            told.found.update(answer.found)
            for key in (key for key in some if key not in answer.found):
                category, message = answer.faults.get(key, ("", answer.others[0] if answer.others else _UNSAID))
                if category == NOT_FOUND:
                    told.unknown.add(key)
                else:
                    told.unsaid[key] = self._calls.shown(message)
        return told

    def upsert(self, id_property: str, rows: Mapping[str, Json], ids: Mapping[str, str]) -> list[RowResult]:
        """Write properties by key, 100 a call; a result for each. `ids` give keys by HubSpot's own ids.

        Of the rows of a call that fails nothing is sure; after two in a row the others are not tried.
        """
        told: list[RowResult] = []
        misses, reason = 0, ""
        wait: float | None = None
        for some in _parts(list(rows)):
            if misses == 2:
                told += [RowResult(key, ok=False, errors=(reason,), wait=wait) for key in some]
                continue
            try:
                told += self._sifted(id_property, {key: rows[key] for key in some}, ids)
            except HubSpotError as error:
                misses, reason, wait = misses + 1, str(error), wait_after(error)
                told += [_unsure(key, error) for key in some]
            else:
                misses = 0
        return told

    def _sifted(self, id_property: str, rows: Mapping[str, Json], ids: Mapping[str, str]) -> list[RowResult]:
        """Write a batch. One that is refused for a row of it is halved, until that row stands alone.

        Raises HubSpotError where it cannot be written, or where it seems that no row of it is taken.
        """
        told: list[RowResult] = []
        parts = deque([rows])
        while parts:
            part = parts.popleft()
            try:
                told += self._upsert(id_property, part, ids)
            except HubSpotError as error:
                if not error.of_rows or (len(told) >= FEW_ALONE and not any(one.ok for one in told)):
                    raise
                if len(part) > 1:
                    parts.extend(_halves(part))
                else:
                    told += [_unsure(key, error) for key in part]
        return told

    def _upsert(self, id_property: str, rows: Mapping[str, Json], ids: Mapping[str, str]) -> list[RowResult]:
        inputs = [
            {"id": key, "idProperty": id_property, "objectWriteTraceId": key, "properties": properties}
            for key, properties in rows.items()
        ]
        said = self._calls.post("objects", "companies/batch/upsert", {"inputs": inputs})
        answer = read_answer(said, rows, id_property, ids)
        return [self._shown(outcome(key, answer)) for key in rows]

    def _shown(self, result: RowResult) -> RowResult:
        return replace(result, errors=tuple(self._calls.shown(error) for error in result.errors))

    def properties(self) -> dict[str, Property]:
        """Give the properties that companies have, by name."""
        try:
            listed = msgspec.convert(self._calls.get("properties", "companies"), _Properties).results
        except msgspec.ValidationError as error:
            raise HubSpotError(f"HubSpot's properties cannot be read: try again ({error})") from None
        return {one.name: one for one in listed}

    def create(self, group: Json, properties: Sequence[Json]) -> list[str]:
        """Create a group of properties, unless it is there, and properties; give what HubSpot says against it."""
        told = []
        try:
            self._calls.post("properties", "companies/groups", group)
        except HubSpotError as error:
            told.append(str(error))
        for some in _parts(properties):
            try:
                said = self._calls.post("properties", "companies/batch/create", {"inputs": some})
            except HubSpotError as error:
                told.append(str(error))
            else:
                errors = said.get("errors")
                told += [self._calls.shown(error) for error in errors] if isinstance(errors, list) else []
        return told

    def scopes(self) -> frozenset[str] | None:
        """Name the scopes of the token; None where HubSpot does not say, as of tokens that are no private app's."""
        try:
            scopes = self._calls.token_info().get("scopes")
        except HubSpotError:
            return None
        return frozenset(map(str, scopes)) if isinstance(scopes, list) else None

    def room(self) -> int | None:
        """Say how many more properties companies can have; None where HubSpot does not say."""
        try:
            listed = self._calls.get("limits", "custom-properties").get("byObjectType")
            told = next(one for one in listed or () if one.get("objectTypeId") == "0-2")
            return int(told["limit"]) - int(told["usage"])
        except (HubSpotError, StopIteration, AttributeError, KeyError, TypeError, ValueError):
            return None


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + BATCH_SIZE] for start in range(0, len(rows), BATCH_SIZE))


def _halves(rows: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    listed, middle = list(rows.items()), len(rows) // 2
    yield from (dict(listed[:middle]), dict(listed[middle:]))


def _unsure(key: str, error: HubSpotError) -> RowResult:
    return RowResult(key, ok=False, errors=(str(error),), sure=False, wait=wait_after(error))


def connect(settings: HubSpotSettings, patience: Patience) -> HubSpotClient:
    """Give a client with a session of its own."""
    return HubSpotClient(settings, patient(settings, patience))
