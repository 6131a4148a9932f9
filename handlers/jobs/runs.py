"""A run of the finaliser: it closes a shard chunk by chunk, and goes on where it was stopped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Protocol

import msgspec

from handlers.adapters.store import Store
from handlers.jobs.finalise import Close, Run, finalise
from handlers.jobs.sinks import Sinks
from scoring.account import Account
from scoring.instants import Instant

CHUNK = 5_000
"""Accounts that are closed before it is noted that they are: as many as one bulk job writes."""

READS_AT_ONCE = 8


class Ledger(Protocol):
    """Remembers which parts of a run are done."""

    def finish(self, run: str, part: str, summary: str, now: Instant) -> None:
        """Note that a part of a run is done, with what came of it."""

    def finished(self, run: str) -> Mapping[str, str]:
        """Give what came of the parts of a run that are done."""


class UnfinishedError(Exception):
    """The time ran out; asked again, the run goes on where it stopped."""


@dataclass(slots=True)
class Totals(Run):
    """What became of the accounts of a run, over all of its chunks."""

    accounts: int = 0

    def add(self, other: "Totals") -> None:
        """Add what became of a chunk."""
        self.accounts += other.accounts
        self.scored += other.scored
        self.unscored += other.unscored
        self.deleted += other.deleted
        self.outranked += other.outranked
        self.failed |= other.failed


@dataclass(frozen=True, slots=True)
class Resumable:
    """A run by name: chunks that the ledger has are not closed again.

    `is_late` says that the time is running out: then no other chunk is begun.
    """

    name: str
    ledger: Ledger
    is_late: Callable[[], bool]
    chunk: int = CHUNK

    def close(self, accounts: Sequence[Account], store: Store, sinks: Callable[[str], Sinks], close: Close) -> Totals:
        """Close the accounts; a chunk in which any failed is closed again when asked again.

        `sinks` gives the sinks of a chunk by its name. Raises UnfinishedError where the time ran out.
        """
        totals, done = Totals(), self.ledger.finished(self.name)
        for part, chunk in self._chunks(accounts):
            if part in done:
                totals.add(msgspec.json.decode(done[part], type=Totals))
                continue
            if self.is_late():
                raise UnfinishedError(f"{totals.accounts} of {len(accounts)} accounts are closed: ask again")
            closed = _close(chunk, store, sinks(part), close)
            if not closed.failed:
                self.ledger.finish(self.name, part, msgspec.json.encode(closed).decode(), close.now)
            totals.add(closed)
        return totals

    def _chunks(self, accounts: Sequence[Account]) -> Iterator[tuple[str, Sequence[Account]]]:
        for start in range(0, len(accounts), self.chunk):
            chunk = accounts[start : start + self.chunk]
            ids = blake2b("".join(account.id for account in chunk).encode(), digest_size=6).hexdigest()
            yield f"{chunk[0].id}-{chunk[-1].id}-{ids}", chunk


def _close(accounts: Sequence[Account], store: Store, sinks: Sinks, close: Close) -> Totals:
    run: Run = finalise(accounts, store, sinks, close, reads_at_once=READS_AT_ONCE)
    run.failed.update(sinks.failed)
    run.outranked += sinks.outranked
    return Totals(accounts=len(accounts), **asdict(run))
