"""`backtest`: does the score warn? Scores held against what became of the accounts."""

import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

import click
import msgspec

from handlers.commands.outcome_files import read_outcomes
from handlers.commands.questions import question_options
from handlers.commands.score_files import ScoreFile
from handlers.commands.session import PARTIAL, Session, result
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.figures import LandmarkFigures
from scoring.backtest.lines import in_lines, score_line_of

SEED = 2026
"""Resamples begin here, so that the same call gives the same limits."""

_DECIMALS = 4


@click.command("backtest")
@click.option(
    "--scores", required=True, metavar="FILE", help="JSON lines of scores, as replay writes them; - for stdin."
)
@click.option(
    "--outcomes",
    "outcomes",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table of outcomes: account_id,outcome,notice_date,effective_date,arr[,reason][,treated_date].",
)
@question_options
@click.pass_obj
def backtest_command(session: Session, /, scores: str, outcomes: Path, question: Question) -> None:
    """Hold scores against what became of the accounts."""
    rows, file = read_outcomes(outcomes), ScoreFile(session, scores)
    lines = in_lines(map(score_line_of, file))
    if not lines:
        raise click.ClickException(f"{scores} holds no score: replay and score write them")
    found = backtest(lines, rows, question)
    result(figures_of(found))
    if file.bad:
        sys.exit(PARTIAL)


def figures_of(found: Backtest) -> dict[str, object]:
    """Give all figures by their names in JSON, rounded to four decimals; the same backtest gives the same."""
    chance = Random(SEED)  # noqa: S311 - resamples are to be repeated, not to be secret
    return {
        "refused": found.outcomes.reasons,
        "outcomes": found.outcomes.counts,
        "landmarks": [_landmark(one) for one in found.landmark_figures(chance)],
        "warning": shortened(msgspec.to_builtins(found.warning_figures(chance))),
    }


def _landmark(figures: LandmarkFigures) -> object:
    line = msgspec.to_builtins(figures)
    treated = line.pop("treated") or {}
    return shortened(line | treated)


def shortened(value: object) -> object:
    """Round all figures to four decimals, however deep."""
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, Mapping):
        return {str(name): shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value] if isinstance(value, list | tuple) else value
