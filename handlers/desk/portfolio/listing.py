"""The accounts that an address asks for, of those that a person sees; what is made once is kept while it holds."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from handlers.desk.portfolio.query import ANYBODY, MINE, NOBODY, Query
from handlers.desk.seen import Seen, is_seen, latest_seen, seen_lines, sees_all
from handlers.desk.visit import Visit
from handlers.identity.folding import folded, is_part
from handlers.jobs.portfolio import csm_names, in_order
from handlers.jobs.views import VIEWS, Entry, Totals, View, entries_of, totals_of
from handlers.words.portfolio import csm_of
from scoring.customer import Csm
from scoring.instants import DAY, Instant

PAGE = 50
"""So many rows stand on a page."""


@dataclass(frozen=True)
class Choice:
    """A CSM that the accounts may be filtered by: how the address and people call them, and how many they have."""

    value: str
    name: str
    accounts: int


@dataclass(frozen=True)
class Listing:
    """What a portfolio page shows. `scope` is whose accounts totals and list are of; `entries` those that fit.

    `fitting` are those that fit the filters, in whatever view; days to renewals are `counted_from` an instant.
    `key` tells lists apart in the desk's memory.
    """

    query: Query
    seen: Seen
    scope: str
    csms: Sequence[Choice]
    totals: Totals
    entries: Sequence[Entry]
    counted_from: Instant | None
    fitting: Sequence[Entry]
    key: tuple[Hashable, ...]

    @property
    def scope_name(self) -> str:
        """Name whose accounts are shown."""
        return next((one.name for one in self.csms if one.value == self.scope), self.scope)

    @property
    def counts(self) -> Mapping[View, int]:
        """Count by view the accounts that fit the filters: as many as its tab leads to."""
        if not self.query.is_filtered:
            return {view: total.accounts for view, total in self.totals.views.items()}
        counted = Counter(view for one in self.fitting for view in one.views)
        return {view: counted[view] for view in VIEWS}

    @property
    def pages(self) -> int:
        """Count the pages."""
        return max(1, -(-len(self.entries) // PAGE))

    @property
    def page(self) -> int:
        """Give the page that is shown; of one that is none, the last."""
        return min(self.query.page, self.pages)

    @property
    def first(self) -> int:
        """Give the number of the first row that is shown, less one."""
        return (self.page - 1) * PAGE

    @property
    def shown(self) -> Sequence[Entry]:
        """Give the entries of the page."""
        return self.entries[self.first : self.first + PAGE]


class Accounts:
    """The accounts of a month and scope, kept with what is made of them once: their totals, their orders."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Keep these."""
        self._entries, self.totals = entries, totals_of(entries)
        self._orders: dict[tuple[str, bool], Sequence[Entry]] = {}
        self._numbers: dict[str, int] = {}

    def ordered(self, query: Query) -> Sequence[Entry]:
        """Give them in the order that is asked for."""
        found = self._orders.get(query.order)
        if found is None:
            found = self._orders[query.order] = _ordered(self._entries, query)
        return found

    def number(self, query: Query) -> int:
        """Count those that fit a query of a saved view."""
        key = query.written("sort", "period", "page", "saved")
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = sum(query.view in one.views for one in _fitting(self._entries, query))
        return found


def listing(visit: Visit, query: Query) -> Listing:
    """List what an address asks for."""
    seen = seen_lines(visit)
    scope, now = scope_of(visit, query.csm, seen), _now(visit, seen)
    key = _key(visit, seen, scope, now)
    accounts = _accounts(visit, seen, scope, now)
    fitting = _fitting(accounts.ordered(query), query)
    shown = [one for one in fitting if query.view in one.views]
    return Listing(query, seen, scope, csms(visit, seen), accounts.totals, shown, now, fitting, key)


def number_of(visit: Visit, query: Query) -> int:
    """Count the accounts that a query asks for."""
    seen = seen_lines(visit)
    return _accounts(visit, seen, scope_of(visit, query.csm, seen), _now(visit, seen)).number(query)


def _accounts(visit: Visit, seen: Seen, scope: str, now: Instant | None) -> Accounts:
    key = _key(visit, seen, scope, now)
    return visit.desk.memory.get(key, lambda: Accounts(_entries(visit, seen, scope, now)))


def _key(visit: Visit, seen: Seen, scope: str, now: Instant | None) -> tuple[Hashable, ...]:
    """Tell apart whose accounts are meant, who asks for them, and from which day renewals are counted."""
    day = None if now is None else now // DAY
    return ("portfolio", seen.period, day, _whose(visit), _asker(visit, scope), scope)


def _now(visit: Visit, seen: Seen) -> Instant | None:
    """Give from when days to renewals are counted: today in the latest month, else when each account was scored."""
    return visit.now if seen.period == latest_seen(visit) else None


def _whose(visit: Visit) -> Hashable:
    """Tell apart whoever sees other accounts than others do."""
    return None if sees_all(visit) else (visit.person.id, visit.person.name, visit.person.mail)


def _asker(visit: Visit, scope: str) -> Hashable:
    return (visit.person.id, visit.person.name, visit.person.mail) if scope == MINE else None


def _entries(visit: Visit, seen: Seen, scope: str, now: Instant | None) -> Sequence[Entry]:
    lines = [line for line in seen.lines if is_in(visit, line.summary.csm, csm_names(line.summary), scope)]
    return tuple(entries_of(lines, seen.period or "", visit.desk.terms, now))


def is_in(visit: Visit, csm: Csm | None, names: Sequence[str], scope: str) -> bool:
    """Tell whether an account is in a scope, by its CSM and what that one is called."""
    if scope == ANYBODY:
        return True
    if scope == MINE:
        return visit.person.is_csm(csm)
    return csm is None if scope == NOBODY else scope in names or any(is_part(scope, name) for name in names)


def _ordered(entries: Sequence[Entry], query: Query) -> Sequence[Entry]:
    sort, is_reversed = query.order
    by_line = {entry.line.summary.account_id: entry for entry in entries}
    lines = in_order((entry.line for entry in entries), sort, is_reversed=is_reversed)
    return tuple(by_line[line.summary.account_id] for line in lines)


def _fitting(entries: Sequence[Entry], query: Query) -> Sequence[Entry]:
    if not query.is_filtered:
        return entries
    words = folded(query.q).split()
    return [
        one
        for one in entries
        if (not query.tier or one.line.tier == query.tier)
        and (not query.segment or one.line.summary.segment == query.segment)
        and all(word in one.sought for word in words)
    ]


def scope_of(visit: Visit, csm: str, seen: Seen) -> str:
    """Say whose accounts an address asks for; a CSM who has some begins with them, leaders and Ops with all."""
    if csm:
        return csm
    begins_with_own = not visit.person.may("leader") and has_own(visit, seen)
    return MINE if begins_with_own else ANYBODY


def has_own(visit: Visit, seen: Seen) -> bool:
    """Tell whether a person is the CSM of an account of the month."""
    person = visit.person
    key = ("has own", seen.period, person.id, person.name, person.mail)
    return visit.desk.memory.get(key, lambda: any(person.is_csm(line.summary.csm) for line in seen.lines))


def csms(visit: Visit, seen: Seen) -> Sequence[Choice]:
    """List the CSMs of the accounts that a person sees, by name."""

    def count() -> Sequence[Choice]:
        counted = Counter(line.summary.csm for line in seen.lines if is_seen(visit, line))
        named = [Choice(one.id or one.name or "", csm_of(one), number) for one, number in counted.items() if one]
        without = [Choice(NOBODY, "Without a CSM", counted[None])] if counted[None] else []
        return (*sorted(named, key=lambda one: folded(one.name)), *without)

    return visit.desk.memory.get(("csms", seen.period, _whose(visit)), count)
