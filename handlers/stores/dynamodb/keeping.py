"""How what nobody needs leaves DynamoDB: its items bear `expires`, the time to live of the table of facts.

A fact's own item is written last, and its parts and pointers outlast it: a fact that an event brings back before it
is gone is whole. What was put away expires, too, and is marked by nobody until it is brought back.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from handlers.stores.codec import decode_subject, encode_subject
from handlers.stores.dynamodb.archive import OUTLAST
from handlers.stores.dynamodb.change import Change, number, text
from handlers.stores.dynamodb.feeds import FeedRegistry
from handlers.stores.dynamodb.marks import EXPIRES, NOBODY_SINCE, expiry, is_gone, is_put_away
from handlers.stores.keeping import Held, Holding, Mark
from scoring.instants import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from handlers.stores.dynamodb.archive import Archive
    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.facts import FactTable
    from handlers.stores.dynamodb.registry import Registry
    from scoring.account import AccountFacts
    from scoring.instants import Duration
    from scoring.observations import Subject
    from scoring.scope import Scope

_SHOWN = ("subject", "owner", "owners", "of", NOBODY_SINCE, EXPIRES)


class DynamoKeeping:
    """Marks items of the table of facts, and removes cursors; every method raises StoreError on failure."""

    def __init__(self, engine: Engine, table: str, facts: FactTable, registry: Registry, archive: Archive) -> None:
        """Work on the table of facts, and on the registry."""
        self._engine = engine
        self._table = table
        self._facts = facts
        self._registry = registry
        self._archive = archive

    def put_away(self, known: AccountFacts, scope: Scope, kept: Duration | None) -> None:
        """Put away what no score needs whose scope is this or a later one."""
        self._archive.put_away(known, scope, kept)

    def holdings(self, now: Instant, after: str | None = None) -> Iterator[Held]:
        """List every subject but those that have expired, by pages of a scan that gives no observation."""
        begin = None if after is None else {"subject": text(after)}
        for items, last in self._engine.scanned(self._table, _SHOWN, begin):
            yield Held(list(self._page(items, now)), None if last is None else last["subject"]["S"])

    def _page(self, items: Iterable[Item], now: Instant) -> Iterator[Holding]:
        beside: defaultdict[str, list[str]] = defaultdict(list)
        for item in items:
            if "of" not in item:
                if is_put_away(item) and EXPIRES not in item:
                    self._facts.bring_back(decode_subject(item["subject"]["S"]), item)
                if not is_gone(item, now):
                    yield _holding(item)
            elif EXPIRES in item:
                beside[item["of"]["S"]].append(item["subject"]["S"])
        self._spare(beside)

    def _spare(self, beside: Mapping[str, Collection[str]]) -> None:
        """Take the expiry off parts and pointers whose fact has none any more, since an event came."""
        there = self._engine.get_all(self._table, ({"subject": text(key)} for key in sorted(beside)))
        stays = [key for item in there if EXPIRES not in item for key in beside[item["subject"]["S"]]]
        self._engine.each(lambda key: self._change(key, Change(remove=[EXPIRES], existing="subject")), stays)

    def mark(self, marks: Mapping[Subject, Mark | None]) -> None:
        """Mark facts with their parts and pointers, or take their marks away; of one that changed, nothing."""
        self._engine.each(lambda one: self._mark(*one), marks.items())

    def _mark(self, subject: Subject, mark: Mark | None) -> None:
        item = self._engine.get(self._table, {"subject": text(encode_subject(subject))})
        if item is None or (mark is not None and mark.expires is not None and _since(item) != mark.since):
            return
        if is_put_away(item):
            item = self._facts.bring_back(subject, item)
        if EXPIRES in item or (mark is not None and mark.expires is not None):
            later = None if mark is None or mark.expires is None else Instant(mark.expires + OUTLAST)
            change = _expiring(later)
            for key in self._facts.beside(subject, item):
                self._change(key, change)
        self._change(encode_subject(subject), _marking(mark))

    def _change(self, key: str, change: Change) -> None:
        self._engine.update(self._table, {"subject": text(key)}, change)

    def remove_expired(self, now: Instant) -> int:  # noqa: ARG002 - a time to live takes its place
        """Leave it to DynamoDB, which removes what has expired within some days: nothing is looked for here."""
        return 0

    def forget_unseen(self, scope: Scope) -> int:
        """Forget the days heard that no score from an instant on can use; facts leave by their time to live."""
        FeedRegistry(self._registry).forget(scope.as_of)
        return 0

    def remove_cursors(self, names: Collection[str]) -> None:
        """Remove cursors."""
        self._engine.each(self._registry.remove_cursor, sorted(names))


def _holding(item: Item) -> Holding:
    named = item["owners"]["SS"] if "owners" in item else []
    owners = frozenset(owner.partition("/")[2] for owner in named)
    since = _since(item)
    expires = Instant(int(item[EXPIRES]["N"]) * SECOND) if EXPIRES in item else None
    return Holding(decode_subject(item["subject"]["S"]), owners, None if since is None else Mark(since, expires))


def _since(item: Item) -> Instant | None:
    return Instant(int(item[NOBODY_SINCE]["N"])) if NOBODY_SINCE in item else None


def _marking(mark: Mark | None) -> Change:
    if mark is None:
        return Change(remove=[NOBODY_SINCE, EXPIRES], existing="subject")
    put = {NOBODY_SINCE: number(mark.since)}
    if mark.expires is None:
        return Change(put=put, remove=[EXPIRES], existing="subject")
    return Change(put=put | {EXPIRES: expiry(mark.expires)}, existing="subject")


def _expiring(expires: Instant | None) -> Change:
    if expires is None:
        return Change(remove=[EXPIRES], existing="subject")
    return Change(put={EXPIRES: expiry(expires)}, existing="subject")
