"""Close a period: score it, look at it, and hand it on unless a guard holds it. One driver for every door."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from config.guards import Guards
from handlers.jobs.closes import Note, Stage, compared, finish, note, situation
from handlers.jobs.finalise import standing
from handlers.jobs.guards import Comparison, Held, holding, unconfirmed
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, SinksOf, Totals, handing_on, scoring, trying
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.record import Record


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of a close: its accounts, and the guards that hold it.

    `is_judged` is False of a dry run that resumed: what it did before the guards have not seen.
    """

    run: Totals
    held: list[Held] = field(default_factory=list)
    is_judged: bool = True


@dataclass(frozen=True, slots=True)
class Closing:
    """The close of a period, as a whole or step by step; chunks that are done are not done again.

    `accounts` are closed now, the `portfolio` is what the guards look at. From a store that is far
    away the facts of several accounts are read at once.
    """

    portfolio: Iterable[Account]
    accounts: Sequence[Account]
    store: Store
    terms: Terms
    limits: Guards
    resumable: Resumable
    sinks: SinksOf
    reads_at_once: int = 1

    def close(self) -> Closed:
        """Score the accounts and hand their records on; nothing leaves the store where a guard holds the close.

        A dry run gives its records to the sinks, keeps nothing, and says what would hold it. The
        period is noted as closed once each record is handed on, or named as failed.
        """
        if self.terms.status == "provisional":
            return self.attempt()
        scored = self.score()
        held = self.look()
        if held:
            return Closed(scored, held)
        written = self.write()
        finish(self.store, self.terms.period)
        return Closed(written)

    def score(self) -> Totals:
        """Score the accounts, and keep their records as provisional ones."""
        return self.resumable.each("score", self.accounts, scoring(self.store, self.terms, self.reads_at_once))

    def look(self) -> list[Held]:
        """Ask the guards about the whole period, and note what came of it."""
        comparison = Comparison()
        for _ in self._compared(standing(self.portfolio, self.store, self.terms), comparison):
            pass
        return self._judge(comparison)

    def write(self) -> Totals:
        """Hand the records on; an account that could not be scored before is tried once more."""
        return self.resumable.each("write", self.accounts, handing_on(self.store, self.sinks, self.terms))

    def attempt(self) -> Closed:
        """Score the accounts for a dry run: their records go to the sinks alone."""
        comparison = Comparison()
        seen = partial(self._compared, comparison=comparison)
        step = trying(self.store, self.sinks, self.terms, seen, self.reads_at_once)
        is_whole = not self.resumable.checkpoints.finished(f"{self.resumable.name}/try")
        totals = self.resumable.each("try", self.accounts, step)
        return Closed(totals, self._judge(comparison) if is_whole else [], is_whole)

    def _compared(self, records: Iterable[Record], comparison: Comparison) -> Iterable[Record]:
        return compared(records, comparison, self.store, self.portfolio, self.terms.period)

    def _judge(self, comparison: Comparison) -> list[Held]:
        """Say which guards hold the close, and note what came of it, unless it is a dry run."""
        found = situation(self.store, comparison, self.terms.period, self.terms.as_of)
        held = unconfirmed(holding(found, self.limits), self.terms.confirmed)
        if self.terms.status == "final":
            stage: Stage = "held" if held else "writing"
            note(self.store, self.terms.period, Note(stage, self.terms.now, found.digest, tuple(held)))
        return held
