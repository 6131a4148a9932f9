"""Held-out chances: what each row's risk would have said, by rows that know nothing of it."""

from collections.abc import Iterator, Sequence

from scoring.backtest.landmarks import LandmarkRow
from scoring.backtest.statistics import fit_chance


def folds(rows: Sequence[LandmarkRow]) -> Iterator[tuple[list[int], list[int]]]:
    """Give, for each calendar quarter of effective dates, the places of the rows to learn from and of those held out.

    From the former also every account is left out that has a row in the quarter.
    """
    for quarter in sorted({row.quarter for row in rows}):
        held_out = [place for place, row in enumerate(rows) if row.quarter == quarter]
        accounts = {rows[place].outcome.account_id for place in held_out}
        yield [place for place, row in enumerate(rows) if row.outcome.account_id not in accounts], held_out


def held_out_chances(rows: Sequence[LandmarkRow]) -> list[float | None]:
    """Give each row's chance of churn; None where the rows to learn from are all of one kind."""
    chances: list[float | None] = [None] * len(rows)
    for learned, held_out in folds(rows):
        fitted = fit_chance([rows[place].risk for place in learned], [rows[place].is_churn for place in learned])
        for place in held_out:
            chances[place] = None if fitted is None else fitted.chance(rows[place].risk)
    return chances
