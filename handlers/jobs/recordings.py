"""The messages of a recording, however it was saved: one a line, an array, indented documents one after another."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

import msgspec

Entry = tuple[int, bytes]
"""A message, and the number of the line that it begins on, from 1."""

PADDING = b" \t\r\n\f\v\0\x1e"
"""What may stand around a message: white space, what a disk was filled up with, a mark between records."""

_BETWEEN = re.compile(r"[\s\0\x1e,]*")
OPEN = (b"{", b"[", b",", b":")
_MOSTLY = 0.5


def numbered(lines: Iterable[bytes]) -> Iterator[Entry]:
    """Number the lines of a file from 1; blank ones are passed over, as is a byte order mark."""
    for number, line in enumerate(lines, 1):
        content = line.removeprefix(BOM_UTF8).strip() if number == 1 else line.strip()
        if content:
            yield number, content


def entries(stream: Iterable[bytes], after: int = 0) -> Iterator[Entry]:
    """Give the messages of a recording, given line by line; of a line that is none, the line as it is.

    The stream may be what is left `after` so many lines, with a message among them. Only where a document of several
    lines begins, what follows is read into memory whole.
    """
    lines, ahead, is_first = numbered_raw(stream, after), list[Entry](), after == 0
    while (line := ahead.pop(0) if ahead else next(lines, None)) is not None:
        number, content = line[0], line[1].strip(PADDING)
        if not content:
            continue
        if content.startswith(b"[") or content.endswith(OPEN):
            following = _peek(lines, ahead)
            if _goes_on(content, following) or (is_first and following is None and _is_array(content)):
                yield from _of_document([line, *ahead, *lines], number)
                return
        is_first = False
        yield number, content


def numbered_raw(stream: Iterable[bytes], after: int = 0) -> Iterator[Entry]:
    """Number lines as they are; those of old Macs end where no other does."""
    number = after
    for raw in stream:
        line = raw.removeprefix(BOM_UTF8) if number == 0 else raw
        parts = [line] if b"\r" not in line.rstrip(b"\r\n") or _decoded(line) is not None else line.split(b"\r")
        for part in parts:
            number += 1
            yield number, part


def _peek(lines: Iterator[Entry], ahead: list[Entry]) -> bytes | None:
    """Give the next line that says anything, without taking it: what is looked at is put into `ahead`."""
    said = next((content for _, line in ahead if (content := line.strip(PADDING))), None)
    while said is None and (line := next(lines, None)) is not None:
        ahead.append(line)
        said = line[1].strip(PADDING) or None
    return said


def _decoded(content: bytes) -> object:
    """Decode JSON; None of what is none."""
    try:
        value: object = msgspec.json.decode(content.strip(PADDING))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return value


def _is_array(content: bytes) -> bool:
    return isinstance(_decoded(content), list)


def _goes_on(content: bytes, following: bytes | None) -> bool:
    """Tell whether a document begins in a line that goes on in the next; that is no message of its own."""
    if _decoded(content) is not None or following is None:
        return False
    return content.startswith(b"[") or (content.startswith(b"{") and not isinstance(_decoded(following), dict))


def _of_document(lines: list[Entry], number: int) -> Iterator[Entry]:
    """Read lines as documents, where their first is one, or most of them are indented; else one by one."""
    text = b"".join(_ended(line) for _, line in lines).decode("utf-8", "surrogateescape")
    indented = sum(line[:1] in b" \t]}" for _, line in lines)
    if _begins_well(text) or indented > len(lines) * _MOSTLY:
        yield from _documents(text, number)
    else:
        yield from ((at, content) for at, line in lines if (content := line.strip(PADDING)))


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n"


def _begins_well(text: str) -> bool:
    start = _between(text, 0)
    if text.startswith("[", start):
        start = _between(text, start + 1)
    return text.startswith("]", start) or _end_of(text, start) is not None


def _documents(text: str, number: int) -> Iterator[Entry]:
    """Give the objects of a text: those of arrays, and those that stand alone.

    What is no JSON is given as it is, up to the next object that is indented no deeper.
    """
    at, counted = 0, 0
    while (at := _between(text, at)) < len(text):
        if text[at] in "[]":
            at += 1
            continue
        number, counted = number + text.count("\n", counted, at), at
        end = _end_of(text, at) or _next_object(text, at)
        yield number, text[at:end].rstrip().encode("utf-8", "surrogateescape")
        at = end


def _between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return at if found is None else found.end()


def _end_of(text: str, start: int) -> int | None:
    """Say where the value ends that begins there; None where there is none."""
    try:
        return json.JSONDecoder().raw_decode(text, start)[1]
    except (json.JSONDecodeError, RecursionError):
        return None


def _next_object(text: str, start: int) -> int:
    """Find the next line on which an object begins that is whole, indented no deeper than the broken one."""
    column = start - (text.rfind("\n", 0, start) + 1)
    for found in re.compile(rf"^[ \t]{{0,{column}}}(?={{)", re.MULTILINE).finditer(text, start + 1):
        if _end_of(text, found.end()) is not None:
            return found.end()
    return len(text)
