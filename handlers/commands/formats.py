"""What a file that should hold messages holds instead, told by its beginning, and what to do with it."""

import csv
import re

import msgspec

from config.formats import encoding_of, other_than_text
from config.portfolio import USUAL_FORM

LETTER = frozenset({"file", "line", "reason", "body"})
"""The members of a dead letter."""

EXPORT = frozenset({"export", "program", "store"})
"""Members of the first line of an exported store."""

_EXPECTED = "expected JSON messages, one a line, as text or in gzip"
_FEWEST_COLUMNS = 3
_TITLE = re.compile(r"[A-Za-z_][\w .#/()-]*")


def fault_of(head: bytes) -> str | None:
    """Say why a file that begins so holds no messages; None where it may."""
    is_other = other_than_text(head)
    if is_other is not None:
        return f"is {is_other}: {_EXPECTED}"
    encoding = encoding_of(head)
    if encoding.startswith(("utf-16", "utf-32")):
        return f"is text in {encoding[:6].upper()}: save it in UTF-8"
    lines = [line for line in head.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip(b" \t\0")]
    if lines and lines[0].lstrip().startswith(b"<"):
        return f"is HTML or XML: {_EXPECTED}"
    if lines and _is_letter(lines[0]):
        return "holds dead letters: take them in again with healthscore ingest --dead-letters FILE"
    if lines and _is_export(lines[0]):
        return "is a whole store that was exported: take it in with healthscore import store FILE"
    whole = lines if head.endswith(b"\n") or len(lines) == 1 else lines[:-1]
    return f"is CSV: {_EXPECTED}" if _is_table(whole) else None


def _is_letter(line: bytes) -> bool:
    return _members(line) == LETTER


def _is_export(line: bytes) -> bool:
    return _members(line) >= EXPORT


def _members(line: bytes) -> frozenset[str]:
    """Name the members of a line that is a JSON object."""
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return frozenset()
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _is_table(lines: list[bytes]) -> bool:
    """Tell whether lines are rows of as many cells each under titles, whatever separates them."""
    texts = [line.decode("utf-8", "replace") for line in lines]
    if not texts or any(text.lstrip().startswith(("{", "[")) for text in texts):
        return False
    return any(_is_table_of(texts, separator) for separator in ",;\t|")


def _is_table_of(texts: list[str], separator: str) -> bool:
    titles, *rows = [[cell.strip() for cell in row] for row in csv.reader(texts, delimiter=separator)]
    well_named = len(titles) >= _FEWEST_COLUMNS and all(map(_TITLE.fullmatch, titles))
    return (
        well_named and (bool(rows) or titles[0] in USUAL_FORM.header) and all(len(row) == len(titles) for row in rows)
    )
