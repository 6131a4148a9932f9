"""What if: accounts under another model, month by month. Facts are the same on both sides; only the model differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum, inf
from typing import NamedTuple

from scoring.instants import Instant
from scoring.measurement import measure_at
from scoring.measuring import measures_alike
from scoring.model import Model
from scoring.money import worth
from scoring.periods import period_end
from scoring.rescorer import Figures, Layout, flatten, layout_of, rescore
from scoring.rounding import difference
from scoring.score import Measurements
from scoring.timeline import Timeline

DELETED = "account_deleted"
"""The flag of an account that the CRM had deleted: it stands in no month."""


class Standing(NamedTuple):
    """How an account stands under one model: the figures that lists show."""

    final_score: float | None
    tier: str | None
    low: float | None
    high: float | None
    coverage_pct: float


class Case(NamedTuple):
    """One account at one month-end, under the present model and under the draft.

    `worth` is its ARR in the corporate currency of the present model; None where it is unknown, or has no rate.
    """

    account_id: str
    account_name: str | None
    worth: float | None
    now: Standing
    draft: Standing

    @property
    def change(self) -> float | None:
        """Give the points from the present model to the draft, exactly as decimals; None where either has no score."""
        return difference(self.now.final_score, self.draft.final_score)

    @property
    def is_of_other_tier(self) -> bool:
        """Tell whether the draft gives another tier, or none where there is one, or one where there is none."""
        return self.now.tier != self.draft.tier


class Group(NamedTuple):
    """Some accounts: how many, their ARR in all, and how many of them have none that is known."""

    accounts: int
    worth: float
    without_worth: int


@dataclass(slots=True)
class Month:
    """A month-end: all accounts that there were, and those that the CRM had deleted; so many are `recorded` ones."""

    period: str
    as_of: Instant
    cases: list[Case] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    recorded: int = 0

    def groups(self, tiers: Iterable[str | None]) -> tuple[Group, Group]:
        """Sum up the accounts that are in any of these tiers: those of the present model, and those of the draft."""
        named = frozenset(tiers)
        now = group_of(case for case in self.cases if case.now.tier in named)
        return now, group_of(case for case in self.cases if case.draft.tier in named)

    @property
    def changed(self) -> list[Case]:
        """List the accounts of which any figure differs: those of another tier first, then by the points."""
        return sorted((case for case in self.cases if case.now != case.draft), key=_largest_first)


def _largest_first(case: Case) -> tuple[bool, float, str]:
    change = case.change
    return not case.is_of_other_tier, -(inf if change is None else abs(change)), case.account_id


def group_of(cases: Iterable[Case]) -> Group:
    """Sum up cases."""
    worths = [case.worth for case in cases]
    known = [worth for worth in worths if worth is not None]
    return Group(len(worths), fsum(known), len(worths) - len(known))


class Pair(NamedTuple):
    """What is measured of an account at an instant, under the present model and under the draft.

    `is_recorded` says that it is what a record was made from, whatever has become known since.
    """

    now: Measurements
    draft: Measurements
    is_recorded: bool = False


class Comparison:
    """Two models side by side: facts are measured once where both measure alike, else under each."""

    def __init__(self, present: Model, draft: Model) -> None:
        """Compare a draft with the present model."""
        self.present, self.draft = present, draft
        self.is_measured_anew = not measures_alike(present, draft)
        self._layout: Layout = layout_of(present, draft)

    def measure(self, timeline: Timeline, as_of: Instant) -> Pair:
        """Measure an account as of an instant (exclusive)."""
        now = measure_at(timeline, as_of, self.present)
        return Pair(now, measure_at(timeline, as_of, self.draft) if self.is_measured_anew else now)

    def cases(self, pairs: Sequence[Pair]) -> Iterator[Case]:
        """Score what was measured under both models."""
        now = rescore([flatten(pair.now, self._layout) for pair in pairs], self.present, self._layout)
        draft = rescore([flatten(pair.draft, self._layout) for pair in pairs], self.draft, self._layout)
        for pair, one, other in zip(pairs, now, draft, strict=True):
            measured = pair.now
            money = worth(measured.arr, measured.currency, self.present.currencies)
            yield Case(measured.account_id, measured.account_name, money, standing(one), standing(other))


def months_of(periods: Iterable[str]) -> list[Month]:
    """Give month-ends without any account yet."""
    return [Month(period, period_end(period)) for period in periods]


def add(months: Sequence[Month], measured: Sequence[Sequence[Pair]], comparison: Comparison) -> None:
    """Add accounts to month-ends: of each account there is a pair for every month."""
    for month, pairs in zip(months, zip(*measured, strict=True), strict=False):
        month.deleted += [pair.now.account_id for pair in pairs if DELETED in pair.now.flags]
        month.recorded += sum(pair.is_recorded for pair in pairs)
        month.cases += comparison.cases([pair for pair in pairs if DELETED not in pair.now.flags])


def standing(figures: Figures) -> Standing:
    """Leave of the figures of a score those that lists show."""
    return Standing(figures.final_score, figures.tier, figures.low, figures.high, figures.coverage_pct)
