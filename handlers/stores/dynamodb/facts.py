"""Facts in DynamoDB: one item a subject, each observation an attribute of its own that is set once.

An item bears the latest owner said, by which it is indexed; small pointer items lead from its
other owners to it. What no longer fits an item goes to further items, its parts. What no score needs any more
is listed apart (see `archive`), until something is said of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from handlers.stores.codec import decode_subject, encode_subject, is_named
from handlers.stores.dynamodb.change import CHUNK, Change, Condition, text, texts
from handlers.stores.dynamodb.engine import ItemFullError
from handlers.stores.dynamodb.marks import EXPIRES, MARKS, is_gone, is_put_away, owner_apart, owner_back
from handlers.stores.dynamodb.rows import Row, attributes, chunks, observations_in, row_of
from handlers.stores.dynamodb.tables import BY_OWNER
from handlers.stores.protocol import RefusedError
from scoring.compaction import compact
from scoring.facts import ENTIRE, HISTORY, Fact, is_ownerless

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from handlers.stores.dynamodb.change import Item, Value
    from handlers.stores.dynamodb.engine import Engine
    from scoring.instants import Instant
    from scoring.observations import Observation, Subject

_NOBODY = "?"
"""The index's owner of a subject that no observation gives one."""

_CLEARED = "cleared"
"""Marks an item in which an observation says that there is no owner."""

_TRIES = 10


class FactTable:
    """The table of facts; every method raises StoreError where DynamoDB cannot be used."""

    def __init__(self, engine: Engine, table: str, now: Callable[[], Instant], *, forgets: bool = True) -> None:
        """Keep facts in a table; `now` tells what a full item may forget, unless it `forgets` nothing."""
        self._engine = engine
        self._forgets = forgets
        self._table = table
        self._now = now

    def merge(self, observations: Mapping[Subject, Collection[Observation]]) -> None:
        """Unite observations with what is known: one write a subject."""
        self._engine.each(self._merge_subject, observations.items())

    def _merge_subject(self, fact: tuple[Subject, Collection[Observation]]) -> None:
        self.unite(fact[0], map(row_of, fact[1]))

    def unite(self, subject: Subject, said: Iterable[Row]) -> None:
        """Unite observations of a subject, laid out as rows, with what is known."""
        for rows in chunks(sorted(said)):
            self._write(subject, rows)

    def belonged(self, subject: Subject, owners: Collection[str]) -> None:
        """Note owners of a subject that no observation names any more; one that is not there is left alone."""
        named = texts({f"{subject.source}/{owner}" for owner in owners})
        item = self._update(subject, Change(add={"owners": named}, existing="subject"))
        if item is not None:
            self._point(subject, item["owner"]["S"] if "owner" in item else "", named["SS"])

    def _write(self, subject: Subject, rows: Sequence[Row]) -> None:
        item = self._write_named(subject, rows) if any(is_named(row.owner) for row in rows) else None
        if item is None:
            nobody = {} if subject.id == ENTIRE else {"owner": text(_NOBODY)}
            item = self._update(subject, Change(keep=_kept(rows) | nobody, remove=MARKS))
        if item is not None and _CLEARED in item:
            self._list_ownerless(subject, item)

    def _write_named(self, subject: Subject, rows: Sequence[Row]) -> Item | None:
        """Write rows of which some name an owner; the index gives the latest one."""
        named = [(row.at, f"{subject.source}/{row.owner}") for row in rows if is_named(row.owner)]
        at, owner = max(named)
        rank, owners = text(f"{at:020d} {owner}"), {"owners": texts({owner for _, owner in named})}
        latest = Change(
            put={"owner": text(owner), "owner_rank": rank},
            keep=_kept(rows),
            add=owners,
            remove=MARKS,
            condition=Condition("owner_rank", "<=", rank),
        )
        item = self._update(subject, latest)
        item = item or self._update(subject, Change(keep=_kept(rows), add=owners, remove=MARKS))
        if item is not None:
            self._point(subject, item["owner"]["S"], item["owners"]["SS"])
        return item

    def _list_ownerless(self, subject: Subject, item: Item) -> None:
        """List a subject among those of nobody where its owner was taken away."""
        if is_ownerless(Fact(subject, frozenset(observations_in(item, subject).values()))):
            self._point(subject, item["owner"]["S"], [_NOBODY])

    def _point(self, subject: Subject, indexed: str, owners: Iterable[str]) -> None:
        """Lead from the owners that the index does not give to the subject."""
        key = encode_subject(subject)
        for owner in owners:
            if owner != indexed:
                pointer = {"subject": text(_joined(key, owner)), "owner": text(owner), "of": text(key)}
                self._engine.put(self._table, pointer)

    def _update(self, subject: Subject, change: Change) -> Item | None:
        for _ in range(_TRIES):
            try:
                item = self._engine.update(self._table, _key(subject), change)
                return self.bring_back(subject, item) if item is not None and is_put_away(item) else item
            except ItemFullError:
                self._make_room(subject)
        raise RefusedError(f"DynamoDB: {encode_subject(subject)} says more than the 400 KB of an item can hold")

    def bring_back(self, subject: Subject, item: Item) -> Item:
        """List an item again that was put away; give it as it then is."""
        owner = {"owner": text(owner_back(item))}
        holds = {"owner": item["owner"]}
        self._engine.update(self._table, _key(subject), Change(put=owner, remove=MARKS, holds=holds))
        return {name: value for name, value in item.items() if name not in MARKS} | owner

    def _make_room(self, subject: Subject) -> None:
        """Forget what no view of the last 13 months can see; where all can be seen, move the older half."""
        item = self._engine.get(self._table, _key(subject)) or {}
        known = observations_in(item, subject)
        seen = compact(Fact(subject, frozenset(known.values())), self._now() - HISTORY).observations
        hidden = [name for name, observation in known.items() if self._forgets and observation not in seen]
        if hidden:
            self._remove(_key(subject), hidden)
        elif known:
            names = sorted(known, key=lambda name: (known[name].at, name))
            self._move(subject, {name: item[name] for name in names[: (len(names) + 1) // 2]})

    def _move(self, subject: Subject, older: Item) -> None:
        part = blake2b("".join(sorted(older)).encode(), digest_size=10).hexdigest()
        key = encode_subject(subject)
        self._engine.put(self._table, {"subject": text(_joined(key, part)), "of": text(key), **older})
        self._remove(_key(subject), list(older), {"parts": texts([part])})

    def _remove(self, key: Item, names: Sequence[str], add: Item | None = None) -> None:
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            self._engine.update(self._table, key, Change(remove=some, add=add or {}, existing="subject"))

    def owners_of(self, subject: Subject) -> frozenset[str]:
        """Give every owner that an observation ever said a subject to be of."""
        item = self._engine.get(self._table, _key(subject)) or {}
        named = item["owners"]["SS"] if "owners" in item and not is_gone(item, self._now()) else ()
        return frozenset(owner.partition("/")[2] for owner in named)

    def subjects(self, source: str) -> Iterator[Subject]:
        """List all subjects of a source, by a scan that gives their keys alone; those of parts begin otherwise."""
        items = self._engine.scan(self._table, ("subject", EXPIRES), ("subject", f"{source}/"))
        return (decode_subject(item["subject"]["S"]) for item in items if not is_gone(item, self._now()))

    def of_owners(self, source: str, owners: Collection[str], *, with_put_away: bool = False) -> list[Fact]:
        """Give every fact ever said to be of one of these owners, by subject, also what was put away.

        What is being put away meanwhile is moved in this order, so that it is found in one place or the other.
        """
        listed = [f"{source}/{owner}" for owner in sorted(set(owners))]
        return self._listed(map(text, [*listed, *(map(owner_apart, listed) if with_put_away else ())]))

    def _listed(self, owners: Iterable[Value]) -> list[Fact]:
        """Give the facts that the index, or a pointer, lists under some owners."""
        pages = (self._engine.query_index(self._table, BY_OWNER, ("owner", owner)) for owner in owners)
        found = [item for page in pages for item in page]
        items = {item["subject"]["S"]: item for item in found if "of" not in item}
        pointed = self._items({item["of"]["S"] for item in found if "of" in item} - items.keys())
        return self.in_items([*items.values(), *pointed])

    def of_subjects(self, keys: Collection[str]) -> list[Fact]:
        """Give the facts of subjects, by subject; `keys` are as the codec writes them."""
        return self.in_items(self._items(keys))

    def _items(self, keys: Iterable[str]) -> list[Item]:
        return list(self._engine.get_all(self._table, ({"subject": text(key)} for key in sorted(keys))))

    def in_items(self, items: Sequence[Item]) -> list[Fact]:
        """Give the facts in items of subjects, and in their parts, by subject; not of those that have expired."""
        known: defaultdict[str, set[Observation]] = defaultdict(set)
        now = self._now()
        items = [item for item in items if not is_gone(item, now)]
        parts = self._items(part for item in items for part in _parts(item))
        for item in [*items, *parts]:
            key = item["of" if "of" in item else "subject"]["S"]
            known[key].update(observations_in(item, decode_subject(key)).values())
        facts = (Fact(decode_subject(key), frozenset(said)) for key, said in known.items() if said)
        return sorted(facts, key=attrgetter("subject"))

    def unattributed(self) -> dict[str, int]:
        """Count the subjects that have no owner, by kind."""
        kinds = Counter(fact.subject.kind for fact in self._ownerless())
        return dict(sorted(kinds.items()))

    def unattributed_facts(self, kind: str) -> list[Fact]:
        """Give the facts of a kind that have no owner, by subject."""
        return [fact for fact in self._ownerless() if fact.subject.kind == kind]

    def _ownerless(self) -> list[Fact]:
        return list(filter(is_ownerless, self._listed([text(_NOBODY)])))

    def beside(self, subject: Subject, item: Item) -> list[str]:
        """Name the items beside that of a subject: its parts, and the pointers that lead to it."""
        owners = item["owners"]["SS"] if "owners" in item else []
        return [*_parts(item), *(_joined(encode_subject(subject), owner) for owner in (*owners, _NOBODY))]

    def discard(self, subject: Subject, observations: Iterable[Observation]) -> None:
        """Forget observations that a compaction found unseeable."""
        names = [row_of(observation).name for observation in observations]
        item = self._engine.get(self._table, _key(subject)) or {}
        for key in (_key(subject), *({"subject": text(part)} for part in _parts(item))):
            self._remove(key, names)

    def forget(self, subject: Subject) -> None:
        """Forget a subject: its pointers and parts first, which its own item names."""
        item = self._engine.get(self._table, _key(subject))
        if item is None:
            return
        beside = self.beside(subject, item)
        self._engine.each(lambda one: self._engine.delete(self._table, {"subject": text(one)}), beside)
        self._engine.delete(self._table, _key(subject))

    def forget_owners(self, subject: Subject) -> None:
        """Forget the owners of a subject of which none of its observations is any more."""
        item = self._engine.get(self._table, _key(subject))
        if item is None or "owners" not in item:
            return
        said = self.of_subjects([encode_subject(subject)])[0].observations
        named = {(one.at, f"{subject.source}/{one.owner}") for one in said if one.owner}
        gone = {*item["owners"]["SS"]} - {owner for _, owner in named}
        if gone and named:
            self._index(subject, item, *max(named))
            for owner in gone:
                self._engine.delete(self._table, {"subject": text(_joined(encode_subject(subject), owner))})
            self._engine.update(self._table, _key(subject), Change(take={"owners": texts(gone)}, existing="subject"))

    def _index(self, subject: Subject, item: Item, at: Instant, owner: str) -> None:
        """Have the index give the latest owner that is left, unless a later one was said meanwhile."""
        put = {"owner": text(owner), "owner_rank": text(f"{at:020d} {owner}")}
        unchanged = Condition("owner_rank", "<=", item["owner_rank"])
        listed = Change(put=put, remove=MARKS, condition=unchanged)
        if self._engine.update(self._table, _key(subject), listed) is not None:
            self._engine.delete(self._table, {"subject": text(_joined(encode_subject(subject), owner))})
            others = {*item["owners"]["SS"]} - {owner}
            self._point(subject, owner, sorted(others))


def _key(subject: Subject) -> Item:
    return {"subject": text(encode_subject(subject))}


def _kept(rows: Sequence[Row]) -> dict[str, Value]:
    """Give the attributes of rows, and the mark of those that take an owner away."""
    clears = any(row.owner and not is_named(row.owner) for row in rows)
    return {**attributes(rows), **({_CLEARED: {"BOOL": True}} if clears else {})}


def _joined(key: str, other: str) -> str:
    return msgspec.json.encode((key, other)).decode()


def _parts(item: Item) -> list[str]:
    return [_joined(item["subject"]["S"], part) for part in item["parts"]["SS"]] if "parts" in item else []
