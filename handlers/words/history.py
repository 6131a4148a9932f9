"""The history of an account in words: why a month is blind, and why a record is not what is known now."""

from collections.abc import Iterable

from config.source import label_of
from handlers.words.figures import percent, points
from scoring.blind_spots import BlindSpot, Why
from scoring.history import Cause, MonthEnd
from scoring.instants import format_date
from scoring.score import Score

NOTHING = "-"
"""Stands where there is no figure."""

_CAUSES: dict[Cause, str] = {
    "as_of": "the record is of an earlier instant",
    "data": "data or mapping came after the record",
    "model": "the model has changed",
}


def causes(month: MonthEnd) -> str:
    """Say why a record does not show what is known now; empty where it does."""
    return "; ".join(_CAUSES[cause] for cause in month.causes)


def corrected(month: MonthEnd) -> str:
    """Say what was shown first of a month whose record was corrected; empty where it was not."""
    if month.recorded is None or month.recorded.first is None:
        return ""
    final = month.recorded.first.score.final_score
    return f"corrected, first shown {'without a number' if final is None else points(final)}"


def reason(score: Score, blind: Iterable[BlindSpot]) -> str:
    """Say why a month is unscored, or its tier Unknown, or no record is made of it; empty where it is none of these."""
    if "account_deleted" in score.flags:
        return "deleted in the CRM"
    if score.tier not in (None, "Unknown"):
        return ""
    named: dict[str, list[str]] = {}
    for spot in blind:
        named.setdefault(why_blind(spot), []).append(label_of(spot.source))
    said = "; ".join(f"{', '.join(sources)}: {why}" for why, sources in named.items())
    return said or ("nothing is known" if score.tier is None else "too little is known")


def why_blind(spot: BlindSpot) -> str:
    """Say why a source was blind."""
    since = "" if spot.since is None else f" before {format_date(spot.since)}"
    words: dict[Why, str] = {
        "unmapped": "not mapped",
        "not_covered": f"not covered{since}",
        "unknown_owner": "account not known",
        "dead": "silent for too long",
        "no_reading": "no reading",
        "covered_in_part": f"not covered{since}",
    }
    return words[spot.why]


def figures(score: Score, change: float | None) -> tuple[str, str, str, str, str]:
    """Write score, tier, range, coverage and change."""
    final, low, high = score.final_score, score.low, score.high
    return (
        NOTHING if final is None else points(final),
        score.tier or "unscored",
        "" if low is None or high is None or low == high else f"{points(low)}-{points(high)}",
        percent(score.coverage_pct),
        change_words(change),
    )


def change_words(change: float | None) -> str:
    """Write points gained or lost, with their sign."""
    if change is None:
        return NOTHING
    return f"{change:+.1f}" if change else "0.0"
