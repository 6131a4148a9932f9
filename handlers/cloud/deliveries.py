"""Fold what a queue delivers: into facts, into dead letters with their reasons, or back to be delivered again."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from config.intake import Intake
from config.source import SOURCES, Webhook
from handlers.cloud.queue import Delivery
from handlers.jobs.faults import place
from handlers.jobs.fold import REFUSED, WordsReader, read_message
from handlers.sources.reading import Taken, UnreadableError
from handlers.sources.written import Part
from handlers.stores.protocol import Batch, FactStore, RefusedError, StoreError
from scoring.account import Naming, OwnerKey
from scoring.instants import Instant
from scoring.observations import Message, Observation
from scoring.statements import Statement

_MISSES = 2
"""After so many failures of the store in a row, the rest is left to be delivered again."""


@dataclass(slots=True)
class Folded:
    """What became of deliveries.

    `dead` have their reasons; `failed` are to be delivered again; `touched` says by account which
    delivery told of it first; `counted` is by topic and outcome (folded, silent, dead, failed);
    `troubles` are the store's errors, `faults` those that nobody expected; `parts` are what customers wrote in what
    was folded.
    """

    dead: list[tuple[Delivery, str]] = field(default_factory=list)
    failed: list[Delivery] = field(default_factory=list)
    touched: dict[str, Delivery] = field(default_factory=dict)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    parts: list[Part] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def bury_unread(self, delivery: Delivery, reason: str) -> None:
        """Count a message that cannot be read as dead."""
        self.dead.append((delivery, reason))
        self.counted["unreadable", "dead"] += 1


@dataclass(frozen=True, slots=True)
class _Read:
    delivery: Delivery
    taken: Taken


class Fold:
    """Folds deliveries into a store, for a portfolio."""

    def __init__(
        self,
        store: FactStore,
        accounts_of: Callable[[Collection[OwnerKey]], Mapping[OwnerKey, str]],
        intake: Intake,
        words: WordsReader | None = None,
    ) -> None:
        """Fold into a store; `accounts_of` says now which accounts some owners belong to.

        What customers wrote is read by `words`.
        """
        self._store = store
        self._intake = intake
        self._words = words
        self._accounts_of = accounts_of

    def fold(self, deliveries: Sequence[Delivery], now: Instant) -> Folded:
        """Fold what can be read: all that comes for the first time at once, what failed before one by one.

        So a message that the store refuses stops the others of its batch no longer than once; alone,
        it is dead. A store that fails again and again is not asked for the rest.
        """
        folded = Folded()
        readable = list(self._readable(deliveries, now, folded))
        fresh = [one for one in readable if one.delivery.receives <= 1]
        again = [[one] for one in readable if one.delivery.receives > 1]
        misses = 0
        for group in ([fresh] if fresh else []) + again:
            if misses < _MISSES:
                misses = 0 if self._merge(group, folded) else misses + 1
            else:
                _fail(group, folded)
        return folded

    def _readable(self, deliveries: Iterable[Delivery], now: Instant, folded: Folded) -> Iterator[_Read]:
        for delivery in deliveries:
            try:
                body = delivery.body.encode(errors="surrogatepass")
                taken = read_message(body, self._intake, now, _door(delivery.door), self._words)
            except UnreadableError as error:
                folded.bury_unread(delivery, str(error))
            except Exception as error:  # noqa: BLE001 - one message fails alone, whatever is wrong with it
                folded.bury_unread(delivery, f"unexpected: {place(error)}")
                folded.faults.append(error)
            else:
                folded.remarks.update(taken.remarks)
                yield _Read(delivery, taken)

    def _merge(self, group: Sequence[_Read], folded: Folded) -> bool:
        """Fold a group as one; tell whether the store works."""
        batch = Batch()
        for one in group:
            for statement in one.taken.statements:
                batch.add(statement)
        try:
            self._store.merge(batch)
            folded.remarks.update({REFUSED: batch.refused} if batch.refused else {})
            touched = self._touched(group)
        except StoreError as error:
            folded.troubles[str(error)] += 1
            refused = isinstance(error, RefusedError)
            if refused and len(group) == 1:
                _bury(group[0], str(error), folded)
            else:
                _fail(group, folded)
            return refused
        except Exception as error:  # noqa: BLE001 - as above: after a try alone it is dead with its reason
            folded.faults.append(error)
            if len(group) == 1:
                _bury(group[0], f"unexpected: {place(error)}", folded)
            else:
                _fail(group, folded)
            return True
        for account, delivery in touched.items():
            folded.touched.setdefault(account, delivery)
        folded.counted.update((one.taken.topic, _outcome(one.taken)) for one in group)
        folded.parts.extend(part for one in group for part in one.taken.parts)
        return True

    def _touched(self, group: Iterable[_Read]) -> dict[str, Delivery]:
        """Say which accounts a group tells of, and by which delivery first: it is asked once for all owners."""
        told = [(one.delivery, said) for one in group for said in self._owners(one.taken.statements)]
        mapped = dict(self._accounts_of({owner for _, said in told for owner in said.ids}))
        unknown = {said.ids for _, said in told if said.is_one and not mapped.keys() & {*said.ids}}
        also = {ids: self._also(ids[0]) for ids in sorted(unknown)}
        mapped |= self._accounts_of({owner for owners in also.values() for owner in owners})
        touched: dict[str, Delivery] = {}
        for delivery, said in told:
            for owner in also.get(said.ids, said.ids):
                if owner in mapped:
                    touched.setdefault(mapped[owner], delivery)
        return touched

    def _also(self, owner: OwnerKey) -> tuple[OwnerKey, ...]:
        """Give all ids of an owner."""
        source, key = owner
        return tuple((source, other) for other in sorted(self._store.owner(source, key).ids))

    def _owners(self, statements: Sequence[Statement]) -> Iterator["_Named"]:
        told = {one.subject for one in statements if isinstance(one, Observation) and not _is_message(one)}
        for statement in statements:
            if isinstance(statement, Naming):
                yield _Named(tuple((statement.source, key) for key in statement.ids))
            elif isinstance(statement, Observation) and not (_is_message(statement) and statement.subject in told):
                source = statement.subject.source
                owners = (statement.owner,) if statement.owner else self._store.owners_of(statement.subject)
                yield from (_Named(((source, owner),), is_one=True) for owner in owners)


@dataclass(frozen=True, slots=True)
class _Named:
    """An owner as a statement names it: by all ids it tells, or by one that it may not be mapped by."""

    ids: tuple[OwnerKey, ...]
    is_one: bool = False


def _is_message(observation: Observation) -> bool:
    """Tell whether an observation is of a message: whose it is, its conversation says."""
    return isinstance(observation.content, Message)


def _door(name: str | None) -> Webhook | None:
    """Give the door of the source that a message came from; None where it came through none."""
    if name is None:
        return None
    door = SOURCES[name].webhook if name in SOURCES else None
    if door is None:
        raise UnreadableError("it came through a door that this version of the program does not have")
    return door


def _fail(group: Iterable[_Read], folded: Folded) -> None:
    for one in group:
        folded.failed.append(one.delivery)
        folded.counted[one.taken.topic, "failed"] += 1


def _bury(one: _Read, reason: str, folded: Folded) -> None:
    folded.dead.append((one.delivery, reason))
    folded.counted[one.taken.topic, "dead"] += 1


def _outcome(taken: Taken) -> str:
    return "folded" if any(isinstance(statement, Observation) for statement in taken.statements) else "silent"
