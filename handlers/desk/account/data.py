"""The account as data: the figures of its page, for whoever counts on with them."""

import msgspec

from handlers.desk.account.course import Course
from handlers.desk.account.standings import Standing, Standings
from handlers.jobs.history_lines import month_line
from handlers.jobs.score_json import score_json
from handlers.words.drivers import cause_words
from scoring.instants import format_date, format_instant
from scoring.movement import Movement
from scoring.record import Record
from scoring.signals import Signal


def trend_data(standings: Standings, course: Course) -> bytes:
    """Give the course as JSON: month by month as recorded and as known now, the live score, the marks."""
    account = standings.read.found.account
    months = zip(course.months, course.fell, strict=True)
    return msgspec.json.encode(
        {
            "account_id": account.id,
            "account_name": standings.shown.score.account_name,
            "months": [{**month_line(account.id, one), "fell": list(fell)} for one, fell in months],
            "live": score_json(course.live),
            "marks": [{"place": mark.place, "letter": mark.letter, "said": mark.said} for mark in course.marks],
            "tiers": [{"name": name, "from": floor} for name, floor in course.model.tiers],
        }
    )


def receipt_data(standings: Standings) -> bytes:
    """Give the receipt of the standing that is shown as JSON."""
    shown = standings.shown
    return msgspec.json.encode(
        {
            "period": standings.read.period,
            "standing": shown.kind,
            "recorded": None if standings.known.stored is None else _kept(standings.known.stored),
            "previous": None if shown.previous is None else _kept(shown.previous),
            "change": shown.change,
            "score": score_json(shown.score),
            "signals": [_signal(one) for one in shown.record.measurements.signals],
            "movement": None if standings.movement is None else _movement(standings.movement, shown),
        }
    )


def _kept(record: Record) -> dict[str, object]:
    return {
        "period": record.period,
        "status": record.status,
        "scored_at": format_instant(record.scored_at),
        "final_score": record.score.final_score,
        "tier": record.score.tier,
        "model_version": record.score.model_version,
    }


def _signal(one: Signal) -> dict[str, object]:
    named = msgspec.to_builtins(one)
    return {**named, "observed": None if one.observed is None else format_date(one.observed)}


def _movement(movement: Movement, shown: Standing) -> dict[str, object]:
    parts = dict(zip(("late", "time", "behaviour", "model"), movement.parts, strict=True))
    as_of = shown.score.as_of
    told = {
        name: {
            "points": part.points,
            "drivers": [{"points": one.points, "said": cause_words(one, as_of)} for one in part.drivers],
        }
        for name, part in parts.items()
    }
    return {"before": movement.before, **told, "now": movement.now}
