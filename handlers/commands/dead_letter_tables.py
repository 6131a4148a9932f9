"""Dead letters as a table for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from config.source import label_of
from handlers.commands.tables import table
from handlers.jobs.letters import Letter
from handlers.words.figures import moment
from handlers.words.layout import clean
from handlers.words.redacted import without_people


def show_letters(console: Console, letters: Sequence[Letter], place: str, *, has_more: bool) -> None:
    """Print letters, the reason of each last: it may be long."""
    if not letters:
        console.print(f"No such letter in {escape(place)}.")
        return
    made = table("Id", "Where", "Source", "Since", "Why it is dead")
    made.columns[4].overflow = "fold"
    for one in letters:
        since = "" if one.at is None else moment(one.at)
        source = "" if one.source is None else label_of(one.source)
        made.add_row(one.id, *(escape(clean(without_people(text))) for text in (one.place, source, since, one.reason)))
    console.print(made)
    if has_more:
        console.print("There are more: these are those that were read at once.")
