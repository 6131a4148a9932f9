"""Adoption and Engagement, and Platform Value: the latest usage readings of the account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

from scoring.instants import DAY
from scoring.metrics.catalogue import PILLARS
from scoring.metrics.measure import MISSING, Measure, Measures, percent_change
from scoring.observations import LOGIN_DAYS, Reading

Values: TypeAlias = Sequence[dict[str, float]]
"""The values of the latest reading of each usage customer of the account."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The latest reading of each usage customer of an account; `holed` are the sources of those with holes."""

    readings: tuple[Reading, ...]
    holed: frozenset[str] = frozenset()

    @property
    def values(self) -> Values:
        """Give the values of each reading."""
        return [dict(reading.values) for reading in self.readings]


def measures(usage: Usage) -> Measures:
    """Measure every metric of the dimension; customers of one account are added up or averaged."""
    values = usage.values
    return {
        "staff_login_trend": login_trend("staff_login_trend", usage, "staff_logins"),
        "admin_login_trend": login_trend("admin_login_trend", usage, "admin_logins"),
        "feature_breadth_pct": ratio_pct("feature_breadth_pct", values, "active_modules", "available_modules"),
        "platform_score": mean_score("platform_score", values),
        "platform_score_trend": platform_score_trend(values),
        "license_utilisation_pct": ratio_pct("license_utilisation_pct", values, "active_staff", "licensed_seats"),
    }


def pillars(usage: Usage) -> Measures:
    """Measure the pillars of Platform Value."""
    values = usage.values
    return {pillar.name: mean_score(pillar.name, values) for pillar in PILLARS}


def _pairs(usage: Values, one: str, other: str) -> Iterator[tuple[float, float]]:
    return ((values[one], values[other]) for values in usage if one in values and other in values)


def _negative(usage: Values, *names: str) -> bool:
    return any(values.get(name, 0) < 0 for values in usage for name in names)


def login_trend(metric: str, usage: Usage, logins: str) -> Measure:
    """Compare logins of the last 30 days with the 30 before, in percent.

    A window that has a hole is not known; an account that is silent now is so whatever was before.
    """
    now, before = f"{logins}_30d", f"{logins}_prev_30d"
    values, readings = usage.values, usage.readings
    flags = tuple(f"hole:{source}" for source in sorted(usage.holed))
    if _negative(values, now, before):
        return Measure(None, (f"invalid:{metric}", *flags))
    if readings and all(_is_zero(reading, now) for reading in readings):
        return Measure(-100.0, flags)
    pairs = list(_pairs(values, now, before))
    if flags or not pairs:
        return Measure(None, flags)
    return Measure(_growth(*(sum(side) for side in zip(*pairs, strict=True))))


def _is_zero(reading: Reading, now: str) -> bool:
    """Tell whether it is known that there were no logins in the last window."""
    whole = not any(hole >= reading.date - LOGIN_DAYS * DAY for hole in reading.holes)
    return whole and dict(reading.values).get(now) == 0


def _growth(now: float, before: float) -> float:
    if now == 0:
        return -100.0
    return percent_change(now, before) if before else 100.0


def ratio_pct(metric: str, usage: Values, part: str, whole: str) -> Measure:
    """Give the sum of parts over the sum of wholes, in percent; missing where the whole is none."""
    if _negative(usage, part, whole):
        return Measure(None, (f"invalid:{metric}",))
    pairs = list(_pairs(usage, part, whole))
    total = sum(pair[1] for pair in pairs)
    return Measure(100.0 * sum(pair[0] for pair in pairs) / total) if total else MISSING


def valid_score(value: float) -> bool:
    """Tell whether a value is a score from 0 to 100."""
    return 0 <= value <= 100


def mean_score(name: str, usage: Values) -> Measure:
    """Average a 0-100 score; a value outside is an error of the source, and flagged."""
    told = [values[name] for values in usage if name in values]
    valid = [value for value in told if valid_score(value)]
    flags = () if len(valid) == len(told) else (f"invalid:{name}",)
    return Measure(fmean(valid) if valid else None, flags)


def platform_score_trend(usage: Values) -> Measure:
    """Give the points gained over 90 days."""
    pairs = list(_pairs(usage, "platform_score", "platform_score_90d_ago"))
    valid = [now - before for now, before in pairs if valid_score(now) and valid_score(before)]
    flags = () if all(valid_score(before) for _, before in pairs) else ("invalid:platform_score_trend",)
    return Measure(fmean(valid) if valid else None, flags)
