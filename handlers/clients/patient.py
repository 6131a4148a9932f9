"""A session that waits and retries, for the clients of remote systems."""

from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, SSLError
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from handlers.clients.bounded import bounded
from handlers.clients.remote import Patience

TIMEOUT_SECONDS = 60.0
RETRIES = 4

LONGEST_PAUSE_SECONDS = 60
"""A source that asks for a longer pause is not waited for: it may ask for days."""

PASSING_STATUSES = frozenset({429, 502, 503, 504})
"""Answers after which the same call may well succeed."""

_PASSING_ERRORS = (requests.ConnectionError, requests.Timeout, ChunkedEncodingError)
_A_DAY = 86_400
_RETRY_AFTER = Retry(retry_after_max=LONGEST_PAUSE_SECONDS)


class PatientAdapter(HTTPAdapter):
    """Gives every request a timeout, and retries those that may pass, all within a budget of time."""

    def __init__(
        self,
        timeout: float = TIMEOUT_SECONDS,
        retries: int = RETRIES,
        pause: float = 0.5,
        patience: Patience | None = None,
        passing: frozenset[int] = PASSING_STATUSES,
    ) -> None:
        """Wait at most `timeout` seconds for an answer; retry so often, pausing longer each time.

        `patience` says how to wait, and until when in all; without it `pause` is the first pause.
        `passing` are the statuses that are worth a retry.
        """
        self._timeout, self._retries, self._passing = timeout, retries, passing
        self._patience = Patience(pause) if patience is None else patience
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a request, with the timeout where none is asked for; give its answer, read whole.

        Raises requests.RequestException where there is none in the end, or none in time.
        """
        call = self._patience.call(self._timeout)
        options["timeout"] = self._timeout if options.get("timeout") is None else options["timeout"]
        outcome = self._attempt(call, request, *args, **options)
        for retry in range(self._retries):
            pause = _pause(outcome, call.pause * 2.0**retry, self._passing)
            if pause is None or pause >= call.left():
                break
            call.wait(pause)
            outcome = self._attempt(call, request, *args, **options)
        if isinstance(outcome, requests.RequestException):
            raise outcome
        return outcome

    def _attempt(
        self,
        call: Patience,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401 - as requests hands them on
        **options: Any,  # noqa: ANN401
    ) -> requests.Response | requests.RequestException:
        try:
            return bounded(lambda: self._whole(request, *args, **options), call.left())
        except TimeoutError:
            return requests.Timeout("no whole answer in the time that there was")
        except SSLError:
            raise
        except _PASSING_ERRORS as error:
            return error

    def _whole(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        answer = super().send(request, *args, **options)
        if not options.get("stream"):
            answer.content  # noqa: B018 - it is read here, where its time is counted
        return answer


def _pause(
    outcome: requests.Response | requests.RequestException, pause: float, passing: frozenset[int]
) -> float | None:
    """Say how long to wait before a retry; None where none would help."""
    if isinstance(outcome, requests.RequestException):
        return pause
    return max(pause, _asked_pause(outcome)) if outcome.status_code in passing else None


def _asked_pause(answer: requests.Response) -> float:
    """Read Retry-After: seconds or a date, at most a minute; 0 where it says nothing."""
    try:
        return _RETRY_AFTER.parse_retry_after(answer.headers.get("Retry-After", "0"))
    except InvalidHeader:
        return 0.0


def seconds_asked(answer: requests.Response) -> float:
    """Read Retry-After whole, however long: seconds or a date; 0 where it says nothing."""
    try:
        return float(Retry(retry_after_max=_A_DAY).parse_retry_after(answer.headers.get("Retry-After", "0")))
    except InvalidHeader:
        return 0.0


def patient_session(
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = TIMEOUT_SECONDS,
    retries: int = RETRIES,
    pause: float = 0.5,
    patience: Patience | None = None,
    passing: frozenset[int] = PASSING_STATUSES,
) -> requests.Session:
    """Give a session of one's own with timeouts and retries; every call that uses it must be safe to repeat."""
    session = requests.Session()
    adapter = PatientAdapter(timeout, retries, pause, patience, passing)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers.update(headers or {})
    return session
