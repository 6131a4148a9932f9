"""What a list of Intercom's comes to over its pages: which items came, how many there should be, whether it goes on."""

from dataclasses import dataclass, field

from handlers.clients.intercom.calls import IntercomError, Json

STALLS = 3
"""So many pages without anything new end a search that says it goes on."""


@dataclass(slots=True)
class Listing:
    """What came of a list so far, each item once, and the least count that a page of it told.

    Items that come or go meanwhile change the count: what there was all the time is the least of
    them. An item does not count towards it a second time; on one page it may, where a list may hold
    it `twice`.
    """

    what: str
    items: str
    twice: bool = False
    seen: set[object] = field(default_factory=set)
    given: int = 0
    total: int | None = None
    stalls: int = 0
    _cursors: set[str] = field(default_factory=set)

    def new_of(self, page: Json, name: str) -> list[Json]:
        """Give the items of a page that did not come before."""
        found = items(page, name)
        new = [item for item in found if _key(item) not in self.seen]
        once = {_key(item): item for item in new}
        self.seen.update(once)
        self.given += len(new) if self.twice else len(once)
        self.stalls = 0 if new else self.stalls + 1
        total = count(page, "total_count")
        if found and total is not None:
            self.total = total if self.total is None else min(self.total, total)
        elif not self.seen:
            self.total = total
        return list(once.values())

    def follow(self, cursor: str) -> str:
        """Take a cursor to the next page; raises IntercomError where it leads in circles, or nowhere."""
        self.check_moves()
        if cursor in self._cursors:
            raise self._turns()
        self._cursors.add(cursor)
        return cursor

    def check_moves(self) -> None:
        """Raise IntercomError where page after page brings nothing new."""
        if self.stalls >= STALLS:
            raise self._turns()

    def _turns(self) -> IntercomError:
        return IntercomError(f"Intercom: {self.what} gave the same page twice: run this again")

    def check_whole(self) -> None:
        """Raise IntercomError where fewer items came than there are."""
        if self.total is not None and self.given < self.total:
            told = f"{self.given} of {self.total} {self.items}"
            raise IntercomError(f"Intercom: {self.what} gave {told}: run this again")


def _key(item: Json) -> object:
    return item.get("id", id(item))


def items(page: Json, name: str) -> list[Json]:
    """Give the items of a page; what is no list of them is not taken for none."""
    found = page.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise IntercomError(f"Intercom: an answer has no list of {name}: check INTERCOM_API_VERSION")
    return found


def pages(page: Json) -> Json:
    """Give what a page tells of the pages."""
    told = page.get("pages")
    return told if isinstance(told, dict) else {}


def count(told: Json, name: str) -> int | None:
    """Give a count; None where it is not told."""
    number = told.get(name)
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def next_cursor(page: Json) -> str | None:
    """Give the cursor of the next page; None where there is none."""
    following = pages(page).get("next")
    cursor = following.get("starting_after") if isinstance(following, dict) else None
    return cursor if isinstance(cursor, str) else None


def goes_on(page: Json, number: int, what: str, name: str, size: int) -> bool:
    """Tell whether a numbered page has a next one; raises IntercomError where it breaks off.

    Where a page tells nothing of the pages, a full one has.
    """
    total, following = count(pages(page), "total_pages"), bool(pages(page).get("next"))
    if total is not None and number < total and not following:
        raise IntercomError(f"Intercom: {what} broke off at page {number} of {total}: run this again")
    if total is None and not following:
        return count(page, "total_count") is None and len(items(page, name)) >= size
    return following and not (total is not None and number >= total)
