"""`erase` as a person and a script use it: look, ask, do, run again, let in again; on a laptop."""

import json
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from handlers.jobs.letter_file import Written
from handlers.stores.sqlite.store import SqliteStore
from tests.accounts.test_accounts_cli import ACME, ACME_ROW, BETA_ROW, Desk
from tests.messages import owner_listed

LETTER = msgspec.json.encode(Written("f", 1, "no such topic", json.dumps({"data": {"company_id": "acme"}})))
OTHERS = msgspec.json.encode(Written("f", 2, "no such topic", json.dumps({"data": {"company_id": "beta"}})))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a store of two accounts, one of them with a dead letter."""
    made = Desk(tmp_path)
    made.configured(ACME_ROW, BETA_ROW)
    listed = [owner_listed("intercom", name, at="2026-10-01T00:00:00Z", name=name.title()) for name in ("acme", "beta")]
    made.write("events.jsonl", *(json.dumps(one) for one in listed))
    made.told("ingest", "events.jsonl")
    made.told("accounts", "import", "config/account_mapping.csv")
    made.write("var/healthscore.dead-letter.jsonl", LETTER.decode(), OTHERS.decode())
    return made


def test_one_looks_first_and_nothing_is_written(desk: Desk) -> None:
    """A dry run counts by place; without a yes nothing goes either."""
    looked = desk.run("erase", "account", ACME, "--dry-run")
    told = json.loads(looked.out)
    assert (looked.code, told["did"]) == (3, False)
    assert told["erased"] == {"accounts": 1, "dead letters": 1, "history of accounts": 1, "owners": 1}
    refused = desk.run("erase", "account", ACME)
    assert (refused.code, "add --yes" in refused.err) == (1, True)
    assert ACME in desk.listed()


def test_an_account_goes_with_a_receipt_and_its_rows_of_the_mapping_are_named(desk: Desk) -> None:
    """Exit code 3 until a person took the row out; then the same call ends well, and nothing of it stays."""
    first = desk.run("erase", "account", ACME[:15], "--yes", "--receipt", "receipt.json", "--by", "zoe")
    receipt = json.loads((desk.folder / "receipt.json").read_text())
    assert (first.code, [one["place"] for one in receipt["stays"]]) == (3, ["mapping"])
    assert "take them out" in first.err
    desk.configured(BETA_ROW)
    assert desk.run("erase", "account", ACME, "--yes").code == 0
    assert ACME not in desk.listed()
    store = (desk.folder / "var/healthscore.db").read_bytes()
    assert not any(word.encode() in store for word in (ACME, "acme", "Acme"))
    assert (desk.folder / "var/healthscore.dead-letter.jsonl").read_bytes() == OTHERS + b"\n"
    assert not any(word in json.dumps(receipt) for word in (ACME, "acme", "Acme"))
    assert [one["place"] for one in receipt["by_hand"]].count("the sources") == 1


def test_what_comes_later_is_refused_until_it_is_let_in_again(desk: Desk) -> None:
    """Events are counted as refused, a change of accounts is refused by name."""
    desk.configured(BETA_ROW)
    desk.told("erase", "account", ACME, "--yes")
    assert desk.told("ingest", "events.jsonl")["remarks"] == {"of somebody who was erased": 1}
    again = desk.run("accounts", "set", ACME, "--name", "Acme")
    assert (again.code, f"erase account {ACME} --undo" in again.err) == (1, True)
    taken = desk.run("accounts", "set", "001AA0000000002YAA", "--owner", "intercom=acme")
    assert (taken.code, "was erased" in taken.err) == (1, True)
    assert desk.run("erase", "account", ACME, "--undo").code == 0
    assert desk.told("ingest", "events.jsonl")["remarks"] == {}
    assert desk.told("accounts", "set", ACME, "--name", "Acme")["deed"] == "added"


def test_nobody_of_that_id_is_an_error_that_says_so(desk: Desk) -> None:
    """An id with a typing error erases nothing, and is no success."""
    for words in (("account", "001AA0000000009YAA"), ("person", "nobody@example.com")):
        answer = desk.run("erase", *words, "--yes")
        assert (answer.code, "nothing is kept of" in answer.err) == (1, True)
    with closing(SqliteStore(desk.folder / "var/healthscore.db")) as store:
        assert store.cursors("erased/") == {}


def test_salesforce_is_asked_only_where_the_environment_names_it(desk: Desk) -> None:
    """Nothing is erased before that is known."""
    answer = desk.run("erase", "account", ACME, "--yes", "--salesforce")
    assert (answer.code, "nothing was erased" in answer.err) == (1, True)
    assert ACME in desk.listed()


def test_what_others_are_called_stays_though_it_has_the_name_in_it(desk: Desk) -> None:
    """Neither the history nor the id of an account is changed that is called like the erased one and more."""
    other = "001AA0000000002YAA"
    desk.told("accounts", "set", ACME, "--name", "Acme Hotels")
    desk.told("accounts", "set", other, "--name", "Acme Hotels Berlin")
    desk.configured(BETA_ROW)
    desk.told("erase", "account", ACME, "--yes")
    assert "Acme Hotels Berlin" in desk.run("accounts", "history", other).out


def test_an_account_that_no_mapping_knows_any_more_is_not_said_to_be_gone(desk: Desk, tmp_path: Path) -> None:
    """What the store keeps of it holds whatever file is given; where nothing says its owners, that is exit code 3."""
    desk.configured(BETA_ROW)
    looked = desk.run("erase", "account", ACME, "--dry-run", "--accounts", "config/account_mapping.csv")
    assert json.loads(looked.out)["erased"]["owners"] == 1
    (tmp_path / "var/healthscore.db").unlink()
    desk.told("ingest", "events.jsonl")
    desk.write("var/healthscore.dead-letter.jsonl", json.dumps({"account_id": ACME}))
    first = desk.run("erase", "account", ACME, "--yes")
    assert (first.code, "erase company SOURCE=ID" in first.err) == (3, True)
    assert desk.run("erase", "account", ACME, "--yes").code == 0
