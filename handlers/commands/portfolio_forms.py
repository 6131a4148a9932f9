"""How lines of the portfolio are printed for people: as a table that fits its terminal."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.commands.tables import coloured, table
from handlers.jobs.portfolio import TIERS, Line
from handlers.words.alerts import gap_words
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
    since_of,
    smoothed_of,
    turn_of,
    why_of,
)
from scoring.instants import format_date
from scoring.summary import Summary

WIDE = 132
"""From so many columns on, an account has one line; on narrower terminals two."""


def portfolio_table(
    console: Console, period: str, every: Sequence[Line], lines: Sequence[Line], most: int, *, alerts: bool = False
) -> None:
    """Print lines as a table, under how many of all are in which tier; `alerts` are shown with their reasons."""
    tiers, whole = Counter(line.tier for line in every), len(every)
    console.print(f"[bold]{period}[/], {_standing(lines, whole)}", highlight=False)
    named = ", ".join(f"{coloured(tier)} {tiers[tier]}" for tier in TIERS if tiers[tier])
    console.print(named if len(lines) == whole else f"All {whole:,}: {named}", highlight=False)
    if not lines:
        console.print("No account is as asked for.")
        return
    shown = lines[:most]
    if alerts:
        console.print("An alert is no tier: it says whom to call first, a tier how an account stands.")
        console.print(alerts_table(period, shown))
        for said in gap_words([line.summary.alert for line in every if line.summary.alert is not None]):
            console.print(said)
    else:
        console.print(_wide(period, shown) if console.width >= WIDE else _narrow(period, shown))
    if len(shown) < len(lines):
        console.print(f"{len(shown)} of {count(len(lines), 'account')}: --limit 0 shows all.")


def _standing(lines: Sequence[Line], whole: int) -> str:
    """Say what kind of records are shown, as of when, and of how many accounts in all."""
    if not lines:
        return f"none of {count(whole, 'account')}"
    kinds = sorted({line.summary.status for line in lines})
    of = "" if len(lines) == whole else f"{len(lines):,} of "
    latest = max(line.summary.as_of for line in lines)
    return f"{' and '.join(kinds)}, as of {format_date(latest)}: {of}{count(whole, 'account')}"


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


def alerts_table(period: str, lines: Sequence[Line]) -> Table:
    """List accounts that are alerted, each with since when and why."""
    made = table("Account, why", "Alert since", "Tier", ">Score, smoothed", ">ARR, renewal", "CSM")
    made.columns[0].ratio, made.columns[0].min_width, made.columns[0].overflow = 24, 24, "fold"
    made.columns[5].ratio, made.columns[5].min_width, made.columns[5].overflow = 9, 9, "ellipsis"
    made.expand = True
    for line in lines:
        one = line.summary
        made.add_row(
            f"{escape(_named(period, one))}\n[dim]{escape(why_of(one))}[/]",
            since_of(one),
            f"{coloured(line.tier)}{turn_of(one)}",
            f"{score_of(one)}\n[dim]{smoothed_of(one)}[/]",
            f"{escape(money_of(one))}\n[dim]{renewal_of(one)}[/]",
            escape(csm_of(one.csm)),
        )
    return made


def _named(period: str, summary: Summary) -> str:
    """Name an account; one that is shown with an older record, with its month."""
    older = "" if summary.period == period else f" ({summary.period})"
    return f"{name_of(summary)}{older}"
