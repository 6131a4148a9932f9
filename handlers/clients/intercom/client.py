"""Intercom over REST: conversations, deletions, companies, as plain JSON."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import requests

from handlers.clients.intercom.calls import Call, IntercomCalls, IntercomError, Json
from handlers.clients.intercom.lists import Listing, count, goes_on, items, next_cursor
from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience
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
_LASTING = (401, 403)


class IntercomClient:
    """Reads one workspace; every method raises IntercomError (a SourceError) where it cannot."""

    def __init__(
        self,
        settings: IntercomSettings,
        session: requests.Session,
        wait: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        patience: Patience | None = None,
    ) -> None:
        """Read by a session that has a timeout and tries nothing again by itself.

        `wait` sleeps for seconds, `now` is Unix time in seconds; `patience` says until when in all.
        """
        self._calls = IntercomCalls(settings, session, wait, now, patience or Patience())

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
        is updated after `updated_to`. A search that does not count what there is is asked again
        from where it ended, until nothing new comes.
        """
        windows = [(updated_from // SECOND, updated_to // SECOND)]
        while windows:
            first, last = windows.pop()
            page = self._search(first, last, still_open=still_open)
            if first < last and (count(page, "total_count") or 0) >= MOST_IN_A_WINDOW:
                middle = (first + last) // 2
                windows += [(middle + 1, last), (first, middle)]
            else:
                yield from self._whole(page, first, last, still_open=still_open)

    def _whole(self, page: Json, first: int, last: int, *, still_open: bool) -> Iterator[Json]:
        """Give each conversation of a window once, and see to it that they were all."""
        seen: set[object] = set()
        while True:
            listing, latest, known = Listing("a search", "conversations"), 0, len(seen)
            for item in self._pages(listing, page, first, last, still_open=still_open):
                latest = _later(listing, item, latest)
                if item.get("id") not in seen:
                    seen.add(item.get("id"))
                    yield item
            if listing.total is not None or _is_proved(listing, found=len(seen) - known):
                return
            first, page = latest, self._search(latest, last, still_open=still_open)

    def _pages(self, listing: Listing, page: Json, first: int, last: int, *, still_open: bool) -> Iterator[Json]:
        """Give all pages of a search; of one that counts nothing the first alone."""
        while True:
            yield from listing.new_of(page, "conversations")
            cursor = next_cursor(page)
            if cursor is None or listing.total is None:
                return listing.check_whole()
            page = self._search(first, last, listing.follow(cursor), still_open=still_open)

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
        """List conversations deleted since an instant (`id`, `deleted_at`).

        All pages are read: their order is that of the ids, or no order at all.
        """
        for page in self._numbered("/conversations/deleted", "conversations", {"order": "desc"}):
            yield from (item for item in page if _deleted_at(item) >= since)

    def some_company(self) -> Json | None:
        """Read any one company, without a scroll; None where there is none."""
        page = self._calls.make(Call("POST", "/companies/list", {"page": 1, "per_page": 1}))
        return next(iter(items(page, "data")), None)

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
        listing, page = Listing("a scroll", "companies"), self._calls.make(Call("GET", "/companies/scroll"))
        while items(page, "data"):
            yield from listing.new_of(page, "data")
            page = self._next_of_scroll(page)
        try:
            listing.check_whole()
        except IntercomError as error:
            raise IntercomError(str(error), code=_BROKEN_SCROLL) from error

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
        begun = False
        try:
            for page in self._numbered(f"/contacts/{quote(contact_id, safe='')}/companies", "data", {}):
                begun = True
                yield from page
        except IntercomError as error:
            if error.status != 404 or begun:
                raise

    def _found(self, path: str) -> Json | None:
        try:
            return self._calls.make(Call("GET", path))
        except IntercomError as error:
            if error.status == 404:
                return None
            raise

    def _numbered(self, path: str, name: str, params: dict[str, str | int]) -> Iterator[list[Json]]:
        """Give the items of each page of a list, each item once; raises IntercomError where some are held back."""
        listing, number, more = Listing(f"GET {path}", "items", twice=True), 0, True
        while more:
            number += 1
            page = self._calls.make(Call("GET", path, {**params, "page": number, "per_page": NUMBERED_PAGE}))
            yield listing.new_of(page, name)
            listing.check_moves()
            more = goes_on(page, number, f"GET {path}", name, NUMBERED_PAGE)
        listing.check_whole()


def connect(settings: IntercomSettings, patience: Patience) -> IntercomClient:
    """Give a client with a session of its own."""
    session = patient_session(timeout=settings.timeout_seconds, retries=0, patience=patience)
    return IntercomClient(settings, session, patience.wait, patience=patience)


def _later(listing: Listing, item: Json, latest: int) -> int:
    """Give the later of an update and those before; a search that counts nothing must at least keep its order."""
    at = item.get("updated_at")
    if isinstance(at, int) and at >= latest:
        return at
    if listing.total is None:
        raise IntercomError(f"Intercom: {listing.what} neither counts nor sorts what it gives: run this again")
    return latest


def _is_proved(listing: Listing, found: int) -> bool:
    """Tell whether a search that counts nothing has given all: nothing new comes after the last that it gave."""
    if listing.given == 0 or (found == 0 and listing.given >= SEARCH_PAGE):
        raise IntercomError(f"Intercom: {listing.what} does not say how many there are: run this again")
    return found == 0


def _deleted_at(item: Json) -> Instant:
    at = item.get("deleted_at")
    if isinstance(at, bool) or not isinstance(at, int):
        raise IntercomError("Intercom: a deleted conversation has no deleted_at: check INTERCOM_API_VERSION")
    return Instant(at * SECOND)
