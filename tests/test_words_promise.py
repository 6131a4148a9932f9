"""What customers write: score, tier and range of every account of the demo are the same to the last byte with it."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from msgspec import structs

from config.loader import load_config
from handlers.commands.lines import score_line
from handlers.demo import Demo, generate
from handlers.jobs.finalise import finalise
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader, Terms
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.categories import CATEGORIES
from scoring.facts import Fact
from scoring.instants import DAY, Instant, parse_instant
from scoring.measurement import score
from scoring.messages import messages_at
from scoring.metrics.support_health import OF_MESSAGES
from scoring.observations import Conversation, Finding, Message, Observation
from scoring.score import Score
from tests.shipped_words import shipped_words

AS_OF, NOW = parse_instant("2026-11-01"), parse_instant("2026-11-22")
MONTH_ENDS = [AS_OF, Instant(AS_OF - 31 * DAY)]
EACH = 3
"""Every third event is folded: all of them prove no more, and take seconds."""

CONFIG = load_config()
LEAVES = b"We would like to cancel our subscription."


@pytest.fixture(scope="module")
def portfolio() -> Demo:
    """Give a small portfolio."""
    return generate(5, AS_OF, accounts=6, pilots=6)


def folded(portfolio: Demo, path: Path, *, on: bool) -> SqliteStore:
    """Fold a portfolio's events, with or without reading what customers wrote."""
    store = SqliteStore(path, durable=False)
    words = shipped_words() if on else None
    for tally in fold_lines(_lines(portfolio), "events", store, CONFIG.intake, NOW, words):
        assert tally.remarks.total() < tally.messages
    return store


def _lines(portfolio: Demo) -> Iterator[bytes]:
    """Give a part of a portfolio's events, in some of which customers say that they leave."""
    for line in islice(portfolio.lines(), 0, None, EACH):
        yield line.replace(b"Contactless check-out fails for two rooms", LEAVES)


@pytest.fixture(scope="module")
def bare(portfolio: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """Give a store without messages."""
    with closing(folded(portfolio, tmp_path_factory.mktemp("bare") / "store.db", on=False)) as store:
        yield store


def without_sentiment(one: Score) -> Score:
    """Leave out of a score what messages may say."""
    support = one.dimensions["support_health"]
    metrics = {name: metric for name, metric in support.metrics.items() if name not in OF_MESSAGES}
    flags = tuple(flag for flag in one.flags if flag.partition(":")[2] not in OF_MESSAGES)
    dimensions = {**one.dimensions, "support_health": structs.replace(support, metrics=metrics)}
    return replace(one, flags=flags, dimensions=dimensions)


def lines_of(store: SqliteStore, portfolio: Demo) -> Iterator[bytes]:
    """Write the scores of every account at some month-ends."""
    reader = AccountReader(store)
    for account in portfolio.accounts:
        known = reader.read(account)
        for as_of in MONTH_ENDS:
            yield score_line(without_sentiment(score(known, as_of, CONFIG.model)))


def test_reading_what_customers_wrote_moves_no_score(portfolio: Demo, bare: SqliteStore, tmp_path: Path) -> None:
    """The same events, read with the detector on: messages are there, and all else is the same."""
    with closing(folded(portfolio, tmp_path / "store.db", on=True)) as store:
        reader = AccountReader(store)
        read = [one for account in portfolio.accounts for one in messages_at(reader.read(account), AS_OF)]
        assert len(read) > 20
        assert any(one.message.sentiment is not None for one in read)
        assert any(one.message.findings for one in read)
        assert list(lines_of(store, portfolio)) == list(lines_of(bare, portfolio))
        assert store.unattributed() == bare.unattributed()


def test_the_worst_that_may_be_written_moves_no_score(portfolio: Demo, bare: SqliteStore, tmp_path: Path) -> None:
    """Each conversation of each account threatens to leave in every category, from its first moment on."""
    shutil.copy(bare._path, tmp_path / "store.db")  # noqa: SLF001
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        batch = Batch()
        for account in portfolio.accounts:
            for fact in AccountReader(bare).read(account).facts:
                for observation in _threats(fact):
                    batch.add(observation)
        store.merge(batch)
        assert list(lines_of(store, portfolio)) == list(lines_of(bare, portfolio))
        known = AccountReader(store).read(portfolio.accounts[0])
        sentiment = score(known, AS_OF, CONFIG.model).dimensions["support_health"].metrics["customer_sentiment"]
        assert (sentiment.raw, sentiment.score, sentiment.points) == (-1.0, None, 0.0)


def _threats(fact: Fact) -> Iterator[Observation]:
    found = tuple(Finding(category, "we leave", "en.all", "1") for category in CATEGORIES)
    for number, observation in enumerate(fact.observations):
        if isinstance(observation.content, Conversation):
            message = Message(f"{fact.subject.id}/{number}", "en", -1.0, found, "1")
            yield Observation(fact.subject, observation.at, message)


def test_a_close_forgets_the_findings_of_what_was_taken_back(
    portfolio: Demo, bare: SqliteStore, tmp_path: Path
) -> None:
    """Of a redacted part, at the next close; that it was redacted stays known, and the other messages stay."""
    shutil.copy(bare._path, tmp_path / "store.db")  # noqa: SLF001
    account = portfolio.accounts[0]
    talk = next(fact for fact in AccountReader(bare).read(account).facts if fact.subject.kind == "conversation")
    at, found = Instant(AS_OF - 5 * DAY), (Finding("budget", "no budget", "en.budget", "1"),)
    taken, kept = Message("1", "en", -0.5, found, "1"), Message("2", "en", 0.5, found, "1")
    redacted = Message("1", redacted=True)
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        batch = Batch()
        for message in (taken, kept, redacted):
            batch.add(Observation(talk.subject, at, message))
        store.merge(batch)
        store.put_model(CONFIG.model.version, CONFIG.model_text)
        terms = Terms("2026-10", AS_OF, CONFIG.model, "final", NOW)
        finalise([account], store, CsvWriter(tmp_path / "scores.csv", CONFIG.record_map), terms)
        (after,) = store.facts_of([talk.subject])
    assert {o.content for o in after.observations if isinstance(o.content, Message)} == {kept, redacted}
    assert talk.observations <= after.observations
