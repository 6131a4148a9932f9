"""The file retention.yaml; nothing that the model reads may go."""

from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr

from config.kinds import Strict, wrong
from config.reading import read_table
from config.retention import FOR_EVER, HISTORY_DAYS, LONGEST_DAYS, RETENTION, USUAL_RETENTION, Kept, Retention
from scoring.instants import DAY


def _whole(days: object) -> object:
    if days != FOR_EVER and (isinstance(days, bool) or not isinstance(days, int)):
        raise wrong(f'expected whole days, or "{FOR_EVER}"')
    return days


def _least(days: int, why: str) -> AfterValidator:
    """Refuse what is shorter than so many days, and say why."""

    def check(given: int | str) -> int | str:
        if isinstance(given, int) and not days <= given <= LONGEST_DAYS:
            raise wrong(f'expected whole days from {days} to {LONGEST_DAYS}, or "{FOR_EVER}": {why}')
        return given

    return AfterValidator(check)


_Days: TypeAlias = Annotated[int | StrictStr, BeforeValidator(_whole)]
_Read = Annotated[_Days, _least(HISTORY_DAYS, "13 month-ends are scored from them")]
_Shown = Annotated[_Days, _least(HISTORY_DAYS, "13 month-ends are shown")]


class KeepTable(Strict):
    """The table of days; what is absent is as built in."""

    superseded_observations: _Read = HISTORY_DAYS
    facts_of_nobody: _Read = 400
    departed_accounts: _Shown = 1095
    records: _Shown = FOR_EVER
    audit: Annotated[_Days, _least(1, "a line has to be read by somebody")] = 396
    samples: Annotated[_Days, _least(62, "a month's samples are answered in the month after it")] = 397
    opinions: Annotated[_Days, _least(90, "so long nobody is asked again")] = 1095


class RetentionFile(Strict):
    """The file retention.yaml."""

    keep_days: KeepTable = Field(default_factory=KeepTable)

    def terms(self) -> Retention:
        """Give how long each kind is kept."""
        return Retention(**{name: _kept(days) for name, days in self.keep_days.model_dump().items()})


def _kept(days: int | str) -> Kept:
    return days * DAY if isinstance(days, int) else None


def load_retention(directory: Path) -> Retention:
    """Load retention.yaml from a folder of figures; without one, what is built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / RETENTION
    return read_table(RetentionFile, path).terms() if path.exists() else USUAL_RETENTION
