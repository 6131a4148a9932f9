"""What a morning holds: the accounts that changed for the worse, or renew soon while they are at risk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from config.desk import DeskTerms
from handlers.jobs.portfolio import Line
from scoring.instants import DAY, Instant
from scoring.summary import Summary
from scoring.verdict import AT_RISK

Why: TypeAlias = Literal["fell", "lost", "renews"]

LADDER = {"Critical": 0, "At Risk": 1, "Unknown": 1, None: 1, "Healthy": 2, "Champion": 3}
"""How good a tier is. Who is no longer known stands no better than At Risk: silence is no good news."""

_KNOWN = frozenset({"Critical", "At Risk", "Healthy", "Champion"})


@dataclass(frozen=True, slots=True)
class Call:
    """An account that somebody should look at this morning, and why: it fell a tier, lost points, renews soon."""

    line: Line
    whys: tuple[Why, ...]


def morning(lines: Iterable[Line], terms: DeskTerms, now: Instant) -> list[Call]:
    """List who is in a morning, in the order of the lines; what is quiet is left out."""
    calls = (Call(line, whys(line.summary, terms, now)) for line in lines)
    return [call for call in calls if call.whys]


def whys(summary: Summary, terms: DeskTerms, now: Instant) -> tuple[Why, ...]:
    """Say why an account is in a morning; empty where it is not."""
    return tuple(_whys(summary, terms, now))


def _whys(summary: Summary, terms: DeskTerms, now: Instant) -> Iterable[Why]:
    if fell(summary):
        yield "fell"
    if summary.change is not None and summary.change <= -terms.morning_points:
        yield "lost"
    if summary.tier in AT_RISK and renews_within(summary, terms.morning_days, now):
        yield "renews"


def fell(summary: Summary) -> bool:
    """Tell whether a tier is worse than that of the record before, or was good and is not known any more."""
    return summary.moved is not None and LADDER[summary.tier] < LADDER[summary.moved.tier]


def rose(summary: Summary) -> bool:
    """Tell whether a tier is better than that of the record before; both must be known."""
    if summary.moved is None or not {summary.tier, summary.moved.tier} <= _KNOWN:
        return False
    return LADDER[summary.tier] > LADDER[summary.moved.tier]


def days_to_renewal(summary: Summary, now: Instant) -> int | None:
    """Count the days from the date of an instant to that of the renewal: 0 on the day itself, below zero once over.

    None where no date is known.
    """
    return None if summary.renewal is None else summary.renewal // DAY - now // DAY


def renews_within(summary: Summary, days: int, now: Instant) -> bool:
    """Tell whether the renewal is due within so many days, or overdue."""
    left = days_to_renewal(summary, now)
    return left is not None and left <= days
