"""Retention: once a week a store is looked through, and what nobody needs any more is given a date, and leaves.

A fact is somebody's as scores read it: by any owner that it was ever said to be of, by any id of that owner. One that
is nobody's is marked; so many days after that it gets a date, two weekly looks ahead of it. Whoever is mapped before
then has all of the past: the mark goes, as it does with every new event of the fact.

Of accounts goes what no score of the months that are kept can use: conversations that were settled, and readings that
others came after, before the windows of the earliest of them begin. A year at least is left for windows, so that a
draft may look further back than the model.

A look is made in pieces, and a cursor says how far it has come: one that runs out of time is gone on with by the next
sweep. Nothing of it holds a portfolio whole, but for eight bytes of each id.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from config.retention import Kept, Retention
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.kept import keep, read_kept
from handlers.jobs.pilot import opinion_dates
from handlers.jobs.samples import sample_months
from handlers.jobs.somebodys import PARTS, accounts_of_part, forget_parts, keep_part, kept_parts, who_left
from handlers.parts import in_parts
from handlers.stores.keeping import Holding, Mark
from handlers.stores.protocol import FactStore, Store
from scoring.account import Account
from scoring.facts import LOOKBACK
from scoring.instants import DAY, EPOCH, Instant, format_date, format_instant, parse_instant
from scoring.model import Model
from scoring.observations import Subject
from scoring.periods import period_end
from scoring.scope import scope_of

IsOver: TypeAlias = Callable[[], bool]
"""Tells whether no more time is left; it is asked after each piece."""

LOOKED = "retention/looked"
"""The cursor of the last look that came to its end."""

LOOKING = "retention/looking"
"""The cursor of a look that is under way."""

EVERY = 7 * DAY
AHEAD = 14 * DAY
"""So long ahead at least a fact gets its date: two looks see whether it was mapped after all."""

_AT_ONCE = 500


def _never() -> bool:
    return False


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


class Looking(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a look has come: parts of the portfolio that are known, since when, and the place among the facts.

    `at` is when it began, and `looked` what it came to so far, of so many `facts`. There are so many `digests` of whom
    facts may be.
    """

    at: str
    mapped_at: str
    looked: Looked
    parts: int = 0
    digests: int = 0
    is_mapped: bool = False
    is_freed: bool = False
    after: str | None = None
    facts: int = 0
    is_marked: bool = False


def look_weekly(
    store: Store, accounts: Iterable[Account], terms: Retention, model: Model, now: Instant, is_over: IsOver = _never
) -> Looked | None:
    """Look through a store where the last look is a week ago, or goes on; None where it is not due."""
    last = last_look(store)
    if under_way(store) is None and last is not None and now < parse_instant(last.at) + EVERY:
        return None
    return look(store, accounts, terms, model, now, is_over)


def last_look(store: FactStore) -> Looked | None:
    """Give what the last look came to that came to its end; None where there was none yet."""
    kept = store.cursor(LOOKED)
    return None if kept is None else read_kept(kept, Looked, LOOKED)


def under_way(store: FactStore) -> Looking | None:
    """Give how far a look has come that did not come to its end; None where there is none."""
    kept, last = store.cursor(LOOKING), last_look(store)
    far = None if kept is None else read_kept(kept, Looking, LOOKING)
    return None if far is None or (last is not None and last.at == far.at) else far


def look(
    store: Store, accounts: Iterable[Account], terms: Retention, model: Model, now: Instant, is_over: IsOver = _never
) -> Looked:
    """Look through a store: mark, free, remove; a look that did not come to its end goes on.

    UnfinishedError where the time is over, or a process ended by anything: called again, it goes on behind the last
    piece that was done. A piece that was done in part is done anew, which changes nothing more.
    """
    far = begun = _begun(store, now)
    for far in _Look(store, accounts, terms, model, now).pieces(begun):
        store.set_cursor(LOOKING, keep(far))
        if is_over():
            raise UnfinishedError(f"the look of {far.at} came to {far.facts:,} facts: called again, it goes on")
    store.set_cursor(LOOKED, keep(far.looked))
    forget_parts(store)
    store.keeping.remove_cursors([LOOKING])
    return far.looked


def _begun(store: Store, now: Instant) -> Looking:
    """Give the look that is to go on, or a new one; whom accounts are mapped to is asked again after a day."""
    at, far = format_instant(now), under_way(store)
    if far is not None and now < parse_instant(far.mapped_at) + DAY:
        return far
    forget_parts(store)
    if far is None:
        return Looking(at, at, Looked(at, is_unmapped=True))
    return replace(far, mapped_at=at, parts=0, digests=0)


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at one store, in pieces, each of which gives how far the look has come by it."""

    store: Store
    accounts: Iterable[Account]
    terms: Retention
    model: Model
    now: Instant

    def pieces(self, far: Looking) -> Iterator[Looking]:
        """Do what is left, piece by piece. Facts are marked before any go: what is nobody's has its own time."""
        for piece in (self._map, self._mark, self._free, self._remove_records, self._remove_texts):
            for done in piece(far):
                yield (far := done)
            if not far.is_mapped:
                return

    def _map(self, far: Looking) -> Iterator[Looking]:
        """Learn whose facts are somebody's, part by part; where there is no account at all, nothing else is done."""
        for number in range(far.parts, PARTS):
            count = keep_part(self.store, number, accounts_of_part(self.accounts, number))
            if count:
                far = replace(far, is_mapped=True, looked=replace(far.looked, is_unmapped=False))
                yield (far := replace(far, parts=number + 1, digests=far.digests + count))
        if far.is_mapped and far.parts <= PARTS:
            kept = self.terms.departed_accounts
            left = who_left(self.store, EPOCH if kept is None else Instant(self.now - kept))
            yield replace(far, parts=PARTS + 1, digests=far.digests + keep_part(self.store, PARTS, left))

    def _free(self, far: Looking) -> Iterator[Looking]:
        """Remove what has expired, and what no score can use."""
        if not far.is_freed:
            removed = self.store.keeping.remove_expired(self.now)
            unseen = _forget_unseen(self.store, self.terms.superseded_observations, self.model, self.now)
            yield replace(far, is_freed=True, looked=replace(far.looked, removed=removed, unseen=unseen))

    def _mark(self, far: Looking) -> Iterator[Looking]:
        """Mark facts, page by page."""
        if far.is_marked:
            return
        is_somebodys = kept_parts(self.store, far.digests).has
        for page, after in self.store.keeping.holdings(self.now, far.after):
            counts, leaving = Counter[str](), Counter(far.looked.leaving)
            stream = _marks(page, is_somebodys, self.terms.facts_of_nobody, self.now, counts, leaving)
            for some in in_parts(stream, _AT_ONCE):
                self.store.keeping.mark(dict(some))
            looked = _joined(far.looked, counts, leaving)
            far = replace(far, after=after, facts=far.facts + len(page), is_marked=after is None, looked=looked)
            yield far

    def _remove_records(self, far: Looking) -> Iterator[Looking]:
        """Remove the records of months that ended too long ago, some at a time."""
        store = self.store
        for period in _over(store, self.terms.records, self.now):
            for some in in_parts(store.final_scores(period), _AT_ONCE):
                removed = sum(store.remove_record(account_id, period) for account_id in some)
                far = replace(far, looked=replace(far.looked, records=far.looked.records + removed))
                yield far

    def _remove_texts(self, far: Looking) -> Iterator[Looking]:
        """Remove samples and opinions of too long ago."""
        texts = _old_texts(self.store, self.terms, self.now)
        if texts:
            yield replace(far, looked=replace(far.looked, texts=far.looked.texts + texts))


def _over(store: Store, kept: Kept, now: Instant) -> list[str]:
    """Name the months whose records are kept no longer."""
    return [] if kept is None else [period for period in store.summarised() if period_end(period) + kept <= now]


def _joined(looked: Looked, counts: Counter[str], leaving: Counter[str]) -> Looked:
    """Add what a page came to."""
    added = {name: getattr(looked, name) + number for name, number in counts.items()}
    return replace(looked, **added, leaving=dict(sorted(leaving.items())))


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


def _old_texts(store: Store, terms: Retention, now: Instant) -> int:
    """Remove samples and opinions of too long ago, and count them."""
    dated: list[tuple[Mapping[str, Instant], Kept]] = [
        (sample_months(store), terms.samples),
        (opinion_dates(store), terms.opinions),
    ]
    old = [name for found, kept in dated if kept is not None for name, at in found.items() if at + kept <= now]
    store.keeping.remove_cursors(old)
    return len(old)
