"""Two clocks: a month as it was shown then and as it is known now, figure by figure, and why they differ.

What was shown is the record: its receipt and its figures, which nothing that comes later changes. From
it to what is known now lead steps, each of which brings one thing that came since: so each difference
has the steps at which it came about as its causes, and the steps' points add up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from msgspec import structs

from scoring.account import Account, AccountFacts, Owner
from scoring.facts import Fact, conversation_at, reading_at, record_at
from scoring.instants import Instant
from scoring.measurement import measure
from scoring.model import Model
from scoring.model_changes import ModelChange, model_changes
from scoring.observations import Conversation, Observation, Subject
from scoring.record import Record
from scoring.rounding import difference
from scoring.score import Measurements, MetricScore, Score, grade

Cause: TypeAlias = Literal["undated", "forgotten", "mapping", "late", "as_of", "model"]
"""What came between: facts that bear no later date than the record (delivered late, imported, coverage, names),
or another version of the program; observations that may be forgotten by now; another mapping of the account;
observations seen after the record; a later instant; another model."""

Figure: TypeAlias = str | float | tuple[str, ...] | None

_FIGURES: Mapping[str, Callable[[Measurements, Score], Figure]] = {
    "final_score": lambda _, score: score.final_score,
    "tier": lambda _, score: score.tier,
    "quantitative_score": lambda _, score: score.quantitative_score,
    "churn_risk_score": lambda _, score: score.churn_risk_score,
    "platform_value_score": lambda _, score: score.platform_value_score,
    "low": lambda _, score: score.low,
    "high": lambda _, score: score.high,
    "coverage_pct": lambda _, score: score.coverage_pct,
    "cap": lambda _, score: None if score.cap is None else score.cap.value,
    "segment": lambda _, score: score.segment,
    "arr": lambda measured, _: measured.arr,
    "currency": lambda measured, _: measured.currency,
    "flags": lambda _, score: score.flags,
}
"""The figures of a month beside its metrics, in the order in which they are listed."""


class FigureClocks(NamedTuple):
    """A figure then and now; `causes` is empty where both are the same."""

    name: str
    then: Figure
    now: Figure
    causes: tuple[Cause, ...] = ()


class MetricClocks(NamedTuple):
    """A metric or pillar then and now; None where the model of that side has none of the name.

    `causes` is empty where both are the same. Where value and score are the same and only the weight is not,
    they are those of the weight: what came or was lost elsewhere.
    """

    group: str
    name: str
    then: MetricScore | None
    now: MetricScore | None
    causes: tuple[Cause, ...] = ()


class Move(NamedTuple):
    """The points that one cause makes, of the final score; None where it has no number on a side."""

    cause: Cause
    points: float | None


class Late(NamedTuple):
    """A subject of which something was seen after the record that changes how it was at the month's end.

    `at` is since when it is so, `known_at` when it was seen: of several the last.
    """

    subject: Subject
    at: Instant
    known_at: Instant


@dataclass(frozen=True, slots=True)
class Clocks:
    """A month of an account by two clocks: the record as it was shown, and what is known now.

    `moves` are the causes that made points or any difference, in the order of the steps; `model` is what the
    models say otherwise (nothing where that of then cannot be read); `correction` is the record that corrected
    what was shown, if any did.
    """

    then: Record
    measured: Measurements
    now: Score
    figures: tuple[FigureClocks, ...]
    metrics: tuple[MetricClocks, ...]
    moves: tuple[Move, ...]
    late: tuple[Late, ...]
    model: tuple[ModelChange, ...] = ()
    correction: Record | None = None

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Name all causes of any difference, in the order of the steps."""
        return tuple(move.cause for move in self.moves)


@dataclass(frozen=True, slots=True)
class Present:
    """What is known now: all facts of the owners of both mappings, the account as it is mapped, as of when, the model.

    Of instants before `since` observations may be forgotten.
    """

    facts: AccountFacts
    as_of: Instant
    model: Model
    since: Instant


@dataclass(frozen=True, slots=True)
class Past:
    """What was shown: the record, how the account was mapped when it was made, its model where it can be read.

    `correction` is the record that took its place.
    """

    record: Record
    account: Account
    model: Model | None
    correction: Record | None = None


class _Step(NamedTuple):
    cause: Cause
    measured: Measurements
    score: Score


def two_clocks(past: Past, present: Present) -> Clocks:
    """Hold a record against what is known now."""
    steps = [_Step("undated", past.record.measurements, past.record.score), *_steps(past, present)]
    figures = tuple(_figure(name, steps) for name in _FIGURES)
    metrics = tuple(_metric(key, steps) for key in _keys(steps))
    named = {
        cause for causes in (*(one.causes for one in figures), *(one.causes for one in metrics)) for cause in causes
    }
    now = steps[-1]
    return Clocks(
        then=past.record,
        measured=now.measured,
        now=now.score,
        figures=figures,
        metrics=metrics,
        moves=tuple(move for move in _moves(steps) if move.cause in named or move.points),
        late=tuple(_late(present, past.record)),
        model=() if past.model is None else model_changes(past.model, present.model),
        correction=past.correction,
    )


def _steps(past: Past, present: Present) -> Iterator[_Step]:
    """Give what would be measured with one thing more at each step, the last as known now."""
    record, facts = past.record, present.facts
    then, model = record.score.as_of, past.model
    if model is not None:
        current = _mapped(facts, facts.account)
        if not _has_lost(past.account, record, model):
            mapped = _mapped(facts, _as_recorded(past.account, record))
            first: Cause = "forgotten" if then < present.since else "undated"
            yield _step(first, known_by(mapped, record.scored_at), then, model)
        yield _step("mapping", known_by(current, record.scored_at), then, model)
        yield _step("late", current, then, model)
        yield _step("as_of", current, present.as_of, model)
    yield _step("model", _mapped(facts, facts.account), present.as_of, present.model)


def _step(cause: Cause, facts: AccountFacts, as_of: Instant, model: Model) -> _Step:
    measured = measure(facts, as_of, model)
    return _Step(cause, measured, grade(measured, model))


def _as_recorded(account: Account, record: Record) -> Account:
    """Give the mapping that a record was made under: what it says was not mapped was not, whatever is said now."""
    owners = {source: keys for source, keys in account.owners.items() if f"unmapped:{source}" not in record.score.flags}
    return replace(account, owners=owners)


def _has_lost(account: Account, record: Record, model: Model) -> bool:
    """Tell whether the record was mapped in a source in which nobody knows an owner any more."""
    unmapped = (f"unmapped:{source}" for source in model.roles if not account.owners.get(source))
    return any(flag not in record.score.flags for flag in unmapped)


def _mapped(facts: AccountFacts, account: Account) -> AccountFacts:
    """Give the facts as an account is mapped: of all owners only its own count."""
    owners = tuple(owner for owner in facts.owners if _is_of(owner, account))
    return replace(facts, account=account, owners=owners)


def _is_of(owner: Owner, account: Account) -> bool:
    return not owner.ids.isdisjoint(account.owners.get(owner.source, ()))


def known_by(facts: AccountFacts, instant: Instant) -> AccountFacts:
    """Give what had been seen of an account by an instant, as far as observations tell when they were seen."""
    return replace(facts, facts=_seen_by(facts.facts, instant), gaps=_seen_by(facts.gaps, instant))


def _seen_by(facts: Sequence[Fact], instant: Instant) -> tuple[Fact, ...]:
    cut = (_so_far(fact, instant) for fact in facts)
    return tuple(fact for fact in cut if fact.observations)


def _so_far(fact: Fact, instant: Instant) -> Fact:
    return Fact(fact.subject, frozenset(o for o in fact.observations if o.known_at <= instant))


def _figure(name: str, steps: Sequence[_Step]) -> FigureClocks:
    values = [_FIGURES[name](step.measured, step.score) for step in steps]
    return FigureClocks(name, values[0], values[-1], _changing(values, steps))


def _keys(steps: Sequence[_Step]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(key for step in (steps[0], steps[-1]) for key in step.score.parts))


def _metric(key: tuple[str, str], steps: Sequence[_Step]) -> MetricClocks:
    parts = [step.score.parts.get(key) for step in steps]
    own = [None if part is None else (part.raw, part.score) for part in parts]
    causes = _changing(own, steps) or _changing(parts, steps)
    return MetricClocks(*key, parts[0], parts[-1], causes)


def _changing(values: Sequence[object], steps: Sequence[_Step]) -> tuple[Cause, ...]:
    """Name the steps at which a value changed; none where it is at the end what it was at first."""
    if values[0] == values[-1]:
        return ()
    changed = zip(pairwise(values), steps[1:], strict=True)
    return tuple(step.cause for (before, after), step in changed if before != after)


def _moves(steps: Sequence[_Step]) -> Iterator[Move]:
    for before, after in pairwise(steps):
        yield Move(after.cause, difference(before.score.final_score, after.score.final_score))


def _late(present: Present, record: Record) -> Iterator[Late]:
    """Give the subjects that look otherwise at the month's end for what was seen after the record."""
    for fact in present.facts.facts:
        late = [o for o in fact.observations if o.known_at > record.scored_at]
        if late and _view(fact, present.as_of) != _view(_so_far(fact, record.scored_at), present.as_of):
            told = _telling(late, present.as_of)
            yield Late(fact.subject, told.at, told.known_at)


def _telling(late: Sequence[Observation], as_of: Instant) -> Observation:
    """Give of what was seen late the last that speaks of the time before; else the first, which tells of it too."""
    before = [o for o in late if o.at < as_of]
    return max(before, key=_seen) if before else min(late, key=_seen)


def _seen(observation: Observation) -> tuple[Instant, Instant]:
    return observation.known_at, observation.at


def _view(fact: Fact, as_of: Instant) -> object:
    """Give what of a fact counts at an instant; None of one that is not known by then."""
    if not fact.observations:
        return None
    if fact.subject.kind == "conversation":
        return _undated(conversation_at(fact, as_of))
    if fact.subject.kind == "reading":
        return reading_at(fact, as_of)
    record = record_at(fact, as_of)
    return None if record is None else (record.values, record.owner, record.gap)


def _undated(seen: tuple[Conversation, str | None] | None) -> object:
    return None if seen is None else (structs.replace(seen[0], known_at=None), seen[1])
