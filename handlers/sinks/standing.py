"""Where a record stands that a CRM has already, and whether another may take its place."""

from dataclasses import dataclass

from scoring.instants import Instant
from scoring.record import Record, rank

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
    """What a CRM says of a record that it has: None where it does not say."""

    final: bool | None
    as_of: Instant | None
    scored: bool | None = None

    def loses_score(self, record: Record) -> bool:
        """Tell whether a final score would give way to a record without one."""
        return self.final is not False and self.scored is True and record.score.final_score is None


def outranks(record: Record, there: Standing, may: Replacing) -> bool:
    """Tell whether a record may take the place of the one that is there."""
    own = rank(record)
    if there.final is not None and there.final != own.is_final:
        return own.is_final or may.final
    return there.as_of is None or own.as_of >= there.as_of
