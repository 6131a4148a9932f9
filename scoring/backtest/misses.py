"""Misses: why a churn was not on the alert list in time; exactly one cause, with its proof in figures.

Looked at is the last date of the calendar at which an alert would have been in time; of an account that
was on the list there, and left it, the first date at which it was off. Of the causes that fit, the first
in the order of `CAUSES` is given.

- `late data`: as known now, it would have been alerted in time; what was shown then lacked what came late.
- `no data`: it had no number there, or was out of the book; or a source was not covered, the coverage was
  below the floor, the signals were not known; or, by the rule `steady`, its renewal was not known.
- `stale`: a source had gone silent, and its last figures were used.
- `capped late`: a cap first lowered the score after that date, up to the day on which the churn took
  effect, and nothing else had moved by then.
- `no longer due`: by the rule `steady` it had been on the list, and fell off as its renewal came within the
  notice period; it decided later than that.
- `weight`: metrics came to red, or the score without caps had fallen by `MOVED` points or more from what
  it used to be; yet what moved weighed too little to be among the worst.
- `threshold`: raw values became much worse than they used to be, and still had full points.
- `silent`: none of these: nothing moved.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias, get_args

from scoring.backtest.past import Shift, Thresholds, fall, past_of, shifts
from scoring.instants import Instant
from scoring.score import Score
from scoring.signals import Cap

Cause: TypeAlias = Literal[
    "late data", "no data", "stale", "capped late", "no longer due", "weight", "threshold", "silent"
]

CAUSES: tuple[Cause, ...] = get_args(Cause)

Lack: TypeAlias = Literal["score", "left", "coverage", "signals", "renewal"]
"""What there is no data of: a number; the account itself, which had left before; or what the score rests on."""

MOVED = 5.0
"""Points by which a score must have fallen to have moved."""

MOST_SHIFTS = 3

_UNCOVERED = ("dead:", "unmapped:", "unknown_owner:")
_STALE = ("stale:",)


@dataclass(frozen=True, slots=True)
class KnownNow:
    """What would have been shown with all that is known now: so many days of lead, the score at the date looked at."""

    lead: float
    score: float | None


class Renewal(NamedTuple):
    """How many days ahead a renewal was (None: not known), and whether it was due: `steady` takes those first."""

    days: float | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class Capping:
    """A cap that came too late: since when it was shown, its value, the score without it."""

    as_of: Instant
    cap: Cap
    uncapped: float


@dataclass(frozen=True, slots=True)
class WasListed:
    """The run on the list that ended when the renewal came within the notice period, of so many days: no longer due."""

    first: Instant
    last: Instant
    notice_days: int


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a churn was not alerted in time, and the figures that prove it.

    `as_of` is the date that was looked at; score, tier and coverage are those shown there. `fell` is how
    many points the score without caps had fallen from what it used to be. By the rule `level`, `listed` is
    the best score on the list there; by the rule `steady`, `renewal` says whether that came first. `shifts`
    are the metrics that tell most.
    """

    cause: Cause
    as_of: Instant
    score: float | None = None
    tier: str | None = None
    coverage_pct: float | None = None
    fell: float | None = None
    listed: float | None = None
    renewal: Renewal | None = None
    lacks: tuple[Lack, ...] = ()
    flags: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()
    capping: Capping | None = None
    known_now: KnownNow | None = None
    was_listed: WasListed | None = None


@dataclass(frozen=True)
class Case:
    """A churn that was not alerted in time: its scores in order of time, the date to look at, until when caps count.

    `has_left` says that the account was out of the book there; `renewal` is given where the rule goes by it,
    `was_listed` where the account fell off the list by it.
    """

    scores: Sequence[Score]
    as_of: Instant
    effective: Instant
    thresholds: Thresholds
    has_left: bool = False
    renewal: Renewal | None = None
    listed: float | None = None
    known_now: KnownNow | None = None
    was_listed: WasListed | None = None

    @cached_property
    def now(self) -> Score | None:
        """Give the score at the date; None where there is no line."""
        return next((score for score in self.scores if score.as_of == self.as_of), None)

    @cached_property
    def past(self) -> Sequence[Score]:
        """Give the scores that say what used to be."""
        return past_of(self.scores, self.as_of)

    @cached_property
    def fell(self) -> float | None:
        """Say how many points the score without caps has fallen."""
        return None if self.now is None else fall(self.now, self.past)

    @cached_property
    def shifts(self) -> Sequence[Shift]:
        """Hold each metric and pillar against its past."""
        return [] if self.now is None else shifts(self.now, self.past, self.thresholds)

    def miss(self, cause: Cause) -> Miss:
        """Make the miss, with the figures that stand for every cause."""
        found = Miss(cause, self.as_of, fell=self.fell, listed=self.listed, renewal=self.renewal)
        if self.now is None:
            return found
        return replace(found, score=self.now.final_score, tier=self.now.tier, coverage_pct=self.now.coverage_pct)


def miss_of(case: Case) -> Miss:
    """Say why a churn was not alerted in time: the first cause that fits."""
    found = (finder(case) for finder in _FINDERS)
    return next((miss for miss in found if miss is not None), None) or _silent(case)


def _late_data(case: Case) -> Miss | None:
    return None if case.known_now is None else replace(case.miss("late data"), known_now=case.known_now)


def _no_data(case: Case) -> Miss | None:
    lacks, flags = tuple(_lacks(case)), _flags(case, _UNCOVERED)
    return replace(case.miss("no data"), lacks=lacks, flags=flags) if lacks or flags else None


def _lacks(case: Case) -> Iterable[Lack]:
    if case.has_left:
        yield "left"
    if case.now is None or case.now.final_score is None:
        yield "score"
        return
    if "low_confidence" in case.now.flags:
        yield "coverage"
    elif case.now.tier == "Unknown":
        yield "signals"
    if case.renewal is not None and case.renewal.days is None:
        yield "renewal"


def _flags(case: Case, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return () if case.now is None else tuple(flag for flag in case.now.flags if flag.startswith(kinds))


def _stale(case: Case) -> Miss | None:
    flags = _flags(case, _STALE)
    return replace(case.miss("stale"), flags=flags) if flags else None


def _capped_late(case: Case) -> Miss | None:
    if case.now is None or capping(case.now) is not None:
        return None
    later = (score for score in case.scores if case.as_of < score.as_of <= case.effective)
    score, late = next(((score, late) for score in later if (late := capping(score)) is not None), (None, None))
    if score is None or _moved(fall(score, case.past)):
        return None
    return replace(case.miss("capped late"), capping=late)


def capping(score: Score) -> Capping | None:
    """Give the cap that lowers a score; None where none does."""
    if score.cap is None or score.quantitative_score is None or score.cap.value >= score.quantitative_score:
        return None
    return Capping(score.as_of, score.cap, score.quantitative_score)


def _no_longer_due(case: Case) -> Miss | None:
    return None if case.was_listed is None else replace(case.miss("no longer due"), was_listed=case.was_listed)


def _weight(case: Case) -> Miss | None:
    red = [shift for shift in case.shifts if shift.came_to_red]
    if not red and not _moved(case.fell):
        return None
    costly = [shift for shift in case.shifts if shift.came_to_red or shift.lost > 0]
    return replace(case.miss("weight"), shifts=_most(costly, lambda shift: (-shift.is_red, -shift.lost)))


def _moved(fell: float | None) -> bool:
    return fell is not None and fell >= MOVED


def _threshold(case: Case) -> Miss | None:
    hidden = [shift for shift in case.shifts if shift.is_hidden]
    return replace(case.miss("threshold"), shifts=_most(hidden, lambda shift: (-shift.worse,))) if hidden else None


def _silent(case: Case) -> Miss:
    """Nothing moved; metrics that had been at red all along are named."""
    red = [shift for shift in case.shifts if shift.is_red]
    return replace(case.miss("silent"), shifts=_most(red, lambda shift: (-shift.weight,)))


def _most(found: Iterable[Shift], order: Callable[[Shift], tuple[float, ...]]) -> tuple[Shift, ...]:
    ordered = sorted(sorted(found, key=attrgetter("name")), key=order)
    return tuple(ordered[:MOST_SHIFTS])


_FINDERS: tuple[Callable[[Case], Miss | None], ...] = (
    _late_data,
    _no_data,
    _stale,
    _capped_late,
    _no_longer_due,
    _weight,
    _threshold,
)
