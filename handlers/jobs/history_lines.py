"""A month-end as JSON: as recorded then, and as known now."""

import msgspec

from scoring.history import SHOWN, MonthEnd
from scoring.instants import format_instant
from scoring.record import Record
from scoring.score import Score


def month_line(account_id: str, month: MonthEnd) -> dict[str, object]:
    """Give a month-end of an account as a JSON object."""
    record = month.recorded
    kept = None
    if record is not None:
        scored = {"as_of": format_instant(record.score.as_of), "scored_at": format_instant(record.scored_at)}
        kept = {"status": record.status, **scored, **_figures(record.score, month.recorded_change)}
    return {
        "account_id": account_id,
        "account_name": month.known.account_name,
        "period": month.period,
        "as_of": format_instant(month.as_of),
        "recorded": kept,
        "shown_first": None if record is None else _first(record.first),
        "known": _figures(month.known, month.known_change),
        "flags": list(month.known.flags),
        "differs": list(month.causes),
        "blind": [
            {**msgspec.to_builtins(spot), "since": None if spot.since is None else format_instant(spot.since)}
            for spot in month.blind
        ],
    }


def _first(record: Record | None) -> object:
    """Give what was shown before a correction; nothing where there was none."""
    if record is None:
        return None
    shown = {name: getattr(record.score, name) for name in SHOWN}
    return {"scored_at": format_instant(record.scored_at), **shown, "model_version": record.score.model_version}


def _figures(score: Score, change: float | None) -> dict[str, object]:
    shown = {name: getattr(score, name) for name in SHOWN}
    return {**shown, "change": change, "model_version": score.model_version}
