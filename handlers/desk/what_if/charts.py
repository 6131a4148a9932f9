"""The pictures of a draft: scores now and under it, and who is at risk at each month-end."""

from collections.abc import Iterator, Sequence
from math import floor
from typing import NamedTuple

from markupsafe import Markup

from handlers.desk.words import month, tier_class
from handlers.pages.svg import across, element, picture, rect
from scoring.what_if import Case, Month, Standing

WIDTH = 4
"""So many points are a bar of the distribution."""
_BARS = 100 // WIDTH
_HIGH, _FOOT = 150.0, 24.0
_BAD = ("Critical", "At Risk")
_UNSURE = ("Unknown", None)


class Bin(NamedTuple):
    """How many accounts have a score from `low` to below `high`, now and under the draft."""

    low: int
    high: int
    now: int
    draft: int


def bins_of(month_end: Month) -> list[Bin]:
    """Count scores by ranges of four points; the last has 100 in it."""
    now, draft = [0] * _BARS, [0] * _BARS
    for case in month_end.cases:
        _count(now, case.now)
        _count(draft, case.draft)
    return [
        Bin(place * WIDTH, (place + 1) * WIDTH, one, other)
        for place, (one, other) in enumerate(zip(now, draft, strict=True))
    ]


def _count(bars: list[int], one: Standing) -> None:
    if one.final_score is not None:
        bars[min(floor(one.final_score / WIDTH), _BARS - 1)] += 1


def distribution(bins: Sequence[Bin], tiers: Sequence[tuple[str, float]], title: str) -> Markup:
    """Draw the scores of accounts now and under the draft, on the tiers of the draft."""
    most = max([1, *(one.now for one in bins), *(one.draft for one in bins)])
    bars = [bar for one in bins for bar in _pair(one, most)]
    floors = [low for _, low in tiers]
    bands = [
        rect(low / 100, high / 100, 0, _HIGH, f"band {tier_class(name)}")
        for (name, low), high in zip(tiers, [100.0, *floors], strict=False)
    ]
    marks = [*(low for low in floors if low > 0), 20.0, 40.0]
    axis = [_label(one / 100, f"{one:g}") for one in sorted({one for one in marks if _is_free(one, floors)})]
    return picture(*bands, *bars, *axis, height=_HIGH + _FOOT, title=title, class_="picture distribution")


def _is_free(mark: float, floors: Sequence[float]) -> bool:
    return mark in floors or all(abs(mark - one) > 6 for one in floors if one > 0)


def _pair(one: Bin, most: int) -> Iterator[Markup]:
    start, width = one.low / 100, WIDTH / 100
    sides = (one.now, 0.08, 0.49, "now"), (one.draft, 0.51, 0.92, "draft")
    for value, begin, end, class_ in sides:
        high = (_HIGH - 8) * value / most
        if value:
            yield rect(start + begin * width, start + end * width, _HIGH - high, high, class_)


def _label(place: float, said: str, top: float = _HIGH + 16, class_: str = "axis") -> Markup:
    return element("text", said, x=across(place), y=top, text_anchor="middle", class_=class_)


class RiskMonth(NamedTuple):
    """A month-end: accounts that are At Risk or Critical, now and under the draft; whether most are Unknown."""

    period: str
    now: int
    draft: int
    changes: int
    unknown: int
    accounts: int
    worth_now: float
    worth_draft: float

    @property
    def is_dark(self) -> bool:
        """Tell whether fewer than half of the accounts have enough data for a tier."""
        return not self.accounts or 2 * self.unknown > self.accounts


def risk_months(months: Sequence[Month], at_risk: Sequence[str | None]) -> list[RiskMonth]:
    """Count who is at risk at each month-end; money is that of the tiers whose revenue may be lost."""
    return [_risk(one, at_risk) for one in months]


def _risk(one: Month, at_risk: Sequence[str | None]) -> RiskMonth:
    now, draft = one.groups(_BAD)
    money = one.groups(at_risk)
    unknown = sum(_is_unknown(case) for case in one.cases)
    moved = sum(case.is_of_other_tier for case in one.cases)
    return RiskMonth(
        one.period,
        now.accounts,
        draft.accounts,
        moved,
        unknown,
        len(one.cases),
        money[0].worth,
        money[1].worth,
    )


def _is_unknown(case: Case) -> bool:
    return case.now.tier in _UNSURE and case.draft.tier in _UNSURE


def month_bars(months: Sequence[RiskMonth]) -> Markup:
    """Draw who is at risk at each month-end as pairs of bars; dashed where most are Unknown."""
    most = max([1, *(max(one.now, one.draft) for one in months)])
    parts = [part for place, one in enumerate(months) for part in _columns(place / len(months), one, len(months), most)]
    base = element("line", x1="0%", x2="100%", y1=_HIGH, y2=_HIGH, class_="foot")
    title = "Accounts At Risk or Critical at each month-end, now and under the draft"
    return picture(*parts, base, height=_HIGH + _FOOT, title=title, class_="picture months-bars")


def _columns(start: float, one: RiskMonth, count: int, most: int) -> Iterator[Markup]:
    width, dark = 1 / count, " dark" if one.is_dark else ""
    sides = (one.now, 0.14, 0.49, f"now{dark}", 0.3), (one.draft, 0.51, 0.86, f"draft{dark}", 0.7)
    for value, begin, end, class_, middle in sides:
        high = max((_HIGH - 22) * value / most, 1.0)
        yield rect(start + begin * width, start + end * width, _HIGH - high, high, class_)
        if one.now != one.draft:
            yield _label(start + middle * width, str(value), _HIGH - high - 5, "figure-label")
        elif middle < 0.5:
            yield _label(start + width / 2, str(value), _HIGH - high - 5, "figure-label")
    yield _label(start + width / 2, _short(one.period))


def _short(period: str) -> str:
    return f"{month(period)[:3]} {period[2:4]}"
