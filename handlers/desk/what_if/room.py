"""What the pages of drafts share: the figures in force, month-ends that are laid out, and how a draft is tried."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from handlers.desk.desk import Desk
from handlers.desk.visit import Refused
from handlers.desk.what_if.answer import MOST, Answer
from handlers.desk.what_if.form import Form, fields_of
from handlers.desk.what_if.raws import Raws, Read
from handlers.desk.what_if.receipt import Receipt, receipt_of
from handlers.jobs.draft_figures import Drafted, Edits, Figures, figures_of
from handlers.jobs.what_if import WhatIf
from handlers.words.figures import count
from scoring.account import Account
from scoring.drivers import Driver
from scoring.model import Model
from scoring.what_if import Case, Comparison, Month
from scoring.what_if_rows import Rows, month_under

AT_ONCE = 3_000
"""Up to so many accounts the month-ends before are answered with the draft; of more they are asked for apart."""

_MOVED = "The files of the config were changed after this desk was started: start it anew, so that it shows them."


class Tried(NamedTuple):
    """A draft as it was tried, and what it does; None where it is refused."""

    drafted: Drafted
    answer: Answer | None


class Room:
    """Tries drafts of the figures of a desk."""

    def __init__(self, desk: Desk) -> None:
        """Read the figures in force, and nothing of the store yet."""
        self.desk = desk
        self.figures: Figures = figures_of(desk.directory)
        self.raws = Raws(desk)
        self._fields = lru_cache(maxsize=2)(lambda same: fields_of(same.rows, desk.config.model))

    @property
    def present(self) -> Model:
        """Give the model in force."""
        return self.desk.config.model

    def form(self, asked: Edits, drafted: Drafted) -> Form:
        """Give the form filled in with what is asked for."""
        rows = self._last().rows
        return Form(self.figures, asked, drafted.wrong, self.present, self._fields(_Same(rows)))

    def tried(self, asked: Edits, *, months: bool) -> Tried:
        """Try a draft on the last month-end, and on the month-ends before where that is asked for."""
        drafted = self.figures.drafted(asked)
        if drafted.config is None:
            return Tried(drafted, None)
        comparison = Comparison(self.present, drafted.config.model)
        if comparison.is_measured_anew:
            raise Refused(_MOVED)
        read = self.raws.read(self.raws.periods) if months else [self._last()]
        ends = [self.month(one.rows, comparison) for one in read]
        failed, last = read[-1].failed, ends[-1]
        drivers = self._drivers(last, comparison)
        return Tried(drafted, Answer(comparison, drafted, last, ends if months else None, failed, drivers))

    def month(self, rows: Rows, comparison: Comparison) -> Month:
        """Give a month-end under both models."""
        return month_under(rows, comparison.present, comparison.draft)

    def is_small(self) -> bool:
        """Tell whether the month-ends before are answered at once."""
        return len(self.desk.accounts()) <= AT_ONCE

    def receipt(self, said: str, answer: Answer) -> Receipt | None:
        """Give the receipt of the account that is called so, by its id or name; None where there is none."""
        account = self.account(said, answer)
        if account is None:
            return None
        with self.desk.open_store() as store:
            question = WhatIf(store, answer.comparison, recorded=True)
            (pair,) = question.pairs(account, [answer.month])
        return receipt_of(pair.now, answer.comparison)

    def account(self, said: str, answer: Answer) -> Account | None:
        """Find an account of the month by its id or name; without one said, the first of the biggest changes."""
        wanted = said.strip().casefold()
        named = [case.account_id for case in answer.month.cases if wanted in _names(case)]
        usual = [case.account_id for case in (*answer.biggest, *answer.month.cases)[:1]]
        ids = named if wanted else usual
        return next((one for one in self.desk.accounts() if ids and one.id == ids[0]), None)

    def names(self) -> Sequence[str]:
        """Name accounts to choose from; of very many none, for the page would be their list."""
        rows = self._last().rows.rows
        return () if len(rows) > AT_ONCE else sorted(row.account_name or row.account_id for row in rows)

    def slow(self) -> str:
        """Say how long measuring again would take: what is measured is about 10 ms an account and month."""
        return span_words(len(self.desk.accounts()) * 0.01)

    def _last(self) -> Read:
        (read,) = self.raws.read(self.raws.periods[-1:])
        return read

    def _drivers(self, month: Month, comparison: Comparison) -> dict[str, tuple[Driver, ...]]:
        """Say of the biggest changes what makes them."""
        changed = [case for case in month.changed if case.is_of_other_tier or case.change][:MOST]
        accounts = self.desk.accounts()
        with self.desk.open_store() as store:
            return WhatIf(store, comparison, recorded=True).reasons(changed, month, accounts) if changed else {}


def _names(case: Case) -> Sequence[str]:
    return case.account_id.casefold(), (case.account_name or "").casefold()


def span_words(seconds: float) -> str:
    """Say roughly how long something takes."""
    return count(max(round(seconds), 1), "second") if seconds < 90 else count(round(seconds / 60), "minute")


class _Same:
    """Rows that are the same where they are the same object: so they need not be compared one by one."""

    __slots__ = ("rows",)

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.rows is self.rows
