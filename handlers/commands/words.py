"""`words`: what customers write, read for possible churn signals."""

import click

from handlers.commands.lazily import LazyGroup

SUBCOMMANDS = {
    "detect": "words_detect:detect",
    "evaluate": "words_evaluate:evaluate",
    "backfill": "words_backfill:backfill",
    "report": "words_report:report",
    "suggest": "words_suggest:suggest",
}
"""Each subcommand, and where it is; the first line of its docstring is what the list says of it."""


class Subcommands(LazyGroup):
    """What is asked of the detector."""

    places = SUBCOMMANDS


@click.group(cls=Subcommands)
def words() -> None:
    """Read what customers write: possible churn signals, each with a quote, never a point without a person's yes.

    Whether messages are read at all, and how readily they suggest a signal, stands in words.yaml of the config;
    detect and evaluate work whatever it says. See docs/words.md.

    \b
    Example:
      healthscore words detect messages.jsonl
      healthscore words evaluate labelled.jsonl
    """
