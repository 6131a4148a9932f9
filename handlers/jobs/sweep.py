"""Sweep and backfill: what no event brings is pulled and taken in like events; cursors move after."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from config.intake import Intake, LookerQuery
from handlers.clients.crm import Crm, ObjectError
from handlers.clients.intercom.client import IntercomClient
from handlers.clients.looker.client import LookerClient
from handlers.clients.remote import SourceError
from handlers.jobs.crm_pulls import HISTORY_DAYS, CrmPulls
from handlers.jobs.fold import Tally, fold_lines
from handlers.jobs.progress import Progress
from handlers.jobs.pull import Places, Pull
from handlers.pulls import intercom, looker
from handlers.stores.protocol import FactStore, Store
from scoring.account import Account
from scoring.facts import in_order
from scoring.instants import DAY, Instant, format_instant
from scoring.observations import Conversation, Observation, Tombstone
from scoring.periods import period_of, period_start


@dataclass(frozen=True, slots=True)
class Clients:
    """The systems that can be asked; None where the environment does not say how."""

    salesforce: Crm | None = None
    intercom: IntercomClient | None = None
    looker: LookerClient | None = None


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Plans pulls for a portfolio, as of one moment."""

    clients: Clients
    intake: Intake
    query: LookerQuery
    accounts: tuple[Account, ...]
    store: Store
    now: Instant
    remarks: list[str] = field(default_factory=list)
    believed: frozenset[str] = frozenset()

    def sweep(self) -> Iterator[Pull]:
        """Pull what is new since the last backfill or sweep, and what gaps left to be re-read.

        Companies are listed once a day: each says its name anew, and its account is scored for it.
        """
        if self.clients.salesforce is not None:
            yield from self._crm(self.clients.salesforce).sweep()
        if self.clients.intercom is not None:
            client, since = self.clients.intercom, self._places.cursor("intercom", intercom.backfill_since(self.now))
            company_of = self._attribution(client)
            if self._places.is_due("intercom/companies"):
                yield Pull("intercom/companies", intercom.companies(client, self.now), self.now)
            yield Pull("intercom/all", intercom.sweep(client, since, self.now, company_of))
            if self._places.is_due("intercom/unattributed"):
                told = intercom.unattributed(client, self._unattributed(), self.now, company_of)
                yield Pull("intercom/unattributed", told, self.now)
            yield self._places.alive("intercom", since)
        yield from self.usage((self.now // DAY * DAY,))

    def backfill(self, since: Instant | None) -> Iterator[Pull]:
        """Pull all that the windows need from the first day on: 13 months of CRM, 100 days of conversations.

        One that was stopped is gone on with: what it had taken in is read since then alone.
        """
        if self.clients.salesforce is not None:
            yield from self._crm(self.clients.salesforce).backfill(since or self.now - HISTORY_DAYS * DAY)
        if self.clients.intercom is not None:
            yield from self._all_conversations(self.clients.intercom, since or intercom.backfill_since(self.now))
        yield from self.usage((period_start(period_of(self.now)), self.now // DAY * DAY))

    def usage(self, dates: Collection[Instant]) -> Iterator[Pull]:
        """Pull one usage reading of every customer for each date."""
        if self.clients.looker is not None:
            customers = [key for account in self.accounts for key in account.owners.get("looker", ())]
            for date in sorted(set(dates)):
                read = looker.readings(self.clients.looker, self.query, customers, date, self.now)
                yield Pull("looker", read, date)

    def _all_conversations(self, client: IntercomClient, since: Instant) -> Iterator[Pull]:
        mark = "intercom/backfill"
        far = Progress(since, self._places.backfilled(mark, since))
        told = intercom.backfill(client, since, self.now, self._attribution(client), far.reached)
        noted = far.noting(told, lambda message: intercom.reached_by(message, since))
        yield Pull("intercom/all", noted, marks=lambda: {mark: far.mark()})
        yield self._places.alive("intercom", since, mark)

    @property
    def _places(self) -> Places:
        return Places(self.store, self.now)

    def _crm(self, crm: Crm) -> CrmPulls:
        return CrmPulls(crm, self.intake, self._places, self.remarks, self.believed)

    def _attribution(self, client: IntercomClient) -> Callable[[Mapping[str, object]], str | None]:
        return intercom.attribution(client, {key for a in self.accounts for key in a.owners.get("intercom", ())})

    def _unattributed(self) -> Mapping[str, Instant]:
        """Give the last update of conversations that may count and whose company was not told yet, by id."""
        latest = (in_order(fact.observations) for fact in self.store.unattributed_facts("conversation"))
        return {said[-1].subject.id: said[-1].at for said in latest if self._may_count(said)}

    def _may_count(self, said: Sequence[Observation]) -> bool:
        """Tell whether a conversation is there still, and either open or of late."""
        latest = said[-1].content
        gone = any(isinstance(o.content, Tombstone) for o in said)
        is_open = isinstance(latest, Conversation) and latest.state != "closed"
        return not gone and (is_open or said[-1].at >= intercom.backfill_since(self.now))


Taker: TypeAlias = Callable[[Iterable[bytes], str], Iterator[Tally]]
"""Takes in the messages of a pull of some name, batch by batch: into a store, or a queue."""


def folding(store: FactStore, intake: Intake, now: Instant) -> Taker:
    """Take in messages by folding them into a store."""
    return lambda messages, name: fold_lines(messages, name, store, intake, now)


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
    """Add a reason to those of a source; each is told once."""
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
