"""The options under which scores are held against outcomes, the same for each command that does.

Of a store the list of alerts is the one in force, that of alerts.yaml; of a file it is that of the definitions,
so that two programs that read the same files say the same (docs/trust.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import click

from handlers.commands.replay import date_or_instant
from handlers.commands.session import Session
from scoring.alerts import RULES, AlertTerms, Rule
from scoring.backtest.backtest import HORIZON_DAYS, Question
from scoring.instants import Instant
from scoring.outcomes import NOTICE_DAYS

_OF_FILES = AlertTerms()
"""What holds for scores of a file, whatever the config says."""

notice_days_option = click.option(
    "--notice-days",
    type=click.IntRange(0),
    metavar="DAYS",
    help="A renewal is decided so long before it takes effect; a churn too, where its notice is not known. "
    f"Default: notice_days of alerts.yaml; where the store is not asked {NOTICE_DAYS}.",
)

_OPTIONS = (
    click.option(
        "--budget",
        type=click.FloatRange(0, 1, min_open=True),
        metavar="SHARE",
        help="The share of the book that is alerted at each date. "
        f"Default: budget of alerts.yaml; with --scores FILE {_OF_FILES.budget:.2f}.",
    ),
    click.option(
        "--horizon",
        type=click.IntRange(1),
        default=HORIZON_DAYS,
        show_default=True,
        metavar="DAYS",
        help="An alert comes true where the account gives notice within so many days.",
    ),
    notice_days_option,
    click.option(
        "--until",
        metavar="DATE",
        callback=date_or_instant,
        help="How far outcomes are known; later ones are refused. Default: the last score.",
    ),
    click.option(
        "--rule",
        type=click.Choice(RULES),
        help="Who is alerted: the worst scores of the day (level), or the steady list. "
        f"Default: rule of alerts.yaml; with --scores FILE {_OF_FILES.rule}.",
    ),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as it was put: None is what was left open."""

    rule: Rule | None
    budget: float | None
    notice_days: int | None
    horizon: int
    until: Instant | None

    def question(self, usual: AlertTerms) -> Question:
        """Fill in what was left open."""
        rule = usual.rule if self.rule is None else self.rule
        budget = usual.budget if self.budget is None else self.budget
        days = usual.notice_days if self.notice_days is None else self.notice_days
        return Question(AlertTerms(rule, budget, days), self.horizon, self.until)


def usual_terms(session: Session, file: object) -> AlertTerms:
    """Give the terms that hold unless others are asked for: of a store those of the config."""
    return session.config().alerts if file is None else _OF_FILES


def question_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options of a backtest, as its one parameter `wanted`."""

    @wraps(command)
    def asked(
        *args: object,
        budget: float | None,
        horizon: int,
        notice_days: int | None,
        until: Instant | None,
        rule: Rule | None,
        **others: object,
    ) -> object:
        return command(*args, wanted=Wanted(rule, budget, notice_days, horizon, until), **others)

    for option in reversed(_OPTIONS):
        asked = option(asked)
    return asked
