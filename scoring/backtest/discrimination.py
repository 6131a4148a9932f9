"""How well the score at a landmark tells who churned: the figures of a table of landmark rows."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TypeAlias

from scoring.backtest.alarms import Alarms
from scoring.backtest.figures import LandmarkFigures, TreatedFigures
from scoring.backtest.holdout import held_out_chances
from scoring.backtest.landmarks import LandmarkRow, Landmarks
from scoring.backtest.resamples import Chance, Interval, interval, resamples
from scoring.backtest.statistics import Tie, auc, calibration, share, tied

RED = "Critical"

Figure: TypeAlias = Callable[[Sequence[int]], float | None]
"""A figure of rows that count so often."""

FEWEST_CHURNS = 10
"""Of fewer churns no calibration is given: it would be chance."""


@dataclass(frozen=True)
class Table:
    """Landmark rows, and what is worked out of them once; each figure for rows that count so often."""

    rows: Sequence[LandmarkRow]

    @cached_property
    def once(self) -> list[int]:
        """Count each row once."""
        return [1] * len(self.rows)

    @cached_property
    def chances(self) -> list[float | None]:
        """Give each row's held-out chance."""
        return held_out_chances(self.rows)

    @cached_property
    def _accounts(self) -> list[str]:
        return [row.outcome.account_id for row in self.rows]

    @cached_property
    def _churned(self) -> list[int]:
        """Give the places of the rows that churned."""
        return [place for place, row in enumerate(self.rows) if row.is_churn]

    @cached_property
    def _red(self) -> list[tuple[int, bool]]:
        """Give (place, churned) of the rows in the worst tier."""
        return [(place, row.is_churn) for place, row in enumerate(self.rows) if row.line.tier == RED]

    @cached_property
    def _ties(self) -> list[Tie]:
        return tied([row.risk for row in self.rows], [row.is_churn for row in self.rows])

    @cached_property
    def _errors(self) -> list[tuple[int, bool, float]]:
        """Give (place, churned, squared error) of the rows that have a chance."""
        return [
            (place, row.is_churn, (chance - row.is_churn) ** 2)
            for place, (row, chance) in enumerate(zip(self.rows, self.chances, strict=True))
            if chance is not None
        ]

    def counts(self, drawn: Counter[str]) -> list[int]:
        """Say how often each row counts in a resample of accounts."""
        return [drawn[account_id] for account_id in self._accounts]

    def churned_share(self, counts: Sequence[int]) -> float | None:
        """Give the share of rows that churned."""
        return share(sum([counts[place] for place in self._churned]), sum(counts))

    def auc(self, counts: Sequence[int]) -> float | None:
        """Give how often the churned of a pair had the lower score."""
        return auc(self._ties, counts)

    def brier(self, counts: Sequence[int]) -> tuple[float | None, float | None]:
        """Give the mean squared error of the held-out chances, and that of the share that churned, on the same rows."""
        of = sum([counts[place] for place, _, _ in self._errors])
        base = share(sum([counts[place] for place, churned, _ in self._errors if churned]), of)
        error = share(fsum([counts[place] * error for place, _, error in self._errors]), of)
        return error, None if base is None else base * (1 - base)

    def skill(self, counts: Sequence[int]) -> float | None:
        """Give the share of the error that the score takes away; None where there is nothing to tell apart."""
        error, base = self.brier(counts)
        return None if error is None or not base else 1 - error / base

    def red(self, counts: Sequence[int]) -> tuple[int, int]:
        """Count the rows in the worst tier, and those of them that churned."""
        red = sum([counts[place] for place, _ in self._red])
        return red, sum([counts[place] for place, churned in self._red if churned])

    def red_ratio(self, counts: Sequence[int]) -> float | None:
        """Give how many times as often as all rows those in the worst tier churned."""
        red, churned = self.red(counts)
        rate, base = share(churned, red), self.churned_share(counts)
        return None if rate is None or not base else rate / base

    def intervals(self, figures: Sequence[Figure], draws: Iterable[Counter[str]]) -> list[Interval | None]:
        """Give the intervals of figures over resamples of accounts: each is drawn and counted once, for all of them."""
        counted = map(self.counts, draws)
        drawn = [[figure(counts) for figure in figures] for counts in counted]
        return [interval(values) for values in zip(*drawn, strict=True)] or [None] * len(figures)

    @property
    def accounts(self) -> tuple[list[str], list[str]]:
        """Name the accounts that have a churned row, and the others, in order."""
        churned = {row.outcome.account_id for row in self.rows if row.is_churn}
        return sorted(churned), sorted({row.outcome.account_id for row in self.rows} - churned)


def landmark_figures(found: Landmarks, alarms: Alarms, chance: Chance) -> LandmarkFigures:
    """Work out all figures of one landmark; limits from resamples of its accounts, predictions held fixed."""
    table = Table(found.rows)
    once, churned = table.once, [row for row in found.rows if row.is_churn]
    draws = resamples(*table.accounts, chance) if found.rows else ()
    auc_95, skill_95, red_ratio_95 = table.intervals((table.auc, table.skill, table.red_ratio), draws)
    error, base = table.brier(once)
    slope, intercept = _calibration(table) if len(churned) >= FEWEST_CHURNS else (None, None)
    red, red_churned = table.red(once)
    warned = [row for row in churned if alarms.is_alerted(row.outcome.account_id, row.line.as_of)]
    return LandmarkFigures(
        days=found.days,
        rows=len(found.rows),
        churns=len(churned),
        no_landmark=found.no_landmark,
        unscored=found.unscored,
        base_rate=table.churned_share(once),
        auc=table.auc(once),
        auc_95=auc_95,
        brier=error,
        brier_base=base,
        brier_skill=table.skill(once),
        brier_skill_95=skill_95,
        calibration_slope=slope,
        calibration_intercept=intercept,
        red_rows=red,
        red_churn_rate=share(red_churned, red),
        red_ratio=table.red_ratio(once),
        red_ratio_95=red_ratio_95,
        recall_at_budget=share(len(warned), len(churned)),
        arr_recall_at_budget=share(_arr(warned), _arr(churned)),
        treated=_treated(found.rows),
    )


def _arr(rows: Sequence[LandmarkRow]) -> float:
    return fsum(row.outcome.arr or 0.0 for row in rows)


def _calibration(table: Table) -> tuple[float | None, float | None]:
    known = [
        (chance, row.is_churn) for chance, row in zip(table.chances, table.rows, strict=True) if chance is not None
    ]
    return calibration([chance for chance, _ in known], [churned for _, churned in known])


def _treated(rows: Sequence[LandmarkRow]) -> TreatedFigures | None:
    """Give the bounds that treated accounts leave; None where nobody was treated."""
    treated = sum(row.is_treated for row in rows)
    if not treated:
        return None
    left = Table([row for row in rows if not row.is_treated])
    as_churned = tied([row.risk for row in rows], [row.is_churn or row.is_treated for row in rows])
    return TreatedFigures(treated, left.auc(left.once), auc(as_churned, [1] * len(rows)))
