"""`outcomes`: what became of accounts, from a file or from the store, counted, each refusal named."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.outcomes import NOBODYS, REFUSED, refused_words
from scoring.account import Naming
from scoring.ids import to_18
from scoring.instants import parse_instant
from scoring.outcomes import REASONS
from scoring.said_outcomes import SaidOutcome, observation_of
from tests.scoring.accounts import ID
from tests.scoring.test_outcome_facts import lost, on, opportunity, won

OTHER = "001AA0000000009AAA"
ROWS = (
    "001A,renewed,,2026-03-31,100",
    "001A,gone,,2026-03-31,",
    "001B,churned,2026-01-05,soon,",
    "001B,churned,2026-05-05,2026-04-30,",
    "001C,renewed,,2026-03-31,",
    "001B,renewed,,2026-12-31,",
    "001A,renewed,,2026-03-31,",
    "001B,churned,2026-01-05,2026-02-28,",
    "001B,renewed,,2026-02-28,",
)
SCORES: list[dict[str, object]] = [
    {"account_id": name, "as_of": as_of, "final_score": None, "tier": None, "dimensions": {}, "platform_value": {}}
    for name, as_of in (("001A", "2026-10-01"), ("001B", "2026-11-01"))
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a file of outcomes, one of scores, and a store of one account."""
    header = "account_id,outcome,notice_date,effective_date,arr"
    (tmp_path / "outcomes.csv").write_text("\n".join((header, *ROWS)) + "\n")
    (tmp_path / "scores.jsonl").write_text("\n".join(map(json.dumps, SCORES)) + "\n")
    told = Batch()
    for one in (
        *won("A", "2024-10-01", "2025-09-30"),
        *lost("B", "2025-09-30", "2026-08-01", "2026-09-30"),
        *opportunity("C", "2025-01-01", ("2025-02-01", "Negotiation", "2025-03-31")),
        observation_of(SaidOutcome(OTHER, "withdrawn", parse_instant("2026-03-31")), on("2026-05-01")),
    ):
        told.add(one)
    told.add(Naming("salesforce", (ID,), on("2024-01-01")))
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.merge(told)
        edits = [Edit(ID, {"name": "Grand [b]Hotel"}), Edit(OTHER, {"name": "Silent"})]
        store.portfolio.put(edits, "zoe", on("2026-01-01"))
    return tmp_path


def run(folder: Path, *words: str, columns: int = 120) -> Result:
    """Run the command."""
    call = ["--store", f"sqlite:///{folder}/store.db", "outcomes", *words]
    return CliRunner().invoke(cli, call, env={"COLUMNS": str(columns)})


def told(folder: Path, *words: str) -> dict[str, Any]:
    """Read what the command says to programs."""
    answer = run(folder, *words, "--json")
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_a_file_is_held_against_scores_and_each_refusal_is_named(folder: Path) -> None:
    """By its row, for the first reason that fits, in words; the rest is counted."""
    found = told(folder, f"{folder}/outcomes.csv", "--scores", f"{folder}/scores.jsonl")
    assert found["outcomes"] == {"renewed": 1, "churned": 0, "downgraded": 0}
    assert [(one["row"], one["reason"]) for one in found["refusals"]] == [
        (2, "unknown_outcome"),
        (3, "bad_date"),
        (4, "notice_after_effective"),
        (5, "unknown_account"),
        (6, "future"),
        (7, "duplicate"),
        (8, "contradiction"),
        (9, "contradiction"),
    ]
    at = parse_instant("2026-11-01")
    unlike = {one["row"]: one["said"] for one in found["refusals"] if one["said"] != refused_words(one["reason"], at)}
    assert unlike == {
        2: 'outcome is "gone": expected one of renewed, churned, downgraded',
        3: 'effective_date is "soon": expected YYYY-MM-DD',
    }
    assert [one["line"] - one["row"] for one in found["refusals"]] == [1] * 8
    assert set(REFUSED) == set(REASONS)
    assert (found["until"], sum(found["refused"].values())) == ("2026-11-01", 8)
    (kept,) = found["listed"]
    assert (kept["account_id"], kept["decision_date"], kept["arr"]) == ("001A", "2026-01-30", 100.0)


def test_a_file_alone_is_held_against_itself(folder: Path) -> None:
    """No account is unknown, which the table says."""
    found = told(folder, f"{folder}/outcomes.csv", "--until", "2026-11-01")
    assert "unknown_account" not in found["refused"]
    assert found["outcomes"]["renewed"] == 2
    shown = run(folder, f"{folder}/outcomes.csv", "--table").stdout
    assert "Not held against any scores" in shown
    assert "notice lies after" in shown


def test_the_store_lists_what_it_knows_and_counts_what_nobody_knows(folder: Path) -> None:
    """An overdue renewal is unknown, an account without any is counted."""
    found = told(folder)
    assert [(one["outcome"], one["notice_date"], one["effective_date"]) for one in found["listed"]] == [
        ("renewed", None, "2025-09-30"),
        ("churned", "2026-08-01", "2026-09-30"),
    ]
    assert [one["account_name"] for one in found["listed"]] == ["Grand [b]Hotel"] * 2
    assert found["unknown"] == {"overdue": 1}
    assert found["accounts_without"] == 1
    held = told(folder, "--until", "2026-07-31")
    assert held["refused"] == {"future": 1}
    assert [one["said"] for one in held["refusals"]] == ["it lies later than 2026-07-31"]


@pytest.mark.parametrize("columns", [80, 140])
def test_people_get_tables_that_fit(folder: Path, columns: int) -> None:
    """Text of the CRM is no markup."""
    shown = run(folder, "--table", columns=columns).stdout
    assert max(map(len, shown.splitlines())) <= columns
    words = " ".join(shown.split())
    assert "1 renewed, 1 churned, 0 downgraded; 0 refused, 1 unknown, 1 account without any outcome" in words
    assert "Grand [b]Hotel" in words or "Grand [b]" in words
    assert "churned 2026-08-01 2026-09-30" in words


def test_an_outcome_of_an_id_that_nobody_has_is_listed_as_refused(folder: Path) -> None:
    """It was misspelt: silence would say that nothing became of the account. One that has records is somebody's."""
    typo, day = "001AA0000000077AAA", parse_instant("2026-03-31")
    batch = Batch()
    batch.add(observation_of(SaidOutcome(typo, "churned", day), on("2026-05-01")))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(batch)
    found = told(folder)
    assert found["refused"] == {"unknown_account": 1}
    (refusal,) = found["refusals"]
    assert (refusal["account_id"], refusal["effective_date"], refusal["said"]) == (typo, "2026-03-31", NOBODYS)
    assert found["outcomes"] == {"renewed": 1, "churned": 1, "downgraded": 0}
    shown = " ".join(run(folder, "--table", columns=200).stdout.split())
    assert f"2026-03-31 {typo} unknown_account no account has this id" in shown
    assert "Row" not in shown
    words = ["--store", f"sqlite:///{folder}/store.db", "status", "--json"]
    counts = json.loads(CliRunner().invoke(cli, words).stdout)["outcomes"]
    assert (counts["refused"], counts["churned"]) == ({"unknown_account": 1}, 1)
    table = CliRunner().invoke(cli, [*words[:-1], "--table"], env={"COLUMNS": "160"}).stdout
    assert "refused (unknown_account)" in table


def test_a_store_without_outcomes_says_how_they_come_in(tmp_path: Path) -> None:
    """And a store that is not there is named."""
    (tmp_path / "accounts.csv").write_text(f"sf_account_id\n{to_18(ID[:15])}\n")
    with closing(SqliteStore(tmp_path / "store.db")):
        pass
    assert "`healthscore import outcomes FILE`" in run(tmp_path, "--accounts", f"{tmp_path}/accounts.csv").stderr
    (tmp_path / "store.db").unlink()
    assert f"there is no store at {tmp_path}/store.db" in run(tmp_path).stderr


def test_a_table_of_another_form_is_sent_to_the_import(tmp_path: Path) -> None:
    """Its headers, its dates; each row by the line on which it stands."""
    (tmp_path / "a.csv").write_text("Account,Status,Date\n001A,renewed,2026-03-31\n")
    assert "`healthscore import outcomes FILE` takes other headers" in str(run(tmp_path, f"{tmp_path}/a.csv").exception)
    (tmp_path / "b.csv").write_text(
        "account_id,outcome,notice_date,effective_date,arr\n\n001A,churned,31.05.2026,30.06.2026,\n"
    )
    shown = " ".join(run(tmp_path, f"{tmp_path}/b.csv", "--table", columns=200).stdout.split())
    assert '3 001A bad_date effective_date is "30.06.2026"; notice_date is "31.05.2026": expected YYYY-MM-DD' in shown
    assert "`healthscore import outcomes FILE` takes other headers, dates and words in" in shown


def test_an_account_that_was_taken_out_of_the_portfolio_still_counts(folder: Path) -> None:
    """Else only those who stayed would."""
    with closing(SqliteStore(folder / "store.db")) as store:
        store.portfolio.put([Edit(ID, remove=True)], "zoe", on("2026-10-01"))
    assert told(folder)["outcomes"] == {"renewed": 1, "churned": 1, "downgraded": 0}


def test_scores_without_a_file_are_refused_and_empty_ones_too(folder: Path) -> None:
    """Each with what to do."""
    assert "name a file of outcomes" in run(folder, "--scores", f"{folder}/scores.jsonl").output
    (folder / "none.jsonl").write_text("\n")
    said = run(folder, f"{folder}/outcomes.csv", "--scores", f"{folder}/none.jsonl").output
    assert "has no score" in said


def test_an_account_that_cannot_be_read_is_named_and_the_others_go_on(folder: Path) -> None:
    """Exit 3; status counts it."""
    with closing(sqlite3.connect(folder / "store.db")) as db, db:
        db.execute("UPDATE observations SET content = '{' WHERE subject LIKE 'outcomes/%'")
    answer = run(folder, "--json")
    assert (answer.exit_code, answer.stderr.count("healthscore:")) == (3, 1)
    assert f"healthscore: {OTHER}: StoreError" in answer.stderr
    assert json.loads(answer.stdout)["outcomes"] == {"renewed": 1, "churned": 1, "downgraded": 0}
    said = CliRunner().invoke(cli, ["--store", f"sqlite:///{folder}/store.db", "status", "--json"])
    assert json.loads(said.stdout)["outcomes"]["unread"] == 1
