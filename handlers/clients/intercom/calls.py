"""Calls of Intercom's REST interface: signed in, within the rate limit, tried again where that helps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import requests
from requests.auth import AuthBase

from handlers.clients.remote import Patience, SourceError, blotted
from handlers.settings import IntercomSettings

Json: TypeAlias = dict[str, object]
Outcome: TypeAlias = requests.Response | requests.RequestException

TRIES = 6
FIRST_PAUSE_SECONDS = 0.5
RATE_WINDOW_SECONDS = 10.0
"""Intercom spreads its limit per minute over windows of so long."""
LONGEST_WAIT_SECONDS = 60.0
"""A reset that lies further ahead is a clock that is wrong, theirs or ours."""
RESERVE = 0.1
"""The share of each rate window that is left to the workspace's other apps."""

_HINTS = {
    401: "check INTERCOM_TOKEN, and INTERCOM_REGION",
    403: "give the app of INTERCOM_TOKEN the permission to read conversations, contacts and companies",
    429: "the rate limit is used up: stop other apps that read this workspace, then run this again",
}
_CODE_HINTS = {
    "intercom_version_invalid": "set INTERCOM_API_VERSION to 2.16",
    "scroll_exists": "another app lists the companies: run this again when it is done",
}
_PASSING = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class IntercomError(SourceError):
    """Intercom could not be used; with the status and the code of its answer, where there was one."""

    def __init__(self, text: str, status: int | None = None, code: str | None = None) -> None:
        """Say in one line what happened and what to do."""
        super().__init__(text)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reads: its path on the host, its query, its JSON body."""

    method: str
    path: str
    params: Mapping[str, str | int] | None = None
    body: Json | None = None


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        if not (token.isascii() and token.isprintable()):
            raise IntercomError("Intercom: INTERCOM_TOKEN has characters that are in no token: set it again")
        self._value = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


class IntercomCalls:
    """Makes calls of one workspace, one after the other."""

    def __init__(
        self,
        settings: IntercomSettings,
        session: requests.Session,
        wait: Callable[[float], None],
        now: Callable[[], float],
        patience: Patience,
    ) -> None:
        """Call by a session of one's own; `wait` sleeps for seconds, `now` is Unix time in seconds.

        `patience` says until when in all. Raises IntercomError where the token cannot be one.
        """
        self._settings, self._session, self._wait, self._now = settings, session, wait, now
        self._patience = patience
        self._auth = _Bearer(settings.token)
        self._headers = {"Intercom-Version": settings.api_version, "Accept": "application/json"}
        self._full_until = 0.0

    def make(self, call: Call, tries: int = TRIES) -> Json:
        """Make a call, and again after 429, 5xx and broken connections; raises IntercomError in the end, or in time."""
        patience = self._patience.call(self._settings.timeout_seconds)
        outcome = self._try(call)
        for attempt in range(tries - 1):
            pause = self._pause(outcome, attempt)
            if not _may_pass(outcome) or pause >= patience.left():
                break
            self._wait(pause)
            outcome = self._try(call)
        if isinstance(outcome, requests.RequestException):
            raise self._unreachable(call, outcome) from None
        return self._read(call, outcome)

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the time that there is."""
        self._wait(max(0.0, min(seconds, self._patience.left())))

    def _try(self, call: Call) -> Outcome:
        self._keep_reserve()
        try:
            response = self._session.request(
                call.method,
                self._settings.url + call.path,
                params=call.params,
                json=call.body,
                headers=self._headers,
                auth=self._auth,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return error
        self._note_limit(response)
        return response

    def _note_limit(self, response: requests.Response) -> None:
        limit, remaining, reset = (_number(response, name) for name in ("Limit", "Remaining", "Reset"))
        if response.status_code != 429 and limit is not None and remaining is not None and reset is not None:
            self._full_until = reset if remaining <= limit * RESERVE else 0.0

    def _keep_reserve(self) -> None:
        seconds = min(self._full_until - self._now(), LONGEST_WAIT_SECONDS)
        self._full_until = 0.0
        if seconds > 0:
            self.pause(seconds)

    def _pause(self, outcome: Outcome, attempt: int) -> float:
        pause = FIRST_PAUSE_SECONDS * 2.0**attempt
        if isinstance(outcome, requests.Response) and outcome.status_code == 429:
            reset = _number(outcome, "Reset")
            pause = max(pause, RATE_WINDOW_SECONDS if reset is None else reset - self._now())
        return min(pause, LONGEST_WAIT_SECONDS)

    def _unreachable(self, call: Call, error: requests.RequestException) -> IntercomError:
        what = f"Intercom: {call.method} {call.path} got no answer ({type(error).__name__})"
        return IntercomError(f"{what}: check the network and INTERCOM_URL, then run this again")

    def _read(self, call: Call, response: requests.Response) -> Json:
        body, status = _body(response), response.status_code
        if status == 200 and isinstance(body, dict):
            return body
        code, message = _error(body)
        told = self._shown(": ".join(part for part in (code, message) if part))
        what = f"Intercom: {call.method} {call.path} was answered with {status}{f' ({told})' if told else ''}"
        raise IntercomError(f"{what}: {_hint(status, code)}", status, code)

    def _shown(self, text: str) -> str:
        return blotted(text, self._settings.token)[:160]


def _may_pass(outcome: Outcome) -> bool:
    if isinstance(outcome, requests.RequestException):
        return isinstance(outcome, _PASSING)
    return outcome.status_code == 429 or outcome.status_code >= 500


def _number(response: requests.Response, name: str) -> float | None:
    value = response.headers.get(f"X-RateLimit-{name}", "")
    return float(value) if value.isdecimal() else None


def _body(response: requests.Response) -> object:
    try:
        body: object = response.json()
    except requests.exceptions.JSONDecodeError:
        return None
    return body


def _error(body: object) -> tuple[str | None, str | None]:
    """Give code and message of the first error of an error list."""
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None, None
    code, message = first.get("code"), first.get("message")
    return (code if isinstance(code, str) else None, message if isinstance(message, str) else None)


def _hint(status: int, code: str | None) -> str:
    if code in _CODE_HINTS:
        return _CODE_HINTS[code]
    if status >= 500:
        return "Intercom is out of order: run this again later"
    return _HINTS.get(status, "check INTERCOM_URL and INTERCOM_API_VERSION")
