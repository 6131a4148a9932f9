"""`export` and `import store`, as a person calls them."""

import gzip
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import HOUR
from scoring.observations import Conversation, Observation, Subject
from tests.scoring.strategies import START
from tests.stores.places import batch_of


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a store of a few facts."""
    monkeypatch.chdir(tmp_path)
    store = SqliteStore(Path("here.db"), durable=False)
    said = [Observation(_subject(number), START + number * HOUR, Conversation(START, "open")) for number in range(9)]
    store.merge(batch_of(*said))
    store.set_cursor("intercom", "größe")
    store.close()


def _subject(number: int) -> Subject:
    return Subject("intercom", "conversation", str(number))


def run(*words: str, store: str = "here.db", given: bytes = b"") -> Result:
    """Run a command on a store."""
    return CliRunner().invoke(cli, ["--store", f"sqlite:///{store}", *words], input=given)


def test_a_file_says_what_it_holds_and_is_for_its_maker_alone() -> None:
    """It holds personal data; one that is there keeps its rights."""
    answer = run("export", "out.jsonl")
    told = json.loads(answer.stdout)
    assert told["rows"] == 10
    assert told["counts"] == {"observation": 9, "cursor": 1}
    assert told["sha256"] == json.loads(Path("out.jsonl").read_text().splitlines()[-1])["sha256"]
    assert stat.S_IMODE(Path("out.jsonl").stat().st_mode) == 0o600
    Path("out.jsonl").chmod(0o640)
    assert run("export", "out.jsonl").exit_code == 0
    assert stat.S_IMODE(Path("out.jsonl").stat().st_mode) == 0o640


def test_a_packed_file_and_a_pipe_hold_the_same() -> None:
    """`.gz` packs, `-` is stdout; what is said of it stays on stderr."""
    assert run("export", "out.jsonl.gz").exit_code == 0
    piped = run("export", "-")
    unpacked = gzip.decompress(Path("out.jsonl.gz").read_bytes())
    assert unpacked.splitlines()[1:] == piped.stdout_bytes.splitlines()[1:]
    assert "exported 10 rows" in piped.stderr
    first = json.loads(run("import", "store", "-", store="one.db", given=piped.stdout_bytes).stdout)
    again = json.loads(run("import", "store", "out.jsonl.gz", store="two.db").stdout)
    assert first == again
    assert first["written"]


def test_what_cannot_be_done_is_said_in_a_line() -> None:
    """And nothing is changed."""
    assert run("export", "out.jsonl").exit_code == 0
    Path("cut.jsonl.gz").write_bytes(gzip.compress(Path("out.jsonl").read_bytes())[:-12])
    for words, store, says in [
        (("export", "out.jsonl"), "none.db", "there is no store at none.db"),
        (("export", "here.db"), "here.db", "here.db is the store: name another file to write to"),
        (("import", "store", "none.jsonl"), "new.db", "no such file: none.jsonl"),
        (("import", "store", "out.jsonl"), "here.db", "the store is not empty (it holds: observations"),
        (("import", "store", "cut.jsonl.gz"), "new.db", "cut.jsonl.gz is a gzip file that is cut off or damaged"),
        (("import", "--yes", "store", "out.jsonl"), "new.db", "healthscore import store FILE, without any option"),
        (("ingest", "out.jsonl"), "here.db", "take it in with healthscore import store out.jsonl"),
    ]:
        answer = run(*words, store=store)
        assert answer.exit_code in (1, 2)
        assert says in f"{answer.stderr}{answer.exception}"
    assert not Path("none.db").exists()


def test_import_store_has_a_help_of_its_own() -> None:
    """That of spreadsheets names it."""
    assert "healthscore import store --help" in run("import", "--help").stdout
    assert "docs/operations.md" in run("import", "store", "--help").stdout
    assert "--columns" not in run("import", "store", "--help").stdout
