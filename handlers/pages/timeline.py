"""The timeline: each churn a strip of the year before its decision, the tiers as bars, the alerts above them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from handlers.pages.svg import across, hidden, line, picture, rect, shape
from handlers.words.figures import day, number
from handlers.words.layout import clean
from handlers.words.ledger import lead_words, tier_path
from scoring.backtest.landmarks import TOO_OLD_DAYS
from scoring.backtest.ledger import IN_TIME, Ledger, Month, Row
from scoring.instants import DAY

BEFORE, LEAST_AFTER, MOST_AFTER = 365, 75, 180
HEIGHT, FLOOR, ALERT_TOP, ALERT_HEIGHT = 40.0, 38.0, 1.0, 5.0
KEY = 16.0
"""The height of a picture of the legend, whose bars are half as tall."""

TIERS = {"Critical": 28.0, "At Risk": 21.0, "Healthy": 14.0, "Champion": 8.0, "Unknown": 8.0, None: 2.0}
"""How tall the bar of a tier is: the worse the taller, so that nobody needs to tell colours apart."""

_DOWN = "M-4.5 0 L4.5 0 L0 7 Z"
_CROSS = "M-4 -4 L4 4 M4 -4 L-4 4"


class Tick(NamedTuple):
    """A label of the axis, and where it stands."""

    left: str
    text: str


class Strip(NamedTuple):
    """One churn as the page shows it."""

    name: str
    about: str
    picture: Markup
    lead: str
    is_in_time: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from the decision, those before it below zero, as places across."""

    after: float

    def place(self, days: float) -> float:
        """Give the place of a day."""
        return (min(max(days, -BEFORE), self.after) + BEFORE) / (BEFORE + self.after)

    def ticks(self) -> list[Tick]:
        """Name the quarters before the decision, and the decision."""
        named = {-360: "12", -270: "9", -180: "6", -90: "3 months", 0: "decision"}
        return [Tick(across(self.place(days)), text) for days, text in named.items()]


def axis_of(ledger: Ledger) -> Axis:
    """Make an axis that reaches to the last day on which a churn took effect, within limits."""
    longest = max(((row.outcome.effective - row.decided) / DAY for row in ledger.rows), default=0.0)
    return Axis(min(max(longest + 10, LEAST_AFTER), MOST_AFTER))


def strips(ledger: Ledger) -> list[Strip]:
    """Draw a strip for each churn, the first decided first."""
    axis = axis_of(ledger)
    return [Strip(name_of(row), _about(row), _strip(row, axis), lead_words(row), row.is_in_time) for row in ledger.rows]


def name_of(row: Row) -> str:
    """Name an account for people."""
    return clean(row.account_name or row.outcome.account_id)


def _about(row: Row) -> str:
    arr = "" if row.outcome.arr is None else f"ARR {number(row.outcome.arr)}"
    return " · ".join(one for one in (arr, clean(row.outcome.reason), f"decided {day(row.decided)}") if one)


def _strip(row: Row, axis: Axis) -> Markup:
    parts = [*_ground(axis), *_months(row, axis), *_alerts(row, axis), *_marks(row, axis)]
    effective = f"took effect on {day(row.outcome.effective)}"
    said = f"{tier_path(row)}; {lead_words(row)}; {effective}"
    return picture(*parts, height=HEIGHT, title=name_of(row), text=said)


def _ground(axis: Axis) -> Iterator[Markup]:
    yield rect(axis.place(-IN_TIME), axis.place(0), 0, HEIGHT, "late")
    for days in (-270, -180, -90):
        yield line(axis.place(days), axis.place(days), 0, HEIGHT, "grid")


def _spans(row: Row) -> Iterator[tuple[Month, float, float]]:
    """Give each month with the days from the decision at which it begins and ends; a score does not hold for ever."""
    ends = [*[month.as_of for month in row.months], row.decided][1:]
    for month, following in zip(row.months, ends, strict=True):
        end = min(following, month.as_of + TOO_OLD_DAYS * DAY)
        yield month, (month.as_of - row.decided) / DAY, (end - row.decided) / DAY


def _months(row: Row, axis: Axis) -> Iterator[Markup]:
    for month, start, end in _spans(row):
        height = TIERS.get(month.tier, TIERS["Unknown"])
        yield rect(axis.place(start), axis.place(end), FLOOR - height, height, tier_class(month.tier))


def tier_class(tier: str | None) -> str:
    """Name the class of a tier's colour."""
    known = tier if tier in TIERS else "Unknown"
    return f"tier-{(known or 'none').lower().replace(' ', '-')}"


def _alerts(row: Row, axis: Axis) -> Iterator[Markup]:
    for month, start, end in _spans(row):
        if month.is_alerted:
            lasts = row.lasting is not None and month.as_of >= row.lasting
            yield rect(axis.place(start), axis.place(end), ALERT_TOP, ALERT_HEIGHT, "alert" if lasts else "alert brief")
    if row.lasting is not None:
        yield shape(axis.place((row.lasting - row.decided) / DAY), ALERT_TOP, _DOWN, "alert")


def _marks(row: Row, axis: Axis) -> Iterator[Markup]:
    effective = axis.place((row.outcome.effective - row.decided) / DAY)
    yield line(axis.place(0), effective, FLOOR, FLOOR, "until")
    yield line(axis.place(0), axis.place(0), 0, HEIGHT, "decision")
    yield shape(effective, FLOOR - 6, _CROSS, "effective")


def legend() -> list[tuple[Markup, str]]:
    """Explain bars and marks, each with a small picture."""
    bars = [
        (hidden(rect(0, 1, KEY - height / 2, height / 2, tier_class(tier)), height=KEY), tier or "no score")
        for tier, height in TIERS.items()
    ]
    listed = rect(0, 1, 6, ALERT_HEIGHT, "alert"), shape(0.3, 6, _DOWN, "alert")
    marks = [
        (hidden(*listed, height=KEY), "on the alert list up to the decision"),
        (hidden(rect(0, 1, 6, ALERT_HEIGHT, "alert brief"), height=KEY), "on the list, not lasting"),
        (hidden(rect(0, 1, 0, KEY, "late"), height=KEY), f"less than {IN_TIME} days left"),
        (hidden(line(0.5, 0.5, 0, KEY, "decision"), height=KEY), "decision (notice)"),
        (hidden(shape(0.5, 9, _CROSS, "effective"), height=KEY), "took effect"),
    ]
    return [*bars, *marks]
