"""The audit: a line for every act of a person at the desk, added and never changed, kept as retention.yaml says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

from config.retention import LONGEST_DAYS, USUAL_RETENTION, Kept
from handlers.desk.people import Person
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.instants import DAY, EPOCH, Duration, Instant, format_instant

JOURNAL = "audit"
_FOR_EVER = LONGEST_DAYS * DAY


class Journals(Protocol):
    """Where lines are added: a store, or a connection to one that lasts."""

    def append(self, journal: str, at: Instant, text: str, kept: Duration) -> None:
        """Add a line to a journal, kept for so long after its instant."""


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who did what to what, when, and why. `act` is a verb in the past, such as `draft saved`."""

    at: str
    person: str
    name: str
    act: str
    subject: str
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """Where lines are added, and how long each is kept (None: for ever)."""

    journals: Journals
    kept: Kept = USUAL_RETENTION.audit


def note(trail: Trail, at: Instant, person: Person, act: str, subject: str, **told: str) -> Act:
    """Add a line; `told` are before, after and reason."""
    line = Act(format_instant(at), person.id, person.name, act, subject, **told)
    trail.journals.append(JOURNAL, at, keep(line), _FOR_EVER if trail.kept is None else trail.kept)
    return line


def acts(store: Store, since: Instant = EPOCH) -> Iterator[Act]:
    """List the lines from an instant on, the earliest first."""
    return (read_kept(kept, Act, "a line of the audit") for kept in store.entries(JOURNAL, since))
