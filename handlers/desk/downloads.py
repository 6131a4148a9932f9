"""Answers that are kept as files: tables as CSV, safe to open in a spreadsheet and sent row by row; and other files."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from starlette.responses import Response, StreamingResponse

from handlers.sinks.csv_file import safe

_ROWS = 500
"""So many rows are sent at a time."""
_BOM = "\ufeff"


def file_answer(name: str, kind: str, content: str | bytes) -> Response:
    """Answer with a file; the name is one of ours, never text from outside."""
    return Response(content, media_type=kind, headers=_headers(name))


def csv_answer(name: str, rows: Iterable[Sequence[object]], *, bom: bool = True) -> Response:
    """Answer with rows as a file; Excel knows UTF-8 by a `bom` alone, which programs would take for a letter."""
    return lines_answer(name, map(csv_line, rows), bom=bom)


def lines_answer(name: str, lines: Iterable[str], *, bom: bool = True) -> Response:
    """Answer with lines of CSV as a file."""
    sent = _together(chain([_BOM], lines) if bom else lines)
    return StreamingResponse(sent, media_type="text/csv; charset=utf-8", headers=_headers(name))


def csv_line(row: Sequence[object]) -> str:
    """Write a row as a line of CSV."""
    text = io.StringIO()
    csv.writer(text).writerow([safe(value) for value in row])
    return text.getvalue()


def _headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _together(lines: Iterable[str]) -> Iterator[str]:
    waiting = iter(lines)
    while some := list(islice(waiting, _ROWS)):
        yield "".join(some)
