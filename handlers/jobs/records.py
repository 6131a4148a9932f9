"""From a store to a record: what is known of an account, scored on some terms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import NamedTuple

from handlers.stores.protocol import FactStore
from scoring.account import Account, AccountFacts
from scoring.customer import USER, named_csms
from scoring.facts import HISTORY, Fact, merge
from scoring.feeds import Feed
from scoring.instants import Duration, Instant
from scoring.leaving import left_at
from scoring.measurement import measure
from scoring.model import Model
from scoring.observations import Subject
from scoring.outcomes import NOTICE_DAYS
from scoring.record import Record, Status
from scoring.scope import Scope, knows_all
from scoring.score import grade


class Common(NamedTuple):
    """What all accounts of a store share: its feeds, and what changed unseen as a whole."""

    feeds: Mapping[str, Feed]
    gaps: tuple[Fact, ...]


def common_of(store: FactStore, before: Instant | None = None) -> Common:
    """Read what all accounts share, or (with an instant) what of it a score then needs."""
    return Common(store.feeds(before), store.gaps())


class AccountReader:
    """Reads what is known of accounts from a store; feeds and gaps once for all of them, and each CSM once."""

    def __init__(self, store: FactStore, common: Common | None = None) -> None:
        """Read accounts of a store; whoever has its feeds and gaps at hand may give them."""
        self._store = store
        self._lock = Lock()
        self._common: dict[Instant | None, Common] = {}
        self._given = common
        self._csms: dict[Subject, list[Fact]] = {}

    def read(self, account: Account, scope: Scope | None = None) -> AccountFacts:
        """Read what is known of an account: its owners by all their ids, their facts; or what of it a scope can use."""
        feeds, gaps = self._shared(None if scope is None else scope.as_of)
        sources = sorted(account.owners)
        owners = self._store.named([(source, key) for source in sources for key in account.owners[source]])
        bounded = scope if scope is not None and knows_all(owners, scope) else None
        facts: list[Fact] = []
        for source in sources:
            keys = {key for owner in owners if owner.source == source for key in owner.ids}
            facts += self._store.facts(source, sorted(keys), bounded) if keys else []
        facts += self._of_csms(facts)
        return AccountFacts(account, merge(facts), tuple(owners), feeds, gaps)

    def _shared(self, before: Instant | None) -> Common:
        if self._given is not None:
            return self._given
        with self._lock:
            if before not in self._common:
                self._common = {before: common_of(self._store, before)}
            return self._common[before]

    def _of_csms(self, facts: Iterable[Fact]) -> list[Fact]:
        """Read the users whom an account's record ever named as its CSM."""
        users = [Subject(source, USER, user_id) for source, user_id in named_csms(facts)]
        unread = [user for user in users if user not in self._csms]
        if unread:
            found = {fact.subject: [fact] for fact in self._store.facts_of(unread)}
            self._csms.update({user: found.get(user, []) for user in unread})
        return [fact for user in users for fact in self._csms[user]]


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms accounts are scored: for which period, as of when, under which model, into which status, now.

    `confirmed` are the guards that a person has let a close through. So many `notice_days` before it takes
    effect a churn is decided of which nobody knows the notice. What no view of the time `kept` before
    `as_of` can see is forgotten (None: nothing is). `began` is when the close did that these are the terms of a step
    of (None: now): what was scored since then is not scored again.
    """

    period: str
    as_of: Instant
    model: Model
    status: Status
    now: Instant
    confirmed: frozenset[str] = frozenset()
    notice_days: int = NOTICE_DAYS
    kept: Duration | None = HISTORY
    began: Instant | None = None


def record_of(facts: AccountFacts, terms: Terms) -> Record:
    """Score one account into a record."""
    measurements = measure(facts, terms.as_of, terms.model)
    return Record(terms.period, terms.status, terms.now, measurements, grade(measurements, terms.model))


def departure(facts: AccountFacts, told: Iterable[Fact], terms: Terms) -> Instant | None:
    """Say when it was decided that an account leaves, by its facts and what was told of its outcomes."""
    said = list(told)
    every = replace(facts, facts=merge([*facts.facts, *said])) if said else facts
    return left_at(every, terms.as_of, terms.model, terms.notice_days)
