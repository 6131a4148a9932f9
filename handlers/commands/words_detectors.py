"""Which detector a command uses: the rules, a language model, or both."""

import os
from collections.abc import Callable

import click

from handlers.commands.session import Session
from handlers.detection.detected import Detector, DetectorError
from handlers.detection.gate import gate_of
from handlers.detection.making import rule_detector
from handlers.detection.together import RulesAndModel
from handlers.environment import SettingsError

detector_option = click.option(
    "--detector",
    "name",
    type=click.Choice(["rules", "model", "rules_and_model"]),
    default="rules",
    show_default=True,
    help="What reads the messages; a model is the one of WORDS_MODEL and WORDS_MODEL_REGION, and costs money.",
)


def chosen(session: Session, name: str) -> Detector:
    """Make the detector of a name; refuse a model where none is set up."""
    makers: dict[str, Callable[[Session], Detector]] = {"rules": _rules, "model": _model, "rules_and_model": _both}
    return makers[name](session)


def _rules(session: Session) -> Detector:
    return rule_detector(session.config_dir, session.config().words)


def _model(session: Session) -> Detector:
    from handlers.clients.bedrock.detector import detector_of  # noqa: PLC0415  only a model needs boto3

    try:
        return detector_of(os.environ, session.config().words.model, session.clock)
    except (SettingsError, DetectorError) as error:
        raise click.ClickException(str(error)) from error


def _both(session: Session) -> Detector:
    return RulesAndModel(_rules(session), _model(session), gate_of(session.config().words.model))


def ends(session: Session, error: Exception) -> bool:
    """Tell whether no other message would be answered either, and say so."""
    if isinstance(error, DetectorError) and error.is_for_all:
        session.warn("the rest was not read: no other message would be answered either")
        return True
    return False


def say_outcomes(session: Session, detector: Detector) -> None:
    """Say what became of the questions to a model that only some messages were put to."""
    if isinstance(detector, RulesAndModel):
        told = ", ".join(f"{outcome} {times}" for outcome, times in sorted(detector.outcomes.items()))
        session.warn(f"the model was asked about {detector.outcomes.total()} messages: {told or 'none'}")
