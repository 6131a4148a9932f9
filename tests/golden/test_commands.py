"""The command line on a store that an earlier version of the program wrote: proved, explained, tampering found."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.loader import load_config
from config.record_map import row
from handlers.cli import cli
from handlers.stores.sqlite.schema import FORMAT
from handlers.stores.sqlite.store import SqliteStore
from tests.golden import sample

HERE = Path(__file__).parent
SCORED = ("001AA0000000001YAA", "2026-10")


@pytest.fixture(params=sorted(path.name for path in HERE.iterdir() if path.name.isdecimal()))
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give a copy of each format's file."""
    path = tmp_path / "store.db"
    path.write_bytes(gzip.decompress((HERE / request.param / "store.db.gz").read_bytes()))
    return path


def run(path: Path, *words: str) -> Result:
    """Run a command on a store."""
    return CliRunner().invoke(cli, ["--store", f"sqlite:///{path}", *words])


def change(path: Path, statement: str, *values: str) -> None:
    """Change one row of a file."""
    with closing(sqlite3.connect(path)) as file:
        assert file.execute(statement, values).rowcount == 1
        file.commit()


def test_every_record_is_proved(path: Path) -> None:
    """Made by whatever version, under whatever model."""
    answer = run(path, "verify")
    assert json.loads(answer.stdout) == {"records": 6, "differing": {}, "refused": {}}
    assert answer.exit_code == 0


@pytest.mark.parametrize("words", [("status",), ("export", "-")])
def test_whoever_opens_an_earlier_file_hears_that_it_changes_for_good(path: Path, words: tuple[str, ...]) -> None:
    """Once, before it does: an earlier version of the program cannot open it afterwards."""
    with closing(sqlite3.connect(path)) as file:
        ((found,),) = file.execute("PRAGMA user_version")
    first, second = run(path, *words), run(path, *words)
    is_brought = f"format {found}: it is brought to format {FORMAT}, which earlier versions of the program cannot open"
    assert (is_brought in first.stderr) == (found < FORMAT)
    assert "is brought to" not in second.stderr
    assert (first.exit_code, second.exit_code) == (0, 0)


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        ("json_remove(body, '$.measurements.window_days')", "window_days: missing"),
        ("json_remove(body, '$.measurements.window_days.p1_p2_volume')", "do not follow"),
        ("json_set(body, '$.measurements.window_days.p1_p2_volume', 90.0)", "do not follow"),
        ("json_remove(body, '$.measurements.dimensions.support_health.fin_cx_score')", "do not follow"),
        ("json_remove(body, '$.score.dimensions.support_health.metrics.fin_cx_score')", "do not follow"),
        ("json_remove(body, '$.measurements.dimensions.support_health')", "do not follow"),
        ("json_remove(body, '$.measurements.pillars.requests')", "do not follow"),
        ("json_remove(body, '$.measurements.signals')", "signals: missing"),
        ("json_set(body, '$.measurements.dimensions.support_health.nps', json('{\"raw\":5,\"flags\":[]}'))", "do not"),
        ("json_set(body, '$.measurements.alien', 1)", "alien: missing, or no part"),
        ("json_set(body, '$.score.model_version', '000000000000')", "is not in the store"),
    ],
)
def test_a_record_that_was_tampered_with_is_found(path: Path, tamper: str, says: str) -> None:
    """A member or a key that is gone, or is one too many, as well as a number."""
    change(path, "UPDATE records SET body = " + tamper + " WHERE account_id = ? AND period = ?", *SCORED)  # noqa: S608  # our own words
    answer = run(path, "verify")
    assert answer.exit_code == 1
    (reason,) = json.loads(answer.stdout)["differing"].values()
    assert says in reason


@pytest.mark.parametrize(
    ("newer", "says"),
    [
        ("UPDATE records SET body = json_set(body, '$.form', 99) WHERE rowid = 1", "a record has form 99"),
        ("UPDATE models SET text = json_set(text, '$.form', 99)", "the text is of form 99"),
    ],
)
def test_what_a_newer_version_made_is_refused_and_not_called_false(path: Path, newer: str, says: str) -> None:
    """An older version, put back, does not judge what it does not know."""
    change(path, newer)
    answer = run(path, "verify")
    said = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert said["differing"] == {}
    assert all(says in reason for reason in said["refused"].values())
    assert said["refused"]
    assert "made by a newer version of this program: use that" in answer.stderr


def test_an_account_is_explained_against_its_old_records(path: Path, tmp_path: Path) -> None:
    """What moved since, and where the record differs, in words; the parts are told apart by the old model."""
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(
        "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
        "001AA0000000001YAA,acme,77,Größe & Söhne,\n"
    )
    answer = run(path, "explain", SCORED[0], "--period", SCORED[1], "--accounts", str(mapping))
    assert answer.exit_code == 0
    assert "What moved since the last record (2026-09, final" in answer.stdout
    assert "news: what happened and what was reported since" in answer.stdout
    assert "cannot be split into parts" not in answer.stdout


def test_an_old_record_has_a_row_of_todays_columns(path: Path) -> None:
    """What a record does not know of is empty, for the CSV and for Salesforce alike."""
    with closing(SqliteStore(path)) as store:
        for record in store.records():
            cells = dict(row(record, load_config().record_map))
            assert cells["final_score"] == record.score.final_score
            assert cells["account_id"] in {account.id for account in sample.ACCOUNTS}
