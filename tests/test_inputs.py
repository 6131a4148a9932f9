"""Files of messages as people's tools save them: read, or refused once, with what they are and what to do."""

import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import click
import pytest

from handlers.commands.formats import fault_of
from handlers.commands.inputs import opened, refuse_unreadable
from tests import calling

CALL = (sys.executable, "-c", "from handlers.cli import main; main()")
HEARD = {"type": "feed.heard", "source": "looker", "at": "2026-10-01T00:00:00Z"}
LINE = json.dumps(HEARD).encode()


def archive(kind: str, name: str = "events.jsonl") -> bytes:
    """Give an archive with one file in it."""
    content = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(content, "w") as zipped:
            zipped.writestr(name, LINE)
    else:
        with tarfile.open(fileobj=content, mode=f"w:{kind}") as tarred:  # type: ignore[call-overload]
            told = tarfile.TarInfo(name)
            told.size = len(LINE)
            tarred.addfile(told, io.BytesIO(LINE))
    return content.getvalue()


LETTER = json.dumps({"file": "a.jsonl", "line": 3, "reason": "not JSON", "body": "x"}).encode()
OTHERS = {
    "xlsx": (archive("zip", "[Content_Types].xml"), "is an Excel workbook (xlsx): expected JSON messages, one a line"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook (xls): expected"),
    "zip": (archive("zip"), "is a zip archive: expected"),
    "tar": (archive(""), "is a tar archive: expected"),
    "tar.gz": (archive("gz"), "is a tar archive: expected"),
    "bz2": (bz2.compress(LINE), "is a bzip2 file: expected"),
    "xz": (lzma.compress(LINE), "is an xz file: expected"),
    "pdf": (b"%PDF-1.7\n", "is a PDF document: expected"),
    "html": (b"\n <!DOCTYPE html><html>\n<body>\n", "is HTML or XML: expected"),
    "utf16": (("\n".join([json.dumps(HEARD)] * 3)).encode("utf-16"), "is text in UTF-16: save it in UTF-8"),
    "utf16le": ((json.dumps(HEARD) + "\n").encode("utf-16-le"), "is text in UTF-16: save it in UTF-8"),
    "utf32": (json.dumps(HEARD).encode("utf-32"), "is text in UTF-32: save it in UTF-8"),
    "utf16 in gzip": (gzip.compress(json.dumps(HEARD).encode("utf-16")), "is text in UTF-16: save it in UTF-8"),
    "csv": (b"account_id,final_score,tier\n001,90.0,Champion\n002,3.0,Critical\n", "is CSV: expected"),
    "mapping": (b"\xef\xbb\xbfsf_account_id;intercom_company_id;looker_customer_id\n001;a;b\n", "is CSV: expected"),
    "letters": (LETTER + b"\n" + LETTER + b"\n", "holds dead letters: take them in again with healthscore ingest"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_holds_no_messages_is_refused_once_by_what_it_is(tmp_path: Path, name: str) -> None:
    """Before anything is done where it is a file; as soon as it is read where it is a pipe."""
    content, said = OTHERS[name]
    path = tmp_path / "events"
    path.write_bytes(content)
    with pytest.raises(click.ClickException) as refused:
        refuse_unreadable([str(path)])
    assert refused.value.format_message().startswith(f"{path} {said}")
    with pytest.raises(click.ClickException) as refused, opened(str(path)) as messages:
        list(messages)
    assert refused.value.format_message().startswith(f"{path} {said}")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        LINE,
        LINE[:20],
        b"nothing, nothing, nothing\n" + LINE,
        b"nothing\nat all\n",
        b"this, that, the other\nand one more\n",
        b"1,2,3\n4,5,6\n",
        b"[\n" + LINE + b"\n]",
        b"\0" * 600,
        b'{"name": "\xe6\x9d\xb1\xe4\xba\xac"}\n',
        b'{"file": 1, "line": 2}\n',
    ],
)
def test_what_may_hold_messages_is_looked_into(head: bytes) -> None:
    """A line that is none is a dead letter, not a reason to refuse the others."""
    assert fault_of(head) is None


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("content", [LINE, LINE + b"\r\n" + LINE, json.dumps([HEARD, HEARD], indent=2).encode()])
def test_files_are_read_as_they_are_and_in_gzip(tmp_path: Path, content: bytes, *, compressed: bool) -> None:
    """Of several parts, as `cat` makes of several such files."""
    path = tmp_path / "events"
    path.write_bytes(gzip.compress(content) + gzip.compress(b"\n" + LINE) if compressed else content + b"\n" + LINE)
    refuse_unreadable([str(path)])
    with opened(str(path)) as messages:
        assert {json.dumps(json.loads(body)) for _, body in messages} == {LINE.decode()}


def test_a_gzip_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    """What stood before the cut is read."""
    path = tmp_path / "events.gz"
    path.write_bytes(gzip.compress(b"\n".join(b'{"n": %d}' % number for number in range(9_999)), mtime=0)[:-9_000])
    read: list[tuple[int, bytes]] = []
    with opened(str(path)) as messages, pytest.raises(click.ClickException, match="is a gzip file that is cut off"):
        read.extend(messages)
    assert len(read) > 1_000


def call(folder: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `healthscore` in a folder."""
    return calling.call(*words, folder=folder, given=given)


def test_the_first_file_is_not_taken_in_alone(tmp_path: Path) -> None:
    """Where the second holds no messages, nothing is done."""
    (tmp_path / "good.jsonl").write_bytes(LINE)
    (tmp_path / "scores.csv").write_bytes(OTHERS["csv"][0])
    answer = call(tmp_path, "ingest", "good.jsonl", "scores.csv")
    assert (answer.returncode, answer.stdout) == (1, b"")
    said = b"healthscore: scores.csv is CSV: expected JSON messages, one a line, as text or in gzip\n"
    assert answer.stderr == said
    assert not (tmp_path / "var").exists()


def test_stdin_may_be_compressed_too(tmp_path: Path) -> None:
    """Of `ingest`; and of `score`, whose lines may stand in an array."""
    answer = call(tmp_path, "ingest", "-", given=gzip.compress(LINE + b"\n" + LINE))
    assert (answer.returncode, json.loads(answer.stdout)["messages"]) == (0, 2)
    metrics = {"account_id": "A", "segment": "paid", "as_of": "2026-11-01", "platform_value": {"requests": 64}}
    answer = call(tmp_path, "score", "-", given=gzip.compress(json.dumps([metrics, metrics], indent=1).encode()))
    assert (answer.returncode, len(answer.stdout.splitlines())) == (0, 2)
    answer = call(tmp_path, "score", "-", given=OTHERS["csv"][0])
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert answer.stderr.startswith(b"healthscore: stdin is CSV: expected JSON")


def test_a_program_may_wait_for_the_score_of_each_line(tmp_path: Path) -> None:
    """Nothing is held back until more comes."""
    metrics = {"account_id": "A", "segment": "paid", "as_of": "2026-11-01", "platform_value": {"requests": 64}}
    pipe = subprocess.PIPE
    with subprocess.Popen([*CALL, "score", "-"], cwd=tmp_path, stdin=pipe, stdout=pipe) as running:  # noqa: S603
        assert running.stdin is not None
        assert running.stdout is not None
        for _ in range(2):
            running.stdin.write(json.dumps(metrics).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["final_score"] == 64.0
        running.stdin.close()
        assert running.wait(60) == 0
