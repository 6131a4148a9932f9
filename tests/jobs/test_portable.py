"""An export is read line by line: what cannot be taken is refused by its number, and nothing counts before the end."""

import json
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO

import pytest

from handlers.jobs.portable.exporting import export
from handlers.jobs.portable.importing import LONGEST, ExportError, ExportFile
from handlers.stores.sqlite.whole import SqliteWhole, scratch
from handlers.stores.whole_rows import AccountRow, CursorRow, ModelRow, ObservationRow, RecordRow, Row, embedded
from scoring.instants import parse_instant

NOW = parse_instant("2026-11-22")
ROWS: list[Row] = [
    ObservationRow(("intercom", "conversation", "1"), 5, None, "tombstone", embedded("{}")),
    CursorRow("intercom", embedded("x")),
    CursorRow("looker", embedded('{"page":1}')),
]


DEEP = b'{"kind":"model","version":"a","text":' + b"[" * 100_000 + b"\n"


def silent(_: int) -> None:
    """Tell nobody."""


def written(*rows: Row) -> list[bytes]:
    """Give the lines of an export of rows."""
    out = BytesIO()
    with scratch() as whole:
        fill(whole, *rows)
        export(whole, "sqlite:///here", NOW, out, silent)
    return out.getvalue().splitlines(keepends=True)


def fill(whole: SqliteWhole, *rows: Row) -> None:
    """Put rows into an empty store."""
    proved = footed([b'{"export":1,"program":"healthscore","version":"1","store":"s","exported_at":"t"}\n'], *rows)
    assert whole.take_in(ExportFile("given", proved), NOW, silent)


def footed(head: list[bytes], *rows: Row) -> list[bytes]:
    """Give lines with the last one that proves them."""
    from handlers.jobs.portable.format import ENCODER, Sum  # noqa: PLC0415

    total, lines = Sum(), [*head]
    for row in rows:
        lines.append(ENCODER.encode(row) + b"\n")
        total.add(row, lines[-1])
    return [*lines, ENCODER.encode(total.foot()) + b"\n"]


def read(lines: list[bytes]) -> list[Row]:
    """Read lines as an export."""
    return list(ExportFile("store.jsonl", lines).rows())


def test_an_export_says_what_it_is_and_proves_itself() -> None:
    """The first line names program, version, store and instant; the last counts and sums up what stands between."""
    head, *rows, foot = written(*ROWS)
    assert json.loads(head) == {
        "export": 1,
        "program": "healthscore",
        "version": json.loads(head)["version"],
        "store": "sqlite:///here",
        "exported_at": "2026-11-22T00:00:00Z",
    }
    summed = sha256(b"".join(rows)).hexdigest()
    assert json.loads(foot) == {"end": 1, "counts": {"observation": 1, "cursor": 2}, "sha256": summed}
    assert [json.loads(row)["kind"] for row in rows] == ["observation", "cursor", "cursor"]
    assert read([head, *rows, foot]) == ROWS


def test_an_empty_store_has_an_export() -> None:
    """Of two lines."""
    assert len(written()) == 2
    assert read(written()) == []


def head(**changed: object) -> Callable[[list[bytes]], list[bytes]]:
    """Change the first line."""
    return lambda lines: [json.dumps({**json.loads(lines[0]), **changed}).encode() + b"\n", *lines[1:]]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda lines: lines[:-1], "store.jsonl is cut off after 3 rows: its last line is missing"),
        (lambda lines: [*lines[:2], lines[2][:20]], "line 3: the file is cut off in this line"),
        (lambda lines: [*lines[:2], DEEP, *lines[3:]], "line 3: it is no row"),
        (lambda lines: [DEEP, *lines[1:]], "is no export"),
        (lambda lines: [*lines[:2], b" " * (LONGEST + 1)], "line 3: it is longer than 64 MB"),
        (lambda lines: [lines[0], *(one[:-1] + b"\r\n" for one in lines[1:])], "its line ends were changed"),
        (lambda lines: [*lines[:2], *lines[3:]], "line 4: rows are missing or too many: 1 of 2 of cursor"),
        (lambda lines: [*lines[:2], lines[2].replace(b"x", b"y"), *lines[3:]], "line 5: .* check sum differs"),
        (lambda lines: [*lines, b"more\n"], "line 6: something stands after the last line"),
        (lambda lines: [*lines[:-1], b'{"end":1\n'], "line 5: the last line is damaged"),
        (lambda lines: lines[1:], "store.jsonl is no export of a store: healthscore export FILE writes one"),
        (lambda _: [], "store.jsonl is no export of a store"),
        (lambda _: [b"\xff\xfe\n"], "store.jsonl is no export of a store"),
        (head(program="other"), "line 1: it was written by another program .'other'."),
        (head(export=2, version="9.1"), "line 1: the file has form 2, .* up to 1: use version 9.1, which wrote it"),
        (lambda lines: [lines[0], b'{"kind":"alien"}\n'], "line 2: .* knows .*alien.*; version .* wrote it"),
        (
            lambda lines: [lines[0], b'{"kind":"feed","source":"a","covered_since":1,"b":2}\n'],
            "line 2: .*unknown field",
        ),
        (lambda lines: [lines[0], b'{"kind":"feed","source":"a"}\n'], "line 2: .*covered_since"),
        (lambda lines: [lines[0], b'{"kind":"feed","source":"\xff"}\n'], "line 2: it is no row"),
    ],
)
def test_what_is_no_whole_export_is_refused_by_its_line(spoil: Callable[[list[bytes]], list[bytes]], says: str) -> None:
    """Cut off, changed, made by another program or a newer version: each says where and what to do."""
    with pytest.raises(ExportError, match=rf"{says}[^\n]*nothing was changed$"):
        read(spoil(written(*ROWS)))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (ObservationRow(("a", "b", "c"), 5, None, "alien", embedded("{}")), "an observation .*alien"),
        (AccountRow("001AA0000000001YAA", embedded('{"form":9,"owners":{}}')), "form 9, .* use the newer version"),
        (RecordRow("001AA0000000001YAA", "2026-10", "1", embedded('{"form":99}')), "a record has form 99"),
        (ModelRow("v", embedded('{"form":99}')), "form 99"),
    ],
)
def test_a_form_that_is_newer_than_this_version_is_refused(row: Row, says: str) -> None:
    """A store with it could not be read."""
    lines = footed(written()[:1], row)
    with pytest.raises(ExportError, match=rf"store.jsonl line 2: .*{says}"):
        read(lines)


def test_a_record_that_was_damaged_before_is_taken_along() -> None:
    """It is what the store held: `verify` names it there and here."""
    row = RecordRow("001AA0000000001YAA", "2026-10", "1", embedded('{"form":4,"damaged":true}'))
    assert read(footed(written()[:1], row)) == [row]
