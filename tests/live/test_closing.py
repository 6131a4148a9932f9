"""Months closed into Salesforce: what is refused is kept and written later; what is final gives way when told to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.commands.rescore import rescore_command
from scoring.instants import DAY, HOUR, parse_instant
from tests.fakes.server import Fault, Response
from tests.live.desk import Desk, at_desk
from tests.live.pilot import AS_OF

REFUSAL = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not on a Sunday")
OCTOBER = ("--period", "2026-10")


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(3, tmp_path) as desk:
        assert desk.run(backfill).code == 0
        yield desk


def keys(desk: Desk, period: str) -> list[str]:
    """Give the keys of a period's records that Salesforce has."""
    return sorted(key for key in desk.pilot.written if key.endswith(period))


def test_a_refused_record_is_written_by_the_run_that_closes_the_next_month(desk: Desk) -> None:
    """It is named, kept, and not forgotten; once it is written nothing is due."""
    one, two, three = (account.id for account in desk.pilot.accounts)
    desk.pilot.org.refuse(f"{two}_2026-10", REFUSAL)
    october = desk.run(finalise_command, *OCTOBER)
    assert (october.code, list(october.summary["failed"]), october.summary["retried"]) == (3, [two], 0)
    assert f"{two}: FIELD_CUSTOM_VALIDATION_EXCEPTION: not on a Sunday" in october.said
    assert keys(desk, "2026-10") == [f"{one}_2026-10", f"{three}_2026-10"]
    desk.now = parse_instant("2026-12-01") + 6 * HOUR
    november = desk.run(finalise_command, "--period", "2026-11")
    assert (november.summary["failed"], november.summary["retried"]) == ({}, 1)
    assert len(keys(desk, "2026-10")) == len(keys(desk, "2026-11")) == 3
    assert desk.run(finalise_command, "--period", "2026-11").summary["retried"] == 0


def test_after_an_outage_the_whole_month_is_due(desk: Desk) -> None:
    """Every account is named, the records are in the store and the CSV; a rescore takes them along."""
    desk.pilot.org.plan("/query", *[Fault("answer", Response(503))] * 5)
    stuck = desk.run(finalise_command, *OCTOBER)
    assert (stuck.code, len(stuck.summary["failed"]), stuck.summary["scored"]) == (3, 3, 3)
    assert keys(desk, "2026-10") == []
    assert desk.run(rescore_command, desk.pilot.accounts[0].id, *OCTOBER).code == 0
    assert len(keys(desk, "2026-10")) == 3


def test_a_dry_run_is_never_due(desk: Desk) -> None:
    """Its provisional records stay at home, whatever is written later."""
    assert desk.run(finalise_command, *OCTOBER, "--dry-run").code == 0
    desk.now = parse_instant("2026-12-01") + 6 * HOUR
    assert desk.run(finalise_command, "--period", "2026-11").summary["retried"] == 0
    assert keys(desk, "2026-10") == []


def test_what_is_due_of_an_account_that_left_is_let_go(desk: Desk) -> None:
    """No row can be written to an account that is gone, month after month."""
    two = desk.pilot.accounts.pop(1)
    desk.pilot.org.refuse(f"{two.id}_2026-10", REFUSAL)
    assert desk.run(finalise_command, *OCTOBER).code == 3
    mapping = desk.folder / "mapping.csv"
    mapping.write_text("".join(row for row in mapping.read_text().splitlines(True) if two.id not in row))
    again = desk.run(finalise_command, *OCTOBER)
    assert (again.code, again.summary["retried"]) == (0, 0)


def test_a_store_that_was_lost_replaces_a_final_record_only_when_told_to(desk: Desk) -> None:
    """A new store takes October for open; Salesforce knows better."""
    one = desk.pilot.accounts[0].id
    assert desk.run(finalise_command, *OCTOBER).code == 0
    desk.store.unlink()
    assert desk.run(backfill).code == 0
    kept = desk.run(rescore_command, one, *OCTOBER)
    assert (kept.code, kept.said) == (0, f"healthscore: {one}: Salesforce keeps a record that is newer, or final\n")
    assert {row["Status__c"] for row in desk.pilot.written.values()} == {"final"}
    told = desk.run(rescore_command, one, *OCTOBER, "--replace-final")
    assert (told.code, told.said) == (0, "")
    assert desk.pilot.written[f"{one}_2026-10"]["Status__c"] == "provisional"


def test_without_looker_a_month_is_closed_by_what_is_known(desk: Desk) -> None:
    """The source is named, and the exit code is 3; the reading of the backfill still counts."""
    run = "/run/json"
    desk.pilot.instance.server.plan(run, *[Fault("answer", Response(503))] * 5)
    closed = desk.run(finalise_command, *OCTOBER)
    assert (closed.code, list(closed.summary["unread"]), closed.summary["scored"]) == (3, ["looker"], 3)
    assert "Looker was out of order at every try" in closed.said
    assert len(keys(desk, "2026-10")) == 3


def test_a_month_that_has_no_reading_of_its_own_is_flagged_then_without_usage(desk: Desk) -> None:
    """A source that is silent ages until it counts no more; it never looks healthy."""
    desk.pilot.instance.server.plan("/run/json", *[Fault("answer", Response(503))] * 5)
    desk.now = parse_instant("2026-12-01") + 6 * HOUR
    assert desk.run(finalise_command, "--period", "2026-11").code == 3
    [score, *_] = (record.score for record in desk.records())
    assert "dead:looker" in score.flags
    assert score.platform_value_score is None
    assert desk.now > AS_OF + 7 * DAY
