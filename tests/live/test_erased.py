"""An account is erased after a close, in Salesforce too: what is left closes, and is proved, as if nothing had been."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from handlers.cli import DEFAULT_CONFIG
from handlers.clients.remote import Patience
from handlers.commands.erase import erase
from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.commands.proof import verify
from handlers.commands.session import Session
from handlers.stores.sqlite.store import SqliteStore
from tests.live.desk import Desk, at_desk
from tests.live.pilot import variables
from tests.live.test_guards import NOVEMBER, OCTOBER


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(4, tmp_path) as desk:
        assert desk.run(backfill).code == 0
        assert desk.run(finalise_command, *OCTOBER).code == 0
        yield desk


def erased(desk: Desk, account: str, *words: str) -> tuple[int, Any]:
    """Erase an account; give the exit code and the receipt."""
    mapping = ("--accounts", str(desk.folder / "mapping.csv"))
    done = invoked(desk, erase, "account", account, "--yes", *mapping, *words)
    assert done.exit_code in (0, 3), done.stderr
    return done.exit_code, json.loads(done.stdout)


def invoked(desk: Desk, command: click.Command, *words: str) -> Result:
    """Run a command on the desk's store."""
    session = Session(f"sqlite:///{desk.store}", DEFAULT_CONFIG, True, lambda: desk.now, Patience(0.0, lambda _: None))
    return CliRunner().invoke(command, list(words), obj=session, env=variables(desk.pilot, 30))


def drop_row(desk: Desk, account: str) -> None:
    """Take an account's row out of the mapping."""
    mapping = desk.folder / "mapping.csv"
    mapping.write_text("".join(line for line in mapping.read_text().splitlines(True) if account not in line))


def test_an_account_is_erased_in_the_store_and_in_salesforce_and_the_next_close_works(desk: Desk) -> None:
    """Its score and its suggestions go there; its own signals, which people wrote, stay; the others' scores stay."""
    gone, stays = (one.id for one in desk.pilot.accounts[:2])
    desk.pilot.org.declare("Churn_Signal__c", {"Suggestion_Key__c": "text"})
    signals = desk.pilot.org.records["Churn_Signal__c"]
    for number, (account, key) in enumerate(((gone, "s-1"), (gone, None), (stays, "s-2"))):
        name = f"a0S00000000000{number}AAA"
        desk.pilot.org.put("Churn_Signal__c", Id=name, Account__c=account, Suggestion_Key__c=key)
    before = {one.score.account_id: one for one in desk.records()}
    code, receipt = erased(desk, gone, "--salesforce")
    assert (code, [one["place"] for one in receipt["stays"]]) == (3, ["mapping"])
    assert (receipt["erased"]["CRM records"], receipt["erased"]["CRM suggestions"]) == (1, 1)
    assert f"{gone}_2026-10" not in desk.pilot.written
    there = [(one["Account__c"], one.get("Suggestion_Key__c")) for one in signals.values()]
    assert {(stays, "s-2"), (gone, None)} <= {*there}
    assert (gone, "s-1") not in there
    assert {one.score.account_id: one for one in desk.records()} == {k: v for k, v in before.items() if k != gone}
    drop_row(desk, gone)
    assert erased(desk, gone)[0] == 0
    assert desk.run(backfill).code == 0
    assert gone.encode() not in desk.store.read_bytes()
    assert invoked(desk, verify).exit_code == 0
    desk.now = desk.now.__class__(desk.now + 31 * 86_400_000_000)
    closed = desk.run(finalise_command, *NOVEMBER, "--yes-close", "fewer_scored", "--yes-close", "tier_changes")
    assert closed.summary["failed"] == {}
    with closing(SqliteStore(desk.store)) as store:
        assert {account for account, _ in store.record_keys()} == before.keys() - {gone}
