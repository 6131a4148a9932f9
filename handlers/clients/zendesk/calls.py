"""Calls of Zendesk's REST interface: signed in, within its rate limits, retried where that helps."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

import requests

from handlers.clients.patient import PASSING_STATUSES, patient_session
from handlers.clients.remote import Patience
from handlers.clients.zendesk.access import Access, unreachable
from handlers.clients.zendesk.errors import Json, ZendeskError, error_of, json_of
from handlers.zendesk_settings import ZendeskSettings

Params: TypeAlias = Mapping[str, str | int]

TOO_MUCH = 504
"""What an export answers where a page is more than it can gather in time: a smaller one may come."""

PASSING = (PASSING_STATUSES | {500}) - {TOO_MUCH}

RESERVE = 2
"""So many exports a minute, of ten, are left to others; the limit is the account's."""
LONGEST_WAIT_SECONDS = 60.0
"""A limit that resets later is one that is told wrongly."""

_PAUSES = 4.0
"""The limit counts a minute: retries must last longer than that, so pauses are so many times as long."""
_LIMIT = re.compile(r"total=(\d+)\s*;\s*remaining=(\d+)\s*;\s*resets=(\d+)")
_LIMITED = "zendesk-ratelimit-incremental-exports"


class ZendeskCalls:
    """Reads one account, call by call; every method raises ZendeskError where it cannot."""

    def __init__(
        self, settings: ZendeskSettings, session: requests.Session, patience: Patience, now: Callable[[], float]
    ) -> None:
        """Read by a session that has a timeout and retries what may pass; `now` is Unix time in seconds."""
        self._settings, self._session, self._patience, self._now = settings, session, patience, now
        self._access = Access(settings, session, now)
        self._full_until = 0.0

    @property
    def now(self) -> float:
        """Tell the Unix time in seconds."""
        return self._now()

    def get(self, path: str, params: Params | None = None) -> Json:
        """Read what a path gives."""
        answer = self._get(path, params)
        if answer.status_code == 401 and self._access.may_renew:
            self._access.forget()
            answer = self._get(path, params)
        said = json_of(answer)
        if answer.status_code == 200 and said:
            return said
        raise error_of(answer, f"GET {path}", self._settings.secret)

    def export(self, path: str, params: Params) -> Json:
        """Read a page of an export, which has a limit of its own: a part of it is left to others."""
        wait = min(self._full_until - self._now(), LONGEST_WAIT_SECONDS, self._patience.left())
        if wait > 0:
            self._patience.wait(wait)
        self._full_until = 0.0
        return self.get(path, params)

    def _get(self, path: str, params: Params | None) -> requests.Response:
        headers = {"Authorization": self._access.header(), "Accept": "application/json"}
        url = self._settings.url + path
        try:
            answer = self._session.get(url, params=params, headers=headers, allow_redirects=False)
        except requests.RequestException as error:
            raise unreachable(f"GET {path}", error) from None
        self._note_limit(answer)
        return answer

    def _note_limit(self, answer: requests.Response) -> None:
        told = _LIMIT.search(answer.headers.get(_LIMITED, ""))
        if told is not None and int(told[2]) <= RESERVE:
            self._full_until = self._now() + int(told[3])


def patient(settings: ZendeskSettings, patience: Patience) -> requests.Session:
    """Give a session whose retries outlast Zendesk's rate window."""
    slow = replace(patience, pause=patience.pause * _PAUSES)
    return patient_session(timeout=settings.timeout_seconds, patience=slow, passing=PASSING)


__all__ = ["TOO_MUCH", "Json", "Params", "ZendeskCalls", "ZendeskError", "patient"]
