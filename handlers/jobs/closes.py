"""What became of the closes of periods, and the log of deeds that changed what others had written."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, TypeAlias

import msgspec

from handlers.jobs.guards import Comparison, Digest, Held, Situation
from handlers.jobs.kept import keep, read_kept
from handlers.jobs.stored import AT_ONCE, stored
from handlers.parts import in_parts
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant, format_instant
from scoring.record import Record

Stage: TypeAlias = Literal["held", "writing", "closed", "withdrawn"]
KNOWN_CLOSES = 12
_CLOSES = "close/"
_DEEDS = "deed/"


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the close of a period came, at an instant, and what it looked like."""

    stage: Stage
    at: Instant
    digest: Digest = Digest()
    held: tuple[Held, ...] = ()


class Deed(msgspec.Struct, frozen=True):
    """Something a person did to what was kept: which deed, to what, why."""

    at: str
    deed: str
    of: str
    reason: str


def note(store: Store, period: str, said: Note) -> None:
    """Keep how far the close of a period came."""
    store.set_cursor(f"{_CLOSES}{period}", keep(said))


def finish(store: Store, period: str) -> None:
    """Note that a period is closed: each of its records is handed on, or named as failed."""
    said = noted(store, period)
    if said is not None and said.stage == "writing":
        note(store, period, msgspec.structs.replace(said, stage="closed"))


def noted(store: Store, period: str) -> Note | None:
    """Give how far the close of a period came; None where nothing was noted."""
    name = f"{_CLOSES}{period}"
    kept = store.cursor(name)
    return None if kept is None else read_kept(kept, Note, name)


def closed_before(store: Store, period: str) -> list[tuple[str, Digest]]:
    """Give the last twelve periods that were closed before one, the latest first."""
    notes = sorted(store.cursors(_CLOSES).items(), reverse=True)
    read = ((name.removeprefix(_CLOSES), read_kept(kept, Note, name)) for name, kept in notes)
    earlier = ((name, said.digest) for name, said in read if name < period and said.stage == "closed")
    return list(islice(earlier, KNOWN_CLOSES))


def open_closes(store: Store) -> dict[str, Note]:
    """Give the periods whose close is held, not written to its end, or withdrawn."""
    notes = store.cursors(_CLOSES).items()
    read = {name.removeprefix(_CLOSES): read_kept(kept, Note, name) for name, kept in notes}
    return {period: said for period, said in read.items() if said.stage != "closed"}


def log_deed(store: Store, deed: str, of: str, reason: str, at: Instant) -> None:
    """Add a line to the log of deeds."""
    line = Deed(format_instant(at), deed, of, reason)
    store.set_cursor(f"{_DEEDS}{line.at}/{deed}/{of}", keep(line))


def deeds(store: Store) -> list[Deed]:
    """Give the log of deeds, the earliest first."""
    return [read_kept(kept, Deed, name) for name, kept in store.cursors(_DEEDS).items()]


def compared(records: Iterable[Record], comparison: Comparison, store: Store, last: str | None) -> Iterator[Record]:
    """Pass a period's records on, and compare each with the account's record of the last closed period."""
    for some in in_parts(records, AT_ONCE):
        known = None if last is None else stored(store, [record.score.account_id for record in some], last)
        for record in some:
            before = None if known is None else known(record.score.account_id)
            comparison.add(record, before if before is not None and before.status == "final" else None)
            yield record


def last_closed(store: Store, accounts: Iterable[Account], period: str) -> str | None:
    """Name the last closed period; in a store of before closes were noted, by an account's final record."""
    noted_before = closed_before(store, period)
    if noted_before:
        return noted_before[0][0]
    records = (store.record_before(account.id, period) for account in islice(accounts, KNOWN_CLOSES))
    return max((r.period for r in records if r is not None and r.status == "final"), default=None)


def situation(store: Store, comparison: Comparison, period: str, as_of: Instant) -> Situation:
    """Put together what the guards look at."""
    earlier = [digest for _, digest in closed_before(store, period)]
    return Situation(comparison.digest(), earlier or _unnoted(comparison), store.feeds(as_of), as_of)


def _unnoted(comparison: Comparison) -> list[Digest]:
    """Give the last close as far as its records tell, where no close was noted."""
    return [Digest(scored=comparison.compared)] if comparison.compared else []
