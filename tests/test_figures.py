"""Every figure that people are shown, in a list, a workbook, a driver or a sentence, is the receipt's."""

import csv
import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from config.loader import load_config
from handlers.cli import cli
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.drivers import driver_words
from handlers.words.figures import points
from handlers.words.portfolio import moved_by
from handlers.words.why import why
from scoring.instants import format_date
from scoring.record import Record
from scoring.summary import summary_of
from tests.demo.portfolios import demo

CONFIG = load_config()
PERIOD = "2026-10"


@dataclass(frozen=True, slots=True)
class Closed:
    """A demo after two closes: its folder, and its last records by account."""

    folder: Path
    records: Mapping[str, Record]

    def run(self, *words: str) -> str:
        """Run the command line on its store; give what it prints."""
        return run(self.folder, *words)


def run(folder: Path, *words: str) -> str:
    """Run the command line on the store of a folder."""
    result = CliRunner().invoke(cli, ["--quiet", "--store", f"sqlite:///{folder}/store.db", *words])
    assert result.exit_code in (0, 3), result.output
    return result.stdout


@pytest.fixture(scope="module", name="closed")
def _closed(tmp_path_factory: pytest.TempPathFactory) -> Closed:
    folder, portfolio = tmp_path_factory.mktemp("demo"), demo(9, 8)
    (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in portfolio.lines()))
    with (folder / "mapping.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(portfolio.mapping())
    run(folder, "ingest", str(folder / "events.jsonl"))
    for period in ("2026-09", PERIOD):
        guards = [word for guard in ("uncovered", "tier_changes", "metric_shift") for word in ("--yes-close", guard)]
        out = "--output", str(folder / f"{period}.csv")
        run(folder, "finalise", "--period", period, "--accounts", str(folder / "mapping.csv"), *guards, *out)
    with closing(SqliteStore(folder / "store.db")) as store:
        records = {record.score.account_id: record for record in store.records() if record.period == PERIOD}
    return Closed(folder, records)


def test_a_list_shows_the_record(closed: Closed) -> None:
    """Score, range, tier, coverage, cap, drivers, money, flags."""
    lines = [json.loads(line) for line in closed.run("portfolio", "--json", "--limit", "0").splitlines()]
    assert {line["account_id"] for line in lines} == set(closed.records)
    for line in lines:
        record = closed.records[line["account_id"]]
        for name in ("final_score", "tier", "low", "high", "coverage_pct", "model_version"):
            assert line[name] == getattr(record.score, name), name
        assert line["flags"] == list(record.score.flags)
        assert line["moved"] == json.loads(msgspec.json.encode(record.moved))
        assert line["arr"] == record.measurements.arr


def test_a_table_shows_the_record(closed: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line has the account's figures, and what moved it in words."""
    monkeypatch.setenv("COLUMNS", "1000")
    table = closed.run("portfolio", "--table", "--limit", "0").splitlines()
    for record in closed.records.values():
        line = next(one for one in table if one.startswith(f"{record.score.account_name}  "))
        shown = "-" if record.score.final_score is None else points(record.score.final_score)
        assert shown in line
        assert moved_by(summary_of(record)) in line


def test_explain_says_the_record(closed: Closed) -> None:
    """Score, tier, each driver of the record, and each dimension's score."""
    for account, record in closed.records.items():
        told = " ".join(closed.run("explain", account, "--accounts", str(closed.folder / "mapping.csv")).split())
        score = record.score
        if score.final_score is not None:
            assert f"Score {points(score.final_score)} of 100, tier {score.tier}" in told
        moved = record.moved
        if moved is not None and moved.drivers:
            assert f"From {points(moved.score or 0)} ({moved.tier}) to {points(score.final_score or 0)}" in told
        for driver in () if moved is None else moved.drivers:
            assert driver_words(driver, score.as_of) in told
        for dimension in score.dimensions.values():
            assert dimension.score is None or f" {points(dimension.score)} " in told


def test_what_a_crm_gets_in_words_is_what_explain_says(closed: Closed) -> None:
    """Each sentence of each account, in the very words; only what people wrote of a signal is left out."""
    models = {CONFIG.model.version: CONFIG.model}
    for account, record in closed.records.items():
        told = " ".join(closed.run("explain", account, "--accounts", str(closed.folder / "mapping.csv")).split())
        for signal in record.measurements.signals:
            told = told.replace(f", {signal.detail};", ";") if signal.detail else told
        written = why(record, models[record.score.model_version])
        assert written, account
        for piece in re.split(r"[.;:]? *(?:\n|(?<=[.;:]) )", written):
            said = piece.rstrip(".;:").replace("since the last record (September 2026)", "").casefold()
            assert said in told.casefold() or said == "since september 2026", (account, piece)
    texts = [why(record, CONFIG.model) for record in closed.records.values()]
    for part in ("Since September 2026", "Capped at", "Most is lost by", "What is missing"):
        assert any(part in text for text in texts), part


def test_a_table_has_the_words_on_one_line(closed: Closed) -> None:
    """One record is one line of the CSV; its last column says why."""
    text = (closed.folder / f"{PERIOD}.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert len(text.splitlines()) == len(rows) + 1
    for row in rows:
        assert row["drivers"] == why(closed.records[row["account_id"]], CONFIG.model).replace("\n", " | ")


def test_the_workbook_and_the_receipts_of_a_close_show_the_record(closed: Closed) -> None:
    """Row by row: the sheet for people, and the receipt."""
    sheet = load_workbook(closed.folder / f"{PERIOD}.xlsx")["Portfolio"]
    titles, *rows = sheet.iter_rows(values_only=True)
    people = {str(row["Account id"]): row for row in (dict(zip(titles, row, strict=True)) for row in rows)}
    kept = [json.loads(line) for line in (closed.folder / f"{PERIOD}.receipts.jsonl").read_text().splitlines()]
    receipts = {one["account_id"]: one["receipt"]["final_score"] for one in kept}
    assert set(receipts) == set(people) == set(closed.records)
    for account, record in closed.records.items():
        row, score = people[account], record.score
        assert (row["Score"], row["Lowest"], row["Highest"]) == (score.final_score, score.low, score.high)
        assert row["Tier"] == (score.tier or "Unscored")
        assert row["Change"] == summary_of(record).change
        drivers = () if record.moved is None else record.moved.drivers
        assert (row["What moved it"] or "") == "; ".join(driver_words(one, score.as_of) for one in drivers)
        assert row["ARR"] == record.measurements.arr
        renewal = record.measurements.renewal
        assert (row["Renewal"] and f"{row['Renewal']:%Y-%m-%d}") == (renewal and format_date(renewal))
        assert receipts[account] == score.final_score
