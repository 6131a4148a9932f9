"""The backtest: scores held against outcomes, by the definitions of docs/trust.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scoring.alerts import AlertTerms
from scoring.backtest.alarms import Alarms, alarms
from scoring.backtest.discrimination import landmark_figures
from scoring.backtest.figures import LandmarkFigures, WarningFigures
from scoring.backtest.landmarks import LANDMARKS, Landmarks, landmarks
from scoring.backtest.lines import Book, ScoreLine, book_of
from scoring.backtest.resamples import Chance
from scoring.backtest.warnings import Lead, Span, Warnings, leads_of, precision, warning_figures
from scoring.instants import Instant
from scoring.outcomes import Outcome, Outcomes, Refusal, Terms, sort_out

HORIZON_DAYS = 180


@dataclass(frozen=True)
class Backtest:
    """Score lines held against outcomes under one rule of alerts; nothing is worked out before it is asked for."""

    lines: Mapping[str, Sequence[ScoreLine]]
    outcomes: Outcomes
    alert_terms: AlertTerms
    span: Span

    @cached_property
    def book(self) -> Book:
        """Give the book of all lines."""
        return book_of(self.lines, self.outcomes.usable, self.alert_terms.notice_days)

    @cached_property
    def alarms(self) -> Alarms:
        """Give the alert list of every instant."""
        return alarms(self.book, self.alert_terms)

    def landmarks(self, days: int) -> Landmarks:
        """Give the landmark rows so many days before the decision."""
        return landmarks(self.book, self.outcomes.usable, days, self.span.until, self.alert_terms.notice_days)

    @cached_property
    def leads(self) -> Sequence[Lead]:
        """List the churns that count, each with its lead."""
        notice_days = self.alert_terms.notice_days
        return leads_of(self.book, self.alarms, self.outcomes.usable, self.span.until, notice_days)

    def landmark_figures(self, chance: Chance) -> list[LandmarkFigures]:
        """Work out how well the scores told who churned, for each landmark."""
        return [landmark_figures(self.landmarks(days), self.alarms, chance) for days in LANDMARKS]

    def warning_figures(self, chance: Chance) -> WarningFigures:
        """Work out how early the alert list told who churned."""
        found = Warnings(self.book, self.alarms, self.leads)
        return warning_figures(found, precision(found, self._decisions, self.span), chance)

    @property
    def _decisions(self) -> Mapping[str, list[Instant]]:
        found: dict[str, list[Instant]] = {}
        for one in self.outcomes.usable:
            if one.is_churn:
                found.setdefault(one.account_id, []).append(one.decided(self.alert_terms.notice_days))
        return found


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: under which rule of alerts, horizon, and until when time is known (None: the last score)."""

    alert_terms: AlertTerms
    horizon_days: int = HORIZON_DAYS
    until: Instant | None = None


def backtest(
    lines: Mapping[str, Sequence[ScoreLine]], rows: Sequence[Outcome | Refusal], question: Question
) -> Backtest:
    """Hold lines (see `in_lines`) against rows of outcomes; raises ValueError where there is no line."""
    until = question.until if question.until is not None else latest(lines.values())
    terms = Terms(lines.keys(), until, question.alert_terms.notice_days)
    return Backtest(lines, sort_out(rows, terms), question.alert_terms, Span(until, question.horizon_days))


def latest(lines: Iterable[Sequence[ScoreLine]]) -> Instant:
    """Give the latest instant of any line; raises ValueError where there is none."""
    newest = [own[-1].as_of for own in lines if own]
    if not newest:
        raise ValueError("there is no score to hold outcomes against")
    return max(newest)
