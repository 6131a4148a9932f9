"""Tables as a CSV file to keep: safe to open in a spreadsheet, sent row by row."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from starlette.responses import Response, StreamingResponse

from handlers.sinks.csv_file import safe

_ROWS = 500
"""So many rows are sent at a time."""


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Answer with rows as a file; the name is one of ours, never text from outside."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_written(rows), media_type="text/csv; charset=utf-8", headers=headers)


def _written(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe(value) for value in row])
        if number % _ROWS == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
