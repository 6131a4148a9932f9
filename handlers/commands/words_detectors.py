"""Which detector a command uses: the rules, a language model, or both."""

import os
from collections.abc import Callable

import click

from handlers.commands.session import Session
from handlers.detection.detected import Detector
from handlers.detection.gate import gate
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
    from handlers.clients.bedrock.detector import model_detector  # noqa: PLC0415  only a model needs boto3
    from handlers.clients.bedrock.settings import model_settings  # noqa: PLC0415  as above
    from handlers.clients.bedrock.spending import Purse  # noqa: PLC0415  as above

    try:
        settings = model_settings(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    if settings is None:
        raise click.ClickException(
            "no language model is set up: set WORDS_MODEL and WORDS_MODEL_REGION (docs/words.md, A language model)"
        )
    return model_detector(settings, session.config().words.model, Purse(), session.clock)


def _both(session: Session) -> Detector:
    terms = session.config().words.model
    return RulesAndModel(
        _rules(session), _model(session), gate(terms.languages, terms.least_words, terms.words, terms.share)
    )
