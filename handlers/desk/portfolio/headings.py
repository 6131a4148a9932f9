"""The headings of the portfolio's columns: each leads to the list sorted by it."""

from dataclasses import dataclass

from handlers.desk.portfolio.query import Query


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that sorts: where it leads, and how the list is sorted by it now (as aria-sort says it)."""

    name: str
    class_: str
    address: str = ""
    sorted: str = ""


_GREATEST_FIRST = frozenset({"arr", "moved"})
_COLUMNS = (
    ("Account", "account", "name"),
    ("Tier", "tier-cell", "risk"),
    ("Score", "score figure", "score"),
    ("Range, known", "range-cell", "coverage"),
    ("Change", "changed figure", "change"),
    ("4 months", "course-cell", ""),
    ("Why", "why", ""),
    ("ARR", "arr figure", "arr"),
    ("Renewal", "renewal figure", "renewal"),
)


def headings(query: Query, *, has_moved: bool) -> list[Heading]:
    """Give the headings; in a first month there is no change to show."""
    columns = [one for one in _COLUMNS if has_moved or one[0] != "Change"]
    return [_heading(query, name, class_, sort) for name, class_, sort in columns]


def _heading(query: Query, name: str, class_: str, sort: str) -> Heading:
    if not sort:
        return Heading(name, class_)
    order, is_reversed = query.order
    if order != sort:
        return Heading(name, class_, query.to(sort=sort))
    is_down = is_reversed != (sort in _GREATEST_FIRST)
    other = sort if is_reversed else f"-{sort}"
    return Heading(name, class_, query.to(sort=other), "descending" if is_down else "ascending")
