"""What a draft does: all that its page says, from month-ends that are laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from markupsafe import Markup

from handlers.desk.what_if.charts import Bin, RiskMonth, bins_of, distribution, month_bars, risk_months
from handlers.desk.words import money, month_name
from handlers.jobs.draft_figures import Drafted
from handlers.jobs.draft_impact import Cell, matrix, money_change, summary_words
from handlers.words.what_if import why
from scoring.drivers import Driver
from scoring.model import Model
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Comparison, Group, Month

MOST = 12
"""So many of the biggest changes are named."""
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Answer:
    """A draft that was tried; `months` is None where the month-ends before were not asked for."""

    comparison: Comparison
    drafted: Drafted
    month: Month
    months: Sequence[Month] | None
    failed: Mapping[str, str]
    drivers: Mapping[str, Sequence[Driver]]

    @property
    def is_changed(self) -> bool:
        """Tell whether the draft is another model."""
        return self.comparison.present.version != self.comparison.draft.version

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        if not self.is_changed:
            return "Nothing is changed: this is the model in force"
        currency = self.comparison.present.currencies.corporate
        change = money_change(self.month)
        sign = "+" if change > 0 else ""
        return f"{summary_words(self.month)} · ARR at risk {sign}{money(change, currency) if change else '±0'}"

    @property
    def is_quiet(self) -> bool:
        """Tell whether a changed draft changes no account."""
        return self.is_changed and not self.changes

    @property
    def bins(self) -> list[Bin]:
        """Give the distribution."""
        return bins_of(self.month)

    @property
    def distribution(self) -> Markup:
        """Draw it."""
        title = f"Scores of {month_name(self.month.period)}, now and under the draft"
        return distribution(self.bins, self.draft.tiers, title)

    @property
    def draft(self) -> Model:
        """Give the model of the draft."""
        return self.comparison.draft

    @property
    def matrix(self) -> list[list[Cell]]:
        """Count accounts from tier to tier."""
        return matrix(self.month)

    @property
    def at_risk(self) -> tuple[Group, Group]:
        """Sum up the accounts whose revenue may be lost, now and under the draft."""
        return self.month.groups(AT_RISK)

    @property
    def risk_months(self) -> list[RiskMonth]:
        """Give who is at risk at each month-end."""
        return risk_months(self.months or (), AT_RISK)

    @property
    def month_bars(self) -> Markup:
        """Draw it."""
        return month_bars(self.risk_months)

    @property
    def changes(self) -> list[Case]:
        """List the accounts of another tier or score, those of another tier first."""
        return [case for case in self.month.changed if case.is_of_other_tier or case.change]

    @property
    def biggest(self) -> list[Case]:
        """List the first of them."""
        return self.changes[:MOST]

    def why(self, case: Case) -> str:
        """Say what makes the difference for an account."""
        return why(case, self.drivers.get(case.account_id, ()))


def diff_lines(before: Mapping[str, str], after: Mapping[str, str], context: int = 1) -> list[tuple[str, str]]:
    """Give the lines of a unified diff of files, each with its kind: head, added, removed, place or same."""
    lines = [line for file, text in after.items() for line in _diff(file, before[file], text, context)]
    return [(_kind(line), line) for line in lines]


def _diff(file: str, before: str, after: str, context: int) -> list[str]:
    names = f"a/config/{file}", f"b/config/{file}"
    return list(unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=context))


def _kind(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return "head"
    return {"+": "added", "-": "removed", "@": "place"}.get(line[:1], "same")
