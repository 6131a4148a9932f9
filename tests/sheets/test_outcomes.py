"""Outcomes of a spreadsheet: each row a word of an account and a day, and what cannot be one is named."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.sheets.records import Reading
from handlers.sheets.taken import tell
from handlers.sheets.telling import Telling
from scoring.instants import parse_instant
from tests.sheets.tables import CONFIG, proposed, read

READ_AT = parse_instant("2026-11-02T09:00:00Z")
ONE, TWO = "0015f00000YtSBVAA3", "0015f00000YtSBWAA3"
HEADER = "account_id,outcome,notice_date,effective_date,arr,reason,treated_date\n"


def told(content: str, currency: str | None = None, words: dict[str, str] | None = None) -> Telling:
    """Tell what a table says, by the plan that is proposed for it."""
    plan = replace(proposed(content, "outcomes"), currency=currency, words={"outcome": words or {}})
    return tell(plan, read(content, "outcomes", plan), Reading(READ_AT, None, CONFIG.intake), CONFIG)


def test_a_row_is_a_message_with_all_that_it_says() -> None:
    """What is empty is not in it."""
    content = f"{HEADER}{ONE},Churned,2026-02-10,2026-03-31,84000,price,2026-01-15\n{TWO},renewed,,2026-04-30,,,\n"
    first, second = (one.message for one in told(content).said)
    assert first == {
        "type": "outcome.told",
        "account_id": ONE,
        "outcome": "churned",
        "effective_date": "2026-03-31",
        "notice_date": "2026-02-10",
        "treated_date": "2026-01-15",
        "arr": 84000.0,
        "reason": "price",
        "read_at": "2026-11-02T09:00:00Z",
    }
    assert set(second) == {"type", "account_id", "outcome", "effective_date", "read_at"}


def test_columns_are_known_by_what_others_call_them() -> None:
    """And amounts say their currency by a sign, a column, or the name of one."""
    content = (
        f"Account ID,Renewal Status,Churn Date,ACV (EUR),Cancellation Date\n{ONE},churned,3/31/2026,84000,2/13/2026\n"
    )
    (one,) = (one.message for one in told(content).said)
    assert (one["effective_date"], one["notice_date"], one["arr"], one["currency"]) == (
        "2026-03-31",
        "2026-02-13",
        84000.0,
        "EUR",
    )


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (f"{ONE},lost,,2026-03-31,,,", "outcome", "expected one of renewed, churned, downgraded, withdrawn"),
        (f"{ONE},,,2026-03-31,,,", "outcome", "expected one of renewed, churned, downgraded, withdrawn"),
        (f"{ONE},churned,2026-04-01,2026-03-31,,,", "notice_date", "expected a day up to 2026-03-31"),
        (f"{ONE},churned,,2026-03-31,-5,,", "arr", "expected an amount of 0 or more"),
    ],
)
def test_what_is_no_outcome_is_refused_by_column(row: str, column: str, expected: str) -> None:
    """The other rows go in."""
    telling = told(f"{HEADER}{row}\n{TWO},renewed,,2026-04-30,,,\n")
    (bad,) = telling.bad
    assert (bad.line, bad.column) == (2, column)
    assert bad.expected.startswith(expected)
    assert [one.line for one in telling.said] == [3]


def test_a_word_of_ones_own_means_what_the_file_of_columns_says() -> None:
    """Capitals make no difference."""
    content = f"{HEADER}{ONE},LOST,,2026-03-31,,,\n"
    assert [one.message["outcome"] for one in told(content, words={"lost": "churned"}).said] == ["churned"]


def test_rows_of_one_account_and_day_that_differ_are_all_refused() -> None:
    """Nobody knows which holds; one that is there twice is counted once."""
    content = f"{HEADER}{ONE},renewed,,2026-03-31,,,\n{ONE},churned,,2026-03-31,,,\n"
    assert [(bad.line, bad.value) for bad in told(content).bad] == [
        (2, f"{ONE}, 2026-03-31"),
        (3, f"{ONE}, 2026-03-31"),
    ]
    twice = told(f"{HEADER}{ONE},renewed,,2026-03-31,,,\n{ONE},renewed,,2026-03-31,,,\n")
    assert (len(twice.said), twice.repeated, twice.bad) == (1, 1, [])


def taken(folder: Path, rows: str, exported: str) -> Result:
    """Import a file of outcomes into a store of the folder."""
    (folder / "outcomes.csv").write_text(HEADER + rows)
    (folder / "mapping.csv").write_text(f"sf_account_id\n{ONE}\n")
    words = ["--store", f"sqlite:///{folder}/store.db", "import", "outcomes", f"{folder}/outcomes.csv", "--yes"]
    return CliRunner().invoke(cli, [*words, "--accounts", f"{folder}/mapping.csv", "--exported-at", exported])


def listed(folder: Path) -> list[str]:
    """List what the store knows of outcomes."""
    words = ["--store", f"sqlite:///{folder}/store.db", "outcomes", "--accounts", f"{folder}/mapping.csv", "--json"]
    found = json.loads(CliRunner().invoke(cli, words).stdout)
    return [f"{one['outcome']} {one['effective_date']}" for one in found["listed"]]


def test_a_file_goes_into_the_store_and_a_later_one_corrects_it(tmp_path: Path) -> None:
    """The same file changes nothing; accounts that are in no portfolio are named, and count once they are."""
    rows = f"{ONE},renewed,,2026-03-31,,,\n{TWO},churned,,2026-04-30,,,\n"
    first = taken(tmp_path, rows, "2026-10-01")
    assert first.exit_code == 0, first.stderr
    assert json.loads(first.stdout)["taken"] == 2
    assert f"1 account not in the portfolio ({TWO})" in first.stderr
    assert listed(tmp_path) == ["renewed 2026-03-31"]
    taken(tmp_path, rows, "2026-10-01")
    assert listed(tmp_path) == ["renewed 2026-03-31"]
    taken(tmp_path, f"{ONE},downgraded,,2026-03-31,,,\n", "2026-10-05")
    assert listed(tmp_path) == ["downgraded 2026-03-31"]
    taken(tmp_path, rows, "2026-10-01")
    assert listed(tmp_path) == ["downgraded 2026-03-31"]
    taken(tmp_path, f"{ONE},withdrawn,,2026-03-31,,,\n", "2026-10-06")
    assert listed(tmp_path) == []
