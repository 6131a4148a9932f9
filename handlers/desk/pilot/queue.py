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
        """List the accounts that this person is asked about: the own ones first, each person's in another order."""
        return sorted(filter(self._is_asked, self.seen.lines), key=self._order)

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
        line = self.seen.by_id.get(account_id)
        return line is not None and self._is_asked(line)

    def _is_asked(self, line: Line) -> bool:
        """Who may read the disagreements is not asked about what stands there: only about accounts of their own."""
        account_id = line.summary.account_id
        if account_id in self.rated:
            return False
        return self.is_own(line) or not (self.visit.person.may("leader") and account_id in self._said)

    @cached_property
    def _said(self) -> frozenset[str]:
        return frozenset(one.account_id for one in self.given)

    def _order(self, line: Line) -> tuple[bool, bytes]:
        told = f"{self.visit.person.id}\n{line.summary.account_id}"
        return not self.is_own(line), blake2b(told.encode(), digest_size=8).digest()


def queue_of(visit: Visit, store: Store | None = None) -> Queue:
    """Give the queue of who asks, over the accounts of the latest month."""
    seen = seen_lines(visit, latest_seen(visit))
    if store is not None:
        return Queue(visit, seen, opinions(store))
    with visit.store() as opened:
        return Queue(visit, seen, opinions(opened))
