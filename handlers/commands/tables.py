"""Tables for people: on a terminal, or where one is asked for; anything else gets lines of JSON."""

import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from handlers.commands.session import result

_ASKED = "healthscore.as_json"
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
    """Give a command the option of JSON or tables, as its parameter `as_json`."""
    return _option(exposed=True)(command)


def noted_form_option(command: _F) -> _F:
    """Give a command the same option without a parameter: `is_json` and `show` know what was asked."""
    return _option(exposed=False)(command)


def _option(*, exposed: bool) -> Callable[[_F], _F]:
    help_text = "JSON, or tables for people. Default: tables on a terminal, else JSON."
    return click.option("--json/--table", "as_json", default=None, expose_value=exposed, callback=_note, help=help_text)


def _note(context: click.Context, _: click.Parameter, value: bool | None) -> bool | None:  # noqa: FBT001 - click's way
    context.meta[_ASKED] = value
    return value


def is_json(asked: bool | None = None) -> bool:  # noqa: FBT001 - what the option says
    """Tell whether to print JSON: as asked, else where stdout is no terminal."""
    context = click.get_current_context(silent=True)
    said = context.meta.get(_ASKED) if asked is None and context is not None else asked
    return not sys.stdout.isatty() if said is None else bool(said)


def show(value: object, people: Callable[[Console], None]) -> None:
    """Print a result as one line of JSON, or for people in their own words."""
    if is_json():
        result(value)
    else:
        people(console())


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
