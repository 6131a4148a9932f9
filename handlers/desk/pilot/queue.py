"""Whom a person is asked about, in which order; what is told of an account before its score is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from handlers.desk.seen import Seen, latest_seen, seen_lines
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.pilot import Opinion, opinions, rated
from handlers.jobs.portfolio import Line
from handlers.stores.protocol import Store

_GONE = "There is no such account, or it is not yours to see."


@dataclass(frozen=True)
class Queue:
    """The accounts that a person may be asked about, what was said of them, and who is asked for what."""

    visit: Visit
    seen: Seen
    given: Sequence[Opinion]

    @cached_property
    def own(self) -> Sequence[Opinion]:
        """Give the opinions of this person, the earliest first."""
        return [one for one in self.given if one.person == self.visit.person.id]

    @cached_property
    def rated(self) -> Mapping[str, Opinion]:
        """Give this person's opinions that hold, by account."""
        return rated(self.own, self.visit.now)

    @cached_property
    def waiting(self) -> Sequence[Line]:
        """List the accounts that this person is asked about: the own ones first, each person's in another order.

        Who may read the disagreements is not asked about what stands there: only about accounts of their own.
        """
        own, others = self._ordered
        done = {*self.rated, *(self._said if self.visit.person.may("leader") else ())}
        return [
            *(line for line in own if line.summary.account_id not in self.rated),
            *(line for line in others if line.summary.account_id not in done),
        ]

    @property
    def _ordered(self) -> tuple[Sequence[Line], Sequence[Line]]:
        """Give the accounts that are this person's, and the others, in this person's order."""
        person = self.visit.person
        key = ("pilot order", self.seen.period, person.id, person.name, person.mail, person.may("leader"))

        def ordered() -> tuple[Sequence[Line], Sequence[Line]]:
            lines = sorted(self.seen.lines, key=self._order)
            return [one for one in lines if self.is_own(one)], [one for one in lines if not self.is_own(one)]

        return self.visit.desk.memory.get(key, ordered)

    def is_own(self, line: Line) -> bool:
        """Tell whether an account is this person's."""
        return self.visit.person.is_csm(line.summary.csm)

    def line(self, account_id: str) -> Line:
        """Give the line of an account that the person sees; raises NotThere."""
        found = self.seen.by_id.get(account_id)
        if found is None:
            raise NotThere(_GONE)
        return found

    def is_hidden(self, account_id: str) -> bool:
        """Tell whether this person is still asked about an account, so that its score is kept from them."""
        return account_id in self._waiting_ids

    @cached_property
    def _waiting_ids(self) -> frozenset[str]:
        return frozenset(line.summary.account_id for line in self.waiting)

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(one.account_id for one in self.given)

    def _order(self, line: Line) -> bytes:
        told = f"{self.visit.person.id}\n{line.summary.account_id}"
        return blake2b(told.encode(), digest_size=8).digest()


def queue_of(visit: Visit, store: Store | None = None) -> Queue:
    """Give the queue of who asks, over the accounts of the latest month."""
    seen = seen_lines(visit, latest_seen(visit))
    if store is not None:
        return Queue(visit, seen, opinions(store))
    with visit.store() as opened:
        return Queue(visit, seen, opinions(opened))
