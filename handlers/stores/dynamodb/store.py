"""The store in DynamoDB, for a company on AWS: four tables; facts and records are written without reads or locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.codec import decode_subject, encode_subject
from handlers.stores.dynamodb.accounts import DynamoAccounts, NoAccounts
from handlers.stores.dynamodb.archive import Archive
from handlers.stores.dynamodb.checkpoints import Checkpoints
from handlers.stores.dynamodb.client import connect, process_session
from handlers.stores.dynamodb.engine import Engine
from handlers.stores.dynamodb.erasing import DynamoErasing
from handlers.stores.dynamodb.facts import FactTable
from handlers.stores.dynamodb.feeds import FeedRegistry, Kept, days_of
from handlers.stores.dynamodb.floor import Floors
from handlers.stores.dynamodb.keeping import DynamoKeeping
from handlers.stores.dynamodb.owners import OwnerRegistry
from handlers.stores.dynamodb.registry import Registry
from handlers.stores.dynamodb.scores import ScoreTable
from handlers.stores.dynamodb.summaries import SummaryRegistry
from handlers.stores.dynamodb.tables import Tables, check_tables, create_tables, drop_tables, is_of_older_stack
from handlers.stores.dynamodb.tombstones import KeptTombstones
from handlers.stores.rereads import reread
from handlers.stores.tombstones import ERASED
from scoring.facts import ENTIRE
from scoring.instants import NO_TIME
from scoring.observations import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from handlers.stores.accounts import AccountStore
    from handlers.stores.protocol import Batch, Reread
    from scoring.account import Owner, OwnerKey
    from scoring.facts import Fact
    from scoring.feeds import Feed
    from scoring.instants import Duration, Instant
    from scoring.observations import Observation, Subject
    from scoring.record import Record
    from scoring.scope import Scope
    from scoring.summary import Summary


def deployed_store(url: str, now: Callable[[], Instant], *, feeds_kept: Duration = NO_TIME) -> DynamoStore:
    """Open the store that a stack deployed, `dynamodb://PREFIX`; its tables are there."""
    client = connect(session=process_session())
    return DynamoStore(client, url.removeprefix("dynamodb://"), now, feeds_kept=feeds_kept)


def open_tables(prefix: str, now: Callable[[], Instant], *, create: bool = True) -> DynamoStore:
    """Open the store in the tables of a prefix, making those that are missing if it may `create` them.

    Region, credentials and endpoint come from AWS's own environment. Raises StoreError where
    they do not serve, or where tables are missing. A stack's own table is made by its deployment alone.
    """
    client, tables = connect(), Tables(prefix)
    keeps_accounts = True
    if create and not is_of_older_stack(client, tables):
        create_tables(client, tables)
    else:
        keeps_accounts = check_tables(client, tables)
    return DynamoStore(client, prefix, now, keeps_accounts=keeps_accounts)


class DynamoStore:
    """A store in four tables; any number of processes may write to it at once.

    Facts are found by owner a moment after they are merged, as DynamoDB's indexes are.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        prefix: str,
        now: Callable[[], Instant],
        *,
        calls_at_once: int = 8,
        feeds_kept: Duration = NO_TIME,
        keeps_accounts: bool = True,
    ) -> None:
        """Use the tables of a prefix; `now` tells what an item at its size limit may forget.

        The feeds, read once, may serve for as long as `feeds_kept`. A store of before accounts were kept
        has no table of them, and none in it.
        """
        self._client = client
        self._tables = Tables(prefix)
        self._engine = Engine(client, calls_at_once)
        self._facts = FactTable(self._engine, self._tables.facts, now)
        self._registry = Registry(self._engine, self._tables.registry)
        self._owners = OwnerRegistry(self._registry)
        self._feeds = FeedRegistry(self._registry)
        self._kept_feeds = self._registry.memory.keep(Kept(self._feeds.feeds, now, feeds_kept))
        self._scores = ScoreTable(self._engine, self._tables.scores, SummaryRegistry(self._engine, self._registry))
        self.checkpoints = Checkpoints(self._registry)
        self._floors = self._registry.memory.keep(Floors(self._registry, now))
        archive = Archive(self._engine, self._tables.facts, self._facts, self._floors, now)
        self.keeping = DynamoKeeping(self._engine, self._tables.facts, self._facts, self._registry, archive)
        self._erased = self._registry.memory.keep(KeptTombstones(lambda: self._registry.cursors(ERASED), now))
        self.erasing = DynamoErasing(
            self._engine, self._tables, self._facts, self._registry, self._owners, keeps_accounts
        )
        self.portfolio: AccountStore = (
            DynamoAccounts(self._engine, self._tables.accounts) if keeps_accounts else NoAccounts(self._tables.accounts)
        )

    def close(self) -> None:
        """Release the connections; what was merged is safe."""
        self._engine.close()

    def drop(self) -> None:
        """Remove the tables and all that is in them."""
        drop_tables(self._client, self._tables)

    def merge(self, batch: Batch) -> None:
        """Unite a batch with what is known: one write a subject."""
        self._registry.memory.check()
        self._erased.read().sift(batch)
        gaps = (subject for subject, said in batch.observations.items() if _has_gap(said))
        self._registry.mark_gaps(encode_subject(subject) for subject in gaps)
        self._facts.merge(batch.observations)
        self._engine.each(lambda tie: self._owners.tie(*tie[0], tie[1]), batch.first_named.items())
        self._engine.each(self._owners.name, batch.namings.values())
        self._engine.each(lambda said: self._owners.describe(*said[0], said[1]), batch.described.items())
        self._engine.each(lambda said: self._feeds.cover(*said), batch.covered.items())
        self._engine.each(self._feeds.hear, days_of(batch.heard))

    def facts(self, source: str, owners: Collection[str], scope: Scope | None = None) -> list[Fact]:
        """Give every fact ever said to be of one of these owners, by subject, or those that a scope may need."""
        return self._facts.of_owners(source, owners, with_put_away=self._floors.hides(scope))

    def owners_of(self, subject: Subject) -> frozenset[str]:
        """Give every owner that an observation ever said a subject to be of."""
        return self._facts.owners_of(subject)

    def subjects(self, source: str) -> Iterator[Subject]:
        """List all subjects of a source, those of id `*` too, in no order."""
        return self._facts.subjects(source)

    def facts_of(self, subjects: Collection[Subject]) -> list[Fact]:
        """Give the facts of some subjects, by subject."""
        return self._facts.of_subjects({encode_subject(subject) for subject in subjects})

    def owner(self, source: str, key: str) -> Owner:
        """Give an owner by any of its ids."""
        return self.named([(source, key)])[0]

    def named(self, keys: Collection[OwnerKey]) -> list[Owner]:
        """Give some owners, in the order of their keys: all of them by one read."""
        return self._owners.named(keys)

    def owners(self, source: str) -> Iterator[Owner]:
        """List the owners that a source ever named, by their smallest id."""
        return self._owners.owners(source)

    def feeds(self, before: Instant | None = None) -> Mapping[str, Feed]:
        """Give the feeds by source; with an instant, of each the last days up to it."""
        return self._kept_feeds.read(before)

    def correct_coverage(self, source: str, since: Instant) -> None:
        """Say since when a source is covered, whatever was said before."""
        self._feeds.correct(source, since)

    def gaps(self) -> tuple[Fact, ...]:
        """Give the facts of subject id `*`."""
        marks = [key for key in self._registry.gap_marks() if decode_subject(key).id == ENTIRE]
        return tuple(self._facts.of_subjects(marks))

    def rereads(self) -> list[Reread]:
        """List what is to be re-read, by subject."""
        found = (reread(fact) for fact in self._facts.of_subjects(self._registry.gap_marks()))
        return [one for one in found if one is not None]

    def unattributed(self) -> dict[str, int]:
        """Count the subjects that have no owner, by kind."""
        return self._facts.unattributed()

    def unattributed_facts(self, kind: str) -> list[Fact]:
        """Give the facts of a kind that have no owner, by subject."""
        return self._facts.unattributed_facts(kind)

    def discard(self, subject: Subject, observations: Collection[Observation]) -> None:
        """Forget observations that a compaction found unseeable."""
        self._facts.discard(subject, observations)

    def put_records(self, records: Iterable[Record]) -> list[Record]:
        """Write records, each only where it outranks the one there; give those not written."""
        return self._scores.put(records)

    def remove_record(self, account_id: str, period: str) -> bool:
        """Take the record of an account and period away; tell whether there was one."""
        return self._scores.remove(account_id, period)

    def record(self, account_id: str, period: str) -> Record | None:
        """Give the record of an account and period."""
        return self._scores.record(account_id, period)

    def records_at(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Give the records of some accounts and periods, a hundred a call."""
        return self._scores.records_at(keys)

    def record_and_before(self, account_id: str, period: str) -> tuple[Record | None, Record | None]:
        """Give the record of an account and period, and the latest before it: both by one read."""
        return self._scores.record_and_before(account_id, period)

    def records(self) -> Iterator[Record]:
        """List all records, by account and period."""
        return self._scores.records()

    def records_of(self, account_id: str) -> list[Record]:
        """Give all records of an account, by period."""
        return self._scores.records_of(account_id)

    def record_keys(self) -> Iterator[tuple[str, str]]:
        """List the accounts and periods that have a record, in that order."""
        return self._scores.keys()

    def record_before(self, account_id: str, period: str) -> Record | None:
        """Give the latest record of an account before a period."""
        return self._scores.record_before(account_id, period)

    def summaries(self, period: str) -> Iterator[Summary]:
        """List the summaries of a period's records, by account."""
        return iter(self._scores.summaries(period))

    def final_scores(self, period: str) -> Mapping[str, float | None]:
        """Give the score of each account that has a record of a period."""
        return self._scores.final_scores(period)

    def summarised(self) -> list[str]:
        """List the periods that have summaries, the earliest first."""
        return self._scores.summarised()

    def cursor(self, name: str) -> str | None:
        """Give how far a sweep has come."""
        return self._registry.cursor(name)

    def set_cursor(self, name: str, value: str) -> None:
        """Keep how far a sweep has come."""
        self._registry.set_cursor(name, value)
        if name.startswith(ERASED):
            self._erased.clear()

    def cursors(self, beginning: str) -> dict[str, str]:
        """Give the cursors whose names begin so, by name."""
        return self._registry.cursors(beginning)

    def append(self, journal: str, at: Instant, text: str, kept: Duration) -> None:
        """Add a line to a journal."""
        self._registry.append(journal, at, text, kept)

    def entries(self, journal: str, since: Instant) -> Iterator[str]:
        """List the lines of a journal from an instant on, the earliest first."""
        return self._registry.entries(journal, since)

    def put_model(self, version: str, text: str) -> None:
        """Keep the text of a model version."""
        self._registry.memory.check()
        self._registry.put_model(version, text)

    def model(self, version: str) -> str | None:
        """Give the text of a model version."""
        return self._registry.model(version)


def _has_gap(said: Iterable[Observation]) -> bool:
    return any(isinstance(observation.content, Gap) for observation in said)
