"""What a spreadsheet tells, as messages of our own; and rows that contradict themselves or each other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from handlers.sheets.rows import BadRow, Row
from scoring.instants import DAY, Instant, format_date, format_instant

Message: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """A message, and the line of the row that says it."""

    line: int
    message: Message


@dataclass(slots=True)
class Telling:
    """What the rows of a file say: messages, rows that cannot be so, remarks on rows that are taken all the same."""

    said: list[Said] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    repeated: int = 0


def distinct(rows: Iterable[Row], keys: tuple[str, ...], telling: Telling) -> list[Row]:
    """Give rows each once by their keys; those of one key that differ are all refused."""
    by_key: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        by_key.setdefault(tuple(row.values.get(key) for key in keys), []).append(row)
    kept = []
    for same in by_key.values():
        if all(row.values == same[0].values for row in same):
            kept.append(same[0])
            telling.repeated += len(same) - 1
        else:
            telling.bad.extend(_differing(same, keys))
    return kept


def _differing(same: list[Row], keys: tuple[str, ...]) -> Iterator[BadRow]:
    lines = ", ".join(str(row.line) for row in same[:5])
    for row in same:
        value = ", ".join(_shown(row.values.get(key)) for key in keys)
        yield BadRow(row.line, ", ".join(keys), value, f"expected one row of it; lines {lines} say different things")


def _shown(key: object) -> str:
    """Write the part of a key as people do: an instant as a day, with its time where it has one."""
    if not isinstance(key, int):
        return str(key)
    at = Instant(key)
    return format_instant(at) if at % DAY else format_date(at)


def not_after(row: Row, name: str, limit: Instant) -> BadRow | None:
    """Refuse an instant that lies more than a day after the file was exported: it has not come yet."""
    at = row.instant(name)
    if at is None or at <= limit + DAY:
        return None
    expected = f"expected an instant before the export, {format_instant(limit)}"
    return BadRow(row.line, name, format_instant(at), expected)


def not_before(row: Row, name: str, start: Instant, at: Instant | None) -> BadRow | None:
    """Refuse an instant that lies before its beginning."""
    if at is None or at >= start:
        return None
    return BadRow(row.line, name, format_instant(at), f"expected an instant from {format_instant(start)} on")
