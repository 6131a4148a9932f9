"""Every command that takes an account finds it by what tables show: its name, a part of it, either form of its id."""

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.ids import to_18
from scoring.instants import DAY
from scoring.observations import Fields, Observation, Subject
from scoring.periods import period_before
from tests.test_history import CONFIG, END, ID, LAST, NOW, batch

OTHER = to_18("001Qy0000000002")
NAMES = {ID: "Grand Hôtel Évian", OTHER: "Grand Inn"}
COMMANDS = {"explain": (), "history": ("--months", "1"), "rescore": ("--period", LAST), "withdraw": ("--period", LAST)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store whose records name two accounts, and a mapping that names neither."""
    folder = tmp_path_factory.mktemp("named")
    (folder / "accounts.csv").write_text(f"sf_account_id,looker_customer_id\n{ID},77\n{OTHER},78\n")
    told = batch()
    for key, name in NAMES.items():
        told.add(Observation(Subject("salesforce", "account", key), END - 9 * DAY, Fields((("name", name),)), key))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(told)
        store.put_model(CONFIG.model.version, CONFIG.model_text)
        for key, period in ((ID, LAST), (OTHER, period_before(LAST))):
            terms = Terms(period, END, CONFIG.model, "final", NOW)
            store.put_records([record_of(AccountReader(store).read(Account(key, {"salesforce": (key,)})), terms)])
    return folder


def run(folder: Path, command: str, account: str) -> Result:
    """Give a command, but for what would take a record away: that only shows what it would do."""
    call = ["--store", f"sqlite:///{folder}/store.db", command, account, *COMMANDS[command]]
    return CliRunner().invoke(cli, [*call, "--accounts", str(folder / "accounts.csv")])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_part_of_a_name_that_only_the_store_knows_and_both_ids_name_the_same_account(
    folder: Path, command: str
) -> None:
    """All say the same of it; the other account is found, too, though its record is of the month before."""
    by_id = run(folder, command, ID)
    assert ID in by_id.stdout + by_id.stderr
    for words in (ID[:15], "evian", "GRAND HOTEL EVIAN"):
        said = run(folder, command, words)
        assert (said.exit_code, said.stdout, said.stderr) == (by_id.exit_code, by_id.stdout, by_id.stderr)
    other = run(folder, command, "grand inn")
    assert (other.exit_code, other.stdout) == ((by_id := run(folder, command, OTHER)).exit_code, by_id.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_of_several_lists_them_with_their_ids(folder: Path, command: str) -> None:
    """And nothing is done."""
    said = run(folder, command, "grand")
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"'grand' fits 2 accounts: give an id, or more of the name\n  {ID}  Grand Hôtel Évian\n" in said.stderr
    assert f"  {OTHER}  Grand Inn" in said.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_mistyped_name_says_which_was_probably_meant(folder: Path, command: str) -> None:
    """By the names that the store knows."""
    said = run(folder, command, "grand hotel evain")
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"no account grand hotel evain in the portfolio: did you mean {ID}? That is Grand Hôtel Évian" in said.stderr
