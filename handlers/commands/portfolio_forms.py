"""How lines of the portfolio are printed: as JSON for programs, as a table for people that fits its terminal."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.commands.tables import coloured, table
from handlers.jobs.portfolio import TIERS, Line
from handlers.words.figures import count
from handlers.words.portfolio import (
    change_of,
    course_of,
    csm_of,
    money_of,
    moved_by,
    name_of,
    range_of,
    renewal_of,
    score_of,
    turn_of,
)
from scoring.customer import Csm
from scoring.instants import format_date, format_instant
from scoring.record import Moved
from scoring.signals import Cap
from scoring.summary import Summary

_DATES = 4_096
"""So many dates are kept as they are written: the lines of a list share theirs."""

WIDE = 132
"""From so many columns on, an account has one line; on narrower terminals two."""


class _Told(msgspec.Struct, frozen=True):
    """A line as programs get it: the summary with its dates written out, and what is made of several."""

    account_id: str
    account_name: str | None
    segment: str
    csm: Csm | None
    period: str
    status: str
    model_version: str
    final_score: float | None
    tier: str | None
    low: float | None
    high: float | None
    coverage_pct: float
    cap: Cap | None
    moved: Moved | None
    arr: float | None
    currency: str | None
    flags: tuple[str, ...]
    as_of: str
    renewal: str | None
    change: float | None
    scores: tuple[float | None, ...]


_OF_LINE = ("as_of", "renewal", "change", "scores")
_OF_SUMMARY = attrgetter(*(name for name in _Told.__struct_fields__ if name not in _OF_LINE))

_instant, _date = lru_cache(_DATES)(format_instant), lru_cache(_DATES)(format_date)


def json_line(line: Line) -> str:
    """Write a line of the portfolio as JSON."""
    summary = line.summary
    renewal = None if summary.renewal is None else _date(summary.renewal)
    told = _Told(*_OF_SUMMARY(summary), _instant(summary.as_of), renewal, summary.change, line.scores)  # type: ignore[call-arg]
    return msgspec.json.encode(told).decode()


def portfolio_table(console: Console, period: str, tiers: Mapping[str, int], lines: Sequence[Line], most: int) -> None:
    """Print lines as a table, under how many accounts are in which tier."""
    console.print(f"[bold]{period}[/], {_standing(lines)}", highlight=False)
    console.print(", ".join(f"{coloured(tier)} {tiers[tier]}" for tier in TIERS if tiers.get(tier)))
    if not lines:
        console.print("No account is as asked for.")
        return
    shown = lines[:most]
    console.print(_wide(period, shown) if console.width >= WIDE else _narrow(period, shown))
    if len(shown) < len(lines):
        console.print(f"{len(shown)} of {count(len(lines), 'account')}: --limit 0 shows all.")


def _standing(lines: Sequence[Line]) -> str:
    """Say what kind of records are shown, and as of when."""
    if not lines:
        return "no account"
    kinds = sorted({line.summary.status for line in lines})
    latest = max(line.summary.as_of for line in lines)
    return f"{' and '.join(kinds)}, as of {format_date(latest)}: {count(len(lines), 'account')}"


def _wide(period: str, lines: Sequence[Line]) -> Table:
    made = table("Account", "Tier", ">Score", ">Range", ">Change", "4 mo.", "What moved it", ">ARR", "Renewal", "CSM")
    for name, width in (("Account", 12), ("What moved it", 16), ("CSM", 8)):
        column = next(one for one in made.columns if one.header == name)
        column.ratio, column.min_width, column.overflow, column.no_wrap = width, width, "ellipsis", True
    made.expand = True
    for line in lines:
        one = line.summary
        cells = _named(period, one), moved_by(one), money_of(one), renewal_of(one), csm_of(one.csm)
        name, moved, money, renewal, csm = map(escape, cells)
        course = course_of(line.scores)
        score = score_of(one), range_of(one), change_of(one)
        made.add_row(name, f"{coloured(line.tier)}{turn_of(one)}", *score, course, moved, money, renewal, csm)
    return made


def _narrow(period: str, lines: Sequence[Line]) -> Table:
    made = table("Account, moved by", "Tier, 4 mo.", ">Score, range", ">Change", ">ARR, renewal", "CSM")
    for column, width in ((made.columns[0], 24), (made.columns[5], 9)):
        column.ratio, column.min_width, column.overflow, column.no_wrap = width, width, "ellipsis", True
    made.expand = True
    for line in lines:
        one = line.summary
        made.add_row(
            f"{escape(_named(period, one))}\n[dim]{escape(moved_by(one))}[/]",
            f"{coloured(line.tier)}{turn_of(one)}\n{course_of(line.scores)}",
            f"{score_of(one)}\n[dim]{range_of(one)}[/]",
            change_of(one),
            f"{escape(money_of(one))}\n[dim]{renewal_of(one)}[/]",
            escape(csm_of(one.csm)),
        )
    return made


def _named(period: str, summary: Summary) -> str:
    """Name an account; one that is shown with an older record, with its month."""
    older = "" if summary.period == period else f" ({summary.period})"
    return f"{name_of(summary)}{older}"
