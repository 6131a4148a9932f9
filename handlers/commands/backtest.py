"""`backtest`: does the score warn? Scores held against what became of the accounts."""

import sys
from collections.abc import Mapping
from random import Random

import click
import msgspec

from handlers.commands.evidence import Sources, evidence, evidence_options, origins_of
from handlers.commands.questions import question_options
from handlers.commands.session import PARTIAL, Session, result
from handlers.words.figures import count
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.figures import LandmarkFigures

SEED = 2026
"""Resamples begin here, so that the same call gives the same limits."""

_DECIMALS = 4


@click.command("backtest")
@evidence_options
@question_options
@click.pass_obj
def backtest_command(session: Session, /, sources: Sources, question: Question) -> None:
    """Hold scores against what became of the accounts.

    Without --scores they are those of the store: of each month-end the final record, as it was shown then,
    and where there is none what is known now, under the present model. How many are which is said: what is
    known now may know too much. Accounts that left the portfolio count for the months before.

    \b
    Example:
      healthscore backtest --rule steady
      healthscore backtest --scores scores.jsonl --outcomes outcomes.csv
    """
    given = evidence(session, sources)
    found = backtest(given.lines, given.rows, question)
    if given.stored is not None:
        _warn_of_survivors(session, found)
    origins = {} if given.stored is None else {"scores": origins_of(given.stored)}
    result({**figures_of(found), **origins})
    if not given.is_whole:
        sys.exit(PARTIAL)


def _warn_of_survivors(session: Session, found: Backtest) -> None:
    """Say where outcomes are left out because their accounts have no score: mostly those of who left long ago."""
    unknown = found.outcomes.reasons.get("unknown_account", 0)
    if unknown:
        session.warn(
            f"{count(unknown, 'outcome')} of accounts without any score in the store: where these left, only who "
            "stayed is counted, and the score looks better than it is; healthscore accounts set maps them"
        )


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
