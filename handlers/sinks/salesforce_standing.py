"""What Salesforce has of a record: where it stands, and whether a row is there as it was sent."""

from dataclasses import dataclass

from config.record_map import RecordMap
from handlers.clients.crm import Json
from scoring.instants import SECOND, Instant, parse_instant
from scoring.record import Record

_FINEST = 0.051
"""The package's fields keep one decimal at least; what is finer is rounded there."""


SCORES = ("score.final_score", "score.quantitative_score")
"""The values that a record without a score does not have."""
RANKING = ("record.status", "score.as_of", *SCORES)
"""The values by which it is judged whether a record may be replaced."""


@dataclass(frozen=True, slots=True)
class Replacing:
    """What a person allows: a `final` record to give way to any, a `scored` one to one without a score."""

    final: bool = False
    scored: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What Salesforce says of a record that it has: None where it does not say."""

    final: bool | None
    as_of: Instant | None
    scored: bool | None = None

    def loses_score(self, record: Record) -> bool:
        """Tell whether a final score would give way to a record without one."""
        return self.final is not False and self.scored is True and record.score.final_score is None


def read_standing(row: Json, record_map: RecordMap) -> Standing:
    """Read where a record stands from its row."""
    values = {field.path: row.get(field.field) for field in record_map}
    status, as_of = values.get("record.status"), values.get("score.as_of")
    scores = [values[path] for path in SCORES if path in values]
    scored = any(score is not None for score in scores) if scores else None
    return Standing(None if status is None else status == "final", _instant(as_of), scored)


def outranks(record: Record, there: Standing, may: Replacing) -> bool:
    """Tell whether a record may take the place of the one that is there."""
    is_final = record.status == "final"
    if there.final is not None and there.final != is_final:
        return is_final or may.final
    return there.as_of is None or record.score.as_of >= there.as_of


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
        return parse_instant(value) // SECOND * SECOND
    except ValueError:
        return None
