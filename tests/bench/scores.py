"""(b) A score with its receipt, from the facts of one account that are already read; its texts, and their proof."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from config.loader import load_config
from config.receipt import receipt_text
from handlers.demo import Demo, generate
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.stores.codec import decode_record, encode_record
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import AccountFacts
from scoring.facts import Fact
from scoring.instants import DAY, Instant, parse_instant
from scoring.measurement import score
from scoring.model import Model
from scoring.record import holds
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
    yield Row("b", what, "us", micros, spread([lap.ratio for lap in rounds]), Goal("<=", 1.5, of_ratio=True))
    yield from _texts(sizes, folder / "texts.db")


def _texts(sizes: Sizes, path: Path) -> Iterator[Row]:
    """Measure writing a receipt, and proving a record, against `json.loads` of the same text."""
    for what, rounds in fresh(_written, sizes, path).items():
        micros = spread([1_000_000 * lap.ours / sizes.scored for lap in rounds])
        yield Row("b", what, "us", micros, spread([lap.ratio for lap in rounds]))


def _written(sizes: Sizes, path: Path) -> dict[str, list[Lap]]:
    model, accounts = load_config().model, read_accounts(generate(SEED, _AS_OF, sizes.scored, _PILOTS), path)
    terms = Terms("2026-10", _AS_OF, model, "final", _AS_OF)
    records = [record_of(facts, terms) for facts in accounts]
    receipts = [receipt_text(record).encode() for record in records]
    texts = [encode_record(record) for record in records]
    bodies = [text.encode() for text in texts]
    return {
        "a receipt's text": laps(lambda: [*map(receipt_text, records)], partial(parse_all, receipts), sizes.rounds),
        "a record read and proved": laps(partial(_prove, texts, model), partial(parse_all, bodies), sizes.rounds),
    }


def _prove(texts: Sequence[str], model: Model) -> None:
    """Prove records; raises RuntimeError where one does not follow from its measurements."""
    if not all(holds(decode_record(text), model) for text in texts):
        raise RuntimeError("a record does not follow from its receipt")


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
