"""Alarms: who would have been alerted when, by one rule at one budget, over the whole calendar."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from scoring.alerts import AlertTerms, Candidate, alerted, smoothed
from scoring.backtest.lines import Book, ScoreLine
from scoring.instants import DAY, Instant

LONGEST_LEAD = 365
"""A warning is not said to be earlier than that, in days."""

SHORTEST_RUN = 2
"""An account that is on the list once, and not again, was no warning."""


@dataclass(frozen=True)
class Alarms:
    """The alert list at each instant of a calendar, the worst first."""

    calendar: Sequence[Instant]
    lists: Sequence[Sequence[str]]

    @cached_property
    def starts(self) -> Sequence[Mapping[str, int]]:
        """Give, for each place of the calendar, where the run began of each account that is alerted there."""
        found: list[dict[str, int]] = []
        for place, named in enumerate(self.lists):
            before = found[-1] if found else {}
            found.append({account_id: before.get(account_id, place) for account_id in named})
        return found

    def is_alerted(self, account_id: str, as_of: Instant) -> bool:
        """Tell whether an account was alerted at an instant of the calendar."""
        return account_id in self.starts[bisect_left(self.calendar, as_of)]

    def newest(self, until: Instant) -> int:
        """Give the place of the calendar's last instant by another; -1 where there is none."""
        return bisect_right(self.calendar, until) - 1

    def live_start(self, account_id: str, newest: int) -> int | None:
        """Say where the live run began, which ends at a place or at the one before; None where there is none."""
        for place in range(newest, max(newest - 2, -1), -1):
            start = self.starts[place].get(account_id)
            if start is not None:
                return start if place - start + 1 >= SHORTEST_RUN else None
        return None

    def lead(self, account_id: str, decided: Instant) -> float:
        """Say how many days before the decision the live run began; 0 where there is none."""
        return self.days_from(self.live_start(account_id, self.newest(decided)), decided)

    def days_from(self, start: int | None, decided: Instant) -> float:
        """Give the days from the place where a run began to the decision, at most a year; 0 where there is no run."""
        return 0.0 if start is None else min(LONGEST_LEAD, (decided - self.calendar[start]) / DAY)

    def since(self, instant: Instant) -> int:
        """Give the place of the calendar's first instant after another."""
        return bisect_right(self.calendar, instant)

    def named(self, first: int, last: int) -> frozenset[str]:
        """Name the accounts that were alerted at any place from the first to the last."""
        return frozenset(account_id for listed in self.lists[first : last + 1] for account_id in listed)


def alarms(book: Book, terms: AlertTerms) -> Alarms:
    """Make the alert list of every instant, each knowing the one before."""
    carried = {account_id: dict(_carried(lines)) for account_id, lines in book.lines.items()}
    lists: list[list[str]] = []
    before: Collection[str] = ()
    for as_of, lines in book.snapshots.items():
        candidates = [_candidate(line, carried[line.account_id][as_of], terms) for line in lines]
        lists.append(alerted(candidates, terms, frozenset(before)) if candidates else [])
        before = lists[-1]
    return Alarms(book.calendar, lists)


def _carried(lines: Sequence[ScoreLine]) -> Iterable[tuple[Instant, float | None]]:
    """Give the smoothed steady score at each line of an account."""
    steady: list[float | None] = [line.steady for line in lines]
    return zip((line.as_of for line in lines), accumulate(steady, smoothed), strict=True)


def _candidate(line: ScoreLine, carried: float | None, terms: AlertTerms) -> Candidate:
    final = line.final_score or 0.0
    return Candidate(line.account_id, final, final if carried is None else carried, terms.is_due(line.renewal_days))
