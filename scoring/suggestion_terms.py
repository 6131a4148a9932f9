"""The figures by which signals are suggested: how often, for how long, and when a category mutes itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SuggestionDays:
    """How often and for how long, in days.

    An account has one suggestion of a category in `one_in` days, none for `quiet_after_dismissal` days after one
    was dismissed; one that nobody answers expires after `expire` days, and what was written before is none.
    """

    one_in: int = 30
    quiet_after_dismissal: int = 90
    expire: int = 45


@dataclass(frozen=True, slots=True)
class Muting:
    """A category mutes itself when its precision is surely `below` this share, `after` so many answers."""

    below: float = 0.4
    after: int = 20


KEPT_DAYS = 90
"""So long before any instant that may be asked for, what customers wrote is kept."""

DAYS = SuggestionDays()
MUTING = Muting()
