"""Scores and outcomes of a store as files, for a gate that has no store: by ids, without names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.commands.lines import score_line
from handlers.files import OutputFile
from handlers.jobs.gate import Tried
from handlers.jobs.what_if import WhatIf
from handlers.words.trust_lines import says_made_up
from scoring.account import Account
from scoring.instants import format_date
from scoring.outcomes import Outcome, Refusal
from scoring.score import Score, grade
from scoring.what_if import Month

SCORES, OUTCOMES = "scores.jsonl", "outcomes.csv"
_COLUMNS = ("account_id", "outcome", "notice_date", "effective_date", "arr", "reason", "treated_date")


@dataclass(frozen=True, slots=True)
class Export:
    """The two files."""

    scores: OutputFile
    outcomes: OutputFile

    def write(self, scores: Iterable[Score], outcomes: Iterable[Outcome | Refusal]) -> None:
        """Write both; of reasons, which people write, only those that say that all is made up."""
        with self.scores.replaced() as file:
            file.writelines(score_line(score) + b"\n" for score in scores)
        self.outcomes.write_rows([_COLUMNS, *(_row(one) for one in outcomes if isinstance(one, Outcome))])


def exported(question: WhatIf, accounts: Sequence[Account], months: Sequence[Month], tried: Tried) -> Iterator[Score]:
    """Score accounts under the base at each month-end at which they were tried."""
    base = question.comparison.present
    for account in accounts:
        for pair in question.pairs(account, months):
            if pair.now.as_of in tried.cases.get(account.id, {}):
                yield replace(grade(pair.now, base), account_name=None)


def _row(one: Outcome) -> tuple[object, ...]:
    dates = one.notice, one.effective, one.treated
    notice, effective, treated = ("" if day is None else format_date(day) for day in dates)
    reason = one.reason if says_made_up(one) else ""
    return one.account_id, one.kind, notice, effective, "" if one.arr is None else one.arr, reason, treated
