"""Looker's answers to queries, checked before they are believed: errors in disguise, fields left out, rows cut off."""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from handlers.clients.remote import SourceError

Row: TypeAlias = dict[str, object]

CAPS = (500, 5_000, 100_000)
"""As many rows as Looker gives at most, unsaid: where no limit is asked for, or more than the user may have."""
_LONGEST_TEXT = 200


def rows_of(text: str | bytes, fields: Sequence[str], limit: int | None) -> list[Row]:
    """Read the rows of an answer, values as Looker wrote them; raises SourceError where they are not all there."""
    return _whole(_fitting(_parsed(text), fields), limit)


def _parsed(text: str | bytes) -> list[Row]:
    try:
        told: Any = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise SourceError("Looker answered the query with no list of rows: check LOOKERSDK_BASE_URL")
    return told


def _fitting(rows: list[Row], fields: Sequence[str]) -> list[Row]:
    """Refuse rows that are an error in disguise, or lack a field that was asked for."""
    for row in rows:
        if "looker_error" in row:
            said = " ".join(str(row["looker_error"]).split())[:_LONGEST_TEXT]
            raise SourceError(f"Looker could not run the query: {said}; check looker in config/sources.yaml")
        missing = [name for name in fields if name not in row]
        if missing:
            raise SourceError(f"Looker left out {', '.join(missing)}: check looker in config/sources.yaml")
    return rows


def _whole(rows: list[Row], limit: int | None) -> list[Row]:
    """Refuse rows that are as many as a limit lets through: more may have been cut off."""
    count = len(rows)
    if limit is not None and count >= limit:
        raise SourceError(f"Looker gave {count} rows, the limit: raise looker.row_limit in config/sources.yaml")
    caps = CAPS if limit is None else CAPS[1:]
    if count in caps:
        advice = "give the API user download_without_limit, or set looker.row_limit in config/sources.yaml above it"
        raise SourceError(f"Looker gave {count} rows, as many as it gives at most to some: {advice}")
    return rows
