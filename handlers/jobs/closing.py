"""Close a period whole: score it, look at it, and hand it on unless a guard holds it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from config.guards import Guards
from handlers.jobs.closes import Note, compared, finish, note, situation
from handlers.jobs.finalise import Run, hand_on, score_all
from handlers.jobs.guards import Comparison, Held, holding, unconfirmed
from handlers.jobs.records import Terms
from handlers.sinks.protocol import RecordWriter
from handlers.stores.protocol import Store
from scoring.account import Account


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of a close: its accounts, and the guards that hold it."""

    run: Run
    held: list[Held] = field(default_factory=list)


def close_period(
    accounts: Sequence[Account], store: Store, writer: RecordWriter, close: Terms, limits: Guards
) -> Closed:
    """Score the accounts and hand their records on; nothing leaves the store where a guard holds the close.

    A dry run gives its records to the writer, keeps nothing, and says what would hold it.
    """
    run, comparison = Run(), Comparison()
    scored = score_all(accounts, store, close, run)
    records = compared(scored, comparison, store, accounts, close.period)
    if close.status == "provisional":
        writer.write(records)
        return Closed(run, judge(store, comparison, close, limits))
    for _ in records:
        pass
    held = judge(store, comparison, close, limits)
    if held:
        return Closed(run, held)
    run = run.then(hand_on(run.remaining(accounts), store, writer, close))
    finish(store, close.period)
    return Closed(run)


def judge(store: Store, comparison: Comparison, close: Terms, limits: Guards) -> list[Held]:
    """Say which guards hold a close, and note what came of it, unless it is a dry run."""
    found = situation(store, comparison, close.period, close.as_of)
    held = unconfirmed(holding(found, limits), close.confirmed)
    if close.status == "final":
        note(store, close.period, Note("held" if held else "writing", close.now, found.digest, tuple(held)))
    return held
