"""Facts that no score needs any more are put away: listed apart in the index, with the date on which they leave.

An item is put away by its owner in the index, which begins with a sign, and bears `expires`. Every event takes
`expires` off, and whoever wrote it lists the item again: so does the weekly look where a process died in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.stores.codec import encode_subject
from handlers.stores.dynamodb.change import Change, number, text
from handlers.stores.dynamodb.marks import EXPIRES, NOBODY_SINCE, expiry, owner_apart
from scoring.account import keys_of
from scoring.facts import LOOKBACK
from scoring.instants import DAY, LAST, SECOND, Instant
from scoring.observations import Reading
from scoring.scope import Spent, knows_all, spent

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.stores.dynamodb.change import Item, Value
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.facts import FactTable
    from handlers.stores.dynamodb.floor import Floors
    from scoring.account import AccountFacts, OwnerKey
    from scoring.instants import Duration
    from scoring.observations import Subject
    from scoring.scope import Scope

OUTLAST = 21 * DAY
"""So long the parts and pointers of a fact outlast it: three weekly looks."""

_STAYS = Instant(LAST // SECOND * SECOND)
"""The date of what is put away and never leaves: the end of the year 9999."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """By which floor facts are put away now, of which owners, all named by an instant; so long is kept what is over."""

    floor: Scope
    owners: frozenset[OwnerKey]
    named: Instant
    kept: Duration | None
    now: Instant

    def leaves(self, one: Spent) -> Instant:
        """Say from when on nobody can see a fact: the last instant that needs it may be asked for no more.

        An instant by which an owner was not named needs all that was said of it. What is of others, too, stays.
        No date lies behind: DynamoDB leaves what expired more than five years ago, and parts must outlast their fact.
        """
        owners = {(said.subject.source, said.owner) for said in one.fact.observations if said.owner}
        if self.kept is None or not owners <= self.owners:
            return _STAYS
        return min(_STAYS, max(self.now, Instant(max(self._needed(one), self.named + 1) + self.kept)))

    def _needed(self, one: Spent) -> int:
        """Say until when a model that looks back as far as any may, a draft's too, needs a fact."""
        width = self.floor.as_of - self.floor.since
        return one.since if one.fact.subject.kind == "reading" else one.since + max(0, LOOKBACK - width)


class Archive:
    """Puts facts away; every method raises StoreError where DynamoDB cannot be used."""

    def __init__(
        self, engine: Engine, table: str, facts: FactTable, floors: Floors, now: Callable[[], Instant]
    ) -> None:
        """Work on the table of facts."""
        self._engine = engine
        self._table = table
        self._facts = facts
        self._floors = floors
        self._now = now

    def put_away(self, known: AccountFacts, scope: Scope, kept: Duration | None) -> None:
        """Put those facts of an account away that no score needs whose scope is this or a later one.

        None is where some may be among them that were put away before: where an owner was not named by then, or the
        scope lies below the floor.
        """
        if self._floors.hides(scope) or not knows_all(known.owners, scope):
            return
        floor = self._floors.advance(scope)
        if floor is not None:
            terms = _terms(known, floor, kept, self._now())
            self._engine.each(lambda one: self._put_away(one, terms), spent(known.facts, floor))

    def _put_away(self, one: Spent, terms: _Terms) -> None:
        named = {(said.at, said.owner) for said in one.fact.observations if said.owner}
        if not named:
            return
        owner = text(f"{one.fact.subject.source}/{max(named)[1]}")
        if all(isinstance(said.content, Reading) for said in one.fact.observations):
            self._list_apart(one.fact.subject, owner, terms.leaves(one), {"owner": owner})
        else:
            self._put_away_marked(one.fact.subject, owner, terms)

    def _put_away_marked(self, subject: Subject, owner: Value, terms: _Terms) -> None:
        """Mark an item, look at it as it is now, and put it away unless an event took the mark off meanwhile.

        Of a reading nothing that is said can make it needed again, so that needs neither.
        """
        mark = number(self._now())
        item = self._change(subject, Change(put={NOBODY_SINCE: mark}, holds={"owner": owner, NOBODY_SINCE: None}))
        if item is None:
            return
        is_spent = spent(self._facts.in_items([item]), terms.floor)
        if is_spent:
            leaves = terms.leaves(is_spent[0])
            self._outlast(subject, item, leaves)
            self._list_apart(subject, owner, leaves, {"owner": owner, NOBODY_SINCE: mark})
        else:
            self._change(subject, Change(remove=[NOBODY_SINCE], holds={NOBODY_SINCE: mark}))

    def _list_apart(self, subject: Subject, owner: Value, leaves: Instant, holds: Item) -> None:
        put = {"owner": text(owner_apart(owner["S"])), EXPIRES: expiry(leaves)}
        self._change(subject, Change(put=put, remove=[NOBODY_SINCE], holds=holds))

    def _outlast(self, subject: Subject, item: Item, leaves: Instant) -> None:
        """Have the parts of an item, and what leads to it, leave some time after it."""
        if "parts" in item or "cleared" in item or len(item["owners"]["SS"]) > 1:
            later = Change(put={EXPIRES: expiry(Instant(leaves + OUTLAST))}, existing="subject")
            for key in self._facts.beside(subject, item):
                self._engine.update(self._table, {"subject": text(key)}, later)

    def _change(self, subject: Subject, change: Change) -> Item | None:
        return self._engine.update(self._table, {"subject": text(encode_subject(subject))}, change)


def _terms(known: AccountFacts, floor: Scope, kept: Duration | None, now: Instant) -> _Terms:
    named = max((Instant(one.since or 0) for one in known.owners), default=Instant(0))
    return _Terms(floor, keys_of(known.owners), named, kept, now)
