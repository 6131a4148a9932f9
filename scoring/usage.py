"""The usage readings of an account at an instant."""

from collections.abc import Iterable, Mapping
from operator import attrgetter

from scoring.account import OwnerKey
from scoring.facts import Fact, reading_at
from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.observations import Reading, names_owner
from scoring.source_states import SourceState


def readings_of(facts: Iterable[Fact], ids: frozenset[OwnerKey], as_of: Instant) -> dict[OwnerKey, list[Reading]]:
    """Give the readings dated by `as_of`, by the usage customer that they are of."""
    told: dict[OwnerKey, list[Reading]] = {}
    for fact in facts:
        if fact.subject.kind != "reading":
            continue
        reading = reading_at(fact, as_of)
        key = fact.subject.source, next(iter(fact.observations)).owner or ""
        if reading is not None and key in ids:
            told.setdefault(key, []).append(reading)
    return told


def named_by(told: Mapping[OwnerKey, Iterable[Reading]]) -> set[OwnerKey]:
    """Give the customers that any reading names."""
    return {key for key, readings in told.items() if any(map(names_owner, readings))}


def latest(told: Mapping[OwnerKey, Iterable[Reading]], unknown: frozenset[OwnerKey]) -> dict[OwnerKey, Reading]:
    """Give the latest reading of each usage customer; what is said of an unknown one counts for nothing."""
    date = attrgetter("date")
    return {key: max(readings, key=date) for key, readings in told.items() if key not in unknown}


def alive(
    readings: Mapping[OwnerKey, Reading], sources: Mapping[str, SourceState], as_of: Instant, model: Model
) -> list[tuple[str, Reading]]:
    """Give the readings that are not too old, each with its source."""
    days = {source: limits.dead_days for source, limits in model.limits.items()}
    kept = [
        (source, reading)
        for (source, _), reading in readings.items()
        if not sources[source].dead and ((dead := days[source]) is None or as_of - reading.date <= dead * DAY)
    ]
    return sorted(kept, key=lambda one: (one[1].date, one[1].values, one[0]))
