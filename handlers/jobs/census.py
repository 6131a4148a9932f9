"""The census of a portfolio's CRM: what was erased, or came to be seen, without an event or a change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import msgspec

from config.intake import CrmObject
from handlers.clients.crm import Crm, ObjectError
from handlers.jobs.pull import Pull
from handlers.pulls.census import HeldError, Listed, Trust, listed
from handlers.pulls.salesforce import IDS_A_QUERY, SOURCE, Gone, Message, records, reread
from handlers.stores.protocol import FactStore
from scoring.facts import ENTIRE, record_at
from scoring.instants import Instant
from scoring.observations import Subject

CENSUS = "salesforce/census"
MOST_REMEMBERED = 10_000
"""So many ids of an object that a census said to be gone are looked for in the next one."""

_FACTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is gone of an object, what is there that is not known, and whether much of it is new."""

    object: CrmObject
    gone: Gone
    found: frozenset[str]
    much: bool
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Census:
    """Compares, object by object, the ids that the org has with those that the store knows.

    A user is never erased, but may come to be seen.

    What is known and gone is read again, and told as deleted where it is not there; so is what is
    there and not known, or an earlier census reported it as gone. `objects` gives those of the org
    that can be read, `told` are ids that are on their way into the store. If the answer for one
    object is not believed, none is.
    """

    crm: Crm
    objects: Callable[[], Iterable[CrmObject]]
    store: FactStore
    now: Instant
    trust: Trust
    since: Instant
    told: Mapping[str, set[str]]
    remarks: list[str]
    _memory: dict[str, dict[str, None]] = field(default_factory=dict)

    def pull(self) -> Pull:
        """Give the census as a pull; it is done once all of its messages are taken in."""
        return Pull(CENSUS, self._messages(), self.now, self._marks)

    def _messages(self) -> Iterator[Message]:
        objects = list(self.objects())
        known = self._known({crm_object.kind for crm_object in objects})
        findings = [one for crm_object in objects for one in self._compare(crm_object, known)]
        doubts = [one.doubt for one in findings if one.doubt is not None]
        if doubts:
            raise HeldError("; ".join(doubts))
        for finding in findings:
            yield from self._tell(finding)

    def _known(self, kinds: Iterable[str]) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {kind: set() for kind in kinds}
        for subject in self.store.subjects(SOURCE):
            if subject.id != ENTIRE and subject.kind in known:
                known[subject.kind].add(subject.id)
        return known

    def _compare(self, crm_object: CrmObject, known: Mapping[str, set[str]]) -> Iterator[_Finding]:
        """Compare one object; one that cannot be read is named where its records are."""
        since, ours = self._since(crm_object), known[crm_object.kind]
        try:
            there = listed(self.crm, crm_object, since)
        except ObjectError:
            return
        away = frozenset[str]() if crm_object.is_person else ours - there.live
        gone = living(self.store, crm_object.kind, away, self.now)
        found = self._unknown(crm_object, ours, there)
        doubt = self.trust.doubt(crm_object, len(gone.keys() - there.binned), len(ours & there.live) + len(gone))
        much = len(found) > max(IDS_A_QUERY, len(there.live) // 10)
        yield _Finding(crm_object, gone, frozenset(found), much, doubt)

    def _since(self, crm_object: CrmObject) -> Instant | None:
        """Give the instant before which an unknown record says nothing, as a backfill leaves it out."""
        return self.since if crm_object.kind in DATED_KINDS else None

    def _unknown(self, crm_object: CrmObject, ours: set[str], there: Listed) -> set[str]:
        returned = there.live & self._erased(crm_object).keys()
        return {*(there.telling - ours - self.told.get(crm_object.kind, set())), *returned}

    def _tell(self, finding: _Finding) -> Iterator[Message]:
        crm_object, erased = finding.object, self._erased(finding.object)
        singly = finding.found
        if finding.much:
            yield from records(self.crm, crm_object, self._since(crm_object), self.now)
            singly &= erased.keys()
        wanted = sorted(finding.gone.keys() | singly)
        for message in reread(self.crm, crm_object, wanted, self.now, lambda missing, _: _last(finding, missing)):
            if message.get("deleted") is True:
                self.remarks.append(f"erased:{crm_object.object}")
                erased[message["id"]] = None
            yield message
        for record_id in finding.found:
            erased.pop(record_id, None)

    def _erased(self, crm_object: CrmObject) -> dict[str, None]:
        """Give the ids reported as gone; they may be seen again, and nothing else would say so."""
        name = _memory_of(crm_object)
        if name not in self._memory:
            kept = self.store.cursor(name)
            self._memory[name] = dict.fromkeys(msgspec.json.decode(kept, type=list[str]) if kept else ())
        return self._memory[name]

    def _marks(self) -> Mapping[str, str]:
        return {name: _written(list(ids)) for name, ids in self._memory.items()}


def living(store: FactStore, kind: str, ids: Iterable[str], now: Instant) -> Gone:
    """Leave out records that are known to be deleted; give the last change of each that is known."""
    stream = iter(sorted(ids))
    left: dict[str, Instant | None] = {}
    while some := list(islice(stream, _FACTS_AT_ONCE)):
        for fact in store.facts_of([Subject(SOURCE, kind, record_id) for record_id in some]):
            view = record_at(fact, now + 1)
            if view is None or view.yes("deleted") is not True:
                left[fact.subject.id] = max(observation.at for observation in fact.observations)
    return left


def _last(finding: _Finding, missing: Iterable[str]) -> Gone:
    return {record_id: finding.gone.get(record_id) for record_id in missing}


DATED_KINDS = frozenset({"payment", "event"})
"""Kinds of records of which old ones say nothing; of all others every record is read, however old."""


def _memory_of(crm_object: CrmObject) -> str:
    return f"salesforce/{crm_object.object}/erased"


def _written(ids: list[str]) -> str:
    return msgspec.json.encode(ids[-MOST_REMEMBERED:]).decode() if ids else ""
