"""Adoption and Engagement, and Platform Value: the latest usage readings of the account."""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean
from typing import TypeAlias

from scoring.instants import DAY
from scoring.metrics.declaration import Called, Dimension
from scoring.metrics.measure import MISSING, Measure, percent_change
from scoring.model import Model
from scoring.observations import LOGIN_DAYS, Reading
from scoring.view import AccountView

Values: TypeAlias = Sequence[dict[str, float]]
"""The values of the latest reading of each usage customer of the account."""


class Usage:
    """The latest reading of each usage customer of an account, and their `values`.

    `holed` are the sources of those with holes.
    """

    __slots__ = ("holed", "readings", "values")

    def __init__(self, readings: tuple[Reading, ...], holed: frozenset[str] = frozenset()) -> None:
        """Lay out the values of readings."""
        self.readings, self.holed = readings, holed
        self.values: Values = [dict(reading.values) for reading in readings]


def usage_of(view: AccountView, _: Model) -> Usage:
    """Give the usage of an account."""
    return Usage(view.readings, view.holed)


ADOPTION_ENGAGEMENT = Dimension("adoption_engagement", "Adoption & Engagement", "usage", usage_of)


@ADOPTION_ENGAGEMENT.metric(Called("Staff Login Trend (%)", "trend of staff logins", "%", "change"))
def staff_login_trend(usage: Usage) -> Measure:
    """Compare the logins of staff with those of the 30 days before."""
    return login_trend("staff_login_trend", usage, "staff_logins")


@ADOPTION_ENGAGEMENT.metric(Called("Admin Login Trend (%)", "trend of admin logins", "%", "change"))
def admin_login_trend(usage: Usage) -> Measure:
    """Compare the logins of admins with those of the 30 days before."""
    return login_trend("admin_login_trend", usage, "admin_logins")


@ADOPTION_ENGAGEMENT.metric(Called("Feature Breadth (%)", "modules in use", "%"))
def feature_breadth_pct(usage: Usage) -> Measure:
    """Share the available modules that are active."""
    return ratio_pct("feature_breadth_pct", usage.values, "active_modules", "available_modules")


@ADOPTION_ENGAGEMENT.metric(Called("Platform Score", "platform score", "of 100"))
def platform_score(usage: Usage) -> Measure:
    """Average the platform scores of the account's customers."""
    return mean_score("platform_score", usage.values)


@ADOPTION_ENGAGEMENT.metric(Called("Platform Score Trend", "platform score against 90 days ago", "points", "change"))
def platform_score_trend(usage: Usage) -> Measure:
    """Give the points gained over 90 days."""
    pairs = list(_pairs(usage.values, "platform_score", "platform_score_90d_ago"))
    valid = [now - before for now, before in pairs if valid_score(now) and valid_score(before)]
    flags = () if all(valid_score(before) for _, before in pairs) else ("invalid:platform_score_trend",)
    return Measure(fmean(valid) if valid else None, flags)


@ADOPTION_ENGAGEMENT.metric(Called("License Utilisation (%)", "licences in use", "%"))
def license_utilisation_pct(usage: Usage) -> Measure:
    """Share the licensed seats whose staff are active."""
    return ratio_pct("license_utilisation_pct", usage.values, "active_staff", "licensed_seats")


def _pillar(name: str) -> Callable[[Usage], Measure]:
    def measure(usage: Usage) -> Measure:
        return mean_score(name, usage.values)

    measure.__name__ = name
    return measure


PLATFORM_VALUE = Dimension("platform_value", "Platform Value", "usage", usage_of)
for _name in ("messaging", "automations", "contactless", "requests", "staff_adoption"):
    _words = _name.replace("_", " ")
    PLATFORM_VALUE.metric(Called(_words.title(), _words, "of 100"))(_pillar(_name))


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
