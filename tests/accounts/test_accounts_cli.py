"""`accounts` as a person and a script use it: import, export, set, remove, list, history; and who decides."""

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from config.loader import DEFAULT_DIRECTORY
from config.portfolio import USUAL_FORM
from handlers.stores.sqlite.store import SqliteStore
from tests.calling import call
from tests.identity.test_identity_cli import Answer
from tests.messages import owner_listed

ACME, BETA, GAMMA = "001AA0000000001YAA", "001AA0000000002YAA", "001AA0000000003YAA"
HEADER = ",".join(USUAL_FORM.header)
ACME_ROW, BETA_ROW = f"{ACME},acme,77,Hotel Acme,paid", f"{BETA},beta,,Beta,"
COUNTS = ("added", "changed", "removed", "unchanged", "absent")


class Desk:
    """A folder with a config of its own, and the command line run in it."""

    def __init__(self, folder: Path) -> None:
        """Have a config whose mapping has no account."""
        self.folder = folder
        shutil.copytree(DEFAULT_DIRECTORY, folder / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        self.configured()

    def configured(self, *rows: str) -> None:
        """Let the mapping of the config have these rows."""
        self.write("config/account_mapping.csv", HEADER, *rows)

    def write(self, name: str, *lines: str) -> None:
        """Write a file."""
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines))

    def run(self, *words: str) -> Answer:
        """Run `healthscore` with these words."""
        done = call("--config", "config", *words, folder=self.folder)
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def told(self, *words: str) -> Any:  # noqa: ANN401  whatever the command tells
        """Run a command that succeeds, and read its line of JSON."""
        answer = self.run(*words)
        assert answer.code == 0, answer.err
        return json.loads(answer.out)

    def listed(self) -> dict[str, Any]:
        """List the accounts that hold, by id."""
        rows = map(json.loads, self.run("accounts", "list").out.splitlines())
        return {row["account_id"]: row for row in rows}

    def history(self, *words: str) -> list[dict[str, Any]]:
        """List changes."""
        return [json.loads(line) for line in self.run("accounts", "history", *words).out.splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a desk."""
    return Desk(tmp_path)


def counts(told: dict[str, Any]) -> tuple[int, ...]:
    """Give the counts of an import."""
    return tuple(told[name] for name in COUNTS)


def test_a_store_without_accounts_leaves_it_to_the_config(desk: Desk) -> None:
    """Nothing is written for that; also where there is no store yet."""
    desk.configured(ACME_ROW)
    assert desk.listed().keys() == {ACME}
    desk.write("one.jsonl", json.dumps(owner_listed("intercom", "acme", at="2026-10-01")))
    desk.run("ingest", "one.jsonl")
    assert desk.listed().keys() == {ACME}
    desk.configured(BETA_ROW)
    assert desk.listed().keys() == {BETA}
    assert desk.history() == []


def test_an_account_is_meant_by_its_name_or_a_part_of_it(desk: Desk) -> None:
    """As everywhere; what fits several is refused, and only an id adds one."""
    desk.configured(ACME_ROW, BETA_ROW, f"{GAMMA},gamma,,Beta Süd,")
    assert desk.told("accounts", "set", "hotel ac", "--csm", "Ana")["account_id"] == ACME
    several = desk.run("accounts", "remove", "beta s", "eta")
    assert (several.code, "'eta' fits 2 accounts" in several.err) == (1, True)
    assert desk.told("accounts", "remove", "sud", "--by", "zoe") == {"removed": [GAMMA]}
    assert [one["deed"] for one in desk.history("acme")] == ["added", "changed"]
    assert "no account delta in the portfolio" in desk.run("accounts", "set", "delta", "--csm", "Ana").err


def test_a_spreadsheet_of_accounts_goes_into_the_store_that_keeps_them(desk: Desk) -> None:
    """What stands there stays; as long as the store keeps none, or for a file that is named, it is the mapping."""
    desk.write("new.csv", "Account ID,Account Name,Intercom Company ID", f"{BETA},Beta,beta", f"{ACME},Other,acme-2")
    desk.configured(ACME_ROW)
    desk.told("accounts", "set", ACME, "--csm", "Ana")
    refused = desk.run("import", "accounts", "new.csv")
    assert (refused.code, [*desk.listed()]) == (1, [ACME])
    assert desk.told("import", "accounts", "new.csv", "--yes")["taken"] == 2
    assert {key: row["owners"] for key, row in desk.listed().items()} == {
        ACME: {"intercom": ["acme", "acme-2"], "looker": ["77"]},
        BETA: {"intercom": ["beta"]},
    }
    assert (desk.listed()[ACME]["account_name"], desk.listed()[ACME]["csm"]) == ("Hotel Acme", "Ana")
    assert (desk.folder / "config/account_mapping.csv").read_text() == f"{HEADER}\n{ACME_ROW}\n"
    desk.told("import", "accounts", "new.csv", "--yes", "--accounts", "named.csv")
    assert len((desk.folder / "named.csv").read_text().splitlines()) == 3


def test_the_csm_that_is_set_is_the_one_that_lists_show(desk: Desk) -> None:
    """From the next score on."""
    desk.write("mapping.csv", HEADER, ACME_ROW)
    desk.told("accounts", "import", "mapping.csv")
    desk.told("accounts", "set", ACME, "--csm", "Zoe Größe")
    desk.write("one.jsonl", json.dumps(owner_listed("intercom", "acme", at="2026-10-01")))
    desk.run("ingest", "one.jsonl")
    assert desk.run("rescore", "acme", "--period", "2026-10").code == 0
    row = json.loads(desk.run("portfolio", "--csm", "zoe", "--json").out)
    assert (row["account_id"], row["csm"]["name"], row["csm"]["id"]) == (ACME, "Zoe Größe", None)


def test_a_config_needs_no_mapping_where_the_store_has_the_accounts(desk: Desk) -> None:
    """Without either it is said what to do."""
    (desk.folder / "config/account_mapping.csv").unlink()
    assert desk.listed() == {}
    assert "no accounts in config/account_mapping.csv: put them into the store" in desk.run("explain", ACME).err
    desk.write("mapping.csv", HEADER, ACME_ROW)
    assert desk.told("accounts", "import", "mapping.csv")["written"] == 1
    assert desk.listed().keys() == {ACME}


def test_people_get_tables_and_sentences(desk: Desk) -> None:
    """Where they ask for them, as on a terminal; marks in a name are no colours."""
    desk.write("mapping.csv", HEADER, f"{ACME},acme,77,Hotel [red] Acme,paid")
    told = desk.run("accounts", "import", "mapping.csv", "--table", "--by", "zoe").out
    assert told == "1 accounts: 1 added, 0 changed, 0 removed, 0 unchanged.\n"
    assert desk.run("accounts", "set", ACME, "--csm", "Ana", "--table", "--by", "max").out == f"{ACME} changed\n"
    listed = " ".join(desk.run("accounts", "list", "--table").out.split())
    assert "Hotel [red] Acme" in listed
    assert f"{ACME} paid Ana" in listed
    assert listed.endswith("1 accounts")
    shown = " ".join(desk.run("accounts", "history", "--table").out.split())
    assert 'changed: CSM none → "Ana"' in shown


def test_from_the_first_change_on_the_store_decides(desk: Desk) -> None:
    """It takes in what the config said; what the config says later is taken in by import alone."""
    desk.configured(ACME_ROW)
    told = desk.told("accounts", "set", BETA, "--name", " Beta  Hotels ", "--by", "zoe")
    assert (told["deed"], told["name"]) == ("added", {"was": None, "is": "Beta Hotels"})
    assert {key: row["owners"] for key, row in desk.listed().items()} == {
        ACME: {"intercom": ["acme"], "looker": ["77"]},
        BETA: {},
    }
    desk.configured(f"{GAMMA},gamma,,Gamma,")
    assert desk.listed().keys() == {ACME, BETA}
    assert counts(desk.told("accounts", "import", "config/account_mapping.csv")) == (1, 0, 0, 0, 2)
    assert desk.listed().keys() == {ACME, BETA, GAMMA}


def test_a_named_file_holds_for_its_call_alone(desk: Desk) -> None:
    """Whatever the store keeps."""
    desk.configured(ACME_ROW)
    desk.told("accounts", "set", ACME, "--csm", "Ana")
    desk.write("other.csv", HEADER, BETA_ROW)
    desk.write("one.jsonl", json.dumps(owner_listed("intercom", "x", at="2026-10-01")))
    desk.run("ingest", "one.jsonl")
    stock = desk.told("identity", "audit", "--accounts", "other.csv")
    assert stock["accounts_lacking"]["looker"] == [BETA]
    assert desk.told("identity", "audit")["accounts_lacking"]["looker"] == []


def test_an_import_is_shown_first_and_changes_nothing_the_second_time(desk: Desk) -> None:
    """A dry run writes nothing, not even a store."""
    desk.write("mapping.csv", HEADER, ACME_ROW, BETA_ROW)
    dry = desk.run("accounts", "import", "mapping.csv", "--dry-run")
    assert (dry.code, counts(json.loads(dry.out))) == (0, (2, 0, 0, 0, 0))
    assert f'{BETA} added: name none → "Beta"; + Intercom beta' in dry.err
    assert not (desk.folder / "var").exists()
    told = desk.told("accounts", "import", "mapping.csv", "--by", "zoe")
    assert (counts(told), told["written"], told["dry_run"]) == ((2, 0, 0, 0, 0), 2, False)
    again = desk.run("accounts", "import", "mapping.csv", "--by", "max")
    assert (counts(json.loads(again.out)), json.loads(again.out)["written"], again.err) == ((0, 0, 0, 2, 0), 0, "")
    assert [(one["by"], one["account_id"], one["deed"]) for one in desk.history()] == [
        ("zoe", ACME, "added"),
        ("zoe", BETA, "added"),
    ]


def test_a_first_import_is_done_once_and_one_that_was_cut_short_is_completed(desk: Desk) -> None:
    """As a deployment does it: what the store keeps stays as it is, but for half of what it was to take in."""
    desk.configured(ACME_ROW, BETA_ROW)
    words = ("accounts", "import", "config/account_mapping.csv", "--first", "--by", "zoe")
    assert desk.told(*words)["written"] == 2
    desk.told("accounts", "remove", BETA)
    again = desk.run(*words)
    assert (json.loads(again.out)["written"], [*desk.listed()]) == (0, [ACME])
    assert "the store keeps accounts already: nothing was taken in" in again.err
    with closing(SqliteStore(desk.folder / "var/healthscore.db")) as store:
        store.set_cursor("accounts/adopting", "begun")
    assert desk.told(*words)["written"] == 1
    assert desk.listed().keys() == {ACME, BETA}
    assert desk.told(*words)["written"] == 0


def test_what_a_file_has_no_column_of_stays_and_an_empty_cell_takes_away(desk: Desk) -> None:
    """So a file of names and Intercom's keys alone changes those alone."""
    desk.write("mapping.csv", HEADER, ACME_ROW)
    desk.told("accounts", "import", "mapping.csv")
    desk.write("names.csv", "sf_account_id;account_name;intercom_company_id", f"{ACME};;acme-2")
    assert counts(desk.told("accounts", "import", "names.csv")) == (0, 1, 0, 0, 0)
    row = desk.listed()[ACME]
    assert (row["account_name"], row["segment"]) == (None, "paid")
    assert row["owners"] == {"intercom": ["acme-2"], "looker": ["77"]}


def test_accounts_that_a_file_lacks_leave_only_when_asked(desk: Desk) -> None:
    """And then only with a yes."""
    desk.write("mapping.csv", HEADER, ACME_ROW, BETA_ROW)
    desk.told("accounts", "import", "mapping.csv")
    desk.write("half.csv", HEADER, ACME_ROW)
    assert counts(desk.told("accounts", "import", "half.csv")) == (0, 0, 0, 1, 1)
    refused = desk.run("accounts", "import", "half.csv", "--replace")
    assert (refused.code, refused.out) == (1, "")
    assert "nothing was changed: 1 accounts would leave; add --yes to let them" in refused.err
    assert desk.listed().keys() == {ACME, BETA}
    assert counts(desk.told("accounts", "import", "half.csv", "--replace", "--yes")) == (0, 0, 1, 1, 1)
    assert desk.listed().keys() == {ACME}


def test_a_wrong_line_and_an_owner_of_another_account_are_named_by_line_and_column(desk: Desk) -> None:
    """Nothing is written."""
    desk.write("mapping.csv", HEADER, ACME_ROW)
    desk.told("accounts", "import", "mapping.csv")
    desk.write("wrong.csv", HEADER, f"{BETA},1.23E+17,,Beta,")
    wrong = desk.run("accounts", "import", "wrong.csv")
    assert (wrong.code, "wrong.csv: line 2: intercom_company_id is" in wrong.err) == (1, True)
    desk.write("taken.csv", HEADER, f"{GAMMA},,,Gamma,", f"{BETA},beta,77,Beta,")
    taken = desk.run("accounts", "import", "taken.csv")
    assert taken.code == 1
    assert taken.err == (
        'healthscore: taken.csv: line 3: looker_customer_id is "77": expected an owner of one account only; '
        f"it belongs to {ACME}, and would be {BETA}'s too\n"
    )
    assert desk.listed().keys() == {ACME}
    refused = desk.run("accounts", "set", BETA, "--owner", "looker=77")
    assert f"looker owner 77 is not {BETA}'s: it belongs to {ACME}" in refused.err
    assert f"accounts set {ACME} --without looker=77" in refused.err


def test_what_is_exported_and_taken_in_again_changes_nothing(desk: Desk) -> None:
    """To a file or to stdout, with a CSM where there is one."""
    desk.write("mapping.csv", f"{HEADER},csm_override", f"{ACME_ROW},Ana", f"{ACME},acme-2,,,,", f"{BETA_ROW},")
    desk.told("accounts", "import", "mapping.csv")
    assert desk.listed()[ACME]["csm"] == "Ana"
    assert desk.told("accounts", "export", "out.csv") == {"output": "out.csv", "accounts": 2}
    assert desk.run("accounts", "export").out.splitlines() == [
        f"{HEADER},csm_override",
        f"{ACME_ROW},Ana",
        f"{ACME},acme-2,,Hotel Acme,paid,Ana",
        f"{BETA_ROW},",
    ]
    assert counts(desk.told("accounts", "import", "out.csv", "--replace")) == (0, 0, 0, 2, 0)


def test_set_changes_what_is_named_and_remove_keeps_the_history(desk: Desk) -> None:
    """Who did what is kept, also of an account that left."""
    desk.write("mapping.csv", HEADER, ACME_ROW)
    desk.told("accounts", "import", "mapping.csv", "--by", "zoe")
    told = desk.told(
        "accounts", "set", ACME[:15], "--segment", "", "--owner", "intercom=b", "--without", "looker=77", "--by", "max"
    )
    assert told["segment"] == {"was": "paid", "is": None}
    assert (told["gained"], told["lost"]) == ([["intercom", "b"]], [["looker", "77"]])
    assert desk.told("accounts", "set", ACME, "--name", "Hotel Acme") == {"account_id": ACME, "deed": "unchanged"}
    assert desk.told("accounts", "remove", ACME, "--by", "eva") == {"removed": [ACME]}
    assert [(one["by"], one["deed"]) for one in desk.history(ACME)] == [
        ("zoe", "added"),
        ("max", "changed"),
        ("eva", "removed"),
    ]
    assert desk.listed() == {}
    gone = desk.run("explain", ACME)
    assert (gone.code, "no accounts in the store sqlite:///var/healthscore.db" in gone.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("set", ACME), "nothing to change: give --name, --segment, --csm, --owner or --without."),
        (("set", "003AA0000000001", "--name", "x"), "begins with 001; 003 begins the id of a Contact"),
        (("set", "001AA0000000001XXX", "--name", "x"), f"did you mean {ACME}?"),
        (("set", ACME, "--owner", "acme"), "'acme' is no owner: expected such as intercom=acme"),
        (("set", ACME, "--owner", "intercon=acme"), "did you mean intercom?"),
        (("set", ACME, "--owner", "zendesk=1"), "'zendesk': it is no source in use"),
        (("set", ACME, "--owner", f"salesforce={ACME}"), "Salesforce owns its accounts itself"),
        (("set", ACME, "--owner", "looker=1.2E+17"), "a spreadsheet cut this number short"),
        (("remove", BETA), f"not among the 1 accounts: {BETA}; nothing was changed"),
        (("import", "none.csv"), "'none.csv' does not exist."),
    ],
)
def test_what_cannot_be_is_said_in_one_line(desk: Desk, words: tuple[str, ...], message: str) -> None:
    """With what to do."""
    desk.configured(ACME_ROW)
    answer = desk.run("accounts", *words)
    assert answer.code != 0
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert desk.history() == [] or answer.code == 0


def test_verified_pairs_go_into_the_store(desk: Desk) -> None:
    """By `identity apply` without a file to write; with one, it says that the store stays as it is."""
    desk.configured(ACME_ROW)
    desk.write("one.jsonl", json.dumps(owner_listed("intercom", "nl", also=["id9"], at="2026-10-01")))
    desk.run("ingest", "one.jsonl")
    header = "sf_account_id,account_name,source,owner,owner_name,rule,score,reason,status"
    desk.write("p.csv", header, f"{BETA},Beta,intercom,nl,,exact,100,by hand,verified")
    told = desk.told("identity", "apply", "p.csv", "--by", "zoe")
    assert told == {"store": "sqlite:///var/healthscore.db", "accounts": 2, "verified": 1, "changed": 1}
    assert desk.listed()[BETA]["owners"] == {"intercom": ["nl"]}
    desk.write("q.csv", header, f"{ACME},Acme,intercom,id9,,exact,100,by hand,verified")
    assert f"also given to {BETA}" in desk.run("identity", "apply", "q.csv").err
    other = desk.run("identity", "apply", "p.csv", "--output", "new.csv")
    assert (other.code, "the store has its own accounts, which stay" in other.err) == (0, True)
    assert desk.run("identity", "apply", "p.csv", "--accounts", "new.csv").code == 2


def test_doctor_says_where_the_config_differs_from_the_store(desk: Desk) -> None:
    """Since somebody may go on editing the file."""
    desk.configured(ACME_ROW)
    desk.told("accounts", "set", ACME, "--csm", "Ana")
    told = json.loads(desk.run("doctor").out)["checks"]
    (check,) = [one for one in told if (one["system"], one["check"]) == ("healthscore", "accounts")]
    assert check["ok"] is None
    assert "differs from the accounts of the store" in check["problem"]


@pytest.mark.parametrize("command", ["import", "export", "list", "history", "set", "remove"])
def test_help_has_an_example(desk: Desk, command: str) -> None:
    """Every command shows how it is called."""
    assert f"healthscore accounts {command}" in desk.run("accounts", command, "--help").out.partition("Example:")[2]
