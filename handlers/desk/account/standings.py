"""How an account stands: as its record of the month says, as is known now of that month, and live."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from config.loader import Config
from handlers.desk.account.reading import Read
from handlers.jobs.explained import Explained, explained, scored
from handlers.jobs.records import Terms
from handlers.words.changes import differing
from handlers.words.layout import Passage
from scoring.drivers import Driver
from scoring.instants import Instant
from scoring.model import Model
from scoring.movement import Movement
from scoring.periods import period_of
from scoring.record import Record
from scoring.rounding import difference
from scoring.score import Score

Kind: TypeAlias = Literal["record", "known", "live"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One way in which an account stands: a record, or a score that is made like one, and its change.

    `is_recorded` says that it is what the store keeps; `is_same` that what is known now is the same.
    """

    kind: Kind
    record: Record
    previous: Record | None
    is_recorded: bool
    is_same: bool = False

    @property
    def score(self) -> Score:
        """Give its score."""
        return self.record.score

    @property
    def change(self) -> float | None:
        """Give the points since the record before; of a record, since that record as it stood then."""
        if self.is_recorded and self.record.moved is not None:
            return difference(self.record.moved.score, self.score.final_score)
        return None if self.previous is None else difference(self.previous.score.final_score, self.score.final_score)


@dataclass(frozen=True)
class Standings:
    """All standings of an account in a period, and which of them the page tells of."""

    read: Read
    config: Config
    now: Instant
    asked: Kind

    @property
    def is_running(self) -> bool:
        """Tell whether the period is the month that runs: what is known of it is the live score."""
        return self.read.period == period_of(self.now)

    @cached_property
    def known(self) -> Explained:
        """Explain what is known now of the period; of one that has ended, once for all who look."""
        read = self.read
        if self.is_running:
            return explained(read.given, read.period, self.config, self.now)
        key = "known", read.found.account.id, read.period
        return read.shelf.get(key, lambda: explained(read.given, read.period, self.config, self.now))

    @cached_property
    def live(self) -> Standing:
        """Give the score of this instant."""
        running = period_of(self.now)
        if self.is_running:
            return Standing("live", self.known.fresh, self.known.previous, False)
        terms = Terms(running, self.now, self.config.model, "provisional", self.now)
        return Standing("live", scored(self.read.given.timeline, terms), self.read.given.before(running), False)

    @cached_property
    def differs(self) -> Passage | None:
        """Say where the record of the period is not what is known now."""
        return differing(self.known.fresh.score, self.known.stored)

    @cached_property
    def all(self) -> Sequence[Standing]:
        """Give the standings: the record, what is known now where that is something else, the live score."""
        stored, known = self.known.stored, self.known
        is_same = stored is not None and self.differs is None
        found = []
        if stored is not None and (self.is_running or not is_same):
            found.append(Standing("record", stored, known.previous, True))
        if not self.is_running:
            found.append(Standing("known", known.fresh, known.previous, False, is_same))
        return [*found, self.live]

    @cached_property
    def shown(self) -> Standing:
        """Give the standing that the page tells of: what is asked for, else what is known now."""
        wanted: Sequence[Kind] = (self.asked, "live" if self.is_running else "known")
        return next(one for kind in wanted for one in self.all if one.kind == kind)

    @cached_property
    def told(self) -> Explained | None:
        """Explain the standing that is shown; None of a record that is not what is known now: it explains itself."""
        if self.shown.kind == "record":
            return None
        if self.shown.kind == "known" or self.is_running:
            return self.known
        return explained(self.read.given, period_of(self.now), self.config, self.now)

    @cached_property
    def model(self) -> Model | None:
        """Give the model of the standing that is shown; None where the store has none that can be read."""
        return self.read.given.model(self.shown.score.model_version)

    @property
    def movement(self) -> Movement | None:
        """Give the movement to the standing that is shown."""
        return None if self.told is None else self.told.movement

    @property
    def recorded_drivers(self) -> Sequence[Driver]:
        """Give what moved a record most, as it says itself."""
        moved = self.shown.record.moved
        return () if moved is None else moved.drivers
