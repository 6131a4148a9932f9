"""The conversations behind the metrics: each metric's own cohort, with the figures that it has of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from handlers.desk.account.standings import Standings
from handlers.words.figures import short, title, value
from scoring.instants import Instant
from scoring.metrics.cohorts import Figure, Member, cohorts
from scoring.metrics.durations import Wait
from scoring.model import Model, window_days
from scoring.observations import Conversation, Subject
from scoring.record import Record

MOST = 50
"""So many conversations are listed at first."""

_COUNTS = {
    "p1_p2_volume": "urgent",
    "reopen_rate_pct": "reopened",
    "escalation_rate_pct": "escalated",
    "fin_deflection_pct": "resolved by the AI agent alone",
    "support_volume_trend_pct": "in the last window",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A metric that the list may be of: how many conversations it looks at, and its value in words."""

    name: str
    title: str
    size: int
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation: what it is, when, and as what it counts. Its text is kept nowhere."""

    id: str
    source: str
    link: str | None
    created: Instant
    state: str
    reply: str
    closed: str
    counts: str


@dataclass(frozen=True, slots=True)
class Behind:
    """The list that is shown: of one metric, or of all (`metric` is empty); `size` counts also what is not listed."""

    metric: str
    choices: Sequence[Choice]
    lines: Sequence[Line]
    size: int
    said: str


def behind_of(standings: Standings, metric: str, link: str, *, all_: bool) -> Behind:
    """List the conversations behind a metric, or behind all metrics that count, as they were at the standing."""
    shown, model = standings.shown, standings.model or standings.config.model
    found = cohorts(standings.read.given.timeline, shown.score.as_of, model)
    weighed = {
        name: found[name]
        for name, share in model.metrics.get("support_health", {}).items()
        if name in found and share > 0
    }
    choices = [_choice(name, members, shown.record, model) for name, members in weighed.items()]
    metric = metric if metric in weighed else ""
    members = _union(weighed) if not metric else {one.subject: one.conversation for one in weighed[metric]}
    figures = {name: {one.subject: one.figure for one in of} for name, of in weighed.items()}
    lines = [_line(subject, one, figures, link) for subject, one in members.items()]
    said = next((_said(one) for one in choices if one.name == metric), _of_all(len(members)))
    return Behind(metric, choices, lines if all_ else lines[:MOST], len(lines), said)


def _union(weighed: Mapping[str, Sequence[Member]]) -> dict[Subject, Conversation]:
    every = {one.subject: one.conversation for of in weighed.values() for one in of}
    return dict(sorted(every.items(), key=lambda one: (-one[1].created, one[0])))


def _choice(name: str, members: Sequence[Member], record: Record, model: Model) -> Choice:
    measures = record.measurements.dimensions.get("support_health", {})
    raw = measures[name].raw if name in measures else None
    lower_bound = f"waiting:{name}" in record.score.flags
    said = "" if raw is None else value(name, raw, window_days(model)[name], lower_bound=lower_bound)
    return Choice(name, title(name), len(members), said)


def _said(choice: Choice) -> str:
    size = f"{choice.size} conversation{'' if choice.size == 1 else 's'}"
    if not choice.value:
        return f"{size}, and no value: the receipt says why."
    return f"{size} {'makes' if choice.size == 1 else 'make'} {choice.value}."


def _of_all(size: int) -> str:
    return f"{size} conversation{'' if size == 1 else 's'} behind all metrics of Support Health."


def _line(subject: Subject, one: Conversation, figures: Mapping[str, Mapping[Subject, Figure]], link: str) -> Line:
    own = {name: of[subject] for name, of in figures.items() if subject in of}
    return Line(
        id=subject.id,
        source=subject.source,
        link=link.replace("{id}", quote(subject.id, safe="")) if link else None,
        created=one.created,
        state=one.state or "not told",
        reply=_wait("first_response_minutes", own, "waits for"),
        closed=_wait("close_time_hours", own, "open for"),
        counts=", ".join(_counted(own)),
    )


def _wait(name: str, own: Mapping[str, Figure], open_: str) -> str:
    told = own.get(name)
    if not isinstance(told, Wait):
        return ""
    return short(name, told.length) if told.over else f"{open_} {short(name, told.length)}"


def _counted(own: Mapping[str, Figure]) -> Iterator[str]:
    for name, word in _COUNTS.items():
        if own.get(name) is True:
            yield word
    rating = own.get("fin_cx_score")
    if rating is not None and not isinstance(rating, Wait):
        yield f"rated {rating} of 5"
