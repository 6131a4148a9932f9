"""One check as a value, and ways to come to it."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.clients.remote import SourceError


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and whether it is well: None where that cannot be known, or does not matter.

    `problem` says what is wrong or unknown, `remedy` how to mend it or where to look.
    """

    system: str
    check: str
    ok: bool | None = True
    problem: str | None = None
    remedy: str | None = None


def attempt(system: str, name: str, act: Callable[[], object], remedy: str) -> Check:
    """Check by a call: it is well where the call raises no SourceError."""
    try:
        act()
    except SourceError as error:
        return Check(system, name, False, str(error), remedy)
    return Check(system, name)
