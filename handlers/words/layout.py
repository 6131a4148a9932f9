"""Lines of plain text: paragraphs, points of a list, and text from outside made safe to show."""

from collections.abc import Iterable
from textwrap import wrap
from typing import NamedTuple

WIDTH = 100
LONGEST_QUOTE = 300


class Passage(NamedTuple):
    """A sentence or two, and the points that stand below."""

    text: str
    points: tuple[str, ...] = ()


def lines_of(passage: Passage) -> list[str]:
    """Break a passage into lines."""
    return [*paragraph(passage.text), *points_of(passage.points)]


def paragraph(text: str, indent: str = "", later: str | None = None) -> list[str]:
    """Break text into lines of at most 100 columns; `later` indents all but the first."""
    subsequent = indent if later is None else later
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=subsequent, break_on_hyphens=False)


def points_of(texts: Iterable[str]) -> list[str]:
    """Break texts into a list, each with a dash before it."""
    return [line for text in texts for line in marked("-", text)]


def marked(mark: str, text: str) -> list[str]:
    """Break text behind a mark; its later lines stand under its first."""
    return paragraph(text, f"  {mark} ", " " * (len(mark) + 3))


def clean(text: str) -> str:
    """Bring text from outside onto one line, without control characters and not too long."""
    printed = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(printed.split())
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}..."
