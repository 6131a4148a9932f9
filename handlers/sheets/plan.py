"""How a file is read: which column is which, and what its values alone do not tell. A person may change it."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.errors import ConfigError, Problem, nearest, one_of, shown_value
from config.plain_yaml import Plain, read_yaml
from handlers.sheets.date_columns import ORDERS, Order
from handlers.sheets.durations import UNITS, Unit
from handlers.sheets.numbers import MARKS, Mark
from handlers.sheets.proposal import Choice
from handlers.sheets.wanted import KINDS, Kind, Wanted
from handlers.sheets.words import BETWEEN, Between
from scoring.instants import Instant, parse_instant
from scoring.words import folded

W = TypeVar("W", bound=str)
Scale: TypeAlias = Literal["of 1", "of 5", "of 10", "of 100"]

_SIMPLE = re.compile(r"[A-Za-z][\w ()/.-]*")
_JOINED = ("key", "record_id")
"""Columns that may be put together of several: a file may have no id of its own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file of a kind is read. `columns` has the titles of each of our columns; the rest is None where unsaid.

    It `is_dated` where a person said when it was exported, and not only the file's last change does.
    """

    kind: Kind
    columns: Mapping[str, tuple[str, ...]]
    sheet: str | None = None
    header: int | None = None
    dates: Mapping[str, Order] = field(default_factory=dict)
    time_zone: str = "UTC"
    decimal: Mapping[str, Mark] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    tags: Between | None = None
    currency: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    exported_at: Instant | None = None
    is_dated: bool = False
    date: Instant | None = None


@dataclass(slots=True)
class _Reader:
    """Reads the members of a file one by one, and keeps what is wrong with them."""

    file: str
    given: dict[str, Plain]
    problems: list[Problem]
    wanted: Sequence[Wanted]

    def wrong(self, place: str, value: object, expected: str, near: str | None = None) -> None:
        self.problems.append(Problem(self.file, place, shown_value(value), expected, near))

    def choice(self, name: str, choices: Sequence[W]) -> W | None:
        return self._chosen(name, self.given.get(name), choices)

    def _chosen(self, place: str, value: object, choices: Sequence[W]) -> W | None:
        found = next((one for one in choices if one == value), None)
        if value is not None and found is None:
            self.wrong(place, value, f"expected {one_of(choices)}", nearest(value, choices))
        return found

    def by_column(self, name: str, choices: Sequence[W], forms: Collection[str]) -> dict[str, W]:
        """Read what holds for one column or, said once, for all of these forms."""
        value, allowed = self.given.get(name), [one.name for one in self.wanted if one.form in forms]
        said = value if isinstance(value, dict) else dict.fromkeys(allowed, value)
        for column in said:
            if column not in allowed:
                self.wrong(f"{name}.{column}", said[column], f"expected {one_of(allowed)}", nearest(column, allowed))
        read = {column: self._chosen(f"{name}.{column}", one, choices) for column, one in said.items()}
        return {column: one for column, one in read.items() if one is not None}

    def text(self, name: str) -> str | None:
        value = self.given.get(name)
        return None if value is None else str(value)

    def instant(self, name: str) -> Instant | None:
        value = self.text(name)
        try:
            return None if value is None else parse_instant(value)
        except ValueError:
            self.wrong(name, value, "expected an instant such as 2026-11-01T09:00:00Z")
            return None

    def columns(self, titles: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
        """Read which titles each of our columns has; None of `titles` are compared where they are not known yet."""
        given = self.given.get("columns")
        if not isinstance(given, dict):
            self.wrong("columns", given, "expected our names of columns, each with the file's")
            return {}
        by_name = {one.name: one for one in self.wanted}
        found: dict[str, tuple[str, ...]] = {}
        for name, value in given.items():
            if name not in by_name:
                self.wrong(f"columns.{name}", value, f"expected {one_of(by_name)}", nearest(name, by_name))
            elif value is not None:
                found[name] = self._titles(by_name[name], value, titles)
        return found

    def _titles(self, wanted: Wanted, value: Plain, titles: Sequence[str] | None) -> tuple[str, ...]:
        several = isinstance(value, list)
        if several and wanted.form not in _JOINED:
            self.wrong(
                f"columns.{wanted.name}", value, "expected one column: only an id may be put together of several"
            )
        named = tuple(str(one) for one in (value if several else [value]))
        for title in named if titles is not None else ():
            if title not in (titles or ()):
                expected = f"expected a column of the file, which has {', '.join(titles or ())}"
                self.wrong(f"columns.{wanted.name}", title, expected, nearest(title, titles or ()))
        return named


def read_plan(path: Path, kind: Kind, wanted: Sequence[Wanted], titles: Sequence[str] | None = None) -> Plan:
    """Read a file of columns. Raises ConfigError with every problem; titles are compared where they are given."""
    given, problems = read_yaml(path)
    reader = _Reader(str(path), given if isinstance(given, dict) else {}, problems, wanted)
    reader.choice("kind", list(KINDS))
    if reader.given.get("kind") in [other for other in KINDS if other != kind]:
        reader.wrong("kind", reader.given.get("kind"), f"expected {kind}; to read its table as that, remove this file")
        raise ConfigError(problems)
    for name in reader.given:
        if name not in _MEMBERS:
            reader.wrong(name, reader.given[name], f"expected {one_of(_MEMBERS)}", nearest(name, _MEMBERS))
    plan = _plan(reader, kind, titles)
    if problems:
        raise ConfigError(problems)
    return plan


_MEMBERS = "kind columns sheet header dates time_zone decimal units tags currency scores words exported_at date".split()
SCORES: tuple[Scale, ...] = get_args(Scale)
_DATED = ("date", "instant", "created", "modified")
_NUMBERED = ("number", "count", "score", "amount", "duration", "times")


def _plan(reader: _Reader, kind: Kind, titles: Sequence[str] | None) -> Plan:
    scores = reader.by_column("scores", SCORES, ("score",))
    header = reader.given.get("header")
    if header is not None and not isinstance(header, int):
        reader.wrong("header", header, "expected the number of a line")
    return Plan(
        kind=kind,
        columns=reader.columns(titles),
        sheet=reader.text("sheet"),
        header=header if isinstance(header, int) else None,
        dates=reader.by_column("dates", ORDERS, _DATED),
        time_zone=_zone(reader),
        decimal=reader.by_column("decimal", MARKS, _NUMBERED),
        units=reader.by_column("units", UNITS, ("duration",)),
        tags=reader.choice("tags", BETWEEN),
        currency=_currency(reader),
        scores={name: float(said.removeprefix("of ")) for name, said in scores.items()},
        words=_words(reader),
        exported_at=reader.instant("exported_at"),
        date=reader.instant("date"),
    )


def _words(reader: _Reader) -> dict[str, dict[str, str]]:
    """Read what words of a file mean, by our names of columns."""
    given, allowed = reader.given.get("words"), [one.name for one in reader.wanted if one.form == "word"]
    found: dict[str, dict[str, str]] = {}
    for name, meanings in (given if isinstance(given, dict) else {}).items():
        if name not in allowed or not isinstance(meanings, dict):
            reader.wrong(f"words.{name}", meanings, f"expected words and their meanings, of {one_of(allowed)}")
        else:
            found[name] = {folded(str(word)): str(meaning) for word, meaning in meanings.items()}
    return found


def _currency(reader: _Reader) -> str | None:
    code = reader.text("currency")
    if code is not None and not re.fullmatch(r"[A-Za-z]{3}", code):
        reader.wrong("currency", code, "expected the code of a currency, such as EUR")
    return None if code is None else code.upper()


def _zone(reader: _Reader) -> str:
    name = reader.text("time_zone") or "UTC"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.wrong("time_zone", name, "expected the name of a zone, such as Europe/Paris")
        return "UTC"
    return name


def planned(kind: Kind, choices: Iterable[Choice], sheet: str | None, header: int) -> Plan:
    """Make the plan of what is proposed."""
    columns = {one.wanted.name: (one.title,) for one in choices if one.title is not None}
    return Plan(kind, columns, sheet, header)


def written(plan: Plan, choices: Iterable[Choice], file: str) -> str:
    """Write a plan as a person can read and change it."""
    more = _MORE.get(plan.kind, "")
    return _FORM.format(
        kind=plan.kind,
        file=file,
        sheet=_quoted(plan.sheet),
        header=plan.header,
        columns="\n".join(_row(choice, plan) for choice in choices),
        zone=plan.time_zone,
        more=more,
    )


_FORM = """\
# How `healthscore import {kind}` reads {file}.
# Change what is wrong, and import again: what stands here decides.
kind: {kind}
sheet: {sheet}
header: {header}                 # the line with the names of columns

# Our name of each column, and the file's; null: the file has none.
# An id may be put together: [Account, Invoice date].
columns:
{columns}

# What values alone do not always tell. null: as the whole column shows; what stays unclear is refused.
dates: null               # of 03/04/2025: day_first or month_first; by column: {{closed: day_first}}
time_zone: {zone}            # of times without an offset, such as Europe/Paris
decimal: null             # of 1.234: point or comma; by column: {{arr: comma}}
units: null               # of durations: seconds, minutes, hours or days
tags: null                # what stands between tags: comma or blank
currency: null            # of amounts that do not say it, such as EUR
scores: null              # what 0.82 or 8 is part of: of 1, of 5, of 10 or of 100; by column: {{messaging: of 1}}
exported_at: null         # when the file was exported; null: when it was last changed
{more}"""
_MORE: Mapping[Kind, str] = {
    "usage": "date: null                # the day that windows end on, where no column says it\n",
    "conversations": "words: null               # what words mean that are not known: {state: {Parked: snoozed}}\n",
    "outcomes": "words: null               # what words mean that are not ours: {outcome: {Lost: churned}}\n",
}


def _row(choice: Choice, plan: Plan) -> str:
    name = choice.wanted.name
    title = plan.columns.get(name, (None,))[0]
    marks = ["needed"] if choice.wanted.needed else []
    marks += [f"is it {_quoted(choice.title)}?"] if title is None and choice.title is not None else []
    marks += [f"or: {', '.join(map(_quoted, choice.others))}"] if choice.others else []
    row = f"  {name}: {_quoted(title)}"
    return f"{row}  # {', '.join(marks)}" if marks else row


def _quoted(text: str | None) -> str:
    if text is None:
        return "null"
    words = {"null", "true", "false", "~"}
    return text if _SIMPLE.fullmatch(text) and text.lower() not in words else json.dumps(text, ensure_ascii=False)
