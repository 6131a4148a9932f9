"""What Salesforce has of a record: where it stands, and whether a row is there as it was sent."""

from config.record_map import RecordMap
from handlers.clients.crm import Json
from handlers.sinks.standing import SCORES, Standing
from scoring.instants import SECOND, Instant, parse_instant

_FINEST = 0.051
"""The package's fields keep one decimal at least; what is finer is rounded there."""


def read_standing(row: Json, record_map: RecordMap) -> Standing:
    """Read where a record stands from its row; of a day and an instant that say the same, by the instant."""
    fields = sorted(record_map, key=lambda field: field.type == "datetime")
    values = {field.path: row.get(field.field) for field in fields}
    status, as_of = values.get("record.status"), values.get("score.as_of")
    scores = [values[path] for path in SCORES if path in values]
    scored = any(score is not None for score in scores) if scores else None
    return Standing(None if status is None else status == "final", _instant(as_of), scored)


def is_there(sent: Json, there: Json) -> bool:
    """Tell whether a row stands in Salesforce as it was sent; it trims texts, and keeps whole seconds."""
    return all(_alike(value, there.get(name)) for name, value in sent.items())


def _alike(sent: object, there: object) -> bool:
    if isinstance(sent, bool) or isinstance(there, bool):
        return sent is there
    if isinstance(sent, (int, float)) and isinstance(there, (int, float)):
        return abs(sent - there) < _FINEST
    one, other = _instant(sent), _instant(there)
    return one == other if one is not None else _text(sent) == _text(there)


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _instant(value: object) -> Instant | None:
    if not isinstance(value, str):
        return None
    try:
        return Instant(parse_instant(value) // SECOND * SECOND)
    except ValueError:
        return None
