"""Pages of a long list, a number of rows each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from handlers.desk.visit import Visit

T = TypeVar("T")
U = TypeVar("U")
ROWS = 50


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """The rows of one page out of all; the addresses of the pages beside it keep the rest of the address."""

    rows: Sequence[T]
    every: int
    first: int
    before: str | None
    after: str | None


def paged(visit: Visit, every: Sequence[T]) -> Paged[T]:
    """Give the page of a list that the address asks for; one that is none is the first, or the last."""
    asked = visit.query.get("page", "1")
    last = max(1, -(-len(every) // ROWS))
    number = min(max(1, int(asked)), last) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    start = (number - 1) * ROWS
    before = _address(visit, number - 1) if number > 1 else None
    after = _address(visit, number + 1) if number < last else None
    return Paged(every[start : start + ROWS], len(every), start + 1 if every else 0, before, after)


def _address(visit: Visit, number: int) -> str:
    kept = [(name, value) for name, value in visit.query.multi_items() if name != "page"]
    return f"{visit.request.url.path}?{urlencode([*kept, ('page', str(number))])}"


def paged_as(visit: Visit, every: Sequence[T], shown: Callable[[T], U]) -> Paged[U]:
    """Give the page of a list that the address asks for, each of its rows as it is shown; the others cost nothing."""
    page = paged(visit, every)
    return Paged([shown(one) for one in page.rows], page.every, page.first, page.before, page.after)
