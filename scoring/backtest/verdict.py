"""The verdict: does the score warn? Judged by intervals, never by the figures alone.

- `cannot tell`, where fewer than `FEWEST_CHURNS` churns have a score 90 days before their decision, or count
  for the lead, or where an interval is missing.
- `warns`, where both intervals lie above chance: that of the AUC at 90 days above one half, and that of the
  share of churns alerted at least 60 days before the decision above what any account would have had.
- `no better than chance`, where the interval of the AUC ends below `OF_USE`: even the best that the evidence
  allows would be of no use.
- else `cannot tell`.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal, TypeAlias

from scoring.backtest.discrimination import FEWEST_CHURNS
from scoring.backtest.figures import LandmarkFigures, WarningFigures
from scoring.backtest.ledger import IN_TIME

Word: TypeAlias = Literal["warns", "cannot tell", "no better than chance"]

Reason: TypeAlias = Literal[
    "both", "few_churns", "no_interval", "useless", "wrong_way", "ranks_only", "lists_only", "wide"
]
"""Why the verdict is as it is. Of `cannot tell`: `ranks_only`, where the lead's interval reaches down to chance;
`lists_only`, where the AUC's does; `wide`, where both do. `wrong_way`: the AUC's lies below one half."""

EVEN = 0.5
"""The AUC of a score that tells nothing."""

OF_USE = 0.6
"""An AUC below this is of no use: of 100 pairs fewer than 60 are told apart, and a coin has 50."""

WIDTH, AT_CHURNS = 0.21, 20
"""So wide was the interval of the AUC with so many churns, as measured in simulation; it narrows with their root."""

MORE_CHURNS = (20, 50, 100)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the score warns, why that is said, and of how many churns: fewer than the two tables have."""

    word: Word
    reason: Reason
    churns: int


def verdict(ninety: LandmarkFigures, warning: WarningFigures) -> Verdict:
    """Judge by the landmark at 90 days and by the leads."""
    word, reason = _judged(ninety, warning)
    return Verdict(word, reason, min(ninety.churns, warning.churns))


def _judged(ninety: LandmarkFigures, warning: WarningFigures) -> tuple[Word, Reason]:
    if min(ninety.churns, warning.churns) < FEWEST_CHURNS:
        return "cannot tell", "few_churns"
    recall, twin = warning.recall_at_lead_95[IN_TIME], warning.shuffled.recall_at_lead[IN_TIME]
    if ninety.auc_95 is None or recall is None or twin is None:
        return "cannot tell", "no_interval"
    low, high = ninety.auc_95
    if high < OF_USE:
        return "no better than chance", "wrong_way" if high < EVEN else "useless"
    return _above_chance(ranks=low > EVEN, lists=recall[0] > twin)


def _above_chance(*, ranks: bool, lists: bool) -> tuple[Word, Reason]:
    if ranks and lists:
        return "warns", "both"
    if ranks:
        return "cannot tell", "ranks_only"
    return "cannot tell", "lists_only" if lists else "wide"


def width_with(churns: int) -> float:
    """Say about how wide the interval of an AUC is with so many churns."""
    return WIDTH * sqrt(AT_CHURNS / churns)


def churns_for(width: float) -> int:
    """Say about how many churns an interval of an AUC needs to be so wide."""
    return ceil(AT_CHURNS * (WIDTH / width) ** 2)
