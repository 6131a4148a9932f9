"""Answers that are kept as files: tables as CSV, safe to open in a spreadsheet and sent row by row; and other files."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

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
    written = _written(rows, _BOM if bom else "")
    return StreamingResponse(written, media_type="text/csv; charset=utf-8", headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _written(rows: Iterable[Sequence[object]], beginning: str) -> Iterator[str]:
    text = io.StringIO()
    text.write(beginning)
    writer = csv.writer(text)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe(value) for value in row])
        if number % _ROWS == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
