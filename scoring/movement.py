"""Movement: what moved a score since an earlier record, in parts that add up to the difference."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from scoring.account import AccountFacts
from scoring.drivers import Driver, Side, drivers, in_tenths, largest_first
from scoring.facts import Fact, in_order, inferred, owner_of, reading_at
from scoring.instants import Instant
from scoring.measurement import measure, measure_at
from scoring.metrics.measure import Measures
from scoring.model import Model
from scoring.observations import Observation, Reading
from scoring.record import Record
from scoring.score import Measurements, grade
from scoring.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a movement: its points, and the drivers that they are made of. All are multiples of 0.1."""

    points: float
    drivers: tuple[Driver, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """Points from the record `before` to the score `now`: `before` and the four parts make `now`.

    All are multiples of 0.1 that add up exactly as decimals. `late` was learned late about the
    earlier date, `time` is time passing, `behaviour` new observations, `model` other figures.
    `drivers` say what moved the score from the record to now at one step, the largest first, as lists
    show it: a value that left its window and came again has moved nothing there.
    """

    before: float
    late: Part
    time: Part
    behaviour: Part
    model: Part
    now: float
    drivers: tuple[Driver, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Give the four parts, in the order in which they follow each other."""
        return self.late, self.time, self.behaviour, self.model


def movement(
    facts: AccountFacts, previous: Record, as_of: Instant, earlier_model: Model, model: Model
) -> Movement | None:
    """Split what moved from a record, made under `earlier_model`, to the score at `as_of` under `model`.

    None where the record or any score on the way has no number.
    """
    return movement_on(Timeline(facts), previous, as_of, earlier_model, model)


def movement_on(
    timeline: Timeline, previous: Record, as_of: Instant, earlier_model: Model, model: Model
) -> Movement | None:
    """Split as `movement` does, on a timeline whose facts are sorted already."""
    earlier = previous.score.as_of
    then, now = measure_at(timeline, earlier, earlier_model), measure_at(timeline, as_of, earlier_model)
    between = measure(carried(timeline.known, earlier, as_of), as_of, earlier_model)
    steps = (
        (previous.measurements, earlier_model),
        (then, earlier_model),
        (_lasting(between, then, now), earlier_model),
        (now, earlier_model),
        (now if model == earlier_model else measure_at(timeline, as_of, model), model),
    )
    finals = (previous.score.final_score, *(grade(*step).final_score for step in steps[1:]))
    known = [round(10 * final) for final in finals if final is not None]
    if len(known) < len(steps):
        return None
    changes = [after - before for before, after in pairwise(known)]
    sides = [Side(*step) for step in steps]
    parts = (_part(drivers(*pair), change) for pair, change in zip(pairwise(sides), changes, strict=True))
    late, time, behaviour, other = parts
    whole = largest_first(sides[0], sides[-1], known[-1] - known[0])
    return Movement(known[0] / 10, late, time, behaviour, other, known[-1] / 10, whole)


def _part(causes: list[Driver], change: int) -> Part:
    return Part(change / 10, in_tenths(causes, change))


def _lasting(between: Measurements, then: Measurements, now: Measurements) -> Measurements:
    """Keep what is known then and now known in between, with its value of then.

    A median over a month has none of that month's conversations while only time has passed: that is
    neither a loss nor, when they come, a gain of what is known.
    """
    dimensions = {
        name: _kept(measures, then.dimensions[name], now.dimensions[name])
        for name, measures in between.dimensions.items()
    }
    return replace(between, dimensions=dimensions, pillars=_kept(between.pillars, then.pillars, now.pillars))


def _kept(between: Measures, then: Measures, now: Measures) -> Measures:
    lasting = {name for name, one in between.items() if one.raw is None and now[name].raw is not None}
    return {name: then[name] if name in lasting else one for name, one in between.items()}


def carried(facts: AccountFacts, earlier: Instant, as_of: Instant) -> AccountFacts:
    """Carry what was so at `earlier` on to `as_of`, as if nothing had been observed in between.

    Feeds and owners stay as known today. A usage reading is carried on with its age, as far as
    readings of its customer go, so that the passing of time alone neither kills nor revives it.
    """
    others = (_so_far(fact, earlier) for fact in facts.facts if fact.subject.kind != "reading")
    readings = [fact for fact in facts.facts if fact.subject.kind == "reading"]
    kept = (fact for fact in others if fact.observations)
    return replace(facts, facts=(*kept, *_carried_readings(readings, earlier, as_of)))


def _so_far(fact: Fact, earlier: Instant) -> Fact:
    """Keep what was observed before `earlier`, and what its view infers from what was said later."""
    ordered = in_order(fact.observations)
    seen = [o for o in ordered if o.at < earlier]
    told = inferred(ordered, earlier)
    return Fact(fact.subject, frozenset(seen if told is None else [told, *seen]))


def _carried_readings(readings: Iterable[Fact], earlier: Instant, as_of: Instant) -> Iterator[Fact]:
    dated = list(readings)
    then, now = _latest(dated, earlier), _latest(dated, as_of)
    for owner, (fact, reading) in then.items():
        reached = now[owner][1].date if owner in now else reading.date
        date = min(reached, reading.date + (as_of - earlier))
        content = Reading(date, reading.values)
        yield Fact(fact.subject, frozenset([Observation(fact.subject, date, content, owner)]))


def _latest(readings: Iterable[Fact], as_of: Instant) -> dict[str | None, tuple[Fact, Reading]]:
    latest: dict[str | None, tuple[Fact, Reading]] = {}
    for fact in readings:
        reading = reading_at(fact, as_of)
        owner = owner_of(in_order(fact.observations))
        if reading is not None and (owner not in latest or reading.date > latest[owner][1].date):
            latest[owner] = fact, reading
    return latest
