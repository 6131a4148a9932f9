"""The file alerts.yaml: by which rule the list of alerts is made, for how many accounts."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StrictInt

from config.alerts import ALERTS, USUAL
from config.kinds import Number, Strict, unknown, wrong
from config.reading import read_table
from scoring.alerts import RULES, AlertTerms, Rule

YEAR = 365
MOST = 0.25
"""The largest budget: a list of more than a quarter of all accounts tells nobody whom to call."""


def _budget(share: float) -> float:
    if not 0 < share <= MOST:
        raise wrong(f"expected a share above 0, up to {MOST}")
    return share


def _rule(word: object) -> object:
    if word not in RULES:
        raise unknown("rule", RULES)
    return word


def _days(days: int) -> int:
    if not 0 <= days <= YEAR:
        raise wrong(f"expected whole days from 0 to {YEAR}")
    return days


class AlertsFile(Strict):
    """The file alerts.yaml."""

    budget: Annotated[Number, AfterValidator(_budget)]
    rule: Annotated[Rule, BeforeValidator(_rule)]
    notice_days: Annotated[StrictInt, AfterValidator(_days)]


def load_alerts(directory: Path) -> AlertTerms:
    """Load alerts.yaml from a folder of figures; without one, the figures built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / ALERTS
    if not path.exists():
        return USUAL
    file = read_table(AlertsFile, path)
    return AlertTerms(file.rule, file.budget, file.notice_days)
