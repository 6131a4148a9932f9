"""`words suggest`: what it says, where it writes, what it refuses."""

import json
from contextlib import closing
from pathlib import Path

from handlers.clock import now
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY
from tests.calling import Called, call
from tests.config.folders import copy_figures
from tests.live.suggesting import account, opened_at

HEAD = "sf_account_id,intercom_company_id\n"


def suggest(folder: Path, *words: str, detector: str = "rules") -> Called:
    """Call the command in a folder that has a store, two accounts, and a config of its own."""
    config = folder / "config"
    if not config.exists():
        copy_figures(config)
    (config / "words.yaml").write_text(f"detector: {detector}\n")
    rows = "".join(f"{account(number).id},company-{number}\n" for number in (1, 2))
    (config / "account_mapping.csv").write_text(HEAD + rows)
    store = f"sqlite:///{folder / 'store.db'}"
    return call("--store", store, "--config", str(config), "words", "suggest", *words, folder=folder)


def test_it_writes_once_and_says_what(tmp_path: Path) -> None:
    """A dry run writes nothing; without Salesforce it goes into the store; called again, nothing is due."""
    opened_at(tmp_path / "store.db", 1, 2, at=now() - DAY).close()
    dry = suggest(tmp_path, "--dry-run", "--table")
    assert dry.returncode == 0, dry.stderr
    assert b"Suggestions due: 2, of 2 accounts; nothing was written." in dry.stdout
    first = json.loads(suggest(tmp_path).stdout)
    assert (first["written"], first["into"], first["failed"]) == (2, "store", {})
    assert {"key": "intercom-101-cancellation", "quote": "we will not renew"}.items() <= first["suggestions"][0].items()
    again = json.loads(suggest(tmp_path).stdout)
    assert (again["written"], again["suggestions"]) == (0, [])
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        assert len(store.facts("salesforce", [account(1).id])) == 1


def test_where_no_message_is_read_it_says_so(tmp_path: Path) -> None:
    """The switch is in words.yaml."""
    opened_at(tmp_path / "store.db", 1).close()
    answer = suggest(tmp_path, detector="off")
    assert (answer.returncode, b"detector: off" in answer.stderr) == (1, True)


def test_a_quote_is_shown_as_it_is(tmp_path: Path) -> None:
    """Brackets of placeholders are no markup."""
    opened_at(tmp_path / "store.db", 1, quote="[person] will not renew", at=now() - DAY).close()
    assert b"[person] will not renew" in suggest(tmp_path, "--dry-run", "--table").stdout
