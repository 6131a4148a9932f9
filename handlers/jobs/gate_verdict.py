"""What the gate says of a draft: its impact, whether it tells better or worse who churns, what stops it."""

from dataclasses import dataclass

from handlers.jobs.gate import Renewals, Tried
from handlers.jobs.gate_limits import Change, Impact, Passed, stopping
from scoring.backtest.comparison import Compared, Verdict

WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word: which limits it lets through, and why."""

    limits: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft that was judged; None is what could not be tried: no accounts, or no outcomes."""

    change: Change
    tried: Tried | None
    renewals: Renewals | None
    compared: Compared | None
    passed: tuple[Passed, ...]
    word: Word = Word()

    @property
    def impact(self) -> Impact | None:
        """Give what the draft does to the accounts of the last month-end."""
        return self.change.impact

    @property
    def verdict(self) -> Verdict:
        """Say whether the draft tells better or worse who churns; without evidence nobody can tell."""
        return "cannot tell" if self.compared is None else self.compared.verdict

    @property
    def stopped_by(self) -> list[str]:
        """Name what stops the draft; a worse one is let through by no word."""
        worse = [WORSE] if self.verdict == WORSE else []
        return [*worse, *(one.limit for one in stopping(self.passed, self.word.limits))]
