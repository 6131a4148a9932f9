"""Score lines: of each account and instant what a backtest needs, and the book that they make."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from scoring.alerts import renewal_days, steady_score, weighed
from scoring.instants import Instant
from scoring.outcomes import NOTICE_DAYS, Outcome
from scoring.score import Score


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One account's score at one instant: figures as shown, and those that are derived from its receipt, unrounded.

    `steady` is the steady score of `scoring.alerts`. `quantitative` is the score before any cap.
    `groups` are the scores of the dimensions and of Platform Value that are known.
    """

    account_id: str
    as_of: Instant
    final_score: float | None
    tier: str | None
    steady: float | None
    quantitative: float | None
    renewal_days: float | None
    groups: Mapping[str, float]


def score_line_of(score: Score) -> ScoreLine:
    """Take from a score what a backtest needs."""
    metrics = score.groups
    groups = {name: weighed(own.values()) for name, own in metrics.items()}
    return ScoreLine(
        account_id=score.account_id,
        as_of=score.as_of,
        final_score=score.final_score,
        tier=score.tier,
        steady=steady_score(score),
        quantitative=weighed(metric for own in metrics.values() for metric in own.values()),
        renewal_days=renewal_days(score),
        groups={name: group for name, group in groups.items() if group is not None},
    )


@dataclass(frozen=True)
class Book:
    """All score lines, by account and instant, and when accounts left.

    `calendar` are the instants at which anything was scored. An account is in the book where it has a
    number and has not given notice before; after its notice it is out for good.
    """

    lines: Mapping[str, Sequence[ScoreLine]]
    left: Mapping[str, Instant]

    @cached_property
    def calendar(self) -> tuple[Instant, ...]:
        """List the instants at which anything was scored, the earliest first."""
        return tuple(sorted({line.as_of for lines in self.lines.values() for line in lines}))

    @cached_property
    def snapshots(self) -> Mapping[Instant, list[ScoreLine]]:
        """Give, for each instant of the calendar, the lines of the accounts that are in the book, by account."""
        found: dict[Instant, list[ScoreLine]] = {as_of: [] for as_of in self.calendar}
        for account_id in sorted(self.lines):
            leaves = self.left.get(account_id)
            for line in self.lines[account_id]:
                if line.final_score is not None and (leaves is None or leaves >= line.as_of):
                    found[line.as_of].append(line)
        return found

    def last(self, account_id: str, until: Instant) -> ScoreLine | None:
        """Give an account's last line by an instant, with a number or without."""
        lines = self.lines.get(account_id, ())
        place = bisect_right(lines, until, key=attrgetter("as_of"))
        return lines[place - 1] if place else None


def in_lines(lines: Iterable[ScoreLine]) -> dict[str, list[ScoreLine]]:
    """Put lines in order, by account and instant; of several of one account and instant the last given counts."""
    found: dict[str, dict[Instant, ScoreLine]] = {}
    for line in lines:
        found.setdefault(line.account_id, {})[line.as_of] = line
    return {account_id: [own[as_of] for as_of in sorted(own)] for account_id, own in found.items()}


def book_of(
    lines: Mapping[str, Sequence[ScoreLine]], outcomes: Iterable[Outcome], notice_days: int = NOTICE_DAYS
) -> Book:
    """Make the book of all lines; who churned is out from the decision on, of several the earliest."""
    left: dict[str, Instant] = {}
    for one in outcomes:
        if one.is_churn:
            decided = one.decided(notice_days)
            left[one.account_id] = min(decided, left.get(one.account_id, decided))
    return Book(lines, left)
