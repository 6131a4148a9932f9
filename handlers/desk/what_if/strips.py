"""A threshold with the portfolio's own values under it: where green, yellow and red stand among them."""

from collections import Counter
from collections.abc import Sequence
from math import log1p
from typing import NamedTuple

from markupsafe import Markup

from handlers.pages.svg import across, element, hidden

COLUMNS = 48
HEIGHT, _FOOT, _BARS = 38.0, 26.0, 20.0
HANDLES = ("green", "yellow", "red")
_SHAPES = ("M0 -5a5 5 0 1 0 .01 0z", "M0 -5.5 5.5 4.5H-5.5z", "M-4.5 -4.5h9v9h-9z")


class Field(NamedTuple):
    """A strip of values: from where to where it goes, and how many values stand in each of its columns."""

    low: float
    high: float
    columns: tuple[int, ...]

    def place(self, value: float) -> float:
        """Give where a value stands, 0 at the left end and 1 at the right; what is beyond stands at the end."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def field_of(values: Sequence[float], marks: Sequence[float]) -> Field:
    """Lay out values and the thresholds in force: all thresholds are within, of the values all but a fiftieth."""
    ordered = sorted(values)
    cut = len(ordered) // 50
    inner = [*ordered[cut : len(ordered) - cut], *marks]
    low, high = min(inner), max(inner)
    margin = (high - low) * 0.06
    empty = Field(low - margin, high + margin, ())
    counted = Counter(min(int(empty.place(value) * COLUMNS), COLUMNS - 1) for value in ordered)
    return empty._replace(columns=tuple(counted[column] for column in range(COLUMNS)))


def strip(field: Field, now: Sequence[float], draft: Sequence[float | None], names: Sequence[str]) -> Markup:
    """Draw columns as high as the logarithm of their count, faint lines for thresholds now, handles for the draft."""
    most = log1p(max(field.columns, default=0)) or 1.0
    columns = "".join(
        f"M{place} 20v-{max(_BARS * log1p(count) / most, 2.0):.3g}h.8V20z"
        for place, count in enumerate(field.columns)
        if count
    )
    values = element(
        "svg",
        element("path", d=columns, class_="bar"),
        y=_FOOT - _BARS,
        width="100%",
        height=_BARS,
        viewBox=f"0 0 {COLUMNS} {_BARS:g}",
        preserveAspectRatio="none",
    )
    was = (_line(field.place(value), f"was {name}") for value, name in zip(now, HANDLES, strict=True))
    moved = (
        _handle(field, value, place, name)
        for place, (value, name) in enumerate(zip(draft, names, strict=True))
        if value is not None
    )
    base = element("line", x1="0%", x2="100%", y1=_FOOT, y2=_FOOT, class_="foot")
    drawn = hidden(values, base, *was, *moved, height=HEIGHT, class_="strip")
    return element("div", drawn, class_="values", data_low=repr(field.low), data_high=repr(field.high))


def _line(place: float, class_: str) -> Markup:
    return element("line", x1=across(place), x2=across(place), y1=3, y2=_FOOT, class_=class_)


def _handle(field: Field, value: float, place: int, name: str) -> Markup:
    line = element("line", x1=0, x2=0, y1=3, y2=_FOOT, class_="at")
    shape = element("path", d=_SHAPES[place], transform=f"translate(0 {_FOOT + 6})")
    grip = element("rect", x=-9, y=0, width=18, height=HEIGHT, class_="grip")
    return element(
        "svg",
        grip,
        line,
        shape,
        x=across(field.place(value)),
        y=0,
        width=1,
        height=HEIGHT,
        overflow="visible",
        class_=f"handle {HANDLES[place]}",
        data_handle=name,
    )
