"""How lines of the portfolio are printed for programs: as JSON."""

from functools import lru_cache
from operator import attrgetter

import msgspec

from handlers.jobs.portfolio import Line
from handlers.words.alerts import reason_of
from scoring.alerts import Alert
from scoring.customer import Csm
from scoring.instants import format_date, format_instant
from scoring.record import Moved
from scoring.rounding import shown
from scoring.signals import Cap

_DATES = 4_096
"""So many dates are kept as they are written: the lines of a list share theirs."""


class _Alert(msgspec.Struct, frozen=True):
    """An alert as programs get it: since when, why in words, and the figures that the words are made of."""

    since: str
    reason: str
    rule: str
    score: float
    renewal_days: int | None
    place: int | None
    places: int
    accounts: int
    book: str
    stays: bool


class _Told(msgspec.Struct, frozen=True):
    """A line as programs get it: the summary with its dates written out, and what is made of several."""

    account_id: str
    account_name: str | None
    segment: str
    csm: Csm | None
    period: str
    status: str
    model_version: str
    final_score: float | None
    tier: str | None
    low: float | None
    high: float | None
    coverage_pct: float
    cap: Cap | None
    moved: Moved | None
    arr: float | None
    currency: str | None
    flags: tuple[str, ...]
    as_of: str
    renewal: str | None
    change: float | None
    scores: tuple[float | None, ...]
    smoothed: float | None
    alert: _Alert | None
    left: str | None


_OF_LINE = ("as_of", "renewal", "change", "scores", "smoothed", "alert", "left")
_OF_SUMMARY = attrgetter(*(name for name in _Told.__struct_fields__ if name not in _OF_LINE))

_OF_ALERT = attrgetter(*_Alert.__struct_fields__[2:])

_instant, _date = lru_cache(_DATES)(format_instant), lru_cache(_DATES)(format_date)


def json_line(line: Line) -> str:
    """Write a line of the portfolio as JSON."""
    summary = line.summary
    renewal = None if summary.renewal is None else _date(summary.renewal)
    smoothed = None if summary.smoothed is None else shown(summary.smoothed)
    left = None if summary.left is None else _instant(summary.left)
    made = renewal, summary.change, line.scores, smoothed, _alert(summary.alert), left
    told = _Told(*_OF_SUMMARY(summary), _instant(summary.as_of), *made)  # type: ignore[call-arg]
    return msgspec.json.encode(told).decode()


def _alert(alert: Alert | None) -> _Alert | None:
    return None if alert is None else _Alert(_instant(alert.since), reason_of(alert), *_OF_ALERT(alert))
