"""A made-up portfolio month by month: metrics of several kinds, each account with its own level, slow to change."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import exp, pi, sin
from random import Random
from typing import TypeAlias

from scoring.drift import DriftLimits, Finding, Gathering, Spreads, Value, Values, drift
from scoring.model import Threshold
from scoring.scales import metric_score

THRESHOLDS = {
    "first_response_minutes": Threshold(True, 30, 90, 240),
    "payment_health": Threshold(True, 0, 1, 3),
    "p1_p2_volume": Threshold(True, 0, 3, 8),
    "staff_login_trend": Threshold(False, 0, -10, -30),
    "feature_breadth_pct": Threshold(False, 70, 50, 30),
    "days_to_renewal": Threshold(False, 180, 90, 30),
}
Raws: TypeAlias = dict[str, float]
Fault: TypeAlias = Callable[[Random, Raws], None]
"""What a source does to an account."""


class Portfolio:
    """So many accounts; `season` is how far the trend of logins goes up and down over the year."""

    def __init__(self, seed: int, accounts: int, season: float = 0.0) -> None:
        """Begin somewhere."""
        self.chance, self.season = Random(seed), season  # noqa: S311 - made-up figures, the same each time
        self.own = [{name: self.chance.gauss(0, 1) for name in THRESHOLDS} for _ in range(accounts)]
        self.days = [self.chance.randrange(365) for _ in self.own]
        self.failed = [float(sum(self.chance.random() < 0.06 for _ in range(12))) for _ in self.own]
        self.missing = [{name: self.chance.random() < 0.1 for name in THRESHOLDS} for _ in self.own]

    def month(self, number: int) -> list[Raws]:
        """Go on a month; each metric that an account has."""
        return [self._account(n, 40 * self.season * sin(2 * pi * number / 12)) for n in range(len(self.own))]

    def _account(self, n: int, wave: float) -> Raws:
        own, chance = self.own[n], self.chance
        for name in own:
            own[name] = 0.7 * own[name] + 0.71 * chance.gauss(0, 1)
            if chance.random() < 0.03:
                self.missing[n][name] = chance.random() < 0.1
        self.days[n] += -30 if self.days[n] > 20 else 335
        self.failed[n] = max(0.0, self.failed[n] + (chance.random() < 0.06) - (chance.random() < 0.06))
        raws = {
            "first_response_minutes": 60 * exp(0.8 * own["first_response_minutes"]),
            "payment_health": self.failed[n],
            "p1_p2_volume": float(int(exp(0.8 + 0.7 * own["p1_p2_volume"]))),
            "staff_login_trend": 15 * own["staff_login_trend"] + wave,
            "feature_breadth_pct": min(100.0, max(0.0, 55 + 12 * own["feature_breadth_pct"])),
            "days_to_renewal": float(self.days[n]),
        }
        return {name: raw for name, raw in raws.items() if not self.missing[n][name]}


def closes(portfolio: Portfolio, months: int, fault: Fault | None = None) -> list[Spreads]:
    """Close so many months; in the last one a source has changed."""
    found: list[Spreads] = []
    before: Sequence[Values] | None = None
    for number in range(months):
        raws = portfolio.month(number)
        if fault is not None and number == months - 1:
            for one in raws:
                fault(portfolio.chance, one)
        now = [{name: Value(raw, metric_score(raw, THRESHOLDS[name])) for name, raw in one.items()} for one in raws]
        gathering = Gathering()
        for n, values in enumerate(now):
            gathering.add(values, None if before is None else before[n])
        found.append(gathering.spreads())
        before = now
    return found


def found_at(spreads: Sequence[Spreads], place: int) -> list[Finding]:
    """Say what stands out of a close beside the twelve before it."""
    return drift(spreads[place], spreads[max(0, place - 12) : place], DriftLimits())


def kinds(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
    """Count findings by metric and kind."""
    return Counter((one.metric, one.kind) for one in findings)
