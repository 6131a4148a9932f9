"""Close a period: score it, look at it, and hand it on unless a guard holds it. One driver for every door."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeAlias

from config.guards import Guards
from handlers.jobs.alerts import keep_list, list_of, listed, make_list
from handlers.jobs.closes import Note, Stage, compared, finish, last_closed, note, situation
from handlers.jobs.crew import Crew, Work
from handlers.jobs.finals import standing
from handlers.jobs.guards import Comparison, Held, findings, holding, unconfirmed
from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, SinksOf, Totals, handing_on, scoring, trying
from handlers.jobs.stored import AT_ONCE
from handlers.parts import in_parts
from handlers.spool import Spool
from handlers.stores.protocol import Store
from handlers.words.drift import sentences
from scoring.account import Account
from scoring.alert_list import AlertList, Contender, Edges, Roll, WhyLeft, roll
from scoring.alerts import AlertTerms
from scoring.record import Record


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of a close: its accounts, the guards that hold it, its list of alerts, what drifts, in sentences.

    `is_judged` is False of a dry run that resumed: what it did before the guards have not seen.
    """

    run: Totals
    held: list[Held] = field(default_factory=list)
    is_judged: bool = True
    alerts: AlertList | None = None
    drift: list[str] = field(default_factory=list)


_Looked: TypeAlias = tuple[Comparison, Mapping[str, Contender | WhyLeft]]
"""What was seen of some accounts: how they compare, and whom the list may have."""


class Look(NamedTuple):
    """What was seen of a whole period: the guards that hold its close, whom it alerts, what drifts, in sentences."""

    held: list[Held]
    alerts: AlertList
    drift: list[str]


@dataclass(slots=True)
class _Attempt:
    """The records of a dry run on their way to the sinks: no store keeps them, and the list needs all of them first.

    So they wait in a file.

    A part of a portfolio makes no list: its records have the alerts that scores between two closes have.
    """

    listing: Callable[[Iterable[Record]], tuple[AlertList, Edges]]
    is_whole: bool
    alerts: AlertList | None = None

    def seen(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass records on, each with the alert that the close would have for it."""
        if not self.is_whole:
            yield from records
            return
        with Spool() as every:
            self.alerts, _ = self.listing(every.take(records))
            yield from (listed(record, self.alerts) for record in every)


@dataclass(frozen=True, slots=True)
class Closing:
    """The close of a period, as a whole or step by step; chunks that are done are not done again.

    `accounts` are closed now, the `portfolio` is what the guards look at. From a store that is far
    away the facts of several accounts are read at once. Accounts that the store has and this version
    cannot read are `refused`: each is named as failed, with its reason. A `crew` shares the work; by default this
    process does it alone.
    """

    portfolio: Iterable[Account]
    accounts: Sequence[Account]
    store: Store
    terms: Terms
    limits: Guards
    alerts: AlertTerms
    resumable: Resumable
    sinks: SinksOf
    reads_at_once: int = 1
    refused: Mapping[str, str] = field(default_factory=dict)
    crew: Crew | None = None

    @property
    def _crew(self) -> Crew:
        return self.crew or Crew(self.store)

    def close(self) -> Closed:
        """Score the accounts and hand their records on; nothing leaves the store where a guard holds the close.

        A dry run gives its records to the sinks, keeps nothing, and says what would hold it. The
        period is noted as closed once each record is handed on, or named as failed.
        """
        if self.terms.status == "provisional":
            return self.attempt()
        scored = self.score()
        held, alerts, drift = self.look()
        if held:
            return Closed(scored, held, drift=drift)
        written = self.write()
        finish(self.store, self.terms.period)
        return Closed(written, alerts=alerts, drift=drift)

    def score(self) -> Totals:
        """Score the accounts, and keep their records as provisional ones."""
        return self._named(
            self.resumable.each("score", self.accounts, scoring(self._crew, self.terms, self.reads_at_once))
        )

    def _named(self, totals: Totals) -> Totals:
        totals.failed |= self.refused
        totals.accounts += len(self.refused)
        return totals

    def look(self) -> Look:
        """Ask the guards about the whole period, make its list of alerts, and note what came of it.

        The list needs all accounts, so it is made here, between the scores and the first record that is
        handed on. Of a close that is held none is kept.
        """
        comparison, contenders = Comparison(), dict[str, Contender | WhyLeft]()
        for compared_with, contending in self._looks():
            comparison.join(compared_with)
            contenders |= contending
        made, edges = list_of(self.store, Roll(self.terms.period, self.terms.as_of, self.alerts, contenders))
        held, drift = self._judge(comparison)
        if not held:
            keep_list(self.store, made, edges)
        return Look(held, made, drift)

    def _looks(self) -> Iterator[_Looked]:
        """Look at pages of accounts; at several at once where the store is far away, and no other process helps."""
        begin = partial(begin_looking, self.terms, self._last_closed, self.alerts)
        if self.reads_at_once == 1:
            yield from self._crew.each(begin, self.portfolio)
            return
        look = begin(self.store)
        with ThreadPoolExecutor(self.reads_at_once) as pool:
            for pages in in_parts(in_parts(self.portfolio, AT_ONCE), self.reads_at_once):
                yield from pool.map(look, pages)

    def _listing(self, records: Iterable[Record]) -> tuple[AlertList, Edges]:
        return make_list(self.store, self.terms.period, self.terms.as_of, self.alerts, records)

    def write(self) -> Totals:
        """Hand the records on; an account that could not be scored before is tried once more."""
        return self._named(self.resumable.each("write", self.accounts, handing_on(self._crew, self.sinks, self.terms)))

    def attempt(self) -> Closed:
        """Score the accounts for a dry run: their records go to the sinks alone."""
        comparison = Comparison()
        attempt = _Attempt(self._listing, self._is_one_chunk())
        seen = partial(compared, comparison=comparison, store=self.store, last=self._last_closed)
        step = trying(self._crew, self.sinks, self.terms, lambda some: attempt.seen(seen(some)), self.reads_at_once)
        is_judged = not self.resumable.checkpoints.finished(f"{self.resumable.name}/try")
        totals = self._named(self.resumable.each("try", self.accounts, step))
        held, drift = self._judge(comparison) if is_judged else ([], [])
        return Closed(totals, held, is_judged, attempt.alerts, drift)

    def _is_one_chunk(self) -> bool:
        """Tell whether all accounts of the portfolio are tried at once."""
        return len(self.accounts) <= self.resumable.chunk and len(self.accounts) == sum(1 for _ in self.portfolio)

    @property
    def _last_closed(self) -> str | None:
        return last_closed(self.store, self.portfolio, self.terms.period)

    def _judge(self, comparison: Comparison) -> tuple[list[Held], list[str]]:
        """Say which guards hold the close, and what drifts; note what came of it, unless it is a dry run."""
        found = situation(self.store, comparison, self.terms.period, self.terms.as_of)
        held = unconfirmed(holding(found, self.limits), self.terms.confirmed)
        if self.terms.status == "final":
            stage: Stage = "held" if held else "writing"
            note(self.store, self.terms.period, Note(stage, self.terms.now, found.digest, tuple(held)))
        return held, sentences(findings(found, self.limits), found.feeds)


def begin_looking(close: Terms, last: str | None, alerts: AlertTerms, store: Store) -> Work[_Looked]:
    """Begin to look at what a close would make final, beside the last closed period, and at whom it may alert."""
    maker = RecordMaker(store)

    def look(accounts: Sequence[Account]) -> _Looked:
        comparison = Comparison()
        records = compared(standing(accounts, store, maker, close), comparison, store, last)
        return comparison, roll(close.period, close.as_of, alerts, records).contenders

    return look
