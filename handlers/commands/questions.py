"""The options under which scores are held against outcomes, the same for each command that does."""

from collections.abc import Callable
from functools import wraps

import click

from handlers.commands.replay import instant
from scoring.alerts import AlertTerms, Rule
from scoring.backtest.backtest import HORIZON_DAYS, Question
from scoring.instants import Instant
from scoring.outcomes import NOTICE_DAYS

_OPTIONS = (
    click.option(
        "--budget",
        type=click.FloatRange(0, 1, min_open=True),
        default=0.10,
        show_default=True,
        metavar="SHARE",
        help="The share of the book that is alerted at each date.",
    ),
    click.option(
        "--horizon",
        type=click.IntRange(1),
        default=HORIZON_DAYS,
        show_default=True,
        metavar="DAYS",
        help="An alert comes true where the account gives notice within so many days.",
    ),
    click.option(
        "--notice-days",
        type=click.IntRange(0),
        default=NOTICE_DAYS,
        show_default=True,
        metavar="DAYS",
        help="A renewal is decided so long before it takes effect; a churn too, where its notice is not known.",
    ),
    click.option(
        "--until",
        metavar="DATE",
        callback=instant,
        help="How far outcomes are known; later ones are refused. Default: the last score.",
    ),
    click.option(
        "--rule",
        type=click.Choice(["level", "steady"]),
        default="level",
        show_default=True,
        help="Who is alerted: the worst scores of the day, or the steady list.",
    ),
)


def question_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options of a backtest, as its one parameter `question`."""

    @wraps(command)
    def asked(
        *args: object,
        budget: float,
        horizon: int,
        notice_days: int,
        until: Instant | None,
        rule: Rule,
        **others: object,
    ) -> object:
        question = Question(AlertTerms(rule, budget, notice_days), horizon, until)
        return command(*args, question=question, **others)

    for option in reversed(_OPTIONS):
        asked = option(asked)
    return asked
