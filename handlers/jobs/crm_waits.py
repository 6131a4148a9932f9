"""A close that waits for the CRM: since when, when it asks again, and until when in all."""

from dataclasses import dataclass

import msgspec

from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.instants import HOUR, SECOND, Instant

FIRST_PAUSE = Instant(60 * SECOND)
LONGEST_PAUSE = Instant(30 * 60 * SECOND)
"""Each pause is twice as long as the one before, and none longer than this, unless the CRM asks for more."""

STALE = HOUR
"""A close that should have asked again so long ago waits no more: whatever ran it is gone."""

_WAITS = "crm-wait/"


class CrmWait(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a part of a close waits for: which run, begun when, since when, after how many tries, and why.

    `accounts` of its accounts are not in the CRM. `is_over` says that it waits no more: a person is asked.
    """

    run: str
    began: Instant
    since: Instant
    again_at: Instant
    accounts: int
    reason: str
    tries: int = 1
    is_over: bool = False

    def is_on(self, now: Instant) -> bool:
        """Tell whether something still waits."""
        return not self.is_over and now < self.again_at + STALE


@dataclass(frozen=True, slots=True)
class Waiter:
    """A part of a run that may wait: of which period, by its name among the parts, from `began` until `until`."""

    period: str
    part: str
    run: str
    began: Instant
    until: Instant

    @property
    def name(self) -> str:
        """Name what is kept of it."""
        return f"{_WAITS}{self.period}/{self.part}"

    def before(self, store: Store) -> CrmWait | None:
        """Give what was kept of the part, of whichever run."""
        kept = store.cursor(self.name)
        return read_kept(kept, CrmWait, self.name) if kept else None

    def is_superseded(self, store: Store, now: Instant) -> bool:
        """Tell whether a run that began later waits for the same: then this one steps back."""
        other = self.before(store)
        return other is not None and other.run != self.run and other.began > self.began and other.is_on(now)

    def wait(self, store: Store, now: Instant, failed: tuple[int, str], seconds: float) -> CrmWait | None:
        """Keep that the CRM is asked again, and when; None where the time is over.

        `failed` says how many accounts it is about, and why; `seconds` how long the CRM asks to be left alone.
        """
        if now >= self.until:
            return None
        known = self.before(store)
        mine = known if known is not None and known.run == self.run and not known.is_over else None
        tries = 1 if mine is None else mine.tries + 1
        asked = Instant(now + int(max(_pause(tries), seconds * SECOND)))
        said = CrmWait(
            self.run, self.began, now if mine is None else mine.since, min(asked, self.until), *failed, tries
        )
        store.set_cursor(self.name, keep(said))
        return said

    def give_up(self, store: Store, now: Instant, failed: tuple[int, str]) -> None:
        """Keep that a person is asked: so many accounts are not in the CRM, and why."""
        known = self.before(store)
        since = known.since if known is not None and known.run == self.run else now
        over = CrmWait(self.run, self.began, since, now, *failed, known.tries if known else 1, is_over=True)
        store.set_cursor(self.name, keep(over))

    def end(self, store: Store) -> None:
        """Keep that nothing waits any more."""
        if store.cursor(self.name):
            store.set_cursor(self.name, "")


def _pause(tries: int) -> Instant:
    return min(LONGEST_PAUSE, Instant(FIRST_PAUSE * 2 ** (min(tries, 10) - 1)))


def waits_of(store: Store, period: str) -> list[CrmWait]:
    """Give what is kept of the parts of a period's close that wait, or waited in vain."""
    kept = store.cursors(f"{_WAITS}{period}/").items()
    return [read_kept(text, CrmWait, name) for name, text in kept if text]


def stands(store: Store, period: str, now: Instant) -> CrmWait | None:
    """Say what a close waits for, or what it last waited for in vain; None where neither is so."""
    over = max((one for one in waits_of(store, period) if one.is_over), key=lambda one: one.again_at, default=None)
    return waiting(store, period, now) or over


def waiting(store: Store, period: str, now: Instant) -> CrmWait | None:
    """Say what a close waits for now, of all of its parts as one; None where it does not."""
    waits = [one for one in waits_of(store, period) if one.is_on(now)]
    if not waits:
        return None
    following = min(waits, key=lambda one: one.again_at)
    since, accounts = min(one.since for one in waits), sum(one.accounts for one in waits)
    return msgspec.structs.replace(following, since=since, accounts=accounts)
