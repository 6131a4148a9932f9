"""What the adapters of remote systems share: their error, and a session that waits and tries again."""

import html
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

TIMEOUT_SECONDS = 60.0
RETRIES = 4
LONGEST_PAUSE_SECONDS = 60
"""A source that asks for a longer pause is not waited for: it may ask for days."""


class SourceError(Exception):
    """A remote system could not be used; the text names it, says what happened and what to do."""


def blotted(text: str, *secrets: str) -> str:
    """Blot secrets out of what another side said, however it wrote them, and what cannot be printed."""
    once = {written for secret in secrets for written in _writings(secret)}
    twice = {again for written in once for again in _writings(written)} - {""}
    if twice:
        forms = "|".join(re.escape(form) for form in sorted(twice, key=len, reverse=True))
        text = re.sub(forms, "(secret)", text, flags=re.IGNORECASE)
    return "".join(character if character.isprintable() else " " for character in text)


def _writings(secret: str) -> set[str]:
    """Write a secret as addresses, forms, JSON, pages and logs do."""
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    texts = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    return {secret, html.escape(secret), *quoted, *texts}


@dataclass(frozen=True, slots=True)
class Patience:
    """How to wait between tries: the first pause in seconds, and what sleeps."""

    pause: float = 0.5
    wait: Callable[[float], None] = time.sleep


class PatientAdapter(HTTPAdapter):
    """Gives every request a timeout, and tries those again that may be made twice."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS, retries: int = RETRIES, pause: float = 0.5) -> None:
        """Wait at most `timeout` seconds for an answer; try again so often, pausing longer each time."""
        self._timeout = timeout
        retry = Retry(
            total=retries,
            backoff_factor=pause,
            status_forcelist=(429, 502, 503, 504),
            allowed_methods=("GET", "HEAD", "PATCH", "PUT", "DELETE", "POST"),
            respect_retry_after_header=True,
            retry_after_max=LONGEST_PAUSE_SECONDS,
            raise_on_status=False,
        )
        super().__init__(max_retries=retry)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        """Send a request, with the timeout where none is asked for."""
        if options.get("timeout") is None:
            options["timeout"] = self._timeout
        return super().send(request, *args, **options)


def patient_session(
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = TIMEOUT_SECONDS,
    retries: int = RETRIES,
    pause: float = 0.5,
) -> requests.Session:
    """Give a session of one's own with timeouts and retries; every call that uses it must be safe to repeat."""
    session = requests.Session()
    adapter = PatientAdapter(timeout, retries, pause)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers.update(headers or {})
    return session
