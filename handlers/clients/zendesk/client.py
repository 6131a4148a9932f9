"""Zendesk over REST: tickets with their metrics, organizations, as plain JSON."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import requests

from handlers.clients.remote import Patience
from handlers.clients.zendesk.calls import TOO_MUCH, Params, ZendeskCalls, patient
from handlers.clients.zendesk.errors import Json, ZendeskError
from handlers.clients.zendesk.lists import Cursors, items, matched
from handlers.zendesk_settings import ZendeskSettings
from scoring.instants import SECOND, Instant

EXPORT = "/api/v2/incremental/tickets/cursor.json"
EXPORT_PAGE, LIST_PAGE = 1000, 100
LEAST_PAGE = 50
SETTLES_SECONDS = 300
"""An export must begin at least a minute ago, and began five ago once: what is younger comes next time."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket and its metrics; None where Zendesk has none of it (it is deleted)."""

    ticket: Json
    metrics: Json | None


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets of one page of an export, and the cursor from which the next goes on."""

    tickets: list[Ticket]
    cursor: str | None


class ZendeskClient:
    """Reads one account; every method raises ZendeskError (a SourceError) where it cannot."""

    def __init__(
        self,
        settings: ZendeskSettings,
        session: requests.Session,
        patience: Patience | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Read by a session that has a timeout and retries what may pass.

        `patience` says how to wait, and until when in all; `now` is Unix time in seconds.
        """
        self._calls = ZendeskCalls(settings, session, patience or Patience(), now)

    def me(self) -> Json:
        """Tell who is signed in: a user without an id is nobody."""
        user = self._calls.get("/api/v2/users/me.json").get("user")
        return user if isinstance(user, dict) else {}

    def export(self, since: Instant, cursor: str | None = None) -> Iterator[Page]:
        """Export every ticket that changed since an instant, deleted and archived ones too, page by page.

        With the cursor of an earlier page it goes on from there. A ticket may come several times.
        What changed within the last minute comes next time.
        """
        start = min(since // SECOND, int(self._calls.now) - SETTLES_SECONDS)
        params: dict[str, str | int] = {"start_time": max(start, 0)} if cursor is None else {"cursor": cursor}
        cursors = Cursors("the export of tickets", cursor)
        while True:
            page = self._export(params)
            after, is_end = cursors.follow(page, "after_cursor", "end_of_stream")
            yield Page(list(self._with_metrics(page)), after)
            if is_end:
                return
            params = {"cursor": after or ""}

    def _export(self, params: Params) -> Json:
        """Read a page; where it is too much for Zendesk, half of it."""
        size = EXPORT_PAGE
        while True:
            try:
                return self._calls.export(EXPORT, {**params, "per_page": size, "include": "metric_sets"})
            except ZendeskError as error:
                if error.status != TOO_MUCH or size <= LEAST_PAGE:
                    raise
                size = max(size // 2, LEAST_PAGE)

    def oldest(self) -> Iterator[list[Ticket]]:
        """List the tickets that are not archived, by their last update, the oldest first, page by page.

        Raises ZendeskError where a page does not keep that order: nobody could tell then where it may end.
        """
        latest = ""
        for page in self._pages("/api/v2/tickets.json", {"sort": "updated_at", "include": "metric_sets"}):
            found = list(self._with_metrics(page))
            for one in found:
                at = str(one.ticket.get("updated_at"))
                if at < latest:
                    raise ZendeskError("Zendesk: the list of tickets is not sorted by updated_at: run this again")
                latest = at
            yield found

    def organizations(self) -> Iterator[Json]:
        """List every organization once."""
        seen: set[object] = set()
        for page in self._pages("/api/v2/organizations.json", {}):
            for one in items(page, "organizations"):
                if one.get("id") not in seen:
                    seen.add(one.get("id"))
                    yield one

    def some_organization(self) -> Json | None:
        """Read any one organization; None where there is none."""
        page = self._calls.get("/api/v2/organizations.json", {"page[size]": 1})
        return next(iter(items(page, "organizations")), None)

    def webhooks(self) -> list[Json]:
        """Read the first of the account's webhooks."""
        return items(self._calls.get("/api/v2/webhooks", {"page[size]": LIST_PAGE}), "webhooks")

    def _pages(self, path: str, params: Params) -> Iterator[Json]:
        cursors, after = Cursors(f"GET {path}", None), ""
        while True:
            asked = {**params, "page[size]": LIST_PAGE} | ({"page[after]": after} if after else {})
            page = self._calls.get(path, asked)
            following, is_end = cursors.turn(page)
            yield page
            if is_end:
                return
            after = following

    def _with_metrics(self, page: Json) -> Iterator[Ticket]:
        """Give each ticket its metrics; what a page leaves out is asked for one by one."""
        for ticket, metrics in matched(page):
            yield Ticket(ticket, self._metrics(ticket) if metrics is None else metrics)

    def _metrics(self, ticket: Json) -> Json | None:
        if str(ticket.get("status")).lower() == "deleted":
            return None
        path = f"/api/v2/tickets/{quote(str(ticket.get('id')), safe='')}/metrics.json"
        try:
            told = self._calls.get(path).get("ticket_metric")
        except ZendeskError as error:
            if error.status == 404:
                return None
            raise
        return told if isinstance(told, dict) else None


def connect(settings: ZendeskSettings, patience: Patience) -> ZendeskClient:
    """Give a client with a session of its own."""
    return ZendeskClient(settings, patient(settings, patience), patience)
