"""Two models on the same rows: which of them tells better who churned, as far as that can be told.

One figure decides, once a run: the difference of the AUC at the landmark of 90 days, draft less base.
Accounts are drawn again and again, churned and others apart, each with its rows under both models at
once; limits are widened for few churns (Hesterberg 2014: by Student's t, and by n / (n - 1)), since plain
percentiles of so few draws call one equal draft in ten better or worse.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from statistics import NormalDist
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from scoring.backtest.resamples import LIMITS, Chance, Interval, percentile

T = TypeVar("T")

Verdict: TypeAlias = Literal["better", "worse", "cannot tell"]

DAYS = 90
"""The landmark at which two models are held against each other: the one that decides."""

FEWEST_CHURNS = 10
"""With fewer churned accounts nothing is told."""

LEAST_DIFFERENCE = 0.01
"""A smaller difference of AUC is no reason to stop anybody, however sure it is."""

DRAWS = 1000


class PairedRow(NamedTuple):
    """An outcome with the scores that its account had at the landmark, under the base and under the draft."""

    account_id: str
    is_churn: bool
    base: float
    draft: float


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to; None is what cannot be told.

    `detectable` is the smallest difference that these rows would have shown. `churns_needed` is how many
    churned accounts it takes: to be told anything, or to tell a difference of the size that was seen.
    """

    rows: int
    churns: int
    base_auc: float | None = None
    draft_auc: float | None = None
    difference: float | None = None
    difference_95: Interval | None = None
    verdict: Verdict = "cannot tell"
    detectable: float | None = None
    churns_needed: int | None = None


def compare(rows: Sequence[PairedRow], chance: Chance) -> Compared:
    """Hold two models against each other on rows in any order; `churns` counts accounts."""
    pair = _Pair(sorted(rows))
    churned, others = pair.accounts
    base, draft = pair.aucs([1] * len(rows)) if churned and others else (None, None)
    fewest = min(len(churned), len(others))
    if base is None or draft is None or fewest < FEWEST_CHURNS:
        needed = FEWEST_CHURNS if len(churned) < FEWEST_CHURNS else None
        return Compared(len(rows), len(churned), base, draft, churns_needed=needed)
    found = sorted(draft - base for base, draft in pair.drawn(chance))
    low, high = _limits(found, fewest)
    difference, half = draft - base, (high - low) / 2
    enough = ceil(len(churned) * (half / difference) ** 2) if abs(difference) >= LEAST_DIFFERENCE else None
    verdict = _verdict(difference, low, high)
    return Compared(
        rows=len(rows),
        churns=len(churned),
        base_auc=base,
        draft_auc=draft,
        difference=difference,
        difference_95=(low, high),
        verdict=verdict,
        detectable=max(half, LEAST_DIFFERENCE),
        churns_needed=enough if verdict == "cannot tell" else None,
    )


def _verdict(difference: float, low: float, high: float) -> Verdict:
    if abs(difference) < LEAST_DIFFERENCE or low <= 0 <= high:
        return "cannot tell"
    return "better" if difference > 0 else "worse"


def _limits(ordered: Sequence[float], accounts: int) -> Interval:
    tail = tail_of(accounts)
    return percentile(ordered, tail), percentile(ordered, 1 - tail)


def tail_of(accounts: int) -> float:
    """Say which share of draws lies outside each limit, where so many accounts are drawn."""
    z, free = NormalDist().inv_cdf(LIMITS[1]), accounts - 1
    student = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return NormalDist().cdf(-student * (accounts / free) ** 0.5)


class _Pair:
    """Rows under two models, ranked once; each account's rows count as often as it is drawn."""

    def __init__(self, rows: Sequence[PairedRow]) -> None:
        self._rows = rows
        self._base = _Ranks([row.base for row in rows], [row.is_churn for row in rows])
        self._draft = _Ranks([row.draft for row in rows], [row.is_churn for row in rows])

    @property
    def accounts(self) -> tuple[list[str], list[str]]:
        """Name the accounts that have a churned row, and the others, in order."""
        churned = {row.account_id for row in self._rows if row.is_churn}
        return sorted(churned), sorted({row.account_id for row in self._rows} - churned)

    def aucs(self, counts: Sequence[int]) -> tuple[float, float]:
        """Give the AUC under the base and under the draft."""
        return self._base.auc(counts), self._draft.auc(counts)

    def drawn(self, chance: Chance) -> Iterator[tuple[float, float]]:
        """Give both for one draw of accounts after the other."""
        churned, others = self.accounts
        names, never = [row.account_id for row in self._rows], [0] * len(self._rows)
        for _ in range(DRAWS):
            often = Counter(_all_of(churned, chance) + _all_of(others, chance))
            yield self.aucs([*map(often.get, names, never)])


def _all_of(population: Sequence[T], chance: Chance) -> list[T]:
    return chance.choices(population, k=len(population))


class _Ranks:
    """Rows of one model: those that stayed in the order of their scores, and of each churned one where it falls."""

    def __init__(self, scores: Sequence[float], churned: Sequence[bool]) -> None:
        stayed = sorted((score, row) for row, (score, left) in enumerate(zip(scores, churned, strict=True)) if not left)
        values = [score for score, _ in stayed]
        self._stayed = [row for _, row in stayed]
        self._churned = [
            (row, bisect_left(values, score), bisect_right(values, score))
            for row, (score, left) in enumerate(zip(scores, churned, strict=True))
            if left
        ]

    def auc(self, counts: Sequence[int]) -> float:
        """Give the share of pairs in which the churned row has the lower score, a tie one half."""
        above = [0, *accumulate(map(counts.__getitem__, self._stayed))]
        stayed, churned = above[-1], sum([counts[row] for row, _, _ in self._churned])
        twice = sum([counts[row] * (2 * stayed - above[low] - above[high]) for row, low, high in self._churned])
        return twice / (2 * stayed * churned)
