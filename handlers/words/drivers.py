"""Drivers in words: what moved a score, from which value to which, in phrases that a list has room for."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from handlers.words.figures import count, day, group_title, points, short, title, with_sign
from handlers.words.layout import clean
from scoring.drivers import Driver, Kind
from scoring.instants import Instant
from scoring.metrics.catalogue import TITLES, named
from scoring.signals import Signal
from scoring.summary import MOST_SIGNALS

_NAMED = 2
"""So many metrics of one group are named; more are counted."""
_SIGNALS = MOST_SIGNALS - 1
"""So many signals are named: a record keeps one more, so that it can be said that there are more."""


def driver_words(driver: Driver, as_of: Instant | None = None) -> str:
    """Say what one driver is and how many points it moved: `Time to close 9 h → 30 h: -1.9`.

    Dates shortly before `as_of` stand without their year.
    """
    return f"{cause_words(driver, as_of)}: {with_sign(driver.points)}"


def cause_words(driver: Driver, as_of: Instant | None = None) -> str:
    """Say what one driver is, without its points."""
    text = _cap(driver, as_of) if driver.kind == "cap" else _CAUSES[driver.kind](driver)
    return text[:1].upper() + text[1:]


def brief_cause(driver: Driver) -> str:
    """Say what one driver is as a list has room for: a cap by its signals' categories alone."""
    if driver.kind != "cap" or not driver.signals:
        return cause_words(driver)
    abouts = dict.fromkeys(_about(signal) for signal in driver.signals)
    return f"cap by {' and '.join(abouts)}{_eased(driver)}"


def _measured(driver: Driver) -> str:
    name = driver.name
    if driver.before is None or driver.after is None:
        return title(name)
    then, now = short(name, driver.before), short(name, driver.after)
    if then == now:
        return f"{title(name)}, {now} as before"
    return f"{title(name)} {then.removesuffix(' of 100').removesuffix(' of 5')} → {now}"


def _cap(driver: Driver, as_of: Instant | None) -> str:
    by = " and ".join(_signal(signal, as_of) for signal in driver.signals[:_SIGNALS])
    by += ", and more" if len(driver.signals) > _SIGNALS else ""
    if by:
        return f"the cap by {by}{_eased(driver)}"
    then, now = ("none" if value is None else points(value) for value in (driver.before, driver.after))
    return f"the cap {then} → {now}"


def _eased(driver: Driver) -> str:
    if driver.points < 0:
        return ""
    return ", ended" if driver.after is None else f", eased to {points(driver.after)}"


def _about(signal: Signal) -> str:
    return clean(signal.category or "") or "a signal without a category"


def _signal(signal: Signal, as_of: Instant | None) -> str:
    words = [clean(word) for word in (signal.severity, signal.confidence) if word]
    seen = "without a date" if signal.observed is None else f"seen on {day(signal.observed, as_of)}"
    return ", ".join([_about(signal), *words, seen])


def _segment(_driver: Driver) -> str:
    return "another segment, with other targets"


def _came(driver: Driver) -> str:
    return f"now known: {listed(driver.names)}"


def _lost(driver: Driver) -> str:
    return f"no longer known: {listed(driver.names)}"


_CAUSES: Mapping[Kind, Callable[[Driver], str]] = {
    "metric": _measured,
    "pillar": _measured,
    "segment": _segment,
    "came": _came,
    "lost": _lost,
}


def listed(names: Sequence[str]) -> str:
    """Name metrics and pillars, by group where there are many of one: `5 metrics of Support Health`."""
    groups = dict.fromkeys(named(name).dimension for name in names)
    parts = [part for group in groups for part in _of_group(group, [n for n in names if named(n).dimension == group])]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _of_group(group: str, names: Sequence[str]) -> Iterable[str]:
    if not group or len(names) <= _NAMED:
        return map(title, names)
    noun = "pillar" if TITLES.get(group) == TITLES["platform_value"] else "metric"
    return [f"{count(len(names), noun)} of {group_title(group)}"]
