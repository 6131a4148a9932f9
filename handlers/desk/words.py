"""Figures as pages write them: the filters of the templates."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from handlers.words.brief import NOTHING, money, month, month_name
from handlers.words.figures import count, day, moment, number, percent, points, with_sign
from handlers.words.layout import clean
from scoring.instants import format_date
from scoring.rounding import shown

__all__ = ["NOTHING", "WORDS", "change", "money", "month", "month_name", "score", "tier_class", "way"]


def score(value: float | None) -> str:
    """Write a score with one decimal."""
    return NOTHING if value is None else points(value)


def change(value: float | None) -> str:
    """Write a change of points: its sign is a triangle, so that nobody needs a colour."""
    if value is None:
        return NOTHING
    tenths = shown(abs(value))
    return f"{'▲' if value > 0 else '▼'} {tenths:.1f}" if tenths else "±0"


def minus(text: str) -> str:
    """Write the minus of a figure as wide as a plus, so that figures line up."""
    return f"\N{MINUS SIGN}{text[1:]}" if text.startswith("-") else text


def way(value: float | None) -> str:
    """Name the class of a change: up, down or level."""
    return "level" if not value else "up" if value > 0 else "down"


def tier_class(tier: str | None) -> str:
    """Name the class of a tier's colours."""
    return f"tier-{(tier or 'unscored').lower().replace(' ', '-')}"


def commands(text: str) -> Markup:
    """Set what stands between backticks in a fixed width, as commands are written; all of it is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup().join(Markup("<code>{}</code>").format(one) if n % 2 else escape(one) for n, one in enumerate(parts))


def first_up(text: str) -> str:
    """Begin a text with a capital; the rest stays as it is (ARR stays ARR)."""
    return text[:1].upper() + text[1:]


WORDS: Mapping[str, Callable[..., Any]] = {
    "change": change,
    "clean": clean,
    "commands": commands,
    "count": count,
    "date": format_date,
    "day": day,
    "minus": minus,
    "first_up": first_up,
    "moment": moment,
    "money": money,
    "month": month,
    "month_name": month_name,
    "number": number,
    "percent": percent,
    "points": points,
    "score": score,
    "tier_class": tier_class,
    "way": way,
    "with_sign": with_sign,
}
