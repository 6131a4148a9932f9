"""The usual reading of Looker, read at once: every value that it bears is a number of a name that we know.

A reading with another member, or with a value that is none, is left whole to `looker.read_reading`.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Literal, TypeAlias

import msgspec

from config.intake import Intake
from handlers.sources.looker import PILLAR_NAMES, VALUES, days, told_by
from handlers.sources.reading import Taken, figure, key, moment
from scoring.instants import start_of_day

_Figure = int | float | None
_Stamp = int | str
_Getter: TypeAlias = Callable[[object], tuple[object, ...]]


def _figures(name: str, known: frozenset[str], **also: object) -> Any:  # noqa: ANN401 - a kind that is made
    """Make the shape of an object of figures, sorted by their names: a member of another name is an error."""
    members = [*((one, _Figure, None) for one in sorted(known)), *((one, kind, None) for one, kind in also.items())]
    return msgspec.defstruct(name, members, gc=False, forbid_unknown_fields=True)


_Pillars = _figures("_Pillars", PILLAR_NAMES)
_Values = _figures("_Values", VALUES, pillars=_Pillars | None)


class _Reading(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    type: Literal["looker.reading"]
    customer_id: int | str
    date: _Stamp
    pulled_at: _Stamp
    values: _Values  # type: ignore[valid-type]
    holes: list[_Stamp] | None = None


_DECODER = msgspec.json.Decoder(_Reading)
_OF_VALUES, _OF_PILLARS = ((tuple(sorted(known)), attrgetter(*sorted(known))) for known in (VALUES, PILLAR_NAMES))


def read_usual(body: bytes, _: Intake) -> Taken | None:
    """Read a reading of the usual shape as `read_reading` does; None where it is another."""
    try:
        return _read(_DECODER.decode(body))
    except (ValueError, OverflowError, RecursionError):
        return None


def _read(event: _Reading) -> Taken:
    values: Any = event.values
    figures = _told(values, *_OF_VALUES)
    if values.pillars is not None:
        figures = sorted(figures + _told(values.pillars, *_OF_PILLARS))
    holes = [] if event.holes is None else days(event.holes)
    date, pulled_at = start_of_day(moment(event.date)), moment(event.pulled_at)
    return Taken(told_by(key(event.customer_id), date, pulled_at, figures, holes), topic=event.type)


def _told(item: object, names: tuple[str, ...], values_of: _Getter) -> list[tuple[str, float]]:
    return [(name, figure(value)) for name, value in zip(names, values_of(item), strict=True) if value is not None]
