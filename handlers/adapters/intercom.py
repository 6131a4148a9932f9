"""Intercom over REST: conversations, deletions, companies, as plain JSON."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import requests

from handlers.adapters.intercom_calls import Call, IntercomCalls, IntercomError, Json
from handlers.adapters.remote import Patience, patient_session
from handlers.settings import IntercomSettings
from scoring.instants import SECOND, Instant

SEARCH_PAGE = 150
NUMBERED_PAGE = 50
MOST_IN_A_WINDOW = 10_000
"""Intercom's lists end at 10,000, and a search may count no further: a window that holds so many is halved."""
SCROLL_EXPIRES_SECONDS = 60.0
SCROLLS = 5
_OTHER_SCROLL = "scroll_exists"
_BROKEN_SCROLL = "scroll_broken"
_LASTING = (400, 401, 403)


class IntercomClient:
    """Reads one workspace; every method raises IntercomError (a SourceError) where it cannot."""

    def __init__(
        self,
        settings: IntercomSettings,
        session: requests.Session,
        wait: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Read by a session that has a timeout and tries nothing again by itself.

        `wait` sleeps for seconds, `now` is Unix time in seconds.
        """
        self._calls = IntercomCalls(settings, session, wait, now)

    def me(self) -> Json:
        """Tell whose token it is: the admin, with the workspace as `app`."""
        return self._calls.make(Call("GET", "/me"))

    def conversation(self, conversation_id: str) -> Json | None:
        """Read one conversation, with its 500 latest parts; None where there is none of that id."""
        return self._found(f"/conversations/{quote(conversation_id, safe='')}")

    def search_conversations(
        self, updated_from: Instant, updated_to: Instant, *, still_open: bool = False
    ) -> Iterator[Json]:
        """Find conversations by their last update, both ends included, the oldest first; some come twice.

        `still_open` finds open and snoozed ones alone. What is updated meanwhile may be missed: it
        is updated after `updated_to`.
        """
        windows = [(updated_from // SECOND, updated_to // SECOND)]
        while windows:
            first, last = windows.pop()
            page = self._search(first, last, still_open=still_open)
            if first < last and _total(page) >= MOST_IN_A_WINDOW:
                middle = (first + last) // 2
                windows += [(middle + 1, last), (first, middle)]
            else:
                yield from self._rest_of(page, first, last, still_open=still_open)

    def _rest_of(self, page: Json, first: int, last: int, *, still_open: bool) -> Iterator[Json]:
        """Give all pages. What is updated meanwhile leaves the window: the last page's total counts it no more."""
        cursor: str | None = None
        given = 0
        while True:
            found = _items(page, "conversations")
            given += len(found)
            yield from found
            earlier, cursor = cursor, _next_cursor(page)
            if cursor is None:
                return _check_whole(given, _total(page))
            if cursor == earlier:
                raise IntercomError("Intercom: a search gave the same page twice: run this again")
            page = self._search(first, last, cursor, still_open=still_open)

    def _search(self, first: int, last: int, cursor: str | None = None, *, still_open: bool) -> Json:
        """Search from one second to another; one more at each end, as `>` may mean `>=` or not."""
        filters: list[Json] = [
            {"field": "updated_at", "operator": ">", "value": max(first - 1, 0)},
            {"field": "updated_at", "operator": "<", "value": last + 1},
        ]
        if still_open:
            filters.append({"field": "state", "operator": "IN", "value": ["open", "snoozed"]})
        body: Json = {
            "query": {"operator": "AND", "value": filters},
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": {"per_page": SEARCH_PAGE} | ({} if cursor is None else {"starting_after": cursor}),
        }
        return self._calls.make(Call("POST", "/conversations/search", body=body))

    def deleted_conversations(self, since: Instant) -> Iterator[Json]:
        """List conversations deleted since an instant (`id`, `deleted_at`), the latest first.

        Later pages are older: a page without one that is late enough is the last to be read.
        """
        for page in self._numbered("/conversations/deleted", {"order": "desc"}):
            late = [item for item in _items(page, "conversations") if _deleted_at(item) >= since]
            yield from late
            if not late:
                return

    def some_company(self) -> Json | None:
        """Read any one company, without a scroll; None where there is none."""
        page = self._calls.make(Call("POST", "/companies/list", {"page": 1, "per_page": 1}))
        return next(iter(_items(page, "data")), None)

    def companies(self) -> Iterator[Json]:
        """List every company once. A scroll that breaks cannot be resumed, and is begun again."""
        seen: set[object] = set()
        for left in reversed(range(SCROLLS)):
            try:
                for company in self._scroll():
                    if company.get("id") not in seen:
                        seen.add(company.get("id"))
                        yield company
            except IntercomError as error:
                if left == 0 or error.code not in (_OTHER_SCROLL, _BROKEN_SCROLL):
                    raise
                if error.code == _OTHER_SCROLL:
                    self._calls.pause(SCROLL_EXPIRES_SECONDS + 1)
            else:
                return

    def _scroll(self) -> Iterator[Json]:
        page = self._calls.make(Call("GET", "/companies/scroll"))
        while companies := _items(page, "data"):
            yield from companies
            page = self._next_of_scroll(page)

    def _next_of_scroll(self, page: Json) -> Json:
        """Ask for the next page once: asked twice, the one after it might come."""
        scroll = page.get("scroll_param")
        if not isinstance(scroll, str):
            raise IntercomError("Intercom: GET /companies/scroll gave no scroll_param: check INTERCOM_API_VERSION")
        try:
            return self._calls.make(Call("GET", "/companies/scroll", {"scroll_param": scroll}), tries=1)
        except IntercomError as error:
            if error.status in _LASTING:
                raise
            raise IntercomError(str(error), error.status, _BROKEN_SCROLL) from error

    def contact_companies(self, contact_id: str) -> Iterator[Json]:
        """List the companies of a contact; none where the contact is gone."""
        try:
            for page in self._numbered(f"/contacts/{quote(contact_id, safe='')}/companies", {}):
                yield from _items(page, "data")
        except IntercomError as error:
            if error.status != 404:
                raise

    def _found(self, path: str) -> Json | None:
        try:
            return self._calls.make(Call("GET", path))
        except IntercomError as error:
            if error.status == 404:
                return None
            raise

    def _numbered(self, path: str, params: dict[str, str | int]) -> Iterator[Json]:
        number, more = 1, True
        while more:
            page = self._calls.make(Call("GET", path, {**params, "page": number, "per_page": NUMBERED_PAGE}))
            yield page
            pages = _pages(page)
            total = pages.get("total_pages")
            more = bool(pages.get("next")) and not (isinstance(total, int) and number >= total)
            if not more and isinstance(total, int) and number < total:
                raise IntercomError(f"Intercom: GET {path} broke off at page {number} of {total}: run this again")
            number += 1


def connect(settings: IntercomSettings, patience: Patience) -> IntercomClient:
    """Give a client with a session of its own."""
    return IntercomClient(settings, patient_session(timeout=settings.timeout_seconds, retries=0), patience.wait)


def _items(page: Json, name: str) -> list[Json]:
    items = page.get(name)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise IntercomError(f"Intercom: an answer has no list of {name}: check INTERCOM_API_VERSION")
    return items


def _pages(page: Json) -> Json:
    pages = page.get("pages")
    return pages if isinstance(pages, dict) else {}


def _total(page: Json) -> int:
    total = page.get("total_count")
    return total if isinstance(total, int) else 0


def _check_whole(given: int, total: int) -> None:
    if given < total:
        raise IntercomError(f"Intercom: a search gave {given} of {total} conversations: run this again")


def _next_cursor(page: Json) -> str | None:
    following = _pages(page).get("next")
    cursor = following.get("starting_after") if isinstance(following, dict) else None
    return cursor if isinstance(cursor, str) else None


def _deleted_at(item: Json) -> Instant:
    at = item.get("deleted_at")
    if not isinstance(at, int):
        raise IntercomError("Intercom: a deleted conversation has no deleted_at: check INTERCOM_API_VERSION")
    return at * SECOND
