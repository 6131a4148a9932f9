"""Drift: what a close looks like metric by metric beside the closes before it, and what moved for everybody at once.

One account's change is its own. A metric that many accounts lose at once, that turns green or red for many,
that moves the same way for nearly all, or that has one value for all, says that its source has changed.
"""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, NamedTuple, TypeAlias

from scoring.score import Score

BEST, WORST = 100.0, 0.0
"""The score of a metric at green or better, and at red or worse."""

NEARLY_ALL_PCT = 75.0
"""More than this share of the accounts moves the same way where a metric moves for everybody."""

EXCEPTIONS = 7
"""A metric has one value for all where so many accounts at least would be expected to have another."""

FindingKind: TypeAlias = Literal["lost", "one_value", "to_green", "to_red", "moved"]


class Value(NamedTuple):
    """What a metric or pillar has: its raw value, and its score where it counts."""

    raw: float
    score: float | None


Values: TypeAlias = Mapping[str, Value]
"""What is known of an account, by metric and pillar."""


def values_of(score: Score) -> dict[str, Value]:
    """Give what a score knows, by metric and pillar."""
    groups = [one.metrics for one in score.dimensions.values()]
    named = (item for group in (*groups, score.platform_value) for item in group.items())
    return {name: Value(float(one.raw), one.score) for name, one in named if one.raw is not None}


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric at a close, in accounts: of so many that have a record it is `known` of some, `scored` of some.

    `same` have its most frequent value. Beside the close before: `had` it then, of whom some have `lost`
    it; of those that have it both times (`paired`) some turned green, or red, some rose, or fell; `typical`
    is their median move.
    """

    accounts: int
    known: int = 0
    middle: float | None = None
    scored: int = 0
    green: int = 0
    red: int = 0
    same: int = 0
    had: int = 0
    lost: int = 0
    paired: int = 0
    to_green: int = 0
    to_red: int = 0
    up: int = 0
    down: int = 0
    typical: float = 0.0

    @property
    def missing_pct(self) -> float:
        """Give the share of the accounts that miss it."""
        return _percent(self.accounts - self.known, self.accounts)

    @property
    def green_pct(self) -> float | None:
        """Give the share at green or better of those that have it; None where it does not count."""
        return _percent(self.green, self.scored) if self.scored else None

    @property
    def red_pct(self) -> float | None:
        """Give the share at red or worse of those that have it; None where it does not count."""
        return _percent(self.red, self.scored) if self.scored else None


Spreads: TypeAlias = Mapping[str, Spread]


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else 0.0


@dataclass(slots=True)
class _Tally:
    """What was taken in of one metric; raw values and moves are packed, for a portfolio may be large."""

    raws: "array[float]" = field(default_factory=lambda: array("d"))
    moves: "array[float]" = field(default_factory=lambda: array("d"))
    scored: int = 0
    green: int = 0
    red: int = 0
    had: int = 0
    to_green: int = 0
    to_red: int = 0

    def add(self, now: Value | None, before: Value | None) -> None:
        """Take in what an account has now, and had before."""
        self.had += before is not None
        if now is None:
            return
        self.raws.append(now.raw)
        self.scored += now.score is not None
        self.green += now.score == BEST
        self.red += now.score == WORST
        if before is not None:
            self.moves.append(now.raw - before.raw)
            self.to_green += before.score != BEST and now.score == BEST
            self.to_red += before.score != WORST and now.score == WORST

    def join(self, other: "_Tally") -> None:
        """Take in what another one took in of other accounts."""
        self.raws.extend(other.raws)
        self.moves.extend(other.moves)
        self.scored += other.scored
        self.green += other.green
        self.red += other.red
        self.had += other.had
        self.to_green += other.to_green
        self.to_red += other.to_red

    def spread(self, accounts: int) -> Spread:
        """Sum it up."""
        return Spread(
            accounts=accounts,
            known=len(self.raws),
            middle=median(self.raws) if self.raws else None,
            scored=self.scored,
            green=self.green,
            red=self.red,
            same=max(Counter(self.raws).values(), default=0),
            had=self.had,
            lost=self.had - len(self.moves),
            paired=len(self.moves),
            to_green=self.to_green,
            to_red=self.to_red,
            up=sum(move > 0 for move in self.moves),
            down=sum(move < 0 for move in self.moves),
            typical=median(self.moves) if self.moves else 0.0,
        )


@dataclass(slots=True)
class Gathering:
    """Takes in accounts one by one, each with what it had at the close before."""

    accounts: int = 0
    tallies: dict[str, _Tally] = field(default_factory=dict)

    def add(self, now: Values, before: Values | None) -> None:
        """Take in an account."""
        self.accounts += 1
        had = before or {}
        for name in now.keys() | had.keys():
            self.tallies.setdefault(name, _Tally()).add(now.get(name), had.get(name))

    def join(self, other: "Gathering") -> None:
        """Take in what another one took in of other accounts."""
        self.accounts += other.accounts
        for name, tally in other.tallies.items():
            self.tallies.setdefault(name, _Tally()).join(tally)

    def spreads(self) -> dict[str, Spread]:
        """Sum it up, by metric and pillar."""
        return {name: tally.spread(self.accounts) for name, tally in sorted(self.tallies.items())}


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """From when a change is the source's: so large a share of the accounts and so many of them, at once.

    And so many times as much as in the last closes, of which so many are needed.
    """

    pct: float = 25.0
    least: float = 10.0
    times: float = 2.0
    closes: float = 3.0


class Finding(NamedTuple):
    """What stands out of a metric: so many of so many accounts; `known_pct` is the largest share of the last closes."""

    metric: str
    kind: FindingKind
    number: int
    of: int
    known_pct: float
    typical: float

    @property
    def pct(self) -> float:
        """Give the share of the accounts."""
        return _percent(self.number, self.of)


def drift(now: Spreads, earlier: Sequence[Spreads], limits: DriftLimits) -> list[Finding]:
    """Name what moved for many accounts at once as it never did in the last closes, of each metric the clearest."""
    found = (
        _of_metric(name, one, known, limits)
        for name, one in now.items()
        if len(known := [spreads[name] for spreads in earlier if name in spreads]) >= limits.closes
    )
    return [one for one in found if one is not None]


def _of_metric(name: str, now: Spread, known: Sequence[Spread], limits: DriftLimits) -> Finding | None:
    kinds = (_lost, _one_value, _moved, _turned_red, _turned_green)
    found = (kind(name, now, known, limits) for kind in kinds)
    return next((one for one in found if one is not None), None)


def _lost(name: str, now: Spread, known: Sequence[Spread], limits: DriftLimits) -> Finding | None:
    """Find a metric that many have lost; one outage in the last closes makes no other one ordinary."""
    usual = sorted(_percent(one.lost, one.had) for one in known)[:-1]
    return _beyond(Finding(name, "lost", now.lost, now.had, max(usual, default=0.0), now.typical), limits)


def _turned_green(name: str, now: Spread, known: Sequence[Spread], limits: DriftLimits) -> Finding | None:
    usual = max(_percent(one.to_green, one.paired) for one in known)
    return _beyond(Finding(name, "to_green", now.to_green, now.paired, usual, now.typical), limits)


def _turned_red(name: str, now: Spread, known: Sequence[Spread], limits: DriftLimits) -> Finding | None:
    usual = max(_percent(one.to_red, one.paired) for one in known)
    return _beyond(Finding(name, "to_red", now.to_red, now.paired, usual, now.typical), limits)


def _beyond(one: Finding, limits: DriftLimits) -> Finding | None:
    """Keep what is much: by its share, by the accounts, and beside the last closes."""
    is_much = one.number >= limits.least and one.pct > max(limits.pct, limits.times * one.known_pct)
    return one if is_much else None


def _one_value(name: str, now: Spread, known: Sequence[Spread], limits: DriftLimits) -> Finding | None:
    """Find a metric that has one value for all, where others were always to be expected."""
    usual = max(_percent(one.same, one.known) for one in known)
    others = now.known * (100.0 - usual) / 100.0
    if now.known < limits.least or now.same < now.known or others < EXCEPTIONS:
        return None
    return Finding(name, "one_value", now.same, now.known, usual, now.typical)


def _moved(name: str, now: Spread, known: Sequence[Spread], limits: DriftLimits) -> Finding | None:
    """Find a metric that moves the same way for nearly all accounts, and further than it ever did."""
    number = max(now.up, now.down)
    furthest = max(abs(one.typical) for one in known)
    is_all = number >= limits.least and _percent(number, now.paired) > NEARLY_ALL_PCT
    if not is_all or abs(now.typical) <= limits.times * furthest:
        return None
    usual = max(_percent(max(one.up, one.down), one.paired) for one in known)
    return Finding(name, "moved", number, now.paired, usual, now.typical)
