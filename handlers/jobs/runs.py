"""A run of the finaliser: it closes a shard chunk by chunk, and resumes where it stopped."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import blake2b
from typing import Protocol, TypeAlias

from handlers.jobs.crew import Crew
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.finalise import begin_scoring, hand_on, tried
from handlers.jobs.kept import keep, read_kept
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.sinks.choice import Sinks
from scoring.account import Account
from scoring.instants import Instant
from scoring.record import Record

CHUNK = 5_000
"""Accounts that are closed before it is noted that they are: as many as one bulk job writes."""


def chunk_of(terms: Terms, accounts: int) -> int:
    """Say how many accounts are closed at once: of a dry run into one file, which nothing resumes, all of them."""
    return max(1, accounts) if terms.status == "provisional" else CHUNK


class Checkpoints(Protocol):
    """Remembers which parts of a run are done."""

    def finish(self, run: str, part: str, summary: str, now: Instant) -> None:
        """Note that a part of a run is done, with what came of it."""

    def finished(self, run: str) -> Mapping[str, str]:
        """Give what came of the parts of a run that are done."""


@dataclass(slots=True)
class Totals(Run):
    """What became of the accounts of a run, over all of its chunks."""

    accounts: int = 0

    def add(self, other: Run) -> None:
        """Add what became of a chunk."""
        Run.add(self, other)
        self.accounts += other.accounts if isinstance(other, Totals) else 0


Step: TypeAlias = Callable[[str, Sequence[Account]], Run]
"""Does something with a chunk of accounts, by the chunk's name, and says what became of them."""


@dataclass(frozen=True, slots=True)
class Resumable:
    """A run by name: chunks that have a checkpoint are not done again.

    `is_late` says that the time is running out: then no other chunk is begun.
    """

    name: str
    checkpoints: Checkpoints
    is_late: Callable[[], bool]
    now: Instant
    chunk: int = CHUNK

    def each(self, step: str, accounts: Sequence[Account], do: Step) -> Totals:
        """Do a step with all accounts; a chunk in which any failed is done again when asked again.

        Raises UnfinishedError where the time ran out.
        """
        name = f"{self.name}/{step}"
        totals, done = Totals(), self.checkpoints.finished(name)
        for part, chunk in self._chunks(accounts):
            if part in done:
                totals.add(read_kept(done[part], Totals, f"{name}/{part}"))
                continue
            if self.is_late():
                raise UnfinishedError(f"{step}: {totals.accounts} of {len(accounts)} accounts are done: ask again")
            made = Totals(accounts=len(chunk), **asdict(do(part, chunk)))
            if not made.all_failed:
                self.checkpoints.finish(name, part, keep(made), self.now)
            totals.add(made)
        return totals

    def _chunks(self, accounts: Sequence[Account]) -> Iterator[tuple[str, Sequence[Account]]]:
        for start in range(0, len(accounts), self.chunk):
            chunk = accounts[start : start + self.chunk]
            ids = blake2b("".join(account.id for account in chunk).encode(), digest_size=6).hexdigest()
            yield f"{chunk[0].id}-{chunk[-1].id}-{ids}", chunk


def scoring(crew: Crew, close: Terms, reads_at_once: int = 1) -> Step:
    """Score a chunk and keep its records as provisional ones."""

    def score(_: str, accounts: Sequence[Account]) -> Run:
        run = Run()
        for made in crew.each(partial(begin_scoring, close, reads_at_once), accounts):
            run.add(made)
        return run

    return score


SinksOf: TypeAlias = Callable[[str, Sequence[Account]], Sinks]
"""Gives the sinks of a chunk, by its name and its accounts."""


def handing_on(crew: Crew, sinks: SinksOf, close: Terms) -> Step:
    """Hand a chunk's records on."""

    def hand(part: str, accounts: Sequence[Account]) -> Run:
        there = sinks(part, accounts)
        run = hand_on(accounts, crew, there, close)
        run.refused.update(there.failed)
        run.retried = there.retried
        run.waits.update(there.waits)
        run.outranked += there.outranked
        return run

    return hand


def trying(
    crew: Crew,
    sinks: SinksOf,
    close: Terms,
    seen: Callable[[Iterable[Record]], Iterable[Record]],
    reads_at_once: int = 1,
) -> Step:
    """Score a chunk for a dry run: its records go to the sinks, `seen` on the way, and nothing is kept."""

    def attempt(part: str, accounts: Sequence[Account]) -> Run:
        run = Run()
        sinks(part, accounts).write(seen(tried(accounts, crew, close, run, reads_at_once=reads_at_once)))
        return run

    return attempt
