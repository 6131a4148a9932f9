"""Tables for people on a terminal, or where they are asked for; anything else gets JSON."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from handlers.commands.session import result

if TYPE_CHECKING:
    from rich.console import Console

_ASKED = "healthscore.as_json"
_F = TypeVar("_F", bound=Callable[..., object])


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


def show(value: object, people: Callable[["Console"], None]) -> None:
    """Print a result as one line of JSON, or for people in their own words."""
    if is_json():
        result(value)
    else:
        from handlers.commands.tables import console  # noqa: PLC0415  programs do not wait for what tables need

        people(console())
