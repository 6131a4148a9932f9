"""Salesforce's refusals as one line each: what happened, and what to do."""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

import msgspec
import requests
from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

from handlers.clients.crm import AbsentError, ExpiredQueryError, ObjectError
from handlers.clients.remote import SourceError, UnavailableError, blotted

_LONGEST = 300
_SIGN_IN_AGAIN = "its sessions end at once: look at the app's session policy"
_ADVICE: Mapping[str, str] = {
    "REQUEST_LIMIT_EXCEEDED": "the day's API calls are used up: try again later",
    "INVALID_FIELD": "make config/sources.yaml and config/record.yaml fit the org, or give the user the field",
    "INVALID_TYPE": "make config/sources.yaml fit the org, or give the user the object",
    "NOT_FOUND": "make config/sources.yaml fit the org, or give the user the object",
    "INVALID_QUERY_LOCATOR": "the query took too long between two pages: try again",
    "QUERY_TIMEOUT": "the org took too long to answer: try again later; if it stays so, give the user View All Data",
    "QUERY_TOO_COMPLICATED": "name fewer formula fields of the object in config/sources.yaml",
    "OPERATION_TOO_LARGE": "give the user View All Data: without it the org checks each record's sharing",
    "API_DISABLED_FOR_ORG": "the org's edition has no API, or the user may not use it",
    "INVALID_SESSION_ID": _SIGN_IN_AGAIN,
}
_PASSING = frozenset({"REQUEST_LIMIT_EXCEEDED", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG", "EXCEEDED_QUOTA"})
_PASSING_STATUSES = frozenset({420, 429})
_ABSENT = frozenset({"INVALID_TYPE", "NOT_FOUND"})
_OF_ONE_OBJECT = frozenset({"INVALID_FIELD", "QUERY_TIMEOUT", "QUERY_TOO_COMPLICATED", "OPERATION_TOO_LARGE"})


Secrets: TypeAlias = Callable[[], tuple[str, ...]]
"""Gives what no error may tell, as of now."""


@contextmanager
def speaking(secrets: Secrets) -> Iterator[None]:
    """Turn whatever goes wrong in a call into SourceError; an expired session is let through."""
    try:
        yield
    except SalesforceExpiredSession:
        raise
    except SalesforceError as error:
        raise refusal(error, secrets) from None
    except requests.JSONDecodeError as error:
        raise SourceError("Salesforce gave an answer that is not JSON: look at SALESFORCE_URL") from error
    except requests.RequestException as error:
        raise UnavailableError(f"Salesforce cannot be reached ({type(error).__name__}): try again later") from error
    except (KeyError, TypeError, ValueError, csv.Error, msgspec.ValidationError) as error:
        raise SourceError(f"Salesforce gave an answer that cannot be read ({type(error).__name__})") from error


def refusal(error: SalesforceError, secrets: Secrets) -> SourceError:
    """Say an error of the REST API in one line."""
    code, text = (one_line(part, *secrets()) for part in _code_and_text(error.content))
    advice = _ADVICE.get(code, "try again later" if error.status >= 500 else "")
    line = ": ".join(part for part in (f"Salesforce refused ({error.status})", code, text, advice) if part)
    return _kind(code, error.status)(line)


def _kind(code: str, status: int) -> type[SourceError]:
    if code in _ABSENT:
        return AbsentError
    if code in _OF_ONE_OBJECT:
        return ObjectError
    if code == "INVALID_QUERY_LOCATOR":
        return ExpiredQueryError
    return UnavailableError if code in _PASSING or status in _PASSING_STATUSES or status >= 500 else SourceError


def _code_and_text(content: object) -> tuple[str, str]:
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return "", first if isinstance(first, str) else ""
    return str(first.get("errorCode", "")), str(first.get("message", ""))


def one_line(text: object, *secrets: str) -> str:
    """Bring a text of the vendor's to one short line, secrets blotted out."""
    line = " ".join(blotted(" ".join(str(text).split()), *secrets).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
