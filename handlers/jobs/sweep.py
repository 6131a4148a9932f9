"""Sweep and backfill: what no event brings is pulled and taken in like events; cursors move after."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol, TypeAlias

import msgspec

from config.intake import Intake, LookerQuery
from config.source import INTERCOM, LOOKER, SALESFORCE, ZENDESK, Source
from handlers.clients.crm import Crm, ObjectError
from handlers.clients.intercom.client import IntercomClient
from handlers.clients.looker.client import LookerClient
from handlers.clients.remote import SourceError
from handlers.clients.zendesk.client import ZendeskClient
from handlers.jobs.crm_pulls import CrmPulls
from handlers.jobs.fold import Tally, WordsReader, fold_lines
from handlers.jobs.intercom_pulls import IntercomPulls
from handlers.jobs.pull import Places, Pull
from handlers.jobs.usage_pulls import UsagePulls
from handlers.jobs.zendesk_pulls import ZendeskPulls
from handlers.stores.protocol import FactStore, Store
from scoring.account import Account
from scoring.instants import Instant, format_instant


@dataclass(frozen=True, slots=True)
class Clients:
    """The systems that can be asked; None where the environment does not say how."""

    salesforce: Crm | None = None
    intercom: IntercomClient | None = None
    looker: LookerClient | None = None
    zendesk: ZendeskClient | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """Name the sources that can be asked, in the order in which they are."""
        systems = (
            (SALESFORCE, self.salesforce),
            (INTERCOM, self.intercom),
            (ZENDESK, self.zendesk),
            (LOOKER, self.looker),
        )
        return tuple(source.name for source, client in systems if client is not None)


class SourcePulls(Protocol):
    """What a sweep and a backfill pull of one source."""

    def sweep(self) -> Iterator[Pull]:
        """Pull what is new since the last backfill or sweep, and what gaps left to be re-read."""

    def backfill(self, since: Instant | None) -> Iterator[Pull]:
        """Pull all that the windows need from the first day on; one that was stopped resumes."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Plans pulls for a portfolio, as of one moment; with `words` that is what customers wrote, too."""

    clients: Clients
    intake: Intake
    query: LookerQuery
    accounts: Iterable[Account]
    store: Store
    now: Instant
    remarks: list[str] = field(default_factory=list)
    believed: frozenset[str] = frozenset()
    words: bool = False

    def sweep(self) -> Iterator[Pull]:
        """Pull what is new of every source, the CRM's first."""
        return chain.from_iterable(source.sweep() for source in self._sources())

    def backfill(self, since: Instant | None) -> Iterator[Pull]:
        """Pull all that the windows need: 13 months of CRM, 100 days of conversations."""
        return chain.from_iterable(source.backfill(since) for source in self._sources())

    def usage(self, dates: Collection[Instant]) -> Iterator[Pull]:
        """Pull one usage reading of every customer for each date."""
        return chain.from_iterable(source.readings(dates) for source in self._usage())

    def _sources(self) -> Iterator[SourcePulls]:
        clients, places = self.clients, Places(self.store, self.now)
        if clients.salesforce is not None:
            yield CrmPulls(clients.salesforce, self.intake, places, self.remarks, self.believed)
        if clients.intercom is not None:
            yield IntercomPulls(clients.intercom, self._owners(INTERCOM), places, self.words)
        if clients.zendesk is not None:
            yield ZendeskPulls(clients.zendesk, places)
        yield from self._usage()

    def _usage(self) -> Iterator[UsagePulls]:
        if self.clients.looker is not None:
            places = Places(self.store, self.now)
            yield UsagePulls(self.clients.looker, self.query, self._owners(LOOKER), places)

    def _owners(self, source: Source) -> tuple[str, ...]:
        return tuple(key for account in self.accounts for key in account.owners.get(source.name, ()))


Taker: TypeAlias = Callable[[Iterable[bytes], str], Iterator[Tally]]
"""Takes in the messages of a pull of some name, batch by batch: into a store, or a queue."""


def folding(store: FactStore, intake: Intake, now: Instant, words: WordsReader | None = None) -> Taker:
    """Take in messages by folding them into a store, and by reading what customers wrote in them."""
    return lambda messages, name: fold_lines(messages, name, store, intake, now, words)


def take_in(
    pulls: Iterable[Pull], take: Taker, store: FactStore, failures: dict[str, str]
) -> Iterator[tuple[str, Tally]]:
    """Take in pulls one after another; yield what became of each batch.

    How far a pull has come is kept when all of its messages are safe, so a crash at any point
    loses nothing, and a new run takes in again what it must. A source that fails is named with
    its reason in `failures`, nothing more is pulled of it, and the others go on. Where one object
    of it cannot be read, its others are, but nothing is said of the source as a whole.
    """
    broken: set[str] = set()
    for pull in pulls:
        source = pull.name.partition("/")[0]
        if source in broken or (pull.closes and source in failures):
            continue
        try:
            for tally in take(map(msgspec.json.encode, pull.messages), pull.name):
                yield pull.name, tally
                _mark(pull, store)
        except ObjectError as error:
            _name_failure(failures, source, error)
        except SourceError as error:
            broken.add(source)
            _name_failure(failures, source, error)
        else:
            _keep(pull, store)


def _name_failure(failures: dict[str, str], source: str, error: SourceError) -> None:
    """Add a reason to those of a source, each once."""
    told = failures.get(source)
    failures[source] = str(error) if told is None else told if str(error) in told else f"{told}; {error}"


def _mark(pull: Pull, store: FactStore) -> None:
    for name, value in pull.marks().items():
        if (store.cursor(name) or "") != value:
            store.set_cursor(name, value)


def _keep(pull: Pull, store: FactStore) -> None:
    _mark(pull, store)
    if pull.reached is not None:
        store.set_cursor(pull.name, format_instant(pull.reached))
