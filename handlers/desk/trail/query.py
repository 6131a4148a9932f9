"""What the address of the audit asks for, and the lines that answer it, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from handlers.desk import audit
from handlers.desk.audit import Act
from handlers.desk.visit import Visit
from scoring.instants import DAY, Instant

SPANS = {"7": "a week", "30": "30 days", "90": "90 days", "396": "13 months"}
"""How far back: the last is all that is kept."""

USUAL = "30"
PAGE = 50
_MOST_WORDS = 200


@dataclass(frozen=True)
class Trail:
    """The lines that were asked for. `acts` are all acts of the span, to choose from."""

    days: str
    act: str
    text: str
    page: int
    acts: Sequence[str]
    lines: Sequence[Act]

    @cached_property
    def pages(self) -> int:
        """Count the pages; one where there is nothing."""
        return max(1, -(-len(self.lines) // PAGE))

    @property
    def shown(self) -> Sequence[Act]:
        """Give the lines of the page."""
        return self.lines[(self.page - 1) * PAGE : self.page * PAGE]

    @property
    def is_filtered(self) -> bool:
        """Tell whether lines are left out by an act or a text."""
        return bool(self.act or self.text)

    def address(self, path: str, page: int = 1) -> str:
        """Give the address of the same question at a page, or as a file."""
        asked = {"days": self.days, "act": self.act, "q": self.text, "page": str(page) if page > 1 else ""}
        return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"

    @property
    def said(self) -> str:
        """Say in words what was asked for."""
        parts = [f"of the last {SPANS[self.days]}"]
        parts += [f"act: {self.act}"] if self.act else []
        parts += [f"with {self.text!r} in it"] if self.text else []
        return ", ".join(parts)


def trail_of(visit: Visit) -> Trail:
    """Read what was asked for; a page beyond the last is the last."""
    days = visit.chosen("days", SPANS, USUAL)
    with visit.store() as store:
        span = list(audit.acts(store, Instant(visit.now - int(days) * DAY)))
    acts = sorted({one.act for one in span})
    act, text = visit.chosen("act", acts), visit.query.get("q", "").strip()[:_MOST_WORDS]
    lines = [one for one in reversed(span) if act in ("", one.act) and _holds(one, text.casefold())]
    asked = Trail(days, act, text, 1, acts, lines)
    return Trail(days, act, text, min(_page(visit), asked.pages), acts, lines)


def _holds(one: Act, text: str) -> bool:
    parts = (one.person, one.name, one.subject, one.before, one.after, one.reason)
    return any(text in part.casefold() for part in parts)


def _page(visit: Visit) -> int:
    asked = visit.query.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
