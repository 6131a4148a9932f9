"""The definitions of docs/trust.md once more, as plainly and as slowly as they can be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from statistics import median

from scoring.backtest.lines import ScoreLine
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome


@dataclass
class Naive:
    """A portfolio under one budget and rule."""

    lines: Sequence[ScoreLine]
    outcomes: Sequence[Outcome]
    budget: float
    rule: str
    until: Instant
    horizon: int
    notice: int = 60

    def __post_init__(self) -> None:
        """Make the alert lists, one date after the other."""
        self.calendar = sorted({line.as_of for line in self.lines})
        self.listed: dict[int, list[str]] = {}
        smooth: dict[str, float] = {}
        before: set[str] = set()
        for as_of in self.calendar:
            for line in self.lines:
                if line.as_of == as_of and line.steady is not None:
                    old = smooth.get(line.account_id)
                    smooth[line.account_id] = line.steady if old is None else 0.5 * line.steady + 0.5 * old
            book = self.book(as_of)
            self.listed[as_of] = self.choose(book, smooth, before)
            before = set(self.listed[as_of])

    def choose(self, book: list[ScoreLine], smooth: dict[str, float], before: set[str]) -> list[str]:
        """Choose who is alerted."""
        k = max(1, floor(round(self.budget * 100) * len(book) / 100 + 0.5)) if book else 0
        if self.rule == "level":
            return [line.account_id for line in sorted(book, key=lambda one: (one.final_score, one.account_id))[:k]]

        def need(line: ScoreLine) -> tuple[int, float, str]:
            days = line.renewal_days
            due = days is not None and self.notice < days <= self.notice + 180
            return 0 if due else 1, smooth[line.account_id], line.account_id

        ranked = [line.account_id for line in sorted(book, key=need)]
        stay = [name for place, name in enumerate(ranked, 1) if name in before and place <= 1.5 * k][:k]
        for name in ranked:
            if len(stay) < k and name not in stay:
                stay.append(name)
        return stay

    def decision(self, one: Outcome) -> Instant:
        """Say when an outcome was decided."""
        if one.kind == "churned" and one.notice is not None:
            return one.notice
        return Instant(one.effective - self.notice * DAY)

    def churns(self) -> list[Outcome]:
        """List the churns."""
        return [one for one in self.outcomes if one.kind == "churned"]

    def book(self, as_of: Instant) -> list[ScoreLine]:
        """List who is in the book at a date."""
        left = {one.account_id for one in self.churns() if self.decision(one) < as_of}
        return [
            line
            for line in self.lines
            if line.as_of == as_of and line.final_score is not None and line.account_id not in left
        ]

    def landmark(self, one: Outcome, days: int) -> ScoreLine | None:
        """Give the line at a landmark."""
        decided = self.decision(one)
        newest = [
            line for line in self.lines if line.account_id == one.account_id and line.as_of <= decided - days * DAY
        ]
        last = max(newest, key=lambda line: line.as_of, default=None)
        return last if last is not None and last.as_of > decided - (days + 62) * DAY else None

    def rows(self, days: int) -> list[tuple[Outcome, ScoreLine]]:
        """List the landmark rows that have a number."""
        found = [(one, self.landmark(one, days)) for one in self.outcomes if one.effective <= self.until]
        return [(one, line) for one, line in found if line is not None and line.final_score is not None]

    def auc(self, days: int) -> float | None:
        """Compare every churned row with every other."""
        rows = self.rows(days)
        pairs = [
            1.0 if a[1].final_score < b[1].final_score else 0.5 if a[1].final_score == b[1].final_score else 0.0  # type: ignore[operator]
            for a in rows
            for b in rows
            if a[0].kind == "churned" and b[0].kind != "churned"
        ]
        return sum(pairs) / len(pairs) if pairs else None

    def lead(self, account_id: str, decided: Instant) -> float:
        """Walk back from the decision."""
        dates = [as_of for as_of in self.calendar if as_of <= decided]
        if dates and account_id not in self.listed[dates[-1]]:
            dates.pop()
        run = []
        while dates and account_id in self.listed[dates[-1]]:
            run.append(dates.pop())
        return min(365.0, (decided - run[-1]) / DAY) if len(run) >= 2 else 0.0

    def counted(self) -> list[Outcome]:
        """List the churns that count for leads."""
        first = self.calendar[0] + 90 * DAY
        return [one for one in self.churns() if first <= self.decision(one) <= self.until]

    def shuffled_recall(self, days: int) -> float | None:
        """Give everybody's recall."""
        shares = []
        for one in self.counted():
            decided = self.decision(one)
            book = self.book([as_of for as_of in self.calendar if as_of <= decided][-1])
            if book:
                shares.append(sum(self.lead(line.account_id, decided) >= days for line in book) / len(book))
        return sum(shares) / len(shares) if shares else None

    def ever(self) -> float | None:
        """Give the share of churns that were on any list of the year before."""
        found = [
            any(
                one.account_id in self.listed[as_of]
                for as_of in self.calendar
                if self.decision(one) - 365 * DAY < as_of <= self.decision(one)
            )
            for one in self.counted()
        ]
        return sum(found) / len(found) if found else None

    def precision(self) -> tuple[float | None, float | None]:
        """Give the share of alerts, and of all entries, that a notice followed."""
        named, every = [], []
        for as_of in self.calendar:
            if as_of + self.horizon * DAY > self.until:
                continue
            soon = {one.account_id for one in self.churns() if as_of <= self.decision(one) < as_of + self.horizon * DAY}
            named += [name in soon for name in self.listed[as_of]]
            every += [line.account_id in soon for line in self.book(as_of)]
        return (sum(named) / len(named) if named else None), (sum(every) / len(every) if every else None)

    def median_lead(self) -> float | None:
        """Give the median of the leads, the zeros among them."""
        leads = [self.lead(one.account_id, self.decision(one)) for one in self.counted()]
        return median(leads) if leads else None
