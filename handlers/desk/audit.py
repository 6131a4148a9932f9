"""The audit: a line for every act of a person at the desk, added and never changed."""

from collections.abc import Iterator
from secrets import token_hex

import msgspec

from handlers.desk.people import Person
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.instants import Instant, format_instant

_AUDIT = "desk/audit/"


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


def note(store: Store, at: Instant, person: Person, act: str, subject: str, **told: str) -> Act:
    """Add a line; `told` are before, after and reason."""
    line = Act(format_instant(at), person.id, person.name, act, subject, **told)
    store.set_cursor(f"{_AUDIT}{line.at}/{token_hex(4)}", keep(line))
    return line


def acts(store: Store) -> Iterator[Act]:
    """List all lines, the earliest first."""
    return (read_kept(kept, Act, name) for name, kept in sorted(store.cursors(_AUDIT).items()))
