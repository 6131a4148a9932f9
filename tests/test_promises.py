"""The promises of the design, each by the name it has there. What each rests on is proved beside its module."""

import csv
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from config.loader import load_config
from handlers.commands.lines import score_line
from handlers.demo import Demo, generate
from handlers.jobs.finalise import finalise
from handlers.jobs.fold import DeadLetter, fold_lines
from handlers.jobs.records import AccountReader, Terms
from handlers.jobs.run import Run
from handlers.jobs.standing import unmapped
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, AccountFacts
from scoring.feeds import Feed
from scoring.instants import DAY, Instant, parse_instant
from scoring.measurement import measure, score
from scoring.record import Record, holds
from scoring.score import Score, grade
from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.service import in_memory

AS_OF = parse_instant("2026-11-01")
NOW = parse_instant("2026-11-22")
CONFIG = load_config(Path(__file__).parents[1] / "config")
MODEL = CONFIG.model


class Desk(NamedTuple):
    """A store into which a portfolio's events were folded, and what could not be read."""

    store: Store
    portfolio: Demo
    dead: Sequence[DeadLetter]

    def score(self, account: Account, as_of: Instant = AS_OF) -> Score:
        """Score an account."""
        return score(self.facts(account), as_of, MODEL)

    def facts(self, account: Account) -> AccountFacts:
        """Read what is known of an account."""
        return AccountReader(self.store).read(account)


def fold(lines: Iterable[bytes], store: Store) -> list[DeadLetter]:
    """Fold lines into a store; give the dead letters."""
    tallies = fold_lines(lines, "events", store, CONFIG.intake, NOW)
    return [letter for tally in tallies for letter in tally.dead_letters]


@pytest.fixture(scope="module")
def portfolio() -> Demo:
    """Give a small portfolio."""
    return generate(5, AS_OF, accounts=20, pilots=15)


class Folded(NamedTuple):
    """A store file into which the portfolio's events were folded."""

    path: Path
    dead: Sequence[DeadLetter]


@pytest.fixture(scope="module")
def folded(portfolio: Demo, tmp_path_factory: pytest.TempPathFactory) -> Folded:
    """Fold the portfolio's events once."""
    path = tmp_path_factory.mktemp("folded") / "store.db"
    with closing(SqliteStore(path)) as store:
        return Folded(path, fold(portfolio.lines(), store))


@pytest.fixture
def desk(portfolio: Demo, folded: Folded, tmp_path: Path) -> Iterator[Desk]:
    """Give a desk with the portfolio's events folded, in a store of its own."""
    shutil.copy(folded.path, tmp_path / "store.db")
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        yield Desk(store, portfolio, folded.dead)


def close(desk: Desk, path: Path, accounts: Sequence[Account] | None = None) -> Run:
    """Close October into a CSV file."""
    desk.store.put_model(MODEL.version, CONFIG.model_text)
    writer = CsvWriter(path, CONFIG.record_map)
    closing_october = Terms("2026-10", AS_OF, MODEL, "final", NOW)
    return finalise(accounts or desk.portfolio.accounts, desk.store, writer, closing_october)


def test_promise_1_order_free_and_repeat_safe_by_construction(desk: Desk, tmp_path: Path) -> None:
    """Backwards and twice: every fact is the same set (test_order.py has every order and both stores)."""
    with closing(SqliteStore(tmp_path / "other.db")) as other:
        for _ in range(2):
            fold(reversed(list(desk.portfolio.lines())), other)
        for account in desk.portfolio.accounts:
            assert AccountReader(other).read(account) == desk.facts(account)


def test_promise_2_identity_is_a_join_at_read_time(desk: Desk) -> None:
    """A mapping corrected today heals the past; what maps to nothing is counted and listed."""
    account = max(desk.portfolio.accounts, key=lambda each: len(desk.facts(each).facts))
    typo = replace(account, owners={**account.owners, "intercom": ("no such company",)})
    assert "unknown_owner:intercom" in desk.score(typo).flags
    assert desk.score(replace(typo, owners=account.owners)) == desk.score(account)
    assert desk.store.unattributed()["conversation"] > 0
    assert unmapped(desk.store, "intercom", desk.portfolio.accounts)


def test_promise_3_a_score_is_a_pure_function(desk: Desk) -> None:
    """The same facts, instant and model give the same bytes."""
    for account in desk.portfolio.accounts:
        facts = desk.facts(account)
        assert score_line(score(facts, AS_OF, MODEL)) == score_line(score(facts, AS_OF, MODEL))


@pytest.mark.parametrize(
    ("source", "lost"),
    [
        ("intercom", {"support_health"}),
        ("salesforce", {"financial_contract", "relationship_expansion"}),
        ("looker", {"adoption_engagement", "platform_value"}),
    ],
)
def test_promise_4_missing_is_never_healthy(desk: Desk, source: str, lost: set[str]) -> None:
    """Without a feed its metrics are missing, coverage falls by their weight, the range widens."""
    account = next(a for a in desk.portfolio.accounts if desk.score(a).coverage_pct == 100)
    whole = replace(desk.facts(account), account=replace(account, segment=desk.score(account).segment))
    facts = tuple(fact for fact in whole.facts if fact.subject.source != source)
    without = replace(whole, facts=facts, feeds={**whole.feeds, source: Feed()})
    before, after = score(whole, AS_OF, MODEL), score(without, AS_OF, MODEL)
    groups = {**{name: d.metrics for name, d in after.dimensions.items()}, "platform_value": after.platform_value}
    for name in lost:
        assert {(m.raw, m.score, m.points) for m in groups[name].values()} == {(None, None, 0.0)}
    weight = {name: MODEL.churn_risk * share for name, share in MODEL.dimensions.items()}
    weight["platform_value"] = MODEL.platform_value
    assert after.coverage_pct == pytest.approx(100 - 100 * sum(weight[name] for name in lost))
    assert after.low is not None
    assert after.high is not None
    assert before.low is not None
    assert after.low < before.low < after.high


def test_promise_5_every_point_has_a_receipt(desk: Desk, tmp_path: Path) -> None:
    """Stored records follow from their receipts; one whose number was changed does not."""
    close(desk, tmp_path / "october.csv")
    records = list(desk.store.records())
    assert records
    assert all(holds(record, MODEL) for record in records)
    scored = next(record for record in records if record.score.final_score is not None)
    assert not holds(replace(scored, score=replace(scored.score, final_score=99.9)), MODEL)


def test_promise_6_history_is_kept(desk: Desk, tmp_path: Path) -> None:
    """Closing a period compacts, and changes no score of the 13 months before."""
    instants = [AS_OF - days * DAY for days in (0, 30, 200, 390)]
    before = [desk.score(account, at) for account in desk.portfolio.accounts for at in instants]
    close(desk, tmp_path / "october.csv")
    assert [desk.score(account, at) for account in desk.portfolio.accounts for at in instants] == before


def test_promise_7_nothing_is_lost(desk: Desk) -> None:
    """What cannot be read has its line and reason; all other lines of its batch are folded."""
    lines = list(desk.portfolio.lines())
    assert desk.dead
    assert all(letter.reason and lines[letter.line - 1].strip() == letter.body for letter in desk.dead)
    good = [line for number, line in enumerate(lines, 1) if number not in {letter.line for letter in desk.dead}]
    assert fold(good, desk.store) == []


class RefusalError(Exception):
    """The CRM is down."""


class Stubborn:
    """A writer that takes some records, then fails."""

    def write(self, records: Iterable[Record]) -> None:
        """Take five records."""
        for number, _ in enumerate(records):
            if number == 5:
                raise RefusalError


def test_promise_8_written_once_in_order(desk: Desk, tmp_path: Path) -> None:
    """A run that fails midway and is made again ends as if nothing had happened; no older score comes back."""
    october = Terms("2026-10", AS_OF, MODEL, "final", NOW)
    with pytest.raises(RefusalError):
        finalise(desk.portfolio.accounts, desk.store, Stubborn(), october)
    for _ in range(2):
        close(desk, tmp_path / "october.csv")
        with (tmp_path / "october.csv").open(newline="") as file:
            keys = Counter(row["external_key"] for row in csv.DictReader(file))
        assert set(keys.values()) == {1}
        assert len(list(desk.store.records())) == len(keys)
    record = next(desk.store.records())
    older = replace(record, score=replace(record.score, as_of=AS_OF - DAY))
    provisional = replace(record, status="provisional", scored_at=NOW + DAY)
    assert desk.store.put_records([older, provisional]) == [older, provisional]
    assert next(desk.store.records()) == record


def test_promise_8_one_accounts_failure_does_not_stop_the_run(desk: Desk, tmp_path: Path) -> None:
    """The run names it, and the others have their records."""
    broken = desk.portfolio.accounts[3]
    key = broken.owners["salesforce"][0]
    with closing(SqliteStore(tmp_path / "store.db")) as again:
        again._db.execute("UPDATE observations SET content = '{' WHERE owner = ? AND form = 'fields'", (key,))  # noqa: SLF001
    run = close(desk, tmp_path / "october.csv")
    assert list(run.failed) == [broken.id]
    assert run.scored + len(run.unscored) + len(run.deleted) == len(desk.portfolio.accounts) - 1


def test_promise_9_cost_is_known(portfolio: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch writes each of its subjects once and reads nothing; what says nothing is not written."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    lines = [line for line in portfolio.lines() if b'"type":"conversation"' in line.replace(b" ", b"")][:200]
    with in_memory():
        client = connect()
        create_tables(client, Tables("cost"))
        calls: Counter[tuple[str, str]] = Counter()
        client.meta.events.register(
            "provide-client-params.dynamodb.*",
            lambda params, model, **_: calls.update([(model.name, params.get("TableName", ""))]),
        )
        with closing(DynamoStore(client, "cost", lambda: NOW, calls_at_once=1)) as store:
            fold(lines[:100], store)
            fold(lines[100:], store)
    assert {name for name, _ in calls} - {"DescribeTable", "Query"} == {"UpdateItem"}
    assert sum(times for (name, _), times in calls.items() if name == "Query") == 1, "who was erased, once a minute"
    assert sum(times for (name, _), times in calls.items() if name == "DescribeTable") <= 2
    ids = {json.loads(line)["data"]["item"]["id"] for line in lines if b"notification_event" in line}
    assert calls["UpdateItem", Tables("cost").facts] <= len(ids) + sum(
        b"intercom.conversation" in line for line in lines
    )


def test_an_empty_account_is_unscored(desk: Desk) -> None:
    """It gets no number, never a 0."""
    nobody = Account("001ZZ0000000009AAA", {"salesforce": ("001ZZ0000000009AAA",)})
    result = grade(measure(desk.facts(nobody), AS_OF, MODEL), MODEL)
    assert (result.final_score, result.tier, result.low, result.high) == (None, None, None, None)
    assert "unscored" in result.flags
