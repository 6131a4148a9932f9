"""What the address of the portfolio asks for: a view, filters, an order, a month, a page."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from handlers.desk.visit import Refused, Visit
from handlers.jobs.portfolio import SORTS, TIERS
from handlers.jobs.views import VIEWS, View
from scoring.model import SEGMENTS

MINE, ANYBODY, NOBODY = "mine", "all", "nobody"
"""What the filter of CSMs says beside the CSMs themselves."""

USUAL: Mapping[View, str] = {
    "morning": "change",
    "fell": "change",
    "rose": "-change",
    "renewals": "renewal",
    "risk": "arr",
    "alerts": "alert",
    "blind": "coverage",
    "all": "risk",
}
"""The order in which each view is shown unless another is asked for."""

_MOST_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Query:
    """What an address asks for. An empty member asks for nothing; `sort` is led by a minus where it is reversed."""

    view: View = "morning"
    q: str = ""
    tier: str = ""
    segment: str = ""
    csm: str = ""
    sort: str = ""
    period: str = ""
    page: int = 1
    saved: str = ""

    @property
    def order(self) -> tuple[str, bool]:
        """Give the name of the order, and whether it is reversed."""
        asked = self.sort or USUAL[self.view]
        return asked.removeprefix("-"), asked.startswith("-")

    @property
    def is_filtered(self) -> bool:
        """Tell whether more than a view and a CSM is asked for."""
        return bool(self.q or self.tier or self.segment)

    def to(self, path: str = "/", **changes: str | int) -> str:
        """Give the address of this query with some changes; other filters than before begin at the first page."""
        made = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        written = made.written()
        return f"{path}?{written}" if written else path

    def written(self, *without: str) -> str:
        """Write the members that say something, as in an address."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in without}
        return urlencode({name: value for name, value in said.items() if value != _NOTHING[name]})


_NOTHING = {one.name: one.default for one in fields(Query)}


def asked(visit: Visit) -> Query:
    """Read what the address asks for; refuses what names nothing that there is."""
    return read(visit.query.get, visit.period() or "")


def read(get: Callable[[str], str | None], period: str = "") -> Query:
    """Read a query, of an address or of a saved view; refuses what names nothing that there is."""
    view = _one_of("view", get("view") or "morning", VIEWS)
    sort = get("sort") or ""
    if sort:
        _one_of("order", sort.removeprefix("-") or sort, SORTS)
    return Query(
        view=view,  # type: ignore[arg-type]
        q=" ".join((get("q") or "").split())[:_MOST_LETTERS],
        tier=_one_of("tier", get("tier") or "", TIERS),
        segment=_one_of("segment", get("segment") or "", SEGMENTS),
        csm=(get("csm") or "").strip()[:_MOST_LETTERS],
        sort="" if sort == USUAL[view] else sort,  # type: ignore[index]
        period=period,
        page=_page(get("page") or "1"),
        saved=(get("saved") or "")[:_MOST_LETTERS],
    )


def _one_of(what: str, word: str, known: Collection[str]) -> str:
    if word and word not in known:
        raise Refused(f"The address asks for a {what} that is none. There are: {', '.join(known)}.")
    return word


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1
