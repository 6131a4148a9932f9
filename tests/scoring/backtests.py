"""Small portfolios for backtests: score lines by hand, and outcomes as rows of a table."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from scoring.backtest.lines import ScoreLine
from scoring.instants import Instant, parse_instant
from scoring.outcomes import Outcome, OutcomeRow, Refusal, read_row

TIERS = {90: "Champion", 76: "Healthy", 60: "At Risk", 0: "Critical"}


def tier_of(score: float | None) -> str | None:
    """Give the tier of a score by the floors of MODEL.md."""
    return None if score is None else next(name for floor, name in TIERS.items() if score >= floor)


def line(
    account_id: str, as_of: Instant, score: float | None, *, tier: str | None = None, renewal_days: float | None = None
) -> ScoreLine:
    """Make a line whose steady score is its score."""
    return ScoreLine(account_id, as_of, score, tier or tier_of(score), score, score, renewal_days, {})


def lines_of(
    scores: Mapping[str, object], calendar: Sequence[str], renewal_days: Mapping[str, Sequence[float]]
) -> dict[str, list[ScoreLine]]:
    """Make lines of scores by account: one for each date, `-` for no line, a pair for a score and its tier."""
    found: dict[str, list[ScoreLine]] = {}
    for account_id, given in scores.items():
        own = given if isinstance(given, list) else [given] * len(calendar)
        assert len(own) == len(calendar), account_id
        for as_of, score, days in zip_longest(calendar, own, renewal_days.get(account_id, ())):
            if score != "-":
                number, tier = score if isinstance(score, list) else (score, None)
                at = parse_instant(as_of)
                found.setdefault(account_id, []).append(line(account_id, at, number, tier=tier, renewal_days=days))
    return found


def outcomes_of(rows: Sequence[str]) -> list[Outcome | Refusal]:
    """Read rows of a table of outcomes, its columns in the order of docs/trust.md."""
    read = [(row.split(",")[0], read_row(OutcomeRow(*row.split(",")))) for row in rows]
    return [
        found if isinstance(found, Outcome) else Refusal(place, account_id, found)
        for place, (account_id, found) in enumerate(read, 1)
    ]
