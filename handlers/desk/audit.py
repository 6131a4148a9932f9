"""The audit: a line for every act of a person at the desk, added and never changed, kept for 13 months."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from handlers.desk.people import Person
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.instants import DAY, EPOCH, Duration, Instant, format_instant

JOURNAL = "audit"
KEPT = 396 * DAY
"""Thirteen months, each as long as it may be."""


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


def note(journals: Journals, at: Instant, person: Person, act: str, subject: str, **told: str) -> Act:
    """Add a line; `told` are before, after and reason."""
    line = Act(format_instant(at), person.id, person.name, act, subject, **told)
    journals.append(JOURNAL, at, keep(line), KEPT)
    return line


def acts(store: Store, since: Instant = EPOCH) -> Iterator[Act]:
    """List the lines from an instant on, the earliest first."""
    return (read_kept(kept, Act, "a line of the audit") for kept in store.entries(JOURNAL, since))
