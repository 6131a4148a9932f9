"""Small demos, and what they come to when they are really ingested and scored."""

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from config.loader import load_config
from handlers.demo import Demo, generate
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, Instant, parse_instant
from scoring.measurement import score
from scoring.score import Score

AS_OF = parse_instant("2026-11-01")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a demo came to: scores by account id, reasons of dead letters, remarks."""

    scores: dict[str, Score]
    dead: list[str]
    remarks: Counter[str]


@cache
def demo(accounts: int = 8, pilots: int = 6, seed: int = 5, as_of: Instant = AS_OF) -> Demo:
    """Give a demo; the same one for the same arguments."""
    return generate(seed, as_of, accounts, pilots)


@cache
def lines(portfolio: Demo) -> tuple[bytes, ...]:
    """Give a demo's lines."""
    return tuple(portfolio.lines())


@cache
def outcome(portfolio: Demo) -> Outcome:
    """Ingest a demo into an embedded store and score all of its accounts."""
    config = load_config()
    dead: list[str] = []
    remarks: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "demo.db", durable=False)
        for tally in fold_lines(lines(portfolio), "demo", store, config.intake, portfolio.as_of + DAY):
            dead += [letter.reason for letter in tally.dead_letters]
            remarks += tally.remarks
        reader = AccountReader(store)
        scores = {a.id: score(reader.read(a), portfolio.as_of, config.model) for a in portfolio.accounts}
        store.close()
    return Outcome(scores, dead, remarks)
