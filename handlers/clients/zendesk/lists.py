"""What a list of Zendesk's comes to over its pages: whether it goes on, and what belongs together on one."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.clients.zendesk.errors import Json, ZendeskError


@dataclass(slots=True)
class Cursors:
    """The cursors of a list so far; one that comes twice leads in circles."""

    what: str
    begun: str | None
    _seen: set[str] = field(default_factory=set)

    def follow(self, page: Json, name: str, end: str) -> tuple[str | None, bool]:
        """Give the cursor of a page of an export, and whether nothing comes after it.

        Raises ZendeskError where it does not say so, or where it says that more comes and not from where.
        """
        cursor, is_end = page.get(name), page.get(end)
        if not isinstance(is_end, bool):
            raise ZendeskError(f"Zendesk: {self.what} does not say whether it is at its end: run this again")
        if isinstance(cursor, str) and cursor:
            self._pass(cursor, is_end=is_end)
            return cursor, is_end
        if not is_end:
            raise ZendeskError(f"Zendesk: {self.what} broke off without a cursor: run this again")
        return self.begun, is_end

    def turn(self, page: Json) -> tuple[str, bool]:
        """Give the cursor of the next page of a list, and whether there is none."""
        meta = page.get("meta")
        told = meta if isinstance(meta, dict) else {}
        more = told.get("has_more")
        if not isinstance(more, bool):
            raise ZendeskError(f"Zendesk: {self.what} does not say whether more comes: run this again")
        if not more:
            return "", True
        cursor, _ = self.follow({"after": told.get("after_cursor"), "end": False}, "after", "end")
        return cursor or "", False

    def _pass(self, cursor: str, *, is_end: bool) -> None:
        if not is_end and (cursor in self._seen or cursor == self.begun):
            raise ZendeskError(f"Zendesk: {self.what} gave the same page twice: run this again")
        self._seen.add(cursor)
        self.begun = cursor


def items(page: Json, name: str) -> list[Json]:
    """Give the items of a page; what is no list of them is not taken for none."""
    found = page.get(name)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ZendeskError(f"Zendesk: an answer has no list of {name}: run healthscore doctor")
    return found


def matched(page: Json) -> Iterator[tuple[Json, Json | None]]:
    """Give each ticket of a page with its metrics; None where the page does not hold them."""
    tickets = items(page, "tickets")
    bare = any(not isinstance(ticket.get("metric_set"), dict) for ticket in tickets)
    by_ticket = {one.get("ticket_id"): one for one in (items(page, "metric_sets") if bare else [])}
    for ticket in tickets:
        own = ticket.get("metric_set")
        yield ticket, own if isinstance(own, dict) else by_ticket.get(ticket.get("id"))
