"""Parts of an explore's customers: each is asked for by itself, and together they are all of them.

Customers whose key is a text are parted by how it ends: digits alone, of which no database makes capitals; the
others by the character before, and what then is left is a part of its own. Numbers are parted by ranges.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from config.intake import LookerQuery
from handlers.clients.looker.client import InlineQuery
from handlers.clients.looker.explore import Explore

WHOLE_UP_TO = 20_000
"""So many customers are asked for at once: their rows are some 100 MB of memory."""

_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class CustomerPart:
    """A part: what is asked for by a filter of the customer's dimension (none: all), and which keys it has."""

    said: str
    has: Callable[[str], bool]

    def of(self, asked: InlineQuery, query: LookerQuery) -> InlineQuery:
        """Narrow a query to the part."""
        return replace(asked, filters={**asked.filters, query.customer: self.said}) if self.said else asked


WHOLE = CustomerPart("", lambda _: True)


def parts_of(explore: Explore | None, query: LookerQuery, customers: Sequence[str]) -> tuple[CustomerPart, ...]:
    """Give the parts of an explore: one where customers are few, or nobody knows what their keys are."""
    field = None if explore is None else explore.fields.get(query.customer)
    if field is None or len(customers) <= WHOLE_UP_TO:
        return (WHOLE,)
    if field.type == "string":
        return _endings()
    return _ranges(customers) if field.type == "number" else (WHOLE,)


def _endings() -> tuple[CustomerPart, ...]:
    """Part texts: by the last character where that is a digit, else by the one before, else neither."""
    not_last = ",".join(f"-%{digit}" for digit in _DIGITS)
    not_before = ",".join(f"-%{digit}_" for digit in _DIGITS)
    last = [CustomerPart(f"%{digit}", _ends(digit)) for digit in _DIGITS]
    before = [CustomerPart(f"%{digit}_,{not_last}", _ends_before(digit)) for digit in _DIGITS]
    return *last, *before, CustomerPart(f"{not_last},{not_before}", _is_rest)


def _ends(digit: str) -> Callable[[str], bool]:
    return lambda key: key[-1:] == digit


def _ends_before(digit: str) -> Callable[[str], bool]:
    return lambda key: key[-1:] not in _DIGITS and key[-2:-1] == digit


def _is_rest(key: str) -> bool:
    return not any(one and one in _DIGITS for one in (key[-1:], key[-2:-1]))


def _ranges(customers: Iterable[str]) -> tuple[CustomerPart, ...]:
    """Part numbers so that each range has as many of the mapping; the first and the last have no end."""
    known = sorted(number for key in customers if (number := _number(key)) is not None)
    cuts = sorted(set(known[WHOLE_UP_TO::WHOLE_UP_TO]))
    if not cuts:
        return (WHOLE,)
    first, last = cuts[0], cuts[-1]
    between = [CustomerPart(f"[{low},{high})", _within(low, high)) for low, high in pairwise(cuts)]
    return (
        CustomerPart(f"<{first}", lambda key: (number := _number(key)) is None or number < first),
        *between,
        CustomerPart(f">={last}", lambda key: (number := _number(key)) is not None and number >= last),
    )


def _within(low: int, high: int) -> Callable[[str], bool]:
    return lambda key: (number := _number(key)) is not None and low <= number < high


def _number(key: str) -> int | None:
    return int(key) if key.removeprefix("-").isascii() and key.removeprefix("-").isdigit() else None
