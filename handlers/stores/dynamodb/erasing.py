"""How somebody is erased out of DynamoDB: items go, whole or by attribute; backups keep them for a while."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from handlers.stores.account_forms import encode_change
from handlers.stores.accounts import Change as AccountChange
from handlers.stores.codec import encode_subject
from handlers.stores.dynamodb.account_writes import account_key
from handlers.stores.dynamodb.change import number, text
from handlers.stores.dynamodb.together import Write
from handlers.stores.dynamodb.tombstones import SETTLES
from handlers.stores.erasable import Line
from handlers.stores.tombstones import ACCOUNT_GONE, ERASED
from scoring.account import Account
from scoring.instants import Duration

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.facts import FactTable
    from handlers.stores.dynamodb.owners import OwnerRegistry
    from handlers.stores.dynamodb.registry import Registry
    from handlers.stores.dynamodb.tables import Tables
    from scoring.facts import Fact
    from scoring.instants import Instant
    from scoring.observations import Subject

_HISTORY = "history/"
_TEXTS = ("cursor", "journal/", "run/", "claim/")
"""What the partitions of the registry begin with that hold small texts; owners, summaries and models are no lines."""

_AT_ONCE = 500


@dataclass(frozen=True)
class DynamoErasing:
    """Deletes and rewrites items of a store's tables."""

    _engine: Engine
    _tables: Tables
    _facts: FactTable
    _registry: Registry
    _owners: OwnerRegistry
    _keeps_accounts: bool

    settles: Duration = SETTLES

    def forget_subjects(self, subjects: Collection[Subject]) -> None:
        """Forget subjects: their gap marks, pointers and parts first, so that a run cut short finds the rest again."""
        stream = iter(subjects)
        while some := list(islice(stream, _AT_ONCE)):
            self._engine.each(lambda one: self._registry.unmark_gap(encode_subject(one)), some)
            self._engine.each(self._facts.forget, some)

    def rewrite_fact(self, before: Fact, after: Fact) -> None:
        """Replace a fact by another: what is new is written first, then what is old goes."""
        self._facts.merge({after.subject: after.observations - before.observations})
        self._facts.discard(before.subject, before.observations - after.observations)
        self._facts.forget_owners(before.subject)

    def forget_owner(self, source: str, ids: Collection[str]) -> int:
        """Forget an owner by all ids that it goes by."""
        return self._owners.forget(source, ids)

    def rewrite_attributes(self, source: str, change: Callable[[str], str], *, write: bool) -> int:
        """Replace attributes of a source's owners, or only count them."""
        return self._owners.rewrite(source, change, write=write)

    def forget_history(self, account_id: str, by: str, at: Instant) -> int:
        """Forget the history of an account, and the item that counts its changes."""
        if not self._keeps_accounts:
            return 0
        table = self._tables.accounts
        lines = list(self._engine.query(table, ("pk", text(f"{_HISTORY}{account_id}"))))
        if lines:
            self._note(by, at)
        gone = self._engine.each(lambda one: self._engine.delete(table, {"pk": one["pk"], "sk": one["sk"]}), lines)
        self._engine.delete(table, account_key(account_id))
        return sum(gone)

    def _note(self, by: str, at: Instant) -> None:
        """Say in the history that somebody was erased; the store goes on to say itself which accounts there are."""
        table, said = self._tables.accounts, encode_change(AccountChange(ACCOUNT_GONE, Account(ACCOUNT_GONE, {}), None))
        self._engine.put(table, {**account_key(ACCOUNT_GONE), "rev": number(1)})
        line: Item = {"pk": text(f"{_HISTORY}{ACCOUNT_GONE}"), "sk": text(f"{at:020d}")}
        self._engine.put(table, {**line, "at": number(at), "by": text(by), "body": text(said)})

    def lines(self) -> Iterator[Line]:
        """List cursors, journals, what is claimed and how far runs came, and the history of accounts."""
        shown = ("pk", "sk", "text")
        found = [_line(item) for item in self._engine.scan(self._tables.registry, shown) if _is_text(item)]
        if self._keeps_accounts:
            told = self._engine.scan(self._tables.accounts, ("pk", "sk", "by", "body"), ("pk", _HISTORY))
            found += [_history_line(item) for item in told]
        return iter(found)

    def rewrite_line(self, line: Line, after: Line | None) -> bool:
        """Replace a line by another, or delete it, where it is still as given."""
        table, key = self._place(line)
        if after is not None and after.name != line.name:
            self._registry.set_cursor(after.name, after.text)
            after = None
        if after is None:
            return self._engine.delete(table, key)
        item = self._engine.get(table, key)
        name = "body" if line.place == "history" else "text"
        if item is None or item.get(name) != text(line.text):
            return False
        by = {"by": text(after.by)} if line.place == "history" else {}
        return self._engine.write_together(
            [Write(table, key, {**item, name: text(after.text), **by}, (name, text(line.text)))]
        )

    def _place(self, line: Line) -> tuple[str, Item]:
        if line.place == "history":
            account_id, _, rev = line.name.rpartition("/")
            return self._tables.accounts, {"pk": text(f"{_HISTORY}{account_id}"), "sk": text(rev)}
        return self._tables.registry, {"pk": text(line.place), "sk": text(line.name)}

    def scrub(self) -> None:
        """DynamoDB has no files to be rewritten: what is deleted is left in backups alone."""
        return


def _is_text(item: Item) -> bool:
    partition, name = item["pk"]["S"], item["sk"]["S"]
    return partition.startswith(_TEXTS) and not (partition == "cursor" and name.startswith(ERASED))


def _line(item: Item) -> Line:
    return Line(item["pk"]["S"], item["sk"]["S"], item["text"]["S"] if "text" in item else "")


def _history_line(item: Item) -> Line:
    name = f"{item['pk']['S'].removeprefix(_HISTORY)}/{item['sk']['S']}"
    return Line("history", name, item["body"]["S"], item["by"]["S"])
