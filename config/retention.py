"""How long each kind of what is stored is kept; nothing that the model reads may go."""

from dataclasses import dataclass
from typing import TypeAlias

from scoring.facts import HISTORY
from scoring.instants import DAY, Duration

RETENTION = "retention.yaml"
FOR_EVER = "for ever"
HISTORY_DAYS = HISTORY // DAY
LONGEST_DAYS = 36_500
"""A hundred years: longer is meant for ever."""

Kept: TypeAlias = Duration | None
"""So long something is kept; None: for ever."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind is kept, by its name in the file; None: for ever."""

    superseded_observations: Kept = HISTORY
    facts_of_nobody: Kept = 400 * DAY
    departed_accounts: Kept = 1095 * DAY
    records: Kept = None
    audit: Kept = 396 * DAY
    samples: Kept = 397 * DAY
    opinions: Kept = 1095 * DAY


USUAL_RETENTION = Retention()
"""The figures of a folder without retention.yaml."""
