"""The options of `gate`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

from handlers.commands.questions import notice_days_option
from handlers.commands.replay import date_or_instant
from handlers.commands.session import accounts_option
from handlers.jobs.gate_limits import GATE_LIMITS
from handlers.jobs.gate_verdict import Word
from handlers.words.gate_comment import NAMINGS, Naming
from scoring.instants import Instant

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the gate: which draft beside which base, on what, and how it is told."""

    draft: Path
    base: Path | None = None
    scores: str | None = None
    without_scores: bool = False
    outcomes: Path | None = None
    mapping: Path | None = None
    until: Instant | None = None
    notice_days: int | None = None
    let_through: tuple[str, ...] = ()
    reason: str = ""
    markdown: Path | None = None
    naming: Naming = "ids"
    export: Path | None = None

    @property
    def word(self) -> Word:
        """Give the word that a person says; UsageError where it has no reason, or says nothing."""
        reason = self.reason.strip()
        if self.let_through and not reason:
            raise click.UsageError("--let-through needs --reason: say why, for those who read it later")
        if reason and not self.let_through:
            raise click.UsageError("--reason says why a limit is let through: name it with --let-through")
        return Word(self.let_through, reason)


_OPTIONS = (
    click.option(
        "--draft",
        required=True,
        metavar="DIR",
        type=_FOLDER,
        help="Folder with the files of figures that are to change; what it lacks stays as in the base.",
    ),
    click.option("--base", metavar="DIR", type=_FOLDER, help="Folder of the figures in force. Default: the config."),
    click.option(
        "--scores",
        metavar="FILE",
        help="JSON lines of scores, as replay and score write them, which are scored again; - for stdin. "
        "Default: the last 13 month-ends of the store.",
    ),
    click.option("--without-scores", is_flag=True, help="Look at no account: the limits of weights alone."),
    click.option(
        "--outcomes",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Table of outcomes: account_id,outcome,notice_date,effective_date,arr. Default, and only with the "
        "scores of the store: its outcomes.",
    ),
    accounts_option,
    click.option(
        "--until", metavar="DATE", callback=date_or_instant, help="How far outcomes are known. Default: the last score."
    ),
    notice_days_option,
    click.option(
        "--let-through",
        multiple=True,
        metavar="LIMIT",
        type=click.Choice(GATE_LIMITS),
        help=f"Let a draft through by the limit's name: {', '.join(GATE_LIMITS)}. May be given again.",
    ),
    click.option("--reason", default="", metavar="TEXT", help="Why it is let through."),
    click.option(
        "--markdown",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write it as Markdown, for a comment, too.",
    ),
    click.option(
        "--export",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help="Write scores.jsonl and outcomes.csv of the store, without names, for a gate that has no store. All "
        "months are scored again under the base: backtest gives other figures of them than of the store, where it "
        "goes by what was shown.",
    ),
    click.option(
        "--show",
        "naming",
        type=click.Choice(NAMINGS),
        default="ids",
        show_default=True,
        help="How accounts stand in the Markdown: not at all (nor money), by id, or by name.",
    ),
)


def gate_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options of the gate, as its one parameter `asked`."""

    @wraps(command)
    def called(*args: object, **options: object) -> object:
        return command(*args, asked=Asked(**options))  # type: ignore[arg-type]  # click has checked them

    for option in reversed(_OPTIONS):
        called = option(called)
    return called
