"""`backtest` from a store: its scores as shown then, its outcomes, and what of both is to be known."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.jobs.records import Terms, record_of
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming
from scoring.feeds import Covered, Heard
from scoring.instants import HOUR, Instant, format_date
from scoring.observations import Fields, Observation, Subject, Value
from scoring.periods import period_end, periods_to
from scoring.record import Record
from scoring.said_outcomes import SaidOutcome, observation_of
from tests.config.folders import copy_figures
from tests.models import the_model
from tests.scoring.accounts import AS_OF, ID, LONG_AGO, days, known, reading

MODEL = the_model()
IDS = [ID, "001AA0000000002AAA", "001AA0000000003AAA"]
PERIODS = periods_to("2026-10", 12)


def closed(account_id: str, level: float) -> list[Record]:
    """Give a year of final records of an account, each written when its month had ended."""
    account = Account(account_id, {"looker": (account_id,)})
    made = []
    for period in PERIODS:
        end = period_end(period)
        facts = known(reading(end, account_id, **dict.fromkeys(MODEL.pillars, level)), account=account)
        made.append(record_of(facts, Terms(period, end, MODEL, "final", Instant(end + 6 * HOUR))))
    return made


def lost(account_id: str, date: Instant, seen: Instant) -> Observation:
    """Say that a renewal of an account was lost, and when that was seen."""
    values: dict[str, Value] = {
        "type": "Renewal",
        "stage": "Closed Lost",
        "close_date": date,
        "closed": True,
        "won": False,
    }
    content = Fields(tuple(sorted({"deleted": False, **values}.items())), LONG_AGO)
    return Observation(Subject("salesforce", "opportunity", f"006{account_id}"), seen, content, account_id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a store of three accounts, of which one left the portfolio and one was lost."""
    told = Batch()
    told.add(Covered("salesforce", LONG_AGO))
    told.add(Heard("salesforce", AS_OF))
    for one in IDS:
        told.add(Naming("salesforce", (one,), LONG_AGO))
    told.add(lost(IDS[0], days(30), days(80)))
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.merge(told)
        store.portfolio.put([Edit(one, owners={"looker": (one,)}) for one in IDS], "zoe", LONG_AGO)
        store.portfolio.put([Edit(IDS[0], remove=True)], "zoe", days(20))
        for one, level in zip(IDS, (30.0, 80.0, 90.0), strict=True):
            store.put_records(closed(one, level))
    return tmp_path


def run(folder: Path, *words: str, before: tuple[str, ...] = ()) -> Result:
    """Run the command on the store."""
    return CliRunner().invoke(cli, ["--store", f"sqlite:///{folder / 'store.db'}", *before, "backtest", *words])


def test_scores_and_outcomes_are_those_of_the_store(folder: Path) -> None:
    """Also of an account that left: it is the churn that the lowest score told of."""
    answer = run(folder)
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert found["outcomes"] == {"renewed": 0, "churned": 1, "downgraded": 0}
    assert found["refused"] == {}
    assert found["warning"]["churns"] == 1
    counts = {name: found["scores"][name] for name in ("as_shown", "written_later", "accounts_left")}
    assert counts == {"as_shown": 36, "written_later": 0, "accounts_left": 1}
    assert "are as shown then" in answer.stderr


def test_the_list_is_the_one_in_force_unless_another_is_asked_for(folder: Path) -> None:
    """Rule, budget and notice period are those of alerts.yaml; each that is asked for leaves the others alone."""
    (copy_figures(folder / "config") / "alerts.yaml").write_text("budget: 0.2\nrule: steady\nnotice_days: 90\n")
    (folder / "outcomes.csv").write_text(f"account_id,outcome,effective_date\n{IDS[1]},churned,2026-09-30\n")
    before, file = ("--config", str(folder / "config")), ("--outcomes", str(folder / "outcomes.csv"))
    usual = run(folder, *file, before=before)
    asked = run(folder, *file, "--rule", "level", "--notice-days", "30", before=before)
    decided = [json.loads(one.stdout)["ledger"][0]["decided"] for one in (usual, asked)]
    assert ["20% of the accounts" in one.stderr for one in (usual, asked)] == [True, True]
    assert ["rule steady" in usual.stderr, "rule level" in asked.stderr] == [True, True]
    assert decided == ["2026-07-02", "2026-08-31"]


def test_outcomes_of_a_file_are_held_against_the_scores_of_the_store(folder: Path) -> None:
    """One of an account without a score is refused, and it is said that only who stayed may be counted."""
    header = "account_id,outcome,notice_date,effective_date,arr"
    rows = [f"{one},churned,{format_date(days(60))},{format_date(days(1))},9" for one in (IDS[1], "001AA0000000009AAA")]
    (folder / "outcomes.csv").write_text("\n".join([header, *rows]) + "\n")
    answer = run(folder, "--outcomes", str(folder / "outcomes.csv"))
    found = json.loads(answer.stdout)
    assert found["refused"] == {"unknown_account": 1}
    assert found["outcomes"]["churned"] == 1
    assert "1 outcome of accounts without any score in the store" in answer.stderr


def test_an_outcome_that_was_told_of_an_id_that_nobody_has_is_refused(folder: Path) -> None:
    """It is counted; the others are as they were."""
    told = Batch()
    told.add(observation_of(SaidOutcome("001AA0000000077AAA", "churned", days(30)), days(10)))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(told)
    found = json.loads(run(folder).stdout)
    assert (found["refused"], found["outcomes"]["churned"]) == ({"unknown_account": 1}, 1)


def test_an_account_that_only_records_know_is_somebody(folder: Path) -> None:
    """A mapping in a file keeps no history of who left: outcomes of these are listed, and counted by status."""
    left, told = "001AA0000000088AAA", Batch()
    told.add(observation_of(SaidOutcome(left, "churned", days(30)), days(10)))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(told)
        store.put_records(closed(left, 20.0))
    call = ["--store", f"sqlite:///{folder / 'store.db'}"]
    listed = json.loads(CliRunner().invoke(cli, [*call, "outcomes", "--json"]).stdout)
    assert (listed["refused"], listed["outcomes"]["churned"]) == ({}, 2)
    counts = json.loads(CliRunner().invoke(cli, [*call, "status", "--json"]).stdout)["outcomes"]
    assert (counts["refused"], counts["churned"]) == ({}, 2)


def test_without_any_outcome_it_says_how_they_come_in(tmp_path: Path) -> None:
    """And nothing is said to have come true, or not to."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.portfolio.put([Edit(IDS[1], owners={"looker": (IDS[1],)})], "zoe", LONG_AGO)
        store.put_records(closed(IDS[1], 80.0))
    answer = run(tmp_path)
    assert json.loads(answer.stdout)["outcomes"] == {"renewed": 0, "churned": 0, "downgraded": 0}
    assert "`healthscore import outcomes FILE`" in answer.stderr
    assert "No outcome is known: whether an alert came true cannot be said." in " ".join(answer.stderr.split())
    assert "0% came true" not in answer.stderr


def test_a_file_of_scores_needs_one_of_outcomes(folder: Path) -> None:
    """Those of the store may be of other accounts."""
    answer = run(folder, "--scores", "-")
    assert answer.exit_code == 2
    assert "--scores needs --outcomes" in answer.stderr


def test_an_account_that_cannot_be_read_is_named_and_the_exit_code_says_so(folder: Path) -> None:
    """The others are held against their outcomes."""
    with closing(SqliteStore(folder / "store.db")) as store:
        (record, *_) = store.records_of(IDS[1])
        store.put_records([replace(record, scored_at=Instant(record.scored_at + 1))])
        store._db.execute("UPDATE records SET body = '{' WHERE account_id = ?", (IDS[1],))  # noqa: SLF001 - as damage does
    answer = run(folder)
    assert answer.exit_code == 3
    assert IDS[1] in answer.stderr
    assert json.loads(answer.stdout)["warning"]["churns"] == 1
