"""What people see of a score at a glance: its figure, its tier, and what is not known behind it."""

from dataclasses import dataclass

from scoring.score import Score

DOUBTS = frozenset({"partial", "low_confidence", "signals_unknown", "stale", "dead", "unmapped"})
"""The flags that say how much of the picture is known; those of a source have its name behind a colon."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A score as it is shown: with one decimal, its tier, the flags of its coverage."""

    score: float | None
    tier: str | None
    doubts: tuple[str, ...]


def appearance(score: Score) -> Appearance:
    """Give what people see of a score; two that look the same need not be shown anew."""
    doubts = tuple(flag for flag in score.flags if flag.partition(":")[0] in DOUBTS)
    return Appearance(score.final_score, score.tier, doubts)
