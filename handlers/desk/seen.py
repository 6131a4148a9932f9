"""The accounts of a month as one person sees them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from handlers.desk.desk import Desk
from handlers.desk.people import Person
from handlers.desk.visit import NotThere
from handlers.jobs.portfolio import Line, latest_period, lines_of
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant
from scoring.periods import period_of


class Sight(Protocol):
    """Who looks at which desk, and when: a visit of a page, or another way in."""

    @property
    def desk(self) -> Desk:
        """Give the desk."""

    @property
    def person(self) -> Person:
        """Give the person who looks."""

    @property
    def now(self) -> Instant:
        """Give the instant: one for all that is shown."""

    def store(self) -> AbstractContextManager[Store]:
        """Open the store."""

    def period(self) -> str | None:
        """Give the month that is asked for; refuses what is none."""


@dataclass(frozen=True)
class Seen:
    """The lines of a month that somebody sees; `known` are the months that have records, the latest first."""

    period: str | None
    lines: Sequence[Line]
    known: Sequence[str]

    @cached_property
    def by_id(self) -> dict[str, Line]:
        """Give the lines by account."""
        return {line.summary.account_id: line for line in self.lines}


def seen_lines(visit: Sight, period: str | None = None) -> Seen:
    """Give the lines of a month (by default the one of the address, else the latest) that a person sees.

    Raises NotThere for a month without records; with no record at all there is no month and no line.
    """
    known, asked = visit.desk.periods(), period or visit.period()
    if asked is None:
        asked = latest_seen(visit)
    elif asked not in known:
        raise NotThere(f"There is no record of {asked}. Months with records: {', '.join(known) or 'none yet'}.")
    if asked is None:
        return Seen(None, (), known)
    lines = all_lines(visit, asked)
    return Seen(asked, lines if sees_all(visit) else [line for line in lines if is_seen(visit, line)], known)


def latest_seen(visit: Sight) -> str | None:
    """Give the month that pages begin with: the latest that has records."""

    def read() -> str | None:
        with visit.store() as store:
            return latest_period(store)

    return visit.desk.memory.get("latest", read)


def all_lines(visit: Sight, period: str) -> Sequence[Line]:
    """Give the lines of all accounts of a month, kept while the store stays as it is."""

    def read() -> Sequence[Line]:
        with visit.store() as store:
            return tuple(lines_of(store, period, visit.desk.config.model.currencies))

    return visit.desk.memory.get(("lines", period), read)


def sees_all(visit: Sight) -> bool:
    """Tell whether a person sees every account, whoever looks after it."""
    return visit.desk.terms.visibility == "all" or visit.person.may("leader")


def is_seen(visit: Sight, line: Line) -> bool:
    """Tell whether a person sees the account of a line."""
    return visit.person.sees(line.summary.csm, visit.desk.terms.visibility)


def account_of(visit: Sight, account_id: str) -> Account:
    """Give an account that a person sees, by its id; raises NotThere, alike whether it is not there or not theirs."""
    gone = NotThere("There is no such account, or it is not yours to see.")
    found = visit.desk.by_id().get(account_id)
    if found is None or not may_see(visit, account_id):
        raise gone
    return found


def may_see(visit: Sight, account_id: str) -> bool:
    """Tell whether a person sees an account, by whom its latest record names as its CSM."""
    if sees_all(visit):
        return True
    period = period_of(visit.now)
    with visit.store() as store:
        record = store.record(account_id, period) or store.record_before(account_id, period)
    return record is not None and visit.person.is_csm(record.measurements.csm)
