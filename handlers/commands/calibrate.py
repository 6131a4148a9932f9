"""`calibrate`: propose weights that tell better who leaves, learned from what became of the accounts."""

import sys
from collections.abc import Collection, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.commands.calibrate_forms import LANDMARK, json_of, say
from handlers.commands.evidence import Sources, evidence, evidence_options
from handlers.commands.outcome_files import read_outcomes
from handlers.commands.proposal_folder import refuse_folder, write_proposal
from handlers.commands.questions import notice_days_option, usual_terms
from handlers.commands.replay import date_or_instant
from handlers.commands.session import PARTIAL, Session, result
from handlers.draws import seeded
from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.lines import ScoreLine
from scoring.ids import to_18
from scoring.instants import Instant
from scoring.score import PartKey, Score

if TYPE_CHECKING:
    from handlers.calibrate.arrays import Example
    from handlers.calibrate.calibration import Calibration, Level

_NO_NUMPY = "calibrate needs numpy, which is not installed: make install brings it (or the extra trust of the package)"


@click.command("calibrate")
@evidence_options
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
@notice_days_option
@click.option(
    "--until",
    metavar="DATE",
    callback=date_or_instant,
    help="How far outcomes are known; later ones are refused. Default: the last score.",
)
@click.pass_obj
def calibrate_command(session: Session, /, sources: Sources, output: Path, level: "Level", **asked: object) -> None:
    """Propose weights that tell better who leaves. The config itself is never changed.

    The proposal is a folder that what-if --draft and --config take: the present config with other joint
    weights of the four dimensions and of Platform Value. They are learned from how accounts stood 90 days
    before their renewals were decided, and held near the present ones: these count as much as ten churns
    would. No weight moves by more than ten points at a time. Under 10 churns nothing is proposed; from 10 to
    29 the proposal is indicative, and may be adopted with --override REASON alone; always only where
    the guard holds: weights learned without a quarter told that quarter better, in 80 % of resamples.

    Scores and outcomes are those of the store, as for backtest, or of files.

    \b
    Example:
      healthscore calibrate --output proposal
      healthscore calibrate --scores scores.jsonl --outcomes outcomes.csv --output proposal
      healthscore what-if --draft proposal
    """
    _refuse_without_numpy()
    refuse_folder(session, output)
    if level == "metrics" and sources.scores is None:
        raise click.UsageError("--level metrics needs --scores: lines of the store have scores of dimensions alone")
    parts = _Parts(_told_of(sources) if level == "metrics" else frozenset())
    question = _question(usual_terms(session, sources.scores), **asked)  # type: ignore[arg-type]
    given = evidence(session, sources, parts.keeping, with_churned=False)
    found = backtest(given.lines, given.rows, question)
    calibration = _calibration(session, _examples(found, parts, level), level, str(asked["override"]).strip())
    write_proposal(session, output, calibration)
    result(json_of(calibration))
    say(session, calibration, found, output)
    _warn_of_other_models(session, parts.models if given.stored is None else given.stored.models)
    if not given.is_whole:
        sys.exit(PARTIAL)


def _question(usual: AlertTerms, *, notice_days: int | None, until: Instant | None, **_: object) -> Question:
    days = usual.notice_days if notice_days is None else notice_days
    return Question(AlertTerms(notice_days=days), until=until)


class _Parts:
    """Of scores that pass by, under which models they were made; of some accounts, what each metric scored."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self.models: set[str] = set()
        self._scores: dict[tuple[str, Instant], dict[PartKey, float]] = {}

    def keeping(self, scores: Iterable[Score]) -> Iterator[Score]:
        """Pass scores on."""
        for score in scores:
            self.models.add(score.model_version)
            if score.account_id in self._wanted:
                self._scores[score.account_id, score.as_of] = _parts_of(score)
            yield score

    def of(self, line: ScoreLine) -> dict[PartKey, float]:
        """Give what each part scored, by the score of a line."""
        return self._scores.get((line.account_id, line.as_of), {})


def _told_of(sources: Sources) -> frozenset[str]:
    """Name the accounts of a file of outcomes, as scores may name them."""
    rows = [] if sources.outcomes is None else read_outcomes(sources.outcomes)
    return frozenset(name for row in rows for name in (row.account_id, to_18(row.account_id)))


def _parts_of(score: Score) -> dict[PartKey, float]:
    return {key: metric.score for key, metric in score.parts.items() if metric.score is not None}


def _warn_of_other_models(session: Session, models: Iterable[str]) -> None:
    others = sorted({*models} - {"", session.config().model.version})
    if others:
        session.warn(
            f"scores were made under another model than the config's ({', '.join(others)}): scores within "
            "dimensions are theirs, the weights that count as the experts' are the config's"
        )


def _calibration(session: Session, examples: "Iterable[Example]", level: "Level", override: str) -> "Calibration":
    from handlers.calibrate.calibration import TooFewError, calibrate  # noqa: PLC0415  numpy is an extra

    chance = seeded()
    try:
        return calibrate(list(examples), session.config().model, chance, level=level, override=override)
    except TooFewError as error:
        raise click.ClickException(str(error)) from error


def _examples(found: Backtest, parts: _Parts, level: "Level") -> "Iterator[Example]":
    from handlers.calibrate.arrays import Example  # noqa: PLC0415  as above

    for row in found.landmarks(LANDMARK).rows:
        joint = {(group, group): score for group, score in row.line.groups.items()}
        yield Example(row, parts.of(row.line) if level == "metrics" else joint)


def _refuse_without_numpy() -> None:
    """Say what to install before anything is read."""
    if find_spec("numpy") is None:
        raise click.ClickException(_NO_NUMPY)
