"""Calls of HubSpot's API: signed in, retried where that helps, and what it refuses as one line (docs/hubspot.md)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import requests

from handlers.clients.patient import PASSING_STATUSES, patient_session, seconds_asked
from handlers.clients.remote import Patience, SourceError, UnavailableError, blotted
from handlers.settings import HubSpotSettings

Json: TypeAlias = Mapping[str, Any]

PASSING = PASSING_STATUSES | {423, 500, 520, 521, 522, 523, 524}
"""Besides the usual ones: a lock of two seconds, and what stands before HubSpot's own servers."""

_PAUSES = 4.0
"""The rate limit counts ten seconds: four retries must take longer than that, so pauses are so many times as long."""

_PASSING_LATER = frozenset({423, 429, 477})
_WELL = frozenset({200, 201, 207})
_LONGEST = 300
_OF_ROWS = frozenset({400, 409})
_OF_ALL_ROWS = (
    "PROPERTY_DOESNT_EXIST",
    "READ_ONLY_VALUE",
    "non-unique",
    "INVALID_JSON",
)
"""What a refusal says where it is no single row's fault."""

_SCOPES = "crm.objects.companies.read and .write, crm.schemas.companies.read"
_ADVICE: Mapping[int, str] = {
    401: "check HUBSPOT_ACCESS_TOKEN",
    403: f"give the key or app of HUBSPOT_ACCESS_TOKEN the scopes {_SCOPES}",
    423: "HubSpot has locked the companies for a moment: try again",
    429: "the rate limit is used up: try again later",
    477: "HubSpot is moving the account to another place: try again in a day",
}
_DAILY = "the day's API calls are used up: try again after midnight in the account's time zone"
_PROPERTIES = "run healthscore hubspot to see which properties are missing, and to create them"
_UNIQUE = "run healthscore doctor: the property that holds the account id must be one with unique values"


class HubSpotError(SourceError):
    """HubSpot could not be used; `of_rows` where one row of several may be what it does not take."""

    def __init__(self, text: str, *, of_rows: bool = False) -> None:
        """Say in one line what happened and what to do."""
        super().__init__(text)
        self.of_rows = of_rows


class BusyHubSpotError(HubSpotError, UnavailableError):
    """HubSpot cannot be used now, and may well be later."""


class HubSpotCalls:
    """Makes calls of one account, one after the other."""

    def __init__(self, settings: HubSpotSettings, session: requests.Session) -> None:
        """Call by a session of one's own, which retries what may pass; raises HubSpotError where the token is none."""
        if not (settings.token.isascii() and settings.token.isprintable()):
            raise HubSpotError("HubSpot: HUBSPOT_ACCESS_TOKEN has characters that are in no token: set it again")
        self._settings, self._session = settings, session
        self._headers = {"Authorization": f"Bearer {settings.token}", "Accept": "application/json"}

    def get(self, area: str, path: str) -> Json:
        """Read what a path of an area of the CRM's API gives; raises HubSpotError."""
        return self._call("GET", self._path(area, path), None)

    def post(self, area: str, path: str, body: Json) -> Json:
        """Send a body to a path of an area of the CRM's API, and give the answer; raises HubSpotError."""
        return self._call("POST", self._path(area, path), body)

    def _path(self, area: str, path: str) -> str:
        """Name a path in the version of the settings: `v3` stands before the area, a date behind it."""
        version = self._settings.api_version
        return f"/crm/{version}/{area}/{path}" if version == "v3" else f"/crm/{area}/{version}/{path}"

    def token_info(self) -> Json:
        """Give what HubSpot says of the token itself; raises HubSpotError."""
        return self._call("POST", "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": self._settings.token})

    def shown(self, text: object) -> str:
        """Bring a text of HubSpot's to one short line, without the token."""
        line = " ".join(blotted(" ".join(str(text).split()), self._settings.token).split())
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

    def _call(self, method: str, path: str, body: Json | None) -> Json:
        url = self._settings.url + path
        try:
            answer = self._session.request(method, url, json=body, headers=self._headers, allow_redirects=False)
        except requests.RequestException as error:
            reason = f"HubSpot cannot be reached ({type(error).__name__})"
            raise BusyHubSpotError(f"{reason}: check the network and HUBSPOT_URL, then try again") from None
        said = _json(answer)
        if answer.status_code in _WELL and said is not None:
            return said
        raise self._refusal(answer, {} if said is None else said)

    def _refusal(self, answer: requests.Response, said: Json) -> HubSpotError:
        status, text = answer.status_code, json.dumps(said, ensure_ascii=False)
        parts = (said.get("category", ""), said.get("policyName", ""), said.get("message", ""), _scopes(said))
        told = ": ".join(self.shown(part) for part in parts if part)
        line = ": ".join(part for part in (f"HubSpot refused ({status})", told, _advice(status, text)) if part)
        if status in _PASSING_LATER or status >= 500:
            return BusyHubSpotError(line).after(seconds_asked(answer))
        of_rows = status in _OF_ROWS and bool(said) and not any(mark in text for mark in _OF_ALL_ROWS)
        return HubSpotError(line, of_rows=of_rows)


def patient(settings: HubSpotSettings, patience: Patience) -> requests.Session:
    """Give a session whose retries outlast HubSpot's rate window."""
    slow = replace(patience, pause=patience.pause * _PAUSES)
    return patient_session(timeout=settings.timeout_seconds, patience=slow, passing=PASSING)


def _json(answer: requests.Response) -> Json | None:
    try:
        said = answer.json()
    except requests.exceptions.JSONDecodeError:
        return None
    return said if isinstance(said, dict) else None


def _scopes(said: Json) -> str:
    """Name the scopes that a call lacks, where HubSpot does."""
    errors = said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    context = first.get("context") if isinstance(first, dict) else None
    scopes = context.get("requiredGranularScopes") if isinstance(context, dict) else None
    return ", ".join(map(str, scopes)) if isinstance(scopes, list) else ""


def _advice(status: int, text: str) -> str:
    if status == 429 and "DAILY" in text:
        return _DAILY
    if "PROPERTY_DOESNT_EXIST" in text:
        return _PROPERTIES
    if "non-unique" in text:
        return _UNIQUE
    return _ADVICE.get(status, "HubSpot is out of order: try again later" if status >= 500 else "")
