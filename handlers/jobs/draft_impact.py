"""What a draft does to a portfolio at a month-end, in counts that can be held against each other anywhere."""

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from handlers.jobs.portfolio import TIERS, UNSCORED
from handlers.words.figures import count, number
from scoring.rounding import difference
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Month

MINUS = "\N{MINUS SIGN}"


class Cell(NamedTuple):
    """How many accounts go from one tier to another."""

    now: str
    draft: str
    accounts: int

    @property
    def is_same(self) -> bool:
        """Tell whether the tier stays."""
        return self.now == self.draft


def tier_name(tier: str | None) -> str:
    """Name a tier; unscored where there is none."""
    return tier or UNSCORED


def matrix(month: Month) -> list[list[Cell]]:
    """Count accounts from tier (rows) to tier (columns); a tier that no account has on either side is left out."""
    pairs = [(tier_name(case.now.tier), tier_name(case.draft.tier)) for case in month.cases]
    named = [tier for tier in TIERS if tier not in ("Unknown", UNSCORED) or any(tier in pair for pair in pairs)]
    return [[Cell(now, draft, pairs.count((now, draft))) for draft in named] for now in named]


def mean_change(cases: Sequence[Case]) -> float | None:
    """Give the mean change of the score of those that have one under both models."""
    changes = [case.change for case in cases if case.change is not None]
    return fsum(changes) / len(changes) if changes else None


def money_change(month: Month) -> float:
    """Give by how much the ARR grows of accounts that are at risk, Unknown or unscored."""
    now, draft = month.groups(AT_RISK)
    return draft.worth - now.worth


def moved(month: Month) -> int:
    """Count the accounts that change their tier."""
    return sum(case.is_of_other_tier for case in month.cases)


def rescored(month: Month) -> int:
    """Count the accounts whose score changes."""
    return sum(difference(case.now.final_score, case.draft.final_score) not in (0.0, None) for case in month.cases)


def summary_words(month: Month) -> str:
    """Say in a sentence how many accounts change their tier, and the mean of the changes of scores."""
    mean = mean_change(month.cases)
    said = "no score under both" if mean is None else f"mean score {_mean_words(mean)}"
    return f"{number(moved(month))} of {count(len(month.cases), 'account')} change tier · {said}"


def _mean_words(mean: float) -> str:
    """Say a mean of changes; one that rounds to nothing would read as a score of 0."""
    return "unchanged" if f"{abs(mean):.2f}" == "0.00" else signed_two(mean)


def signed_two(value: float) -> str:
    """Write a number with its sign and two decimals; what rounds to nothing has none."""
    text = f"{abs(value):.2f}"
    sign = "" if text == "0.00" else "+" if value > 0 else MINUS
    return f"{sign}{text}"
