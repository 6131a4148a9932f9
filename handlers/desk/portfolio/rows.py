"""The rows of the portfolio: what a page and its file show of each account."""

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass

from handlers.desk.visit import Visit
from handlers.desk.words import month, month_name
from handlers.jobs.portfolio import MONTHS
from handlers.jobs.views import Entry
from handlers.stores.protocol import Store
from handlers.words.alerts import reason_of
from handlers.words.figures import points
from handlers.words.layout import clean
from handlers.words.portfolio import csm_of, since_of, was_of
from handlers.words.reasons import Reason, brief_doubts, is_capped, new_cap_by, reasons
from scoring.periods import period_before
from scoring.record import Record
from scoring.signals import causes, read_signals
from scoring.summary import Summary

WIDE, HIGH = 76, 26
"""The size of a drawn course, in pixels."""
_EDGE = 4
_MOST_DOUBTS = 2

OWN_REASONS = frozenset({"alerts", "blind"})
"""The views in which an account stands for reasons of the view's own."""


@dataclass(frozen=True, slots=True)
class Course:
    """The scores of some months as a line: paths of what hangs together, dots of months that stand alone."""

    said: str
    path: str
    dots: Sequence[tuple[float, float]]
    last: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One account as a row shows it."""

    entry: Entry
    csm: str
    was: str
    reasons: Sequence[Reason]
    months: Sequence[str]

    @property
    def summary(self) -> Summary:
        """Give the summary."""
        return self.entry.line.summary

    @property
    def since(self) -> str:
        """Name the month that a change is since, where that is not the month before."""
        moved = self.summary.moved
        return "" if moved is None or moved.period == period_before(self.summary.period) else month(moved.period)

    @property
    def course(self) -> Course:
        """Draw its scores of the last months."""
        return course_of(self.entry.line.scores, self.months)


def rows_of(visit: Visit, entries: Sequence[Entry], period: str, view: str) -> list[Row]:
    """Make the rows of entries."""
    caps = caps_of(visit, entries, period)
    names = months_of(period)
    return [
        Row(
            one,
            "" if one.line.summary.csm is None else csm_of(one.line.summary.csm),
            was_of(one.line.summary),
            reasons_in(view, one.line.summary, caps.get(one.line.summary.account_id, ())),
            names,
        )
        for one in entries
    ]


def reasons_in(view: str, summary: Summary, cap_by: Sequence[str]) -> Sequence[Reason]:
    """Say why an account is in a view: the alert of alerts, the doubts of blind spots, else what moved its score."""
    if view == "alerts" and summary.alert is not None:
        return [Reason(f"Since {since_of(summary)}", reason_of(summary.alert))]
    if view == "blind":
        doubts = brief_doubts(summary)[:_MOST_DOUBTS]
        return [Reason("", text[:1].upper() + text[1:]) for text in doubts] or reasons(summary, cap_by)
    return reasons(summary, cap_by)


def caps_of(visit: Visit, entries: Sequence[Entry], period: str) -> MutableMapping[str, Sequence[str]]:
    """Give, by account, the categories of signals behind caps that are not new: those only a record has."""
    known: MutableMapping[str, Sequence[str]] = visit.desk.memory.get(("caps", period), dict)
    summaries = (one.line.summary for one in entries)
    wanted = [one for one in summaries if one.account_id not in known and is_capped(one) and not new_cap_by(one)]
    if wanted:
        with visit.store() as store:
            known.update((one.account_id, _cap_by(visit, store, one)) for one in wanted)
    return known


def _cap_by(visit: Visit, store: Store, summary: Summary) -> Sequence[str]:
    record = store.record(summary.account_id, summary.period)
    return () if record is None else tuple(dict.fromkeys(_categories(visit, record)))


def _categories(visit: Visit, record: Record) -> Iterator[str]:
    reading = read_signals(record.measurements.signals, record.measurements.as_of, visit.desk.config.model)
    behind = () if record.score.cap is None else reading.counted
    for signal in behind:
        if record.score.cap is not None and signal.category and causes(signal, record.score.cap.rule):
            yield clean(signal.category)


def months_of(period: str) -> list[str]:
    """Name the months that a course is of, a year only with those of another one."""
    months = [period]
    while len(months) < MONTHS:
        months.insert(0, period_before(months[0]))
    return [month_name(one) for one in months]


def course_of(scores: Sequence[float | None], months: Sequence[str]) -> Course:
    """Draw the scores of some months, 0 at the bottom and 100 at the top; a month without a score is a gap."""
    step = (WIDE - 2 * _EDGE) / max(1, len(scores) - 1)
    places = [None if one is None else (round(_EDGE + i * step, 1), _down(one)) for i, one in enumerate(scores)]
    said = ", ".join(
        f"{month} {'no score' if score is None else points(score)}" for month, score in zip(months, scores, strict=True)
    )
    runs = list(_runs(places))
    path = "".join(f"M{'L'.join(f'{x} {y}' for x, y in run)}" for run in runs if len(run) > 1)
    return Course(said, path, [run[0] for run in runs if len(run) == 1], places[-1])


def _down(score: float) -> float:
    return round(_EDGE + (100 - score) * (HIGH - 2 * _EDGE) / 100, 1)


def _runs(places: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for place in (*places, None):
        if place is not None:
            run.append(place)
        elif run:
            yield run
            run = []
