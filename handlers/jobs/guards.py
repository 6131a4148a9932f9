"""Guards: what a close looks like beside the closes before it, and what holds one that would do harm."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec

from config.guards import Guards
from handlers.words.drift import sentences
from handlers.words.figures import title
from scoring.drift import Finding, Gathering, Spread, drift, values_of
from scoring.feeds import Feed
from scoring.instants import Instant, format_date
from scoring.metrics.support_health import OF_MESSAGES
from scoring.record import Record

Guard: TypeAlias = Literal["uncovered", "fewer_scored", "tier_changes", "metric_shift", "drift", "unscored"]
GUARDS: tuple[Guard, ...] = get_args(Guard)
UNSCORED = "unscored: it has no score now, and its final record has one"
"""Why one account's record is not replaced; the others are closed."""


class Held(NamedTuple):
    """A guard that holds a close, and what it saw."""

    guard: Guard
    seen: str


class Moves(msgspec.Struct, frozen=True):
    """How a metric moved since the last close: for how many accounts it rose, fell, was known both times; typically."""

    up: int
    down: int
    known: int
    typical: float


class Digest(msgspec.Struct, frozen=True):
    """What a close came to: how many accounts, scored ones, changes of tier among so many, moves by metric.

    And the spread of each metric and pillar.
    """

    accounts: int = 0
    scored: int = 0
    compared: int = 0
    tier_changes: int = 0
    moves: dict[str, Moves] = {}
    spreads: dict[str, Spread] = {}


@dataclass(slots=True)
class Comparison:
    """Takes in accounts one by one, each with its record of the last closed period; changes are packed."""

    accounts: int = 0
    scored: int = 0
    compared: int = 0
    tier_changes: int = 0
    changes: dict[str, "array[float]"] = field(default_factory=dict)
    gathering: Gathering = field(default_factory=Gathering)

    def add(self, now: Record, before: Record | None) -> None:
        """Compare an account with itself."""
        self.accounts += 1
        self.scored += now.score.final_score is not None
        self.gathering.add(values_of(now.score), None if before is None else values_of(before.score))
        if before is None or before.score.tier is None:
            return
        self.compared += 1
        self.tier_changes += now.score.tier != before.score.tier
        for name, change in _changes(now, before):
            self.changes.setdefault(name, array("d")).append(change)

    def join(self, other: "Comparison") -> None:
        """Take in what another one compared of other accounts."""
        self.accounts += other.accounts
        self.scored += other.scored
        self.compared += other.compared
        self.tier_changes += other.tier_changes
        self.gathering.join(other.gathering)
        for name, changes in other.changes.items():
            self.changes.setdefault(name, array("d")).extend(changes)

    def digest(self) -> Digest:
        """Sum it up."""
        moves = {name: _moves(changes) for name, changes in sorted(self.changes.items())}
        spreads = self.gathering.spreads()
        return Digest(self.accounts, self.scored, self.compared, self.tier_changes, moves, spreads)


def _changes(now: Record, before: Record) -> Iterator[tuple[str, float]]:
    earlier = dict(_raws(before))
    for name, raw in _raws(now):
        if name in earlier:
            yield name, raw - earlier[name]


def _raws(record: Record) -> Iterator[tuple[str, float]]:
    groups = [group.metrics for group in record.score.dimensions.values()]
    for metrics in (*groups, record.score.platform_value):
        for name, metric in metrics.items():
            if metric.raw is not None:
                yield name, metric.raw


def _moves(changes: Sequence[float]) -> Moves:
    return Moves(sum(c > 0 for c in changes), sum(c < 0 for c in changes), len(changes), median(changes))


@dataclass(frozen=True, slots=True)
class Situation:
    """What guards look at: the close, the closes before it (the latest first), the feeds, when the period ends."""

    digest: Digest
    earlier: Sequence[Digest]
    feeds: Mapping[str, Feed]
    as_of: Instant


def holding(situation: Situation, limits: Guards) -> list[Held]:
    """Name the guards that hold a close; none where it does no harm."""
    found = (
        _uncovered(situation, limits),
        _fewer_scored(situation, limits),
        _tier_changes(situation, limits),
        _metric_shift(situation, limits),
        _drift(situation, limits),
    )
    return [held for held in found if held is not None]


def _uncovered(situation: Situation, limits: Guards) -> Held | None:
    since = [feed.covered_since for feed in situation.feeds.values() if feed.covered_since is not None]
    if not limits.uncovered or not since or min(since) < situation.as_of:
        return None
    return Held(
        "uncovered", f"the period ends before any source is covered, which is from {format_date(min(since))} on"
    )


def _fewer_scored(situation: Situation, limits: Guards) -> Held | None:
    digest, limit = situation.digest, limits.fewer_scored_pct
    if limit is None:
        return None
    if digest.scored == 0:
        return Held("fewer_scored", f"none of {digest.accounts} accounts has a score")
    before = situation.earlier[0].scored if situation.earlier else 0
    if 100 * (before - digest.scored) <= limit * before:
        return None
    return Held("fewer_scored", f"{digest.scored} accounts have a score; at the last close {before} had one")


def _tier_changes(situation: Situation, limits: Guards) -> Held | None:
    digest, limit = situation.digest, limits.tier_changes_pct
    many = digest.tier_changes >= limits.tier_changes_least
    if limit is None or not many or 100 * digest.tier_changes <= limit * digest.compared:
        return None
    return Held("tier_changes", f"{digest.tier_changes} of {digest.compared} accounts change their tier at once")


def _metric_shift(situation: Situation, limits: Guards) -> Held | None:
    shifted = [_shift(name, moves) for name, moves in _shifted(situation, limits).items()]
    return Held("metric_shift", "; ".join(shifted)) if shifted else None


def _shifted(situation: Situation, limits: Guards) -> Mapping[str, Moves]:
    """Give the metrics that most accounts move the same way, and further than ever.

    Those made of what customers wrote come and go with a switch, and hold no close as long as they count nothing.
    """
    limit = limits.metric_shift_pct
    if limit is None:
        return {}
    return {
        name: moves
        for name, moves in situation.digest.moves.items()
        if not _waits(name, situation)
        and _is_beyond(moves, [digest.moves[name] for digest in situation.earlier if name in digest.moves], limits)
        and 100 * max(moves.up, moves.down) > limit * moves.known
    }


def _waits(name: str, situation: Situation) -> bool:
    digests = (situation.digest, *situation.earlier)
    return name in OF_MESSAGES and not any(name in one.spreads and one.spreads[name].scored for one in digests)


def _drift(situation: Situation, limits: Guards) -> Held | None:
    """Name what else only a source's change does; what has shifted is held by that name."""
    shifted = _shifted(situation, limits)
    every = [one for one in findings(situation, limits) if not _waits(one.metric, situation)]
    found = [one for one in every if one.metric not in shifted]
    if limits.drift_pct is None or not found:
        return None
    return Held("drift", "; ".join(sentences(found, situation.feeds)))


def findings(situation: Situation, limits: Guards) -> list[Finding]:
    """Name what stands out of the metrics of a close."""
    return drift(situation.digest.spreads, [digest.spreads for digest in situation.earlier], limits.drift)


def _is_beyond(moves: Moves, earlier: Sequence[Moves], limits: Guards) -> bool:
    """Tell whether a metric moves as it never did in the closes that are known."""
    if moves.known < limits.tier_changes_least or len(earlier) < limits.metric_shift_closes:
        return False
    sign = 1 if moves.up > moves.down else -1
    known = max(0.0, *(sign * one.typical for one in earlier))
    return sign * moves.typical > limits.metric_shift_times * known


def _shift(name: str, moves: Moves) -> str:
    way, number = ("rises", moves.up) if moves.up > moves.down else ("falls", moves.down)
    return f"{title(name)} {way} for {number} of {moves.known} accounts, typically by {abs(moves.typical):.4g}"


def unconfirmed(held: Iterable[Held], confirmed: Iterable[str]) -> list[Held]:
    """Leave out the guards that a person has named."""
    named = set(confirmed)
    return [one for one in held if one.guard not in named]
