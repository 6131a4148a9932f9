"""The usage readings of an account at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.account import OwnerKey
from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.observations import Reading
from scoring.source_states import SourceState
from scoring.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Usage:
    """The latest reading of each usage customer, and the customers that any reading names."""

    latest: Mapping[OwnerKey, Reading]
    named: frozenset[OwnerKey]


def usage_of(timeline: Timeline, ids: frozenset[OwnerKey], as_of: Instant) -> Usage:
    """Say what is known of the usage of these owners."""
    lines = {key: line for key, line in timeline.usage.items() if key in ids}
    latest = {key: reading for key, line in lines.items() if (reading := line.latest(as_of)) is not None}
    return Usage(latest, frozenset(key for key, line in lines.items() if line.is_named(as_of)))


def told_by(usage: Usage, unknown: frozenset[OwnerKey]) -> dict[OwnerKey, Reading]:
    """Give the latest reading of each usage customer; what is said of an unknown one counts for nothing."""
    return {key: reading for key, reading in usage.latest.items() if key not in unknown}


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
