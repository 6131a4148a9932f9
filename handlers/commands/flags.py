"""`flags`: the legend of flags, with what to do about each."""

from collections.abc import Iterable

import click
import msgspec
from rich.markup import escape

from config.errors import nearest
from handlers.commands.forms import form_option, is_json
from handlers.commands.session import Session, result
from handlers.commands.tables import console, table
from handlers.words.legend import Entry, legend


@click.command()
@click.argument("flags", nargs=-1, metavar="[FLAG]...")
@form_option
@click.pass_obj
def flags_command(session: Session, flags: tuple[str, ...], *, as_json: bool | None) -> None:
    """Say what the flags of a score mean, and what to do about each; all of them, or those that are named.

    A flag may be given as it stands on a record: of `stale:looker` the entry of `stale` is shown.
    On a terminal it is a table; else, or with --json, each flag is a line of JSON.

    \b
    Example:
      healthscore flags
      healthscore flags stale:looker unknown_word:Event.Type
    """
    entries = legend(session.config().model)
    wanted = _wanted(flags, entries)
    shown = [entry for entry in entries if not wanted or entry.flag in wanted]
    if is_json(as_json):
        for entry in shown:
            result(msgspec.to_builtins(entry))
    else:
        _show(shown)


def _wanted(flags: Iterable[str], entries: Iterable[Entry]) -> set[str]:
    """Give the words of flags; one that there is not is answered with the nearest."""
    known = [entry.flag for entry in entries]
    words = {flag.partition(":")[0].strip() for flag in flags}
    for word in sorted(words.difference(known)):
        near = nearest(word, known)
        hint = f"did you mean {near}? " if near else ""
        raise click.BadParameter(f"{word!r} is no flag: {hint}There are {', '.join(known)}", param_hint="FLAG")
    return words


def _show(entries: Iterable[Entry]) -> None:
    made = table("Flag", "What it says", "What to do")
    made.show_lines = True
    made.columns[0].no_wrap = True
    made.columns[1].ratio, made.columns[2].ratio = 1, 1
    made.expand = True
    for entry in entries:
        name = "" if entry.name is None else f"[dim]:\n  {entry.name}[/]"
        made.add_row(f"{entry.flag}{name}", escape(entry.meaning), escape(entry.remedy))
    console().print(made)
