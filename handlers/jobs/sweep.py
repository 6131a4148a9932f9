"""Sweep and backfill: what no event brings is pulled and taken in like events; cursors move after."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from config.intake import CrmObject, Intake, LookerQuery
from handlers.adapters.crm import Crm
from handlers.adapters.intercom import IntercomClient
from handlers.adapters.looker import LookerClient
from handlers.adapters.remote import SourceError
from handlers.adapters.store import FactStore, Store
from handlers.jobs.fold import Tally, fold_lines
from handlers.jobs.progress import Progress
from handlers.pulls import intercom, looker, salesforce
from scoring.account import Account
from scoring.facts import ENTIRE, in_order
from scoring.instants import DAY, SECOND, Instant, format_instant, parse_instant
from scoring.observations import Conversation, Observation, Tombstone
from scoring.periods import period_of, period_start

HISTORY_DAYS = 397
"""A backfill of the CRM covers 13 months."""

OVERLAP: Instant = 10 * 60 * SECOND
"""A sweep of the CRM begins so long before its cursor: a commit may show later than its SystemModstamp."""

_DATED_KINDS = frozenset({"payment", "event"})
"""Kinds of records of which old ones say nothing; of all others every record is read, however old."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Messages of one part of a source, and how far it has come once all of them are taken in.

    `marks` gives more cursors to keep, as of each batch that was taken in.
    """

    name: str
    messages: Iterable[Mapping[str, object]]
    reached: Instant | None = None
    marks: Callable[[], Mapping[str, str]] = dict


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

    def sweep(self) -> Iterator[Pull]:
        """Pull what is new since the last backfill or sweep, and what gaps left to be re-read.

        Companies are listed once a day: each says its name anew, and its account is scored for it.
        """
        if self.clients.salesforce is not None:
            yield from self._changed_records(self.clients.salesforce)
            yield from self._rereads(self.clients.salesforce)
            yield self._alive("salesforce", self._cursor("salesforce", self.now))
        if self.clients.intercom is not None:
            client, since = self.clients.intercom, self._cursor("intercom", intercom.backfill_since(self.now))
            company_of = self._attribution(client)
            if self._is_due("intercom/companies"):
                yield Pull("intercom/companies", intercom.companies(client, self.now), self.now)
            yield Pull("intercom/all", intercom.sweep(client, since, self.now, company_of))
            if self._is_due("intercom/unattributed"):
                told = intercom.unattributed(client, self._unattributed(), self.now, company_of)
                yield Pull("intercom/unattributed", told, self.now)
            yield self._alive("intercom", since)
        yield from self.usage((self.now // DAY * DAY,))

    def backfill(self, since: Instant | None) -> Iterator[Pull]:
        """Pull all that the windows need from the first day on: 13 months of CRM, 100 days of conversations.

        One that was stopped is gone on with: what it had taken in is read since then alone.
        """
        if self.clients.salesforce is not None:
            yield from self._all_records(self.clients.salesforce, since or self.now - HISTORY_DAYS * DAY)
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
        far = Progress(since, self._backfilled(mark, since))
        told = intercom.backfill(client, since, self.now, self._attribution(client), far.reached)
        noted = far.noting(told, lambda message: intercom.reached_by(message, since))
        yield Pull("intercom/all", noted, marks=lambda: {mark: far.mark()})
        yield self._alive("intercom", since, mark)

    def _backfilled(self, mark: str, since: Instant) -> Instant | None:
        """Tell how far a backfill came that began no later than an instant and was stopped."""
        begun, _, reached = (self.store.cursor(mark) or "").partition(" ")
        return parse_instant(reached) if reached and parse_instant(begun) <= since else None

    def _alive(self, source: str, since: Instant, *done: str) -> Pull:
        """Say that a source was heard on each day since an instant: all of them were read again just now.

        Marks of a backfill that is `done` are taken away.
        """
        days = range(since // DAY * DAY, self.now, DAY)
        heard = ({"type": "feed.heard", "source": source, "at": format_instant(at)} for at in (*days, self.now))
        return Pull(source, heard, self.now, lambda: dict.fromkeys(done, ""))

    def _cursor(self, name: str, default: Instant) -> Instant:
        kept = self.store.cursor(name)
        return default if kept is None else parse_instant(kept)

    def _is_due(self, name: str) -> bool:
        """Tell whether a part that is asked for once a day is to be asked for now."""
        return self.now - self._cursor(name, self.now - DAY) >= DAY

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

    def _changed_records(self, crm: Crm) -> Iterator[Pull]:
        for crm_object in self.intake.objects.values():
            name = _name(crm_object)
            since = self._cursor(name, self.now - HISTORY_DAYS * DAY) - OVERLAP
            yield Pull(name, salesforce.records(crm, crm_object, since, self.now), self.now)

    def _rereads(self, crm: Crm) -> Iterator[Pull]:
        waiting = self.store.rereads()
        for crm_object in self.intake.objects.values():
            ids = [one.subject.id for one in waiting if one.subject.kind == crm_object.kind]
            if ENTIRE in ids:
                known = self._known_records(crm_object.kind)
                yield Pull(f"{_name(crm_object)}/resync", salesforce.resync(crm, crm_object, self.now, known))
            elif ids:
                yield Pull(f"{_name(crm_object)}/reread", salesforce.reread(crm, crm_object, ids, self.now))

    def _known_records(self, kind: str) -> set[str]:
        """Give the ids of the portfolio's records of a kind."""
        owners = [key for account in self.accounts for key in account.owners["salesforce"]]
        facts = (fact for owner in owners for fact in self.store.facts("salesforce", [owner]))
        return {fact.subject.id for fact in facts if fact.subject.kind == kind}

    def _past_arr(self, crm: Crm, accounts: CrmObject) -> Iterable[Mapping[str, object]]:
        if self.intake.arr_snapshot is not None:
            return salesforce.arr_snapshots(crm, accounts, self.intake.arr_snapshot)
        return salesforce.arr_history(crm, accounts, self.remarks)

    def _all_records(self, crm: Crm, since: Instant) -> Iterator[Pull]:
        for crm_object in self.intake.objects.values():
            yield self._records_since(crm, crm_object, since)
            if crm_object.kind == "account":
                yield Pull("salesforce/owners", salesforce.account_owners(crm, crm_object, self.now))
                yield Pull("salesforce/arr", self._past_arr(crm, crm_object))
        covered = {"type": "feed.covered", "source": "salesforce", "since": format_instant(since)}
        yield Pull("salesforce/covered", [covered])
        yield self._alive("salesforce", since, *(f"{_name(one)}/backfill" for one in self.intake.objects.values()))

    def _records_since(self, crm: Crm, crm_object: CrmObject, since: Instant) -> Pull:
        mark = f"{_name(crm_object)}/backfill"
        far = Progress(since, self._backfilled(mark, since))
        start = since if crm_object.kind in _DATED_KINDS else None
        told = salesforce.records(crm, crm_object, start if far.reached is None else far.reached - OVERLAP, self.now)
        noted = far.noting(told, salesforce.reached_by)
        return Pull(_name(crm_object), noted, self.now, lambda: {mark: far.mark()})


def _name(crm_object: CrmObject) -> str:
    return f"salesforce/{crm_object.object}"


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
    its reason in `failures`, nothing more is pulled of it, and the others go on.
    """
    for pull in pulls:
        source = pull.name.partition("/")[0]
        if source in failures:
            continue
        try:
            for tally in take(map(msgspec.json.encode, pull.messages), pull.name):
                yield pull.name, tally
                _mark(pull, store)
        except SourceError as error:
            failures[source] = str(error)
        else:
            _keep(pull, store)


def _mark(pull: Pull, store: FactStore) -> None:
    for name, value in pull.marks().items():
        if (store.cursor(name) or "") != value:
            store.set_cursor(name, value)


def _keep(pull: Pull, store: FactStore) -> None:
    _mark(pull, store)
    if pull.reached is not None:
        store.set_cursor(pull.name, format_instant(pull.reached))
