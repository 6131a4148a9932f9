"""The other pictures: leads beside chance, shares with their intervals, pairs of a hundred, rates by tier."""

from collections.abc import Iterator, Sequence
from math import floor, isinf
from typing import NamedTuple

from markupsafe import Markup

from handlers.pages.svg import dot, element, hidden, line, picture, rect
from handlers.pages.timeline import tier_class
from handlers.words.figures import number
from handlers.words.ledger import REMEDIES
from handlers.words.ledger import TITLES as CAUSES
from handlers.words.trust import between, of_100, whole_percent
from scoring.backtest.figures import LandmarkFigures
from scoring.backtest.findings import Findings, LeadGroup
from scoring.backtest.resamples import Interval
from scoring.backtest.verdict import EVEN, width_with
from scoring.backtest.warnings import LEADS

BAR, THIN = 12.0, 6.0
WIDTHS = (10, 20, 50, 100)


class BarRow(NamedTuple):
    """A row of a table with a picture in it: what it is about, the picture, and the figures in words."""

    label: str
    picture: Markup
    values: tuple[str, ...]


def lead_rows(found: Findings) -> list[BarRow]:
    """Show how many churns were named how early, and how many of any accounts would have been."""
    whole = found.warning.churns
    return [_lead_row(group, group.churns / whole if whole else 0.0) for group in found.leads]


def _lead_row(group: LeadGroup, own: float) -> BarRow:
    drawn = rect(0, own, 1, BAR, "own"), rect(0, group.shuffled, BAR + 3, THIN, "chance")
    return BarRow(
        _lead_label(group),
        hidden(*drawn, height=BAR + THIN + 4),
        (f"{group.churns} ({whole_percent(own)})", whole_percent(group.shuffled)),
    )


def _lead_label(group: LeadGroup) -> str:
    if group.end <= 0:
        return "not named"
    if isinf(group.end):
        return f"{group.start:g} days or more"
    return f"under {group.end:g} days" if group.start <= 0 else f"{group.start:g} to {group.end - 1:g} days"


def recall_rows(found: Findings) -> list[BarRow]:
    """Show the share of churns named 30, 60 and 90 days ahead, with its interval, and that of any accounts."""
    figures = found.warning
    return [
        BarRow(
            f"{days} days",
            _whisker(figures.recall_at_lead[days], figures.recall_at_lead_95[days], twin),
            (
                whole_percent(figures.recall_at_lead[days]),
                _limits(figures.recall_at_lead_95[days]),
                whole_percent(twin),
            ),
        )
        for days, twin in ((days, figures.shuffled.recall_at_lead[days]) for days in LEADS)
    ]


def _limits(interval: Interval | None, unit: str = "%") -> str:
    return "too few" if interval is None else between(interval, unit)


def _whisker(value: float | None, interval: Interval | None, chance: float | None) -> Markup:
    """Draw a share with its interval on a line from 0 to 1, and what chance would give as a tick."""
    parts = [line(0, 1, 11, 11, "grid")]
    parts += [] if interval is None else [rect(*interval, 8, 6, "interval")]
    parts += [] if chance is None else [rect(chance, chance + 0.008, 2, 18, "chance")]
    parts += [] if value is None else [dot(value, 11, 5, "own")]
    return hidden(*parts, height=22)


def pair_rows(landmarks: Sequence[LandmarkFigures]) -> list[BarRow]:
    """Show the share of pairs told apart, by landmark, beside a coin's half; and the bounds that treated ones leave."""
    return [row for one in landmarks for row in (_pair_row(one), *_bounds(one))]


def _pair_row(one: LandmarkFigures) -> BarRow:
    found = "-" if one.auc is None else of_100(one.auc)
    return BarRow(f"{one.days} days", _whisker(one.auc, one.auc_95, EVEN), (found, _limits(one.auc_95, ""), "50"))


def _bounds(one: LandmarkFigures) -> Iterator[BarRow]:
    """Show both figures, had nobody stepped in: as a band where they bound the one that was found, else alone."""
    hidden_by = one.treated
    if hidden_by is None or hidden_by.auc_without_treated is None or hidden_by.auc_treated_as_churned is None:
        return
    low, high = map(of_100, (hidden_by.auc_without_treated, hidden_by.auc_treated_as_churned))
    said = (f"{low} and {high}", "no bounds") if one.bounds is None else (f"{low} to {high}", "bounds alone")
    yield BarRow("if left alone", _whisker(None, one.bounds, EVEN), (*said, "50"))


def hundred(figures: LandmarkFigures) -> Markup | None:
    """Draw a hundred pairs as dots: those surely told right, those that may be, and the rest; None without any."""
    if figures.auc is None:
        return None
    low, high = figures.auc_95 or (0.0, 1.0)
    step, classes = 20, list(_dots(figures.auc, low, high))
    dots = [
        element("circle", cx=12 + step * (n % 10), cy=12 + step * (n // 10), r=7, class_=class_)
        for n, class_ in enumerate(classes)
    ]
    coin = element("line", x1=0, x2=204, y1=102, y2=102, class_="coin")
    text = (
        f"{of_100(figures.auc)} of 100 pairs told right; by the evidence {between(figures.auc_95, '')}; a coin gets 50"
    )
    return picture(*dots, coin, height=204, width=204, title="A hundred pairs", text=text, class_="hundred")


def _dots(value: float, low: float, high: float) -> Iterator[str]:
    for n in range(100):
        sure = n < floor(100 * low + 0.5)
        beyond = n >= floor(100 * high + 0.5)
        told = n < floor(100 * value + 0.5)
        yield "right" if sure else "wrong" if beyond else "right unsure" if told else "wrong unsure"


def tier_rows(found: Findings) -> list[BarRow]:
    """Show, for each tier 90 days before the decision, how many accounts were in it, and how many of them left."""
    groups = [(tier or "no tier", tier_class(tier), churned, rows) for tier, rows, churned in found.tiers]
    every = [("all", "chance", found.ninety.churns, found.ninety.rows)] if found.ninety.rows else []
    return [
        BarRow(name, hidden(rect(0, churned / rows, 1, BAR, class_), height=BAR + 2), _rate(churned, rows))
        for name, class_, churned, rows in (*groups, *every)
    ]


def _rate(churned: int, rows: int) -> tuple[str, str]:
    return f"{churned} of {rows}", f"{number(100 * churned / rows)}%"


def miss_rows(found: Findings) -> list[BarRow]:
    """Show how many churns were missed by cause, and what could be done."""
    misses = found.ledger.misses
    most = max(misses.values(), default=1)
    return [
        BarRow(
            CAUSES[cause], hidden(rect(0, n / most, 1, BAR, "own"), height=BAR + 2), (str(n), cause, REMEDIES[cause])
        )
        for cause, n in misses.items()
    ]


def width_rows(figures: LandmarkFigures) -> list[BarRow]:
    """Show how far the figure of pairs is known with how many churns; first with those that there are."""
    middle = figures.auc if figures.auc is not None else 0.75
    own = [] if figures.auc_95 is None else [_width_row(f"yours: {figures.churns}", figures.auc_95, "own")]
    return [*own, *(_width_row(str(n), _around(middle, width_with(n)), "interval") for n in WIDTHS)]


def _around(middle: float, width: float) -> Interval:
    return max(middle - width / 2, 0.0), min(middle + width / 2, 1.0)


def _width_row(label: str, interval: Interval, class_: str) -> BarRow:
    low, high = interval
    drawn = line(0, 1, 7, 7, "grid"), rect(low, high, 3, 8, class_), rect(EVEN, EVEN + 0.006, 0, 14, "chance")
    return BarRow(label, hidden(*drawn, height=14), (of_100(high - low),))
