"""Blind spots: the sources that say nothing, or not all, of an account at an instant, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.feeds import Feed
from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.score import Measurements

Why: TypeAlias = Literal["unmapped", "unknown_owner", "not_covered", "covered_in_part", "dead", "no_reading"]


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A source that is not known, or not far enough back; `since` is when its coverage began, where it ever did."""

    source: str
    why: Why
    since: Instant | None = None


def blind_spots(measured: Measurements, feeds: Mapping[str, Feed], model: Model) -> tuple[BlindSpot, ...]:
    """Say which sources were blind when an account was measured, by name; of several reasons the first that fits."""
    return tuple(spot for source in sorted(model.roles) for spot in _of(source, measured, feeds, model))


def _of(source: str, measured: Measurements, feeds: Mapping[str, Feed], model: Model) -> Iterator[BlindSpot]:
    since = feeds[source].covered_since if source in feeds else None
    why = _why(source, since, measured, model)
    if why is not None:
        yield BlindSpot(source, why, since)


def _why(source: str, since: Instant | None, measured: Measurements, model: Model) -> Why | None:
    is_usage = model.roles[source] == "usage"
    start = measured.as_of - int(_longest(source, model) * DAY)
    fitting: list[tuple[Why, bool]] = [
        ("unmapped", f"unmapped:{source}" in measured.flags),
        ("not_covered", (since is None or since >= measured.as_of) and not is_usage),
        ("unknown_owner", f"unknown_owner:{source}" in measured.flags),
        ("dead", f"dead:{source}" in measured.flags),
        ("no_reading", is_usage and (measured.age_hours or {}).get(source) is None),
        ("covered_in_part", since is not None and since > start and not is_usage),
    ]
    return next((why for why, fits in fitting if fits), None)


def _longest(source: str, model: Model) -> float:
    """Say how far back the weighed metrics of a source look, in days."""
    return model.windows.support_days if model.roles[source] == "support" else model.windows.history_days
