"""What tables for people look like."""

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

COLOURS: Mapping[str, str] = {
    "Champion": "bright_green",
    "Healthy": "green",
    "At Risk": "yellow",
    "Critical": "bold red",
    "Unknown": "magenta",
    "unscored": "dim",
}
"""What tiers look like; each is written out beside it."""


def console() -> Console:
    """Give the console for tables on stdout."""
    return Console(highlight=False)


def table(*columns: str, title: str | None = None) -> Table:
    """Give an empty table; columns whose names begin with `>` are of figures, and lined up at the right."""
    made = Table(
        title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0)
    )
    for column in columns:
        made.add_column(column.removeprefix(">"), justify="right" if column.startswith(">") else "left")
    return made


def coloured(tier: str) -> str:
    """Mark a tier with its colour."""
    colour = COLOURS.get(tier)
    return tier if colour is None else f"[{colour}]{tier}[/]"
