"""Closes that are held, cut short or withdrawn, as the page shows them; and how a held one is let through."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from handlers.desk.visit import NotThere, Refused, Visit
from handlers.jobs.closes import Note, log_deed, noted, open_closes
from handlers.jobs.crm_waits import CrmWait, stands
from handlers.jobs.guards import GUARDS, Guard
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store, StoreError
from handlers.words.crm_waits import wait_in_words
from scoring.instants import format_instant, parse_instant

_ASKED = "desk/quality/closes/"
DEED = "let through"

USUAL: dict[Guard, str] = {
    "uncovered": "a wrong month, or a new store",
    "fewer_scored": "accounts that were cut short, or a source that is dead",
    "tier_changes": "a change of the model, or a source that was out for days",
    "metric_shift": "a source that changed its meaning or its unit",
    "drift": "a field that nobody fills any more, a source that is dead, or a season that no earlier close has",
    "unscored": "an account whose sources are gone",
}
"""What a guard mostly saw when it held a close."""


class Asked(msgspec.Struct, frozen=True):
    """Who let the close of a month through, when, which guards, and why."""

    at: str
    person: str
    guards: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class OpenClose:
    """A close that waits for somebody: as its note says, who let it through last, and whether that runs now."""

    period: str
    note: Note
    asked: Asked | None
    is_running: bool
    outcome: str | None
    wait: CrmWait | None = None

    @property
    def waits(self) -> str:
        """Say since when it waits for the CRM, and when it asks again; empty where it does not."""
        return "" if self.wait is None or self.note.stage != "writing" else wait_in_words(self.wait)


def closes_of(visit: Visit, store: Store) -> list[OpenClose]:
    """List the closes that wait, and those that run."""
    return [_open(visit, store, period, note) for period, note in sorted(open_closes(store).items(), reverse=True)]


def _open(visit: Visit, store: Store, period: str, note: Note) -> OpenClose:
    asked, ways = _asked(store, period), visit.desk.services.closes
    outcome = None if ways is None else ways.outcome(period)
    wait = stands(store, period, visit.now)
    is_running = _is_running(visit, period, note, asked) or (wait is not None and wait.is_on(visit.now))
    return OpenClose(period, note, asked, is_running, outcome, wait)


def _asked(store: Store, period: str) -> Asked | None:
    kept = store.cursor(f"{_ASKED}{period}")
    return read_kept(kept, Asked, f"{_ASKED}{period}") if kept else None


def _is_running(visit: Visit, period: str, note: Note, asked: Asked | None) -> bool:
    ways, at = visit.desk.services.closes, None if asked is None else parse_instant(asked.at)
    return ways is not None and ways.is_running(period, note, at)


def let_through(visit: Visit, period: str) -> None:
    """Let a held close through, by the name of each guard that holds it, and with a reason; audited first."""
    ways = visit.desk.services.closes
    if ways is None:
        raise Refused("This desk cannot close a month: run healthscore finalise with --yes-close.")
    with visit.store() as store:
        note = noted(store, period)
        if note is None or note.stage != "held":
            raise NotThere(f"No guard holds the close of {period}.")
        if _is_running(visit, period, note, _asked(store, period)):
            raise Refused(f"The close of {period} runs already: load the page again to see what it came to.")
        guards = _named(visit, note)
        reason = _reason(visit)
        before = store.cursor(f"{_ASKED}{period}") or ""
        _keep(visit, store, period, guards, reason)
    try:
        ways.begin(period, guards)
    except (Refused, StoreError):
        with visit.store() as store:
            store.set_cursor(f"{_ASKED}{period}", before)
        raise


def _named(visit: Visit, note: Note) -> list[Guard]:
    """Give the guards that hold, each of which must be named; one that came since the page was loaded is not."""
    named = frozenset(visit.form.getlist("guard"))
    lacking = [one.guard for one in note.held if one.guard not in named]
    if lacking:
        raise Refused(f"Confirm each guard that holds the close: {', '.join(lacking)} is not confirmed.")
    return [guard for guard in GUARDS if guard in named]


def _reason(visit: Visit) -> str:
    reason = " ".join(visit.form.get("reason", "").split())
    if len(reason) < 10:
        raise Refused("Write the reason, in a few words at least: it stays in the log.")
    return reason[:500]


def _keep(visit: Visit, store: Store, period: str, guards: Sequence[Guard], reason: str) -> None:
    named = ", ".join(guards)
    asked = Asked(format_instant(visit.now), visit.person.name, tuple(guards), reason)
    store.set_cursor(f"{_ASKED}{period}", keep(asked))
    log_deed(store, DEED, f"{period} {named}", f"{reason} ({visit.person.name})", visit.now)
    visit.note(store, "held close let through", period, before="held", after=named, reason=reason)
