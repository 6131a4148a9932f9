"""The year of the demo: thirteen month-ends with a story, of which the last is the published one."""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from config.loader import load_config
from config.portfolio import load_portfolio
from handlers.demo.models import CHANGED, first_model
from handlers.demo.portfolio import WORKED, Quirk
from handlers.jobs.finalise import finalise
from handlers.jobs.records import Terms
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import Instant
from scoring.periods import period_before, period_end, periods_to
from scoring.record import Record
from tests.calling import call
from tests.demo.portfolios import AS_OF, demo, lines, outcome
from tests.demo.test_scores import EXPECTED

PERIODS = periods_to("2026-10", 13)
OUTAGE = "2026-03"
CONFIG = load_config()


class Nowhere:
    """Takes records, and does nothing with them."""

    def write(self, records: Iterable[Record]) -> None:
        """Take records."""
        list(records)


class Year(NamedTuple):
    """A small demo as the command line makes it: its folder, what it said, its records by name and period."""

    folder: Path
    said: str
    records: Mapping[tuple[str, str], Record]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Run a demo of the worked examples and three other pilots."""
    folder = tmp_path_factory.mktemp("year")
    done = call("demo", "--size", "6", "--output", "out", folder=folder)
    assert done.returncode == 0, done.stderr
    return Year(folder, done.stdout.decode(), records_in(folder))


def records_in(folder: Path) -> Mapping[tuple[str, str], Record]:
    """Give the records of the demo's store."""
    with closing(SqliteStore(folder / "out" / "healthscore.db")) as store:
        return {(record.score.account_name or "", record.period): record for record in store.records()}


def terms(period: str, now: Instant) -> Terms:
    """Say how the demo closes a month."""
    model = CONFIG.model if period >= CHANGED else first_model(CONFIG.model)
    return Terms(period, period_end(period), model, "final", now)


def test_the_desk_finds_what_could_not_be_read(year: Year) -> None:
    """Dead letters lie where ingest leaves them, beside the store, as many as the demo says."""
    letters = (year.folder / "out" / "healthscore.dead-letter.jsonl").read_text().splitlines()
    assert letters
    assert f"{len(letters)} of them unreadable" in year.said


@pytest.mark.parametrize("name", WORKED)
def test_the_last_month_of_a_worked_example_is_the_published_one(name: str, year: Year) -> None:
    """A year of history before it makes no difference."""
    score, expected = year.records[name, "2026-10"].score, EXPECTED[name]
    assert {key: dimension.score for key, dimension in score.dimensions.items()} == expected["dimensions"]
    assert (score.final_score, score.tier) == (expected["final_score"], expected["tier"])
    assert score.coverage_pct == expected["coverage_pct"]
    assert score.flags == ()


def test_every_account_has_a_record_of_every_month_and_one_change_of_the_model(year: Year) -> None:
    """Thirteen each, the first four under the first model."""
    assert len(year.records) == 6 * 13
    versions = {(period >= CHANGED, record.score.model_version) for (_, period), record in year.records.items()}
    assert versions == {(False, first_model(CONFIG.model).version), (True, CONFIG.model.version)}


def test_every_month_is_known_but_for_the_outage(year: Year) -> None:
    """At the end of March no usage was pulled for weeks: tiers are Unknown but under a cap; in no other month."""
    for (_, period), record in year.records.items():
        is_out = period == OUTAGE
        assert ("dead:looker" in record.score.flags) == is_out
        assert (record.score.tier == "Unknown") == (is_out and record.score.cap is None)
        assert (record.score.coverage_pct < 50) == is_out
        assert is_out or record.score.coverage_pct > 85


def test_every_month_says_from_where_it_came(year: Year) -> None:
    """All but the first have a month before, and drivers that add up to the change in sign and size."""
    for (name, period), record in year.records.items():
        if period == PERIODS[0]:
            assert record.moved is None
        else:
            assert record.moved is not None
            before = year.records[name, record.moved.period]
            assert record.moved.period == PERIODS[PERIODS.index(period) - 1]
            assert record.moved.score == before.score.final_score


def test_worked_examples_do_not_leap_before_their_last_month(year: Year) -> None:
    """Their months before move by what support and dates do, not by what the story forgot."""
    for name in WORKED:
        finals = [year.records[name, period].score.final_score for period in PERIODS[:-1] if period != OUTAGE]
        assert None not in finals
        scores = [final for final in finals if final is not None]
        assert max(abs(one - other) for one, other in pairwise(scores)) < 12


def test_the_customer_who_left_ends_critical() -> None:
    """No revenue, no usage, no word since; the signal holds."""
    portfolio = demo(accounts=45, pilots=15)
    gone = next(hotel for hotel in portfolio.hotels if hotel.quirk is Quirk.LEFT)
    score = outcome(portfolio).scores[gone.id]
    assert (score.tier, score.cap is not None) == ("Critical", True)
    assert "dead:looker" in score.flags
    created = [json.loads(line)["data"]["item"]["created_at"] for line in lines(portfolio) if _begins(line, gone.name)]
    assert created
    assert max(created) < (gone.left(AS_OF)) // 1_000_000


def _begins(line: bytes, name: str) -> bool:
    return b'"topic":"conversation.user.created"' in line and json.dumps(name, ensure_ascii=False).encode() in line


def test_contracts_in_another_currency_say_so() -> None:
    """Without a rate the ARR of these, and of no others, is left out and flagged."""
    portfolio = demo(accounts=45, pilots=15)
    scores = outcome(portfolio).scores
    flagged = {key for key, score in scores.items() if any(flag.startswith("currency:") for flag in score.flags)}
    assert flagged == {hotel.id for hotel in portfolio.hotels if hotel.quirk is Quirk.FOREIGN}
    assert len(flagged) == 3


def test_the_demo_says_where_its_files_are_and_what_to_ask(year: Year) -> None:
    """CSV and workbook of the last month are there, and a history of what it points at."""
    assert "13 months are closed, 2025-10 to 2026-10" in year.said
    for name in ("health-scores-2026-10.csv", "health-scores-2026-10.xlsx", "events.jsonl", "account_mapping.csv"):
        assert f"out/{name}" in year.said
        assert (year.folder / "out" / name).exists()
    assert "--store sqlite:///out/healthscore.db desk\n" in year.said
    store = ("--store", "sqlite:///out/healthscore.db")
    asked = call(*store, "history", WORKED[1], "--accounts", "out/account_mapping.csv", "--json", folder=year.folder)
    recorded = {month["period"]: month["recorded"] for month in map(json.loads, asked.stdout.splitlines())}
    assert {period: shown["final_score"] for period, shown in recorded.items()} == {
        period: year.records[WORKED[1], period].score.final_score for period in PERIODS
    }
    assert recorded["2026-10"]["final_score"] == 50.0


def test_the_change_of_a_month_is_that_of_its_records(year: Year) -> None:
    """Also of the first month under a new model, though the month before is now another."""
    words = ("history", WORKED[0], "--table")
    shown = call("--store", "sqlite:///out/healthscore.db", *words, folder=year.folder).stdout.decode()
    row = next(line for line in shown.splitlines() if line.startswith(CHANGED))
    before, now = (year.records[WORKED[0], period].score.final_score for period in (period_before(CHANGED), CHANGED))
    assert before is not None
    assert now is not None
    assert f"{now - before:+.1f}" in row.split()


def test_closing_many_months_at_once_is_closing_each_in_turn(year: Year) -> None:
    """The records of the month in which the model changed, and of the last one, are the same to the byte."""
    accounts = load_portfolio(year.folder / "out" / "account_mapping.csv")
    with closing(SqliteStore(year.folder / "out" / "healthscore.db")) as store:
        for period in (CHANGED, PERIODS[-1]):
            now = year.records[WORKED[0], period].scored_at
            assert all(store.remove_record(account.id, period) for account in accounts)
            finalise(accounts, store, Nowhere(), terms(period, now))
    assert records_in(year.folder) == year.records
