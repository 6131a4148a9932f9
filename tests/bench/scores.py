"""(b) A score with its receipt, from the facts of one account that are already read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from config.loader import load_config
from handlers.demo import Demo, generate
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import AccountFacts
from scoring.facts import Fact
from scoring.instants import DAY, Instant, parse_instant
from scoring.measurement import score
from scoring.model import Model
from tests.bench.load import SEED, parse_all, stored
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.timing import Lap, fresh, laps

_AS_OF = parse_instant("2026-11-01")
_DAYS = 90
_PILOTS = 6


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure the time per account."""
    observations, rounds = fresh(_measure, sizes, folder / "scores.db")
    micros = spread([1_000_000 * lap.ours / sizes.scored for lap in rounds])
    what = f"score with receipt: per account of {observations:.0f} observations"
    yield Row("b", what, "us", micros, spread([lap.ratio for lap in rounds]), Goal("<=", 4, of_ratio=True))


def _measure(sizes: Sizes, path: Path) -> tuple[float, list[Lap]]:
    """Give the mean count of an account's observations, and the rounds."""
    accounts = read_accounts(generate(SEED, _AS_OF, sizes.scored, _PILOTS), path)
    ours = partial(score_all, accounts, load_config().model)
    theirs = partial(parse_all, [stored(account) for account in accounts])
    observations = [len(fact.observations) for account in accounts for fact in account.facts]
    return sum(observations) / len(accounts), laps(ours, theirs, sizes.rounds)


def read_accounts(portfolio: Demo, path: Path) -> list[AccountFacts]:
    """Read all accounts of a portfolio from a new store: the CRM whole, of the rest 90 days."""
    store = SqliteStore(path, durable=False)
    for _ in fold_lines(portfolio.lines(), "demo", store, load_config().intake, portfolio.as_of):
        pass
    reader = AccountReader(store)
    accounts = [_recent(reader.read(account), portfolio.as_of - _DAYS * DAY) for account in portfolio.accounts]
    store.close()
    return accounts


def _recent(facts: AccountFacts, start: Instant) -> AccountFacts:
    return replace(facts, facts=tuple(fact for fact in facts.facts if _counts(fact, start)))


def _counts(fact: Fact, start: Instant) -> bool:
    return fact.subject.source == "salesforce" or all(o.at >= start for o in fact.observations)


def score_all(accounts: Sequence[AccountFacts], model: Model) -> None:
    """Score accounts as of the end of the portfolio's events."""
    for facts in accounts:
        score(facts, _AS_OF, model)
