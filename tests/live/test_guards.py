"""Closes that would do harm, by the command and the fake Salesforce: nothing changes there until the guard is named."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from config.portfolio import load_portfolio
from handlers.cli import DEFAULT_CONFIG
from handlers.clients.remote import Patience
from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.commands.rescore import rescore_command
from handlers.commands.session import Session
from handlers.commands.status import status
from handlers.commands.withdraw import withdraw
from handlers.jobs.alerts import kept_list
from handlers.jobs.checkpoints import CursorCheckpoints, run_name
from handlers.jobs.records import Terms
from handlers.jobs.runs import CHUNK, chunk_of
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import HOUR, parse_instant
from scoring.periods import period_end
from tests.live.desk import Desk, at_desk
from tests.live.orgs import CONFIG
from tests.live.pilot import NOW, variables

OCTOBER = ("--period", "2026-10")
NOVEMBER = ("--period", "2026-11")


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(4, tmp_path) as desk:
        assert desk.run(backfill).code == 0
        yield desk


def keys(desk: Desk) -> list[str]:
    """Give the keys of the records that Salesforce has."""
    return sorted(desk.pilot.written)


def leave(desk: Desk, most: int) -> None:
    """Cut the mapping short."""
    mapping = desk.folder / "mapping.csv"
    mapping.write_text("".join(mapping.read_text().splitlines(True)[: most + 1]))


def said(desk: Desk, command: click.Command, *words: str) -> tuple[int, str]:
    """Give a command that may refuse; its exit code and what it said."""
    session = Session(f"sqlite:///{desk.store}", DEFAULT_CONFIG, True, lambda: desk.now, Patience(0.0, lambda _: None))
    mapping = ("--accounts", str(desk.folder / "mapping.csv"))
    done = CliRunner().invoke(command, [*words, *mapping], obj=session, env=variables(desk.pilot, 30))
    return done.exit_code, done.stderr


def test_far_fewer_accounts_hold_a_close_until_the_guard_is_named(desk: Desk) -> None:
    """Two of four accounts left: nothing is written, another guard's name changes nothing, its own does."""
    october = desk.run(finalise_command, *OCTOBER)
    assert (october.code, october.summary["alerts"]["alerted"], october.summary["alerts"]["left"]) == (0, 1, {})
    [alerted] = october.summary["alerts"]["new"]
    dated = {key: row["Alert_Since__c"] for key, row in desk.pilot.written.items() if row.get("Alert_Since__c")}
    assert dated == {f"{alerted}_2026-10": "2026-11-01"}
    desk.now = parse_instant("2026-12-01") + 6 * HOUR
    leave(desk, 2)
    for words in ((), ("--yes-close", "tier_changes")):
        held = desk.run(finalise_command, *NOVEMBER, *words)
        assert (held.code, held.summary["status"], held.summary["salesforce"]) == (3, "provisional", False)
        assert held.summary["held"] == {"fewer_scored": "2 accounts have a score; at the last close 4 had one"}
        assert "held by fewer_scored" in held.said
        assert not any(key.endswith("2026-11") for key in keys(desk))
        assert not (desk.folder / "health-scores-2026-11.csv").exists()
        with closing(SqliteStore(desk.store)) as store:
            assert kept_list(store, "2026-11") is None
    assert desk.run(status).summary["closes"]["2026-11"]["stage"] == "held"
    let_through = desk.run(finalise_command, *NOVEMBER, "--yes-close", "fewer_scored")
    assert (let_through.summary["status"], let_through.summary["held"]) == ("final", {})
    told = let_through.summary["alerts"]
    assert (told["accounts"], told["alerted"]) == (2, 1)
    assert (told["new"], told["left"]) in (([], {}), (told["new"], {alerted: "no_record"}))
    assert sum(key.endswith("2026-11") for key in keys(desk)) == 2
    assert desk.run(status).summary["closes"] == {}


def test_a_period_before_all_coverage_is_held(desk: Desk) -> None:
    """2019 is no month of this store."""
    held = desk.run(finalise_command, "--period", "2019-05")
    assert held.code == 3
    assert set(held.summary["held"]) == {"uncovered", "fewer_scored"}
    assert keys(desk) == []


def test_a_dry_run_says_what_would_hold_the_close_and_keeps_nothing(desk: Desk) -> None:
    """It leaves a CSV and no record."""
    tried = desk.run(finalise_command, "--period", "2019-05", "--dry-run")
    assert set(tried.summary["held"]) == {"uncovered", "fewer_scored"}
    assert tried.summary["alerts"]["accounts"] == 0
    assert "would be held by uncovered" in tried.said
    desk.tried = None
    assert desk.records() == []
    assert Path(tried.summary["csv"]).exists()


def test_commands_that_write_make_no_store(desk: Desk) -> None:
    """A wrong --store is refused, and nothing is made."""
    desk.store.unlink()
    for command, words in ((finalise_command, OCTOBER), (rescore_command, (desk.pilot.accounts[0].id,))):
        code, text = said(desk, command, *words)
        assert code == 1
        assert "there is no store at" in text
        assert not desk.store.exists()


def withdrawn(desk: Desk, *words: str) -> dict[str, Any]:
    """Withdraw a period, and give the summary."""
    done = desk.run(withdraw, *OCTOBER, *words, "--yes", "--reason", "wrong mapping")
    assert done.code == 0, done.said
    return done.summary


def test_a_wrong_period_is_withdrawn_everywhere_and_may_be_closed_again(desk: Desk) -> None:
    """Records go from the store and from Salesforce; the deed stays in the log."""
    assert desk.run(finalise_command, *OCTOBER).code == 0
    assert len(keys(desk)) == 4
    assert len(withdrawn(desk)["withdrawn"]) == 4
    assert keys(desk) == []
    assert desk.records() == []
    with closing(SqliteStore(desk.store)) as store:
        assert kept_list(store, "2026-10") is None
    told = desk.run(status).summary
    assert told["closes"]["2026-10"]["stage"] == "withdrawn"
    assert [(deed["deed"], deed["of"], deed["reason"]) for deed in told["deeds"]] == [
        ("withdraw", "2026-10 all accounts", "wrong mapping")
    ]
    assert withdrawn(desk)["withdrawn"] == []
    assert desk.run(finalise_command, *OCTOBER).code == 0
    assert len(keys(desk)) == 4


def test_a_close_that_was_killed_resumes_with_the_usage_that_it_had(desk: Desk) -> None:
    """A second pull would make another run of it; what could not be read the first time is said once more."""
    assert desk.run(finalise_command, *OCTOBER).code == 0
    pulled = len(desk.pilot.instance.customer_queries)
    accounts = load_portfolio(desk.folder / "mapping.csv")
    terms = Terms("2026-10", period_end("2026-10"), CONFIG.model, "final", desk.now)
    with closing(SqliteStore(desk.store)) as store:
        name = run_name(terms, accounts, store, f"salesforce {desk.pilot.org.url}")
        CursorCheckpoints(store).finish(f"{name}/usage", "looker", "no answer", desk.now)
    resumed = desk.run(finalise_command, *OCTOBER)
    assert (resumed.code, resumed.summary["unread"]) == (3, {"looker": "no answer"})
    assert len(desk.pilot.instance.customer_queries) == pulled
    assert desk.run(finalise_command, *OCTOBER).summary["unread"] == {}
    assert len(desk.pilot.instance.customer_queries) > pulled


def test_a_dry_run_of_any_size_is_one_chunk() -> None:
    """Each chunk would write the file anew; a close goes on chunk by chunk."""
    dry = Terms("2026-10", period_end("2026-10"), CONFIG.model, "provisional", NOW)
    close = replace(dry, status="final")
    assert (chunk_of(dry, 3 * CHUNK), chunk_of(dry, 0)) == (3 * CHUNK, 1)
    assert chunk_of(close, 3 * CHUNK) == CHUNK


def test_a_close_that_was_killed_and_withdrawn_begins_anew(desk: Desk) -> None:
    """What it had done is gone, so nothing of it may be skipped."""
    with closing(SqliteStore(desk.store)) as store:
        CursorCheckpoints(store).finish("run/write", "chunk", "{}", desk.now)
        withdrawn(desk)
        assert not CursorCheckpoints(store).is_begun("run")


def test_one_account_is_withdrawn_alone(desk: Desk) -> None:
    """The others stay, and the month stays closed."""
    assert desk.run(finalise_command, *OCTOBER).code == 0
    one = desk.pilot.accounts[0].id
    assert withdrawn(desk, one)["withdrawn"] == [one]
    assert len(keys(desk)) == 3
    assert desk.run(status).summary["closes"] == {}


def test_nothing_is_withdrawn_without_a_yes(desk: Desk) -> None:
    """What would be done is shown."""
    assert desk.run(finalise_command, *OCTOBER).code == 0
    code, text = said(desk, withdraw, *OCTOBER)
    assert code == 1
    assert "4 records of 2026-10 would be taken back" in text
    assert len(keys(desk)) == 4


def test_what_salesforce_does_not_delete_is_named_and_stays(desk: Desk) -> None:
    """It can be withdrawn again."""
    assert desk.run(finalise_command, *OCTOBER).code == 0
    key = f"{desk.pilot.accounts[1].id}_2026-10"
    desk.pilot.org.refuse(key, ("DELETE_FAILED", "it is locked by an approval"))
    done = desk.run(withdraw, *OCTOBER, "--yes")
    assert done.code == 3
    assert list(json.loads(json.dumps(done.summary["refused"]))) == [key]
    assert keys(desk) == [key]
    assert [record.key for record in desk.records()] == [key]
    assert withdrawn(desk)["withdrawn"] == [desk.pilot.accounts[1].id]
