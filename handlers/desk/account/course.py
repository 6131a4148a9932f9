"""The course of a score over 13 months: what was so at each month-end, and what is to be marked between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from config.source import label_of
from handlers.desk.account.reading import Read
from handlers.desk.account.standings import Standings
from handlers.desk.words import month
from handlers.jobs.history import Ends, ends_of, last_ended
from handlers.words.figures import percent, points
from handlers.words.history import causes, corrected, reason
from handlers.words.outcomes import said_in_month
from scoring.facts import HISTORY_MONTHS
from scoring.history import MonthEnd
from scoring.instants import Instant, format_date
from scoring.model import Model
from scoring.score import Score


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that begins at a place of the course: between which months, counted from 0, and what it is."""

    place: float
    letter: str
    said: str


@dataclass(frozen=True)
class Course:
    """The month-ends of an account, the live score, and the marks; `fell` says what became of it, by month."""

    months: Sequence[MonthEnd]
    live: Score
    model: Model
    marks: Sequence[Mark]
    fell: Sequence[Sequence[str]]
    chosen: str

    @property
    def scores(self) -> list[Score]:
        """Give the scores as they are known now, the live one last."""
        return [*(one.known for one in self.months), self.live]

    def why(self, one: MonthEnd) -> str:
        """Say why a month is not as recorded, or blind, and what fell into it."""
        fell = self.fell[self.months.index(one)]
        said = (causes(one), corrected(one), *fell, reason(one.known, one.blind))
        return "; ".join(filter(None, said))


def course_of(standings: Standings) -> Course:
    """Give the course of an account up to now."""
    read, model = standings.read, standings.config.model
    ends = read.shelf.get(("ends", read.found.account.id, last_ended(standings.now)), lambda: _ends(standings))
    fell = [said_in_month(one.period, read.outcomes) for one in ends]
    live = standings.live.score
    return Course(ends, live, model, _lettered([*_covered(read, ends, model), *_models(ends)]), fell, read.period)


def _ends(standings: Standings) -> Sequence[MonthEnd]:
    given = standings.read.given
    return ends_of(
        given.timeline, given.records, Ends(standings.config.model, standings.now, HISTORY_MONTHS), given.model
    )


def _lettered(marks: Sequence[tuple[float, str]]) -> list[Mark]:
    return [Mark(place, chr(ord("A") + number), said) for number, (place, said) in enumerate(sorted(marks))]


def _covered(read: Read, ends: Sequence[MonthEnd], model: Model) -> Iterator[tuple[float, str]]:
    """Say where sources begin to be covered; of usage, where its readings begin."""
    for source, role in sorted(model.roles.items()):
        if source not in read.found.account.owners:
            continue
        feed = read.given.timeline.known.feeds.get(source)
        since = None if role == "usage" or feed is None else feed.covered_since
        place = _first_reading(source, ends) if role == "usage" else _place(since, ends)
        if place is not None:
            named = "has readings" if since is None else f"is covered, since {format_date(since)}"
            yield place, f"from here on {label_of(source)} {named}"


def _place(since: Instant | None, ends: Sequence[MonthEnd]) -> float | None:
    """Place an instant among the month-ends; None where it lies before the first or after the last."""
    if since is None:
        return None
    for number, (one, other) in enumerate(pairwise(ends)):
        if one.as_of <= since < other.as_of:
            return number + (since - one.as_of) / (other.as_of - one.as_of)
    return None


def _first_reading(source: str, ends: Sequence[MonthEnd]) -> float | None:
    blind = [any(spot.source == source and spot.why == "no_reading" for spot in one.blind) for one in ends]
    return next((number + 0.5 for number, (was, now) in enumerate(pairwise(blind)) if was and not now), None)


def _models(ends: Sequence[MonthEnd]) -> Iterator[tuple[float, str]]:
    """Mark each model from the first record that was made under it, but for the first of all."""
    seen: set[str] = set()
    for number, one in enumerate(ends):
        version = None if one.recorded is None else one.recorded.score.model_version
        if version is not None and version not in seen:
            if seen:
                yield number - 0.5, f"from here on records are made under model {version}"
            seen.add(version)


def figures_said(score: Score) -> str:
    """Say a score, its tier, its range and its coverage."""
    if score.final_score is None:
        return f"no score, coverage {percent(score.coverage_pct)}"
    low, high = score.low, score.high
    between = "" if low is None or high is None or low == high else f", between {points(low)} and {points(high)}"
    return f"{points(score.final_score)} ({score.tier}){between}, coverage {percent(score.coverage_pct)}"


def text_of(course: Course) -> str:
    """Say the course in words: for whoever does not see the picture."""
    first, last = course.months[0], course.months[-1]
    known = [(one.known.final_score, one.period) for one in course.months if one.known.final_score is not None]
    low, high = (min(known), max(known)) if known else (None, None)
    ends = (
        ""
        if low is None or high is None
        else (f" Lowest {points(low[0])} in {month(low[1])}, highest {points(high[0])} in {month(high[1])}.")
    )
    return (
        f"{month(first.period)}: {figures_said(first.known)}. {month(last.period)}: {figures_said(last.known)}.{ends} "
        f"Live: {figures_said(course.live)}."
    )
