"""`calibrate`: propose weights that tell better who leaves, learned from what became of the accounts."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click

from handlers.commands.backtest import SEED
from handlers.commands.calibrate_forms import json_of, say
from handlers.commands.outcome_files import read_outcomes
from handlers.commands.proposal_folder import refuse_folder, write_proposal
from handlers.commands.replay import instant
from handlers.commands.score_files import ScoreFile
from handlers.commands.session import PARTIAL, Session, result
from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.lines import PLATFORM_VALUE, ScoreLine, in_lines, score_line_of
from scoring.instants import Instant
from scoring.outcomes import NOTICE_DAYS
from scoring.score import PartKey, Score

if TYPE_CHECKING:
    from handlers.calibrate.arrays import Example
    from handlers.calibrate.calibration import Calibration, Level

LANDMARK = 90
"""Weights are learned from how accounts stood so many days before the decision."""

_NO_NUMPY = "calibrate needs numpy, which is not installed: make install brings it (or the extra trust of the package)"


@click.command("calibrate")
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
@click.option(
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the proposal: a new one, or an empty one.",
)
@click.option(
    "--level",
    type=click.Choice(["joint", "metrics"]),
    default="joint",
    show_default=True,
    help="Learn the five joint weights, or those of the metrics within them too (from 100 churns).",
)
@click.option("--override", default="", metavar="REASON", help="Why to adopt what 10 to 29 churns only indicate.")
@click.option(
    "--notice-days",
    type=click.IntRange(0),
    default=NOTICE_DAYS,
    show_default=True,
    metavar="DAYS",
    help="A renewal is decided so long before it takes effect; a churn too, where its notice is not known.",
)
@click.option(
    "--until",
    metavar="DATE",
    callback=instant,
    help="How far outcomes are known; later ones are refused. Default: the last score.",
)
@click.pass_obj
def calibrate_command(
    session: Session,
    /,
    scores: str,
    outcomes: Path,
    output: Path,
    **asked: object,
) -> None:
    """Propose weights that tell better who leaves. The config itself is never changed.

    The proposal is a folder that what-if --draft and --config take: the present config with other joint
    weights of the four dimensions and of Platform Value. They are learned from how accounts stood 90 days
    before their renewals were decided, and held near the present ones: these count as much as ten churns
    would. No weight moves by more than ten points at a time. Under 10 churns nothing is proposed; from 10 to
    29 the proposal is indicative, and may be adopted with --override REASON alone; always only where
    the guard holds: weights learned without a quarter told that quarter better, in 80 % of resamples.

    \b
    Example:
      healthscore calibrate --scores scores.jsonl --outcomes outcomes.csv --output proposal
      healthscore what-if --draft proposal
    """
    refuse_folder(session, output)
    file = ScoreFile(session, scores)
    wanted = _Wanted(file)
    found = _held_against(in_lines(wanted.lines()), outcomes, scores, **asked)  # type: ignore[arg-type]
    calibration = _calibration(session, found, wanted, **asked)  # type: ignore[arg-type]
    write_proposal(session, output, calibration)
    result(json_of(calibration))
    say(session, calibration, found.outcomes, output)
    wanted.warn_of_other_models(session)
    if file.bad:
        sys.exit(PARTIAL)


class _Wanted:
    """Scores that are read once, and what calibration needs of them besides their lines."""

    def __init__(self, scores: Iterable[Score]) -> None:
        self._scores = scores
        self._versions: set[str] = set()
        self.parts: dict[tuple[str, Instant], dict[PartKey, float]] = {}

    def lines(self) -> Iterator[ScoreLine]:
        for score in self._scores:
            self._versions.add(score.model_version)
            self.parts[score.account_id, score.as_of] = _parts_of(score)
            yield score_line_of(score)

    def warn_of_other_models(self, session: Session) -> None:
        others = sorted(self._versions - {"", session.config().model.version})
        if others:
            session.warn(
                f"scores were made under another model than the config's ({', '.join(others)}): scores within "
                "dimensions are theirs, the weights that count as the experts' are the config's"
            )


def _parts_of(score: Score) -> dict[PartKey, float]:
    groups = {name: one.metrics for name, one in score.dimensions.items()} | {PLATFORM_VALUE: score.platform_value}
    return {
        (group, name): metric.score
        for group, metrics in groups.items()
        for name, metric in metrics.items()
        if metric.score is not None
    }


def _held_against(
    lines: dict[str, list[ScoreLine]],
    outcomes: Path,
    named: str,
    *,
    notice_days: int,
    until: Instant | None,
    **_: object,
) -> Backtest:
    question = Question(AlertTerms(notice_days=notice_days), until=until)
    try:
        return backtest(lines, read_outcomes(outcomes), question)
    except ValueError as error:
        raise click.ClickException(f"{named}: {error}") from error


def _calibration(
    session: Session, found: Backtest, wanted: _Wanted, *, level: "Level", override: str, **_: object
) -> "Calibration":
    try:
        from handlers.calibrate.calibration import TooFewError, calibrate  # noqa: PLC0415  numpy is an extra
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        raise click.ClickException(_NO_NUMPY) from error
    chance = Random(SEED)  # noqa: S311 - resamples are to be repeated, not to be secret
    examples = list(_examples(found, wanted, level))
    try:
        return calibrate(examples, session.config().model, chance, level=level, override=override.strip())
    except TooFewError as error:
        raise click.ClickException(str(error)) from error


def _examples(found: Backtest, wanted: _Wanted, level: "Level") -> "Iterator[Example]":
    from handlers.calibrate.arrays import Example  # noqa: PLC0415  numpy is an extra

    for row in found.landmarks(LANDMARK).rows:
        joint = {(group, group): score for group, score in row.line.groups.items()}
        parts = wanted.parts.get((row.line.account_id, row.line.as_of), {})
        yield Example(row, parts if level == "metrics" else joint)
