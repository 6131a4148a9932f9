"""Tables for people: on a terminal, or where one is asked for; anything else gets lines of JSON."""

import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

_F = TypeVar("_F", bound=Callable[..., object])

COLOURS: Mapping[str, str] = {
    "Champion": "bright_green",
    "Healthy": "green",
    "At Risk": "yellow",
    "Critical": "bold red",
    "Unknown": "magenta",
    "unscored": "dim",
}
"""What tiers look like; each is written out beside it."""


def form_option(command: _F) -> _F:
    """Let a command be asked for JSON or for tables, whatever its stdout is."""
    help_text = "JSON, or tables for people. Default: tables on a terminal, else JSON."
    return click.option("--json/--table", "as_json", default=None, help=help_text)(command)


def is_json(asked: bool | None) -> bool:  # noqa: FBT001 - what the option says
    """Tell whether to print JSON: as asked, else where stdout is no terminal."""
    return not sys.stdout.isatty() if asked is None else asked


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
