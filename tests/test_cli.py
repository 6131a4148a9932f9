"""The command line as a script sees it: exit codes, stdout, one-line errors on stderr."""

import csv
import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest

from handlers.cli import COMMANDS, SAYS
from handlers.demo import generate
from scoring.instants import parse_instant
from tests.calling import call

EXAMPLES = Path(__file__).parent / "cases" / "worked_examples.json"


class Answer(NamedTuple):
    """What a call of the command line came to."""

    code: int
    out: str
    err: str


class Desk:
    """A folder with recorded events of a small portfolio, and the command line run in it."""

    def __init__(self, folder: Path) -> None:
        """Generate the events."""
        self.folder = folder
        portfolio = generate(7, parse_instant("2026-11-01"), accounts=20, pilots=15)
        portfolio.write_mapping(folder / "mapping.csv")
        self.lines = list(portfolio.lines())
        (folder / "events.jsonl").write_bytes(b"\n".join(self.lines) + b"\n")
        self.accounts = sorted(account.id for account in portfolio.accounts)

    def run(self, *words: str, given: str = "") -> Answer:
        """Run `healthscore` with these words."""
        done = call(*words, folder=self.folder, given=given.encode())
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read a CSV file."""
        with (self.folder / name).open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Give a desk whose events are ingested and whose September and October are closed."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    assert desk.run("ingest", "events.jsonl").code == 3
    for period in ("2026-09", "2026-10"):
        closed = desk.run("finalise", "--period", period, "--accounts", "mapping.csv")
        assert closed.code == 0, closed.err
    return desk


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str, tmp_path: Path) -> None:
    """Every command shows how it is called."""
    done = call(command, "--help", folder=tmp_path)
    said = done.stdout.decode()
    assert f"healthscore {command}" in said.partition("Example:")[2] or "| healthscore score" in said


def test_the_list_of_commands_says_a_word_of_each(tmp_path: Path) -> None:
    """In the order of a pilot; to print it no command is loaded, nor for the version, which is one line."""
    assert list(SAYS) == list(COMMANDS)
    said = " ".join(call("--help", folder=tmp_path).stdout.decode().partition("Commands:")[2].split())
    assert said == " ".join(f"{name} {says}" for name, says in SAYS.items())


def test_worked_examples_come_out_exactly(desk: Desk) -> None:
    """Raw metrics in, the published figures out."""
    examples = json.loads(EXAMPLES.read_text())
    answer = desk.run("score", "-", given="\n".join(json.dumps(example["input"]) for example in examples))
    assert (answer.code, answer.err) == (0, "")
    for line, example in zip(answer.out.splitlines(), examples, strict=True):
        score, expected = json.loads(line), example["expected"]
        assert {name: d["score"] for name, d in score["dimensions"].items()} == expected["dimensions"]
        assert (score["cap"] and score["cap"]["value"]) == expected["cap"]
        for name in expected.keys() - {"dimensions", "cap"}:
            assert score[name] == expected[name]


def test_score_names_a_bad_line_and_scores_the_rest(desk: Desk) -> None:
    """Exit code 3; a name we never heard of is tolerated."""
    good = {"account_id": "A", "segment": "paid", "as_of": "2026-11-01", "metrics": {}, "platform_value": {}}
    typo = {**good, "metrics": {"support_health": {"p1_p2_volum": 3}}}
    bad = {**good, "segment": "gold"}
    far = {**good, "as_of": "0001-01-01T00:00:00+05:00"}
    answer = desk.run("score", "-", given="\n".join(map(json.dumps, (good, typo, bad, far))) + "\nnot json\n")
    assert answer.code == 3
    assert len(answer.out.splitlines()) == 2
    assert "did you mean p1_p2_volume?" in answer.err
    assert "line 3: segment is 'gold': expected paid or standard" in answer.err
    assert "line 4: as_of is '0001-01-01T00:00:00+05:00': expected an instant" in answer.err
    assert "line 5: not JSON" in answer.err


def test_unreadable_lines_are_kept_with_their_reasons(desk: Desk) -> None:
    """File, line from 1, reason and body, appended beside the store."""
    letters = [
        json.loads(line) for line in (desk.folder / "var/healthscore.dead-letter.jsonl").read_text().splitlines()
    ]
    assert letters
    for letter in letters:
        assert letter.keys() == {"file", "line", "reason", "body"}
        assert letter["file"] == "events.jsonl"
        assert desk.lines[letter["line"] - 1].decode("utf-8", "backslashreplace") == letter["body"]


def test_ingesting_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """The same events twice, the second time from stdin and backwards."""
    backwards = b"\n".join(reversed(desk.lines)).decode("utf-8", "replace")
    store = f"sqlite:///{tmp_path}/again.db"
    for words in (["events.jsonl"], ["-"]):
        assert desk.run("--store", store, "ingest", *words, given=backwards).code == 3
    twice = observations(tmp_path / "again.db")
    assert twice == observations(desk.folder / "var/healthscore.db")


def observations(path: Path) -> list[tuple[object, ...]]:
    """Read all observations of a store."""
    with sqlite3.connect(path) as db:
        return db.execute("SELECT * FROM observations ORDER BY 1, 2, 3, 4, 5").fetchall()


def test_finalise_writes_one_row_for_each_account_that_lives(desk: Desk) -> None:
    """The CSV has every account once, none deleted, the unscored without a number."""
    rows = desk.rows("var/health-scores-2026-10.csv")
    accounts = [row["account_id"] for row in rows]
    assert len(set(accounts)) == len(accounts)
    assert set(accounts) <= set(desk.accounts)
    unscored = [row for row in rows if "unscored" in row["flags"]]
    assert unscored
    assert {row["final_score"] for row in unscored} == {""}


def test_a_dry_run_never_takes_the_place_of_a_final_record(desk: Desk) -> None:
    """It writes its CSV all the same."""
    words = ("finalise", "--period", "2026-10", "--accounts", "mapping.csv")
    answer = desk.run(*words, "--dry-run", "--output", "dry.csv")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["status"] == "provisional"
    dry, final = desk.rows("dry.csv"), desk.rows("var/health-scores-2026-10.csv")
    assert [row["final_score"] for row in dry] == [row["final_score"] for row in final]
    with sqlite3.connect(desk.folder / "var/healthscore.db") as db:
        assert db.execute("SELECT DISTINCT substr(rank, 1, 1) FROM records").fetchall() == [("1",)]


def test_rescore_prints_the_score_of_one_account(desk: Desk) -> None:
    """An ended period is scored as of its end; the same account, the same score as its record."""
    account = desk.accounts[0]
    answer = desk.run("rescore", account, "--period", "2026-10", "--accounts", "mapping.csv")
    assert answer.code == 0, answer.err
    score = json.loads(answer.out)
    assert (score["account_id"], score["as_of"]) == (account, "2026-11-01T00:00:00Z")
    row = next(row for row in desk.rows("var/health-scores-2026-10.csv") if row["account_id"] == account)
    assert row["final_score"] == ("" if score["final_score"] is None else str(score["final_score"]))


def test_replay_scores_all_mapped_accounts_by_id(desk: Desk) -> None:
    """The same figures as the store's own, in the order of account ids."""
    words = ("replay", "events.jsonl", "--accounts", "mapping.csv", "--as-of", "2026-11-01T00:00:00Z")
    answer = desk.run(*words, "--output", "scores.jsonl")
    assert answer.code == 3
    scores = [json.loads(line) for line in (desk.folder / "scores.jsonl").read_text().splitlines()]
    assert [score["account_id"] for score in scores] == desk.accounts
    by_id = {score["account_id"]: score["final_score"] for score in scores}
    for row in desk.rows("var/health-scores-2026-10.csv"):
        assert row["final_score"] == ("" if by_id[row["account_id"]] is None else str(by_id[row["account_id"]]))


def test_explain_says_why_and_what_moved(desk: Desk) -> None:
    """In words, for each account of the portfolio."""
    for account in desk.accounts[:4]:
        answer = desk.run("explain", account, "--period", "2026-10", "--accounts", "mapping.csv")
        assert (answer.code, answer.err) == (0, "")
        assert account in answer.out


def gap(entity: str, record_id: str) -> str:
    """Give a change event without content."""
    header = {
        "entityName": entity,
        "recordIds": [record_id],
        "changeType": "GAP_UPDATE",
        "changedFields": [],
        "commitTimestamp": 1792000000000,
    }
    detail = {"payload": {"ChangeEventHeader": header}}
    return json.dumps({"source": "aws.partner/salesforce.com/00D/0YL", "detail": detail})


def test_status_lists_what_must_be_read_again_and_what_maps_to_nothing(desk: Desk, tmp_path: Path) -> None:
    """Feeds, re-reads, unattributed and unmapped."""
    store = f"sqlite:///{tmp_path}/status.db"
    desk.run("--store", store, "ingest", "events.jsonl")
    assert desk.run("--store", store, "ingest", "-", given=gap("Opportunity", "006000000000099")).code == 0
    told = json.loads(desk.run("--store", store, "status", "--accounts", "mapping.csv").out)
    assert told["feeds"]["intercom"]["covered_since"] is not None
    marked = {"object": "Opportunity", "id": "006000000000099AAA", "since": "2026-10-14T17:46:40Z"}
    assert marked in told["reread"]
    assert told["unmapped"]["intercom"]
    assert told["unattributed"]["conversation"] > 0


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE records SET body = '{broken' WHERE rowid = 1",
        "UPDATE records SET body = json_set(body, '$.measurements.segment', 'gold') WHERE rowid = 1",
        "UPDATE records SET body = json_set(body, '$.measurements.window_days.p1_p2_volume', 7) WHERE rowid = 1",
        "UPDATE records SET period = '2020-01' WHERE rowid = 1",
        "UPDATE records SET body = replace(body, '\"final_score\":', '\"final_score\":1') WHERE rowid = 1",
        "UPDATE records SET body = json_set(body, '$.score.dimensions.support_health.score', 1.5) WHERE rowid = 1",
        "UPDATE records SET body = json_set(body, '$.score.platform_value.messaging.points', 1.5) WHERE rowid = 1",
        "UPDATE records SET body = json_set(body, '$.score.tier', 'Champion') WHERE rowid = 1",
        "UPDATE records SET body = json_set(body, '$.measurements.pillars.messaging.raw', 1.5) WHERE rowid = 1",
    ],
)
def test_verify_finds_a_record_that_was_tampered_with(desk: Desk, tmp_path: Path, tamper: str) -> None:
    """One number or one word; the others still hold."""
    path = tmp_path / "copy.db"
    with sqlite3.connect(desk.folder / "var/healthscore.db") as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    store = f"sqlite:///{path}"
    sound = desk.run("--store", store, "verify")
    assert (sound.code, json.loads(sound.out)["differing"]) == (0, {})
    with sqlite3.connect(path) as copy:
        scored = "SELECT rowid FROM records WHERE json_extract(body, '$.score.final_score') IS NOT NULL LIMIT 1"
        row = copy.execute(scored).fetchone()[0]
        assert copy.execute(tamper.replace("rowid = 1", f"rowid = {row}")).rowcount == 1
    found = desk.run("--store", store, "verify")
    assert found.code == 1
    assert len(json.loads(found.out)["differing"]) == 1


def test_files_of_others_are_never_written_over(desk: Desk, tmp_path: Path) -> None:
    """Neither a mapping by scores, nor a folder that holds a mapping by the demo."""
    mapping = (desk.folder / "mapping.csv").read_bytes()
    scores = desk.run("finalise", "--period", "2026-10", "--accounts", "mapping.csv", "--output", "mapping.csv")
    assert (scores.code, scores.err) == (1, "healthscore: mapping.csv is the mapping: name another file to write to\n")
    (tmp_path / "account_mapping.csv").write_text("mine")
    demo = desk.run("demo", "--output", str(tmp_path))
    assert demo.code == 1
    assert "name another folder" in demo.err
    assert (tmp_path / "account_mapping.csv").read_text() == "mine"
    assert (desk.folder / "mapping.csv").read_bytes() == mapping


def test_a_month_to_come_is_not_explained(desk: Desk) -> None:
    """Nor another in its place."""
    answer = desk.run("explain", desk.accounts[0], "--period", "2999-01", "--accounts", "mapping.csv")
    assert (answer.code, answer.err) == (1, "healthscore: 2999-01 has not begun\n")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["ingest", "nowhere.jsonl"], 1, "no such file: nowhere.jsonl"),
        (["finalise", "--period", "2026-13"], 2, "expected YYYY-MM"),
        (["finalise", "--period", "2999-01", "--accounts", "mapping.csv"], 1, "2999-01 has not ended"),
        (["finalise", "--period", "2026-10"], 1, "no accounts in"),
        (["rescore", "001XX", "--accounts", "mapping.csv"], 1, "no account 001XX"),
        (["--store", "mysql://x", "verify"], 1, "sqlite:///PATH"),
        (["--store", "sqlite:///mapping.csv", "verify"], 1, "mapping.csv"),
        (["--config", "nowhere", "verify"], 2, "nowhere"),
        (["replay", "events.jsonl", "--accounts", "mapping.csv", "--as-of", "noon"], 2, "2026-11-01T00:00:00Z"),
        (["frobnicate"], 2, "No such command"),
        (["--store", "sqlite:///nowhere.db", "verify"], 1, "there is no store at nowhere.db"),
    ],
)
def test_errors_are_one_line_that_says_what_to_do(desk: Desk, words: list[str], code: int, message: str) -> None:
    """On stderr, led by the program's name; nothing on stdout."""
    answer = desk.run(*words)
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("healthscore: ")
