"""A line of the portfolio in words and figures, as people read them in a table."""

from collections.abc import Sequence

from handlers.words.alerts import reason_of
from handlers.words.drivers import brief_cause
from handlers.words.figures import number, points, with_sign
from handlers.words.layout import clean
from scoring.customer import Csm
from scoring.instants import format_date
from scoring.summary import Summary

_BARS = "▁▂▃▄▅▆▇█"
_LADDER = ("Critical", "At Risk", "Healthy", "Champion")
NOTHING = "-"
"""Stands where nothing is known."""


def name_of(summary: Summary) -> str:
    """Name an account; one without a name by its id."""
    return clean(summary.account_name or summary.account_id)


def score_of(summary: Summary) -> str:
    """Write the score."""
    return NOTHING if summary.final_score is None else points(summary.final_score)


def smoothed_of(summary: Summary) -> str:
    """Write the smoothed steady score, by which accounts are alerted."""
    return NOTHING if summary.smoothed is None else points(summary.smoothed)


def since_of(summary: Summary) -> str:
    """Say since when an account is on the list of alerts; nothing where it is not."""
    return "" if summary.alert is None else format_date(summary.alert.since)


def why_of(summary: Summary) -> str:
    """Say why an account is on the list of alerts; nothing where it is not."""
    return "" if summary.alert is None else reason_of(summary.alert)


def range_of(summary: Summary) -> str:
    """Write the range in which the score lies, depending on what is missing; nothing where it is the score itself."""
    if summary.low is None or summary.high is None or summary.low == summary.high:
        return ""
    return f"{points(summary.low)}-{points(summary.high)}"


def change_of(summary: Summary) -> str:
    """Write the points since the record before, with their sign."""
    change = summary.change
    if change is None:
        return NOTHING
    return f"{change:+.1f}" if change else "0.0"


def course_of(scores: Sequence[float | None]) -> str:
    """Draw scores of 0 to 100 as bars; a dot stands where a month has none."""
    return "".join("·" if one is None else _BARS[min(int(one * len(_BARS) / 100), len(_BARS) - 1)] for one in scores)


def money_of(summary: Summary) -> str:
    """Write the ARR with its currency."""
    return NOTHING if summary.arr is None else f"{summary.currency or ''} {number(summary.arr)}".strip()


def renewal_of(summary: Summary) -> str:
    """Write the date of the renewal."""
    return NOTHING if summary.renewal is None else format_date(summary.renewal)


def csm_of(csm: Csm | None) -> str:
    """Name the CSM; one whom nobody may read by the id, one who left with a word on it."""
    if csm is None:
        return NOTHING
    named = clean(csm.name or csm.mail or csm.id or NOTHING)
    return f"{named} (inactive)" if csm.is_active is False else named


def moved_by(summary: Summary) -> str:
    """Say what moved the score most, and last from which tier the account came."""
    return "; ".join(filter(None, (causes_of(summary), was_of(summary))))


def causes_of(summary: Summary, most: int | None = None) -> str:
    """Say what moved the score, the largest first and the points before the cause: room may end anywhere."""
    drivers = () if summary.moved is None else summary.moved.drivers
    return "; ".join(f"{with_sign(driver.points)} {brief_cause(driver)}" for driver in drivers[:most])


def was_of(summary: Summary) -> str:
    """Say from which tier an account came; nothing where it is still the same."""
    moved = summary.moved
    return "" if moved is None or moved.tier in {None, summary.tier} else f"was {moved.tier}"


def turn_of(summary: Summary) -> str:
    """Draw whether the tier is a better or a worse one than before; nothing where neither can be said."""
    before = None if summary.moved is None else summary.moved.tier
    if before == summary.tier or before not in _LADDER or summary.tier not in _LADDER:
        return ""
    return " ↑" if _LADDER.index(summary.tier) > _LADDER.index(before) else " ↓"
