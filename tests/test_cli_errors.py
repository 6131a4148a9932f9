"""Files that cannot be read or written, and words that mean nothing: one line says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import calling

CALL = (sys.executable, "-c", "from handlers.cli import main; main()")
HEARD = b'{"type": "feed.heard", "source": "looker", "at": "2026-10-01T00:00:00Z"}\n'
HEADER = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
ACCOUNT = "001Qy00000AbCdEIAV"


def call(folder: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `healthscore` with these words in a folder."""
    return calling.call(*words, folder=folder, given=given)


def shell(folder: Path, words: str) -> subprocess.CompletedProcess[bytes]:
    """Run `healthscore` by a shell, which can close what it is given."""
    line = f'"$0" -c "from handlers.cli import main; main()" {words}'
    return subprocess.run(  # noqa: S603 - our own command line
        ["/bin/sh", "-c", line, sys.executable], cwd=folder, capture_output=True, check=False, timeout=60
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a message, a mapping of one account, and a file where a folder should be."""
    (tmp_path / "one.jsonl").write_bytes(HEARD)
    (tmp_path / "bad.jsonl").write_bytes(b"nothing\n")
    (tmp_path / "mapping.csv").write_text(f"{HEADER}{ACCOUNT},,,Hotel Acme,paid\n")
    (tmp_path / "none.csv").write_text(HEADER)
    (tmp_path / "file").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("ingest .", ". is a folder: name the files in it"),
        ("score .", ". is a folder: name the files in it"),
        ("replay . --accounts mapping.csv --as-of 2026-11-01", ". is a folder: name the files in it"),
        ("ingest - <&-", "stdin is closed: name a file, or send it something"),
        ("score - <&-", "stdin is closed: name a file, or send it something"),
        ("ingest one.jsonl >&-", "stdout is closed: send it to a file, or to /dev/null"),
        ("ingest bad.jsonl --dead-letter file/x", "file/x cannot be written: Not a directory: check the path"),
        (
            "finalise --period 2026-10 --accounts mapping.csv --output file/x.csv",
            "file/x.csv cannot be written: Not a directory",
        ),
        ("replay one.jsonl --accounts mapping.csv --as-of 2026-11-01 --output .", ". is a folder: name a file in it"),
        ("ingest bad.jsonl --dead-letter bad.jsonl", "bad.jsonl is read here: name another file to write to"),
        ("replay one.jsonl --accounts mapping.csv --as-of 2026-11-01 --output one.jsonl", "one.jsonl is read here"),
        (
            "replay one.jsonl --accounts mapping.csv --as-of 2026-11-01 --output mapping.csv",
            "mapping.csv is the mapping: name",
        ),
        ("rescore 001Qy00000AbCdF --accounts mapping.csv", f"did you mean {ACCOUNT}?"),
        (
            "explain 'hotle acme' --accounts mapping.csv",
            f"no account hotle acme in the portfolio: did you mean {ACCOUNT}?",
        ),
        (
            "explain 001qy00000abcdeiav --accounts mapping.csv",
            f"do not fit them: copy the id again; did you mean {ACCOUNT}?",
        ),
        ("explain 001Qy00000AbCdEIAX --accounts mapping.csv", "'001Qy00000AbCdEIAX' is no id of an account: its last"),
        ("explain 001Qy00000\u200bAbCdEIAV --accounts mapping.csv", "character 11 is U+200B ZERO WIDTH SPACE"),
        ("explain 001Qy00000AbCdF --accounts mapping.csv", f"did you mean {ACCOUNT}?"),
        (
            "rescore '' --accounts mapping.csv",
            "in the portfolio: add it (healthscore accounts set, or a row of the mapping), or name another file",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_what_to_do(folder: Path, words: str, message: str) -> None:
    """One line, and never a number of the operating system."""
    answer = shell(folder, words)
    told = answer.stderr.decode()
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert told.startswith("healthscore: ")
    assert message in told
    assert told.count("\n") == 1
    assert "Errno" not in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights_stops_a_call_before_anything_is_folded(folder: Path) -> None:
    """The first file is not taken in alone."""
    (folder / "shut.jsonl").touch(mode=0)
    answer = call(folder, "ingest", "one.jsonl", "shut.jsonl")
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert b"shut.jsonl cannot be read: give yourself the right to read it" in answer.stderr
    assert not (folder / "var").exists()


def test_a_pipe_is_a_file_like_any_other(folder: Path) -> None:
    """As `<(gunzip -c …)` and /dev/stdin are."""
    answer = call(folder, "ingest", "/dev/stdin", given=HEARD)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert b'"messages":1' in answer.stdout


@pytest.mark.parametrize("words", [(), ("identity",)])
def test_without_a_command_the_help_is_shown(folder: Path, words: tuple[str, ...]) -> None:
    """As it is, on stderr: nothing was done."""
    answer = call(folder, *words)
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert answer.stderr.startswith(b"Usage: ")
    assert b"healthscore: " not in answer.stderr


def test_the_example_of_score_runs_as_it_stands(folder: Path) -> None:
    """Pasted into a shell, lines and quotes included."""
    example = call(folder, "score", "--help").stdout.decode().partition("Example:")[2].partition("Options:")[0]
    piped, _, _ = example.partition("| healthscore")
    answer = shell(folder, f"score - <<END\n$({piped.rstrip().rstrip(chr(92))})\nEND")
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert b'"final_score":64.0' in answer.stdout


def test_a_question_keeps_its_mark(folder: Path) -> None:
    """And is followed by where to look."""
    assert b"Did you mean '--quiet'? See: " in call(folder, "--quie", "verify").stderr


def test_status_needs_no_mapping(folder: Path) -> None:
    """What came in can be looked at before anyone is mapped."""
    assert call(folder, "ingest", "one.jsonl").returncode == 0
    answer = call(folder, "status", "--accounts", "none.csv")
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert b'"last_heard":"2026-10-01T00:00:00Z"' in answer.stdout


@pytest.mark.parametrize(
    ("value", "wrong"), [("abc", "'abc' is not a valid whole number"), ("0", "0 is not in the range")]
)
def test_a_refused_variable_of_the_environment_is_named(folder: Path, value: str, wrong: str) -> None:
    """Nobody who set it once looks for an option that was not typed; one that was typed is named alone."""
    answer = calling.call("status", folder=folder, environment={"HEALTHSCORE_CORES": value})
    assert answer.stderr.decode().startswith(
        "healthscore: HEALTHSCORE_CORES in the environment: Invalid value for '--cores'"
    )
    typed = call(folder, "--cores", value, "status")
    assert typed.stderr.decode().startswith(f"healthscore: Invalid value for '--cores': {wrong}")
    assert (answer.returncode, typed.returncode) == (2, 2)
