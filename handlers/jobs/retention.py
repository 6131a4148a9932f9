"""Retention: once a week a store is looked through, and what nobody needs any more is given a date, and leaves.

A fact is somebody's as scores read it: by any owner that it was ever said to be of, by any id of that owner. One that
is nobody's is marked; so many days after that it gets a date, two weekly looks ahead of it. Whoever is mapped before
then has all of the past: the mark goes, as it does with every new event of the fact.

Of accounts goes what no score of the months that are kept can use: conversations that were settled, and readings that
others came after, before the windows of the earliest of them begin. A year at least is left for windows, so that a
draft may look further back than the model.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain, islice

import msgspec

from config.retention import Kept, Retention
from config.source import ACCOUNTS
from handlers.jobs.kept import keep, read_kept
from handlers.jobs.past_accounts import alone, departed
from handlers.jobs.pilot import opinion_dates
from handlers.jobs.samples import sample_months
from handlers.stores.keeping import Holding, Mark
from handlers.stores.protocol import Store
from scoring.account import Account, OwnerKey
from scoring.customer import USER, named_csms
from scoring.facts import ENTIRE, LOOKBACK
from scoring.instants import DAY, EPOCH, Instant, format_date, format_instant, parse_instant
from scoring.model import Model
from scoring.observations import Subject
from scoring.periods import period_end
from scoring.said_outcomes import SOURCE as OUTCOMES
from scoring.scope import scope_of

LOOKED = "retention/looked"
"""The cursor of the last look."""

EVERY = 7 * DAY
AHEAD = 14 * DAY
"""So long ahead at least a fact gets its date: two looks see whether it was mapped after all."""

_AT_ONCE = 500


class Looked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a look came to: facts by what was done, and by the date on which they leave; records and texts removed.

    `nobodys` are all facts that no account is mapped to; `dated` got their date now, `freed` were mapped after all,
    `removed` left now, and so did the `unseen` of accounts (DynamoDB removes both by itself). With `is_unmapped` there
    was no account at all, and nothing was done.
    """

    at: str
    nobodys: int = 0
    dated: int = 0
    freed: int = 0
    removed: int = 0
    unseen: int = 0
    records: int = 0
    texts: int = 0
    leaving: dict[str, int] = {}
    is_unmapped: bool = False

    @property
    def moved(self) -> int:
        """Count what left, or got the date on which it leaves."""
        return self.dated + self.removed + self.unseen + self.records + self.texts


def look_weekly(
    store: Store, accounts: Iterable[Account], terms: Retention, model: Model, now: Instant
) -> Looked | None:
    """Look through a store where the last look is a week ago; None where it is not."""
    last = last_look(store)
    if last is not None and now < parse_instant(last.at) + EVERY:
        return None
    return look(store, accounts, terms, model, now)


def last_look(store: Store) -> Looked | None:
    """Give what the last look came to; None where there was none yet."""
    kept = store.cursor(LOOKED)
    return None if kept is None else read_kept(kept, Looked, LOOKED)


def look(store: Store, accounts: Iterable[Account], terms: Retention, model: Model, now: Instant) -> Looked:
    """Look through a store: mark, free, remove. It may be repeated, and resumed, at any point."""
    mapped = iter(accounts)
    first = next(mapped, None)
    looked = Looked(format_instant(now), is_unmapped=True)
    if first is not None:
        looked = _looked(store, chain([first], mapped), terms, model, now)
    store.set_cursor(LOOKED, keep(looked))
    return looked


def _looked(store: Store, accounts: Iterable[Account], terms: Retention, model: Model, now: Instant) -> Looked:
    is_somebodys = _somebodys(store, chain(accounts, _departed(store, terms.departed_accounts, now)))
    removed = store.keeping.remove_expired(now)
    unseen = _forget_unseen(store, terms.superseded_observations, model, now)
    counts, leaving = Counter[str](), Counter[str]()
    stream = _marks(store.keeping.holdings(now), is_somebodys, terms.facts_of_nobody, now, counts, leaving)
    while some := dict(islice(stream, _AT_ONCE)):
        store.keeping.mark(some)
    return Looked(
        format_instant(now),
        counts["nobodys"],
        counts["dated"],
        counts["freed"],
        removed,
        unseen,
        _old_records(store, terms.records, now),
        _old_texts(store, terms, now),
        dict(sorted(leaving.items())),
    )


def _forget_unseen(store: Store, kept: Kept, model: Model, now: Instant) -> int:
    """Remove what no score of an instant within the time `kept` can use, and count it."""
    if kept is None:
        return 0
    scope = scope_of(Instant(now - kept), model)
    return store.keeping.forget_unseen(scope._replace(since=min(scope.since, Instant(scope.as_of - LOOKBACK))))


def _marks(
    holdings: Iterable[Holding],
    is_somebodys: Callable[[Holding], bool],
    kept: Kept,
    now: Instant,
    counts: Counter[str],
    leaving: Counter[str],
) -> Iterator[tuple[Subject, Mark | None]]:
    """Give the marks that change, and count all."""
    for one in holdings:
        mark = None if is_somebodys(one) else marked(one.mark, kept, now)
        counts["nobodys"] += mark is not None
        counts["freed"] += mark is None and one.mark is not None
        if mark is not None and mark.expires is not None:
            leaving[format_date(mark.expires)] += 1
            counts["dated"] += one.mark is None or one.mark.expires is None
        if mark != one.mark:
            yield one.subject, mark


def marked(mark: Mark | None, kept: Kept, now: Instant) -> Mark | None:
    """Say how a fact of nobody is marked now, by how it was; None where such facts are kept for ever."""
    if kept is None:
        return None
    if mark is None:
        return Mark(now)
    if now < mark.since + kept - AHEAD:
        return Mark(mark.since)
    if mark.expires is not None:
        return mark
    return Mark(mark.since, _midnight(max(mark.since + kept, now + AHEAD)))


def _midnight(instant: Instant) -> Instant:
    """Give the first midnight from an instant on."""
    return Instant(-(-instant // DAY) * DAY)


def _somebodys(store: Store, accounts: Iterable[Account]) -> Callable[[Holding], bool]:
    """Tell whether a fact is an account's, or of use whoever's it is: gaps of a whole object, outcomes, CSMs."""
    keys = _every_id(store, {(source, key) for one in accounts for source, keys in one.owners.items() for key in keys})
    csms = _csms(store, sorted(key for source, key in keys if source == ACCOUNTS.name))

    def is_somebodys(one: Holding) -> bool:
        source, _, name = one.subject
        is_common = name == ENTIRE or source == OUTCOMES or one.subject in csms
        return is_common or (source, name) in keys or any((source, owner) in keys for owner in one.owners)

    return is_somebodys


def _every_id(store: Store, keys: Collection[OwnerKey]) -> frozenset[OwnerKey]:
    """Add to the ids of owners the others that they go by."""
    known = set(keys)
    for source in sorted({source for source, _ in keys}):
        for owner in store.owners(source):
            if any((source, one) in known for one in owner.ids):
                known.update((source, one) for one in owner.ids)
    return frozenset(known)


def _csms(store: Store, crm_ids: Collection[str]) -> frozenset[Subject]:
    """Give the users whom the records of accounts ever named: their facts have no owner, and are read all the same."""
    ids, found = iter(crm_ids), set[Subject]()
    while some := list(islice(ids, _AT_ONCE)):
        facts = store.facts_of([Subject(ACCOUNTS.name, "account", one) for one in some])
        found.update(Subject(source, USER, user_id) for source, user_id in named_csms(facts))
    return frozenset(found)


def _departed(store: Store, kept: Kept, now: Instant) -> list[Account]:
    """Give the accounts that left the portfolio and count as accounts all the same: a backtest looks at them.

    Where the store keeps no accounts, they are those that have a record.
    """
    since = EPOCH if kept is None else Instant(now - kept)
    if store.portfolio.is_used:
        return [one.account for one in departed(store.portfolio).values() if one.at > since]
    return [alone(account_id) for account_id, period in store.record_keys() if period_end(period) > since]


def _old_records(store: Store, kept: Kept, now: Instant) -> int:
    """Remove the records of months that ended too long ago, and count them."""
    if kept is None:
        return 0
    old = [period for period in store.summarised() if period_end(period) + kept <= now]
    keys = [(one.account_id, period) for period in old for one in list(store.summaries(period))]
    return sum(store.remove_record(*key) for key in keys)


def _old_texts(store: Store, terms: Retention, now: Instant) -> int:
    """Remove samples and opinions of too long ago, and count them."""
    dated: list[tuple[Mapping[str, Instant], Kept]] = [
        (sample_months(store), terms.samples),
        (opinion_dates(store), terms.opinions),
    ]
    old = [name for found, kept in dated if kept is not None for name, at in found.items() if at + kept <= now]
    store.keeping.remove_cursors(old)
    return len(old)
