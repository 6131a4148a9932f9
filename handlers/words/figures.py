"""Figures in words: scores, raw values with their units, targets, lengths of time."""

from scoring.instants import DAY, Instant, format_date, format_instant
from scoring.metrics.catalogue import TITLES, named
from scoring.model import Threshold
from scoring.rounding import shown

_MONTHS = "January February March April May June July August September October November December".split()
_SAME_YEAR = 300 * DAY
"""A date no longer ago than this is clear without its year."""


def number(value: float, decimals: int = 1) -> str:
    """Write a number with thousands separated and at most one decimal, or so many."""
    return f"{shown(value, decimals):,.{decimals}f}".removesuffix(f".{'0' * decimals}")


def signed(value: float, decimals: int = 1) -> str:
    """Write a change with its sign; 0 has none."""
    return f"+{number(value, decimals)}" if shown(value, decimals) > 0 else number(value, decimals)


def points(value: float) -> str:
    """Write points or a score with one decimal."""
    return f"{shown(value):.1f}"


def with_sign(value: float) -> str:
    """Write points with one decimal and their sign; 0.0 has none."""
    return f"{value:+.1f}" if shown(value) else points(value)


def percent(value: float) -> str:
    """Write a value of 0-100 as a percentage."""
    return f"{number(value)}%"


def count(amount: float, noun: str) -> str:
    """Write an amount of things whose plural ends in s; exactly 1 is singular."""
    return f"{number(amount)} {noun}{'' if shown(amount) == 1 else 's'}"


def moment(instant: Instant) -> str:
    """Write an instant to the minute, UTC."""
    return f"{format_instant(instant)[:16].replace('T', ' ')} UTC"


def day(instant: Instant, as_of: Instant | None = None) -> str:
    """Write a date as people say it, 15 October 2026; shortly before `as_of`, without its year."""
    year, month, day_ = map(int, format_date(instant).split("-"))
    recent = as_of is not None and 0 <= as_of - instant <= _SAME_YEAR
    return f"{day_} {_MONTHS[month - 1]}{'' if recent else f' {year}'}"


def span(hours: int) -> str:
    """Write a length of time: hours below two days, days and hours below ten, then days."""
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return count(hours, "hour")
    days, rest = divmod(hours, 24)
    return f"{days} days {rest} h" if rest and days < 10 else f"{days} days"


def group_title(group: str) -> str:
    """Name a dimension, or Platform Value, as people call it."""
    return TITLES.get(group) or group.replace("_", " ")


def title(name: str) -> str:
    """Name a metric or pillar as people call it; a pillar with where it belongs."""
    metric = named(name)
    return f"{metric.label} ({TITLES['platform_value']})" if metric.dimension == "platform_value" else metric.label


def value(name: str, raw: float, window_days: float | None, *, lower_bound: bool = False) -> str:
    """Write a metric's or pillar's raw value with its unit; counts also with their window."""
    if named(name).called.form == "median":
        return f"median {'at least ' if lower_bound else ''}{short(name, raw)}"
    is_count = window_days is not None and not named(name).unit
    return f"{short(name, raw)} in {window_days:g} days" if is_count else short(name, raw)


def target(name: str, threshold: Threshold | None) -> str:
    """Say at which raw value a metric (or, without thresholds, a pillar) has full points."""
    if threshold is None:
        return "full points at 100"
    if named(name).called.form == "yes_no":
        return f"full points: {named(name).called.answers[not threshold.lower_is_better]}"
    green = short(name, threshold.green).removesuffix(" of 100").removesuffix(" of 5")
    if threshold.lower_is_better and threshold.green == 0:
        return f"full points at {green}"
    return f"full points at {green} or {'less' if threshold.lower_is_better else 'more'}"


def short(name: str, raw: float) -> str:
    """Write a raw value with its unit, and nothing else."""
    unit, form, decimals = named(name).unit, named(name).called.form, named(name).called.decimals
    if form == "yes_no":
        return named(name).called.answers[bool(raw)]
    if form == "countdown" and raw < 0:
        return f"{count(-raw, 'day')} overdue"
    if unit in {"min", "h"}:
        return _duration(raw, unit)
    return f"{signed(raw, decimals) if form == 'change' else number(raw, decimals)}{_unit(unit, raw)}"


def _unit(unit: str, raw: float) -> str:
    if unit in {"days", "points"} and abs(shown(raw)) == 1:
        return f" {unit.removesuffix('s')}"
    return unit if unit in {"%", ""} else f" {unit}"


def _duration(raw: float, unit: str) -> str:
    """Write minutes or hours, and in brackets the larger unit where that says more."""
    hours = raw / 60 if unit == "min" else raw
    plain = f"{number(raw)} {unit}"
    if hours >= 48:
        return f"{plain} ({count(hours / 24, 'day')})"
    return f"{plain} ({number(hours)} h)" if unit == "min" and hours >= 2 else plain
