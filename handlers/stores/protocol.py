"""What a store of facts and records must do, whatever keeps the bytes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from handlers.stores.attributes import slot_of, written
from scoring.account import Naming, Owner, OwnerKey
from scoring.facts import Fact
from scoring.feeds import Feed, Heard, HeardHour
from scoring.instants import HOUR, Duration, Instant
from scoring.observations import Observation, Subject
from scoring.record import Record
from scoring.scope import Scope
from scoring.statements import Statement
from scoring.summary import Summary

if TYPE_CHECKING:
    from handlers.stores.accounts import AccountStore
    from handlers.stores.erasable import Erasable
    from handlers.stores.keeping import Keeping


class StoreError(Exception):
    """The store cannot be used; the text says what to do."""


class NewerFormError(StoreError):
    """A newer version of the program wrote this: nothing is wrong with it, but this version may not read it."""

    def __init__(self, what: str, form: int, known: int) -> None:
        """Name what was met, its form, and the latest form that is known here."""
        super().__init__(
            f"{what} has form {form}, this version of the program reads up to {known}: "
            "use the newer version that wrote it"
        )


class RefusedError(StoreError):
    """The store works, but does not take this: asked again, it will say the same."""


@dataclass(slots=True)
class Batch:
    """Statements coalesced before they are written: each subject, owner and hour once.

    `described` has attributes as the stores write them, by source, owner and slot. What a store `refused` of it spoke
    of somebody who was erased.
    """

    observations: dict[Subject, set[Observation]] = field(default_factory=dict)
    namings: dict[tuple[str, tuple[str, ...]], Naming] = field(default_factory=dict)
    first_named: dict[tuple[str, tuple[str, ...]], Instant] = field(default_factory=dict)
    described: dict[tuple[str, str, str], str] = field(default_factory=dict)
    covered: dict[str, Instant] = field(default_factory=dict)
    heard: dict[tuple[str, int], HeardHour] = field(default_factory=dict)
    refused: int = 0

    def add(self, statement: Statement) -> None:
        """Take in one statement; order and repetition make no difference."""
        if isinstance(statement, Observation):
            said = self.observations.get(statement.subject)
            if said is None:
                self.observations[statement.subject] = {statement}
            else:
                said.add(statement)
        elif isinstance(statement, Naming):
            self._name(statement)
        elif isinstance(statement, Heard):
            self._hear(statement)
        else:
            self.covered[statement.source] = min(statement.since, self.covered.get(statement.source, statement.since))

    def _describe(self, naming: Naming) -> None:
        key = naming.source, naming.ids[0], slot_of(naming.attributes)
        self.described[key] = max(written(naming.at, naming.attributes), self.described.get(key, ""))

    def _name(self, naming: Naming) -> None:
        if naming.attributes:
            self._describe(naming)
            naming = replace(naming, attributes=())
        key = naming.source, naming.ids
        known = self.namings.get(key)
        if known is None:
            self.namings[key] = naming
            self.first_named[key] = naming.at
            return
        self.first_named[key] = min(self.first_named[key], naming.at)
        if naming.name is not None and (known.name is None or (naming.at, naming.name) > (known.at, known.name)):
            self.namings[key] = naming

    def _hear(self, heard: Heard) -> None:
        key = heard.source, heard.at // HOUR
        hour = self.heard.get(key)
        if hour is None:
            self.heard[key] = HeardHour(heard.at, heard.at)
        elif not hour.first <= heard.at <= hour.last:
            self.heard[key] = HeardHour(min(hour.first, heard.at), max(hour.last, heard.at))


@dataclass(frozen=True, slots=True)
class Reread:
    """A record (or with id `*` all of an object) that changed unseen and must be read again."""

    subject: Subject
    object: str
    since: Instant


class FactStore(Protocol):
    """Facts by owner, owners, feeds. Writing is idempotent, takes no lock and reads nothing first."""

    def merge(self, batch: Batch) -> None:
        """Unite a batch with what is known, wholly or not at all per subject.

        What speaks of somebody who was erased is taken out of the batch, and counted in it.
        """

    def facts(self, source: str, owners: Collection[str], scope: Scope | None = None) -> list[Fact]:
        """Give every fact that any observation ever said to be of one of these owners, by subject.

        With a scope it may leave out what `scoring.scope.in_scope` does, and nothing else.
        """

    def owners_of(self, subject: Subject) -> frozenset[str]:
        """Give every owner that an observation ever said a subject to be of."""

    def subjects(self, source: str) -> Iterator[Subject]:
        """List all subjects of a source, those of id `*` too, in no order; their facts are not read."""

    def facts_of(self, subjects: Collection[Subject]) -> list[Fact]:
        """Give the facts of some subjects, by subject; one of which nothing is known has none."""

    def owner(self, source: str, key: str) -> Owner:
        """Give an owner by any of its ids; unknown ones come back with that id alone and no `since`."""

    def named(self, keys: Collection[OwnerKey]) -> list[Owner]:
        """Give some owners as `owner` does, in the order of their keys."""

    def owners(self, source: str) -> Iterator[Owner]:
        """List the owners that a source ever named, by their smallest id."""

    def feeds(self, before: Instant | None = None) -> Mapping[str, Feed]:
        """Give the feeds by source.

        With an instant, of each its coverage and what `scoring.feeds.last_heard` needs to tell of that instant alone.
        """

    def correct_coverage(self, source: str, since: Instant) -> None:
        """Say since when a source is covered, whatever was said before; what is said later may move it back again."""

    def gaps(self) -> tuple[Fact, ...]:
        """Give the facts of subject id `*`: objects that changed unseen as a whole."""

    def rereads(self) -> list[Reread]:
        """List what is to be re-read, by subject."""

    def unattributed(self) -> dict[str, int]:
        """Count the subjects that have no owner, by kind."""

    def unattributed_facts(self, kind: str) -> list[Fact]:
        """Give the facts of a kind that have no owner, by subject."""

    def cursor(self, name: str) -> str | None:
        """Give how far a sweep has come."""

    def set_cursor(self, name: str, value: str) -> None:
        """Keep how far a sweep has come; only after what it brought is safely taken in."""

    def cursors(self, beginning: str) -> dict[str, str]:
        """Give the cursors whose names begin so, by name, in the order of the names."""

    def discard(self, subject: Subject, observations: Collection[Observation]) -> None:
        """Forget observations that a compaction found unseeable."""


class RecordStore(Protocol):
    """Records by account and period, and the models they were made under."""

    def put_records(self, records: Iterable[Record]) -> list[Record]:
        """Write records and their summaries, each only where it outranks the one there; give those not written."""

    def remove_record(self, account_id: str, period: str) -> bool:
        """Take the record of an account and period away, and its summary; tell whether there was one."""

    def record(self, account_id: str, period: str) -> Record | None:
        """Give the record of an account and period."""

    def records_at(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Give the records of some accounts and periods, by both, in few calls; of which there is none is left out."""

    def record_and_before(self, account_id: str, period: str) -> tuple[Record | None, Record | None]:
        """Give the record of an account and period, and the latest before it."""

    def records(self) -> Iterator[Record]:
        """List all records, by account and period."""

    def records_of(self, account_id: str) -> list[Record]:
        """Give all records of an account, by period."""

    def record_keys(self) -> Iterator[tuple[str, str]]:
        """List the accounts and periods that have a record, in that order."""

    def record_before(self, account_id: str, period: str) -> Record | None:
        """Give the latest record of an account before a period."""

    def summaries(self, period: str) -> Iterator[Summary]:
        """List the summaries of a period's records, by account; no record is read."""

    def final_scores(self, period: str) -> Mapping[str, float | None]:
        """Give the score of each account that has a record of a period, as its summary has it."""

    def summarised(self) -> list[str]:
        """List the periods that have, or once had, summaries, the earliest first."""

    def put_model(self, version: str, text: str) -> None:
        """Keep the text of a model version."""

    def model(self, version: str) -> str | None:
        """Give the text of a model version."""


class JournalStore(Protocol):
    """Journals: lines that are added, never changed, and removed when their time is over."""

    def append(self, journal: str, at: Instant, text: str, kept: Duration) -> None:
        """Add a line to a journal, kept for so long after its instant; lines that are over may go."""

    def entries(self, journal: str, since: Instant) -> Iterator[str]:
        """List the lines of a journal from an instant on, the earliest first; of one instant as they were added."""


class Store(FactStore, RecordStore, JournalStore, Protocol):
    """A whole store, as the command line uses it."""

    @property
    def portfolio(self) -> "AccountStore":
        """Give the accounts that the store keeps."""

    @property
    def keeping(self) -> "Keeping":
        """Give what marks and removes what nobody needs any more."""

    @property
    def erasing(self) -> "Erasable":
        """Give the way to erase somebody out of the store."""

    def close(self) -> None:
        """Release files and connections; what was merged is safe."""
