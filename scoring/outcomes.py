"""Outcomes: what became of an account at a renewal, and which statements of it can be counted."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal, NamedTuple, TypeAlias, get_args

from scoring.ids import to_18
from scoring.instants import DAY, Instant, parse_instant

Kind: TypeAlias = Literal["renewed", "churned", "downgraded"]

KINDS: tuple[Kind, ...] = get_args(Kind)

NOTICE_DAYS = 60
"""So long before its effective date a renewal is decided, where nobody says when it was."""

Reason: TypeAlias = Literal[
    "unknown_outcome",
    "bad_date",
    "notice_after_effective",
    "unknown_account",
    "future",
    "duplicate",
    "contradiction",
]
"""Why a row is refused; of several the first in this order."""

REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an account: on `effective` it renewed, left, or went on with less.

    `notice` is when it said so, `treated` when somebody stepped in to save it; None where unknown.
    `arr` is the yearly revenue at stake, in the currency of the whole list.
    """

    account_id: str
    kind: Kind
    effective: Instant
    notice: Instant | None = None
    arr: float | None = None
    reason: str = ""
    treated: Instant | None = None

    @property
    def is_churn(self) -> bool:
        """Tell whether the account left; one that went on with less is retained."""
        return self.kind == "churned"

    def decided(self, notice_days: int = NOTICE_DAYS) -> Instant:
        """Say when it was decided: of a churn its notice, else so many days before it takes effect.

        A renewal's own notice is not used: churns would be measured from an earlier point than
        renewals, and look easier to tell apart than they are.
        """
        if self.is_churn and self.notice is not None:
            return self.notice
        return Instant(self.effective - notice_days * DAY)


class OutcomeRow(NamedTuple):
    """A row of a table of outcomes, as text, under the columns' own names; empty where nothing is said."""

    account_id: str
    outcome: str
    notice_date: str
    effective_date: str
    arr: str = ""
    reason: str = ""
    treated_date: str = ""


class Refusal(NamedTuple):
    """A row that is not counted: its place in the table, from 1, its account, and why."""

    row: int
    account_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes that count, in the order of their rows, and the refusals, likewise."""

    usable: tuple[Outcome, ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Count the refusals by reason, in the order of the reasons; one that never fits is left out."""
        counted = Counter(one.reason for one in self.refused)
        return {reason: counted[reason] for reason in REASONS if counted[reason]}

    @property
    def counts(self) -> dict[str, int]:
        """Count the outcomes by kind."""
        counted = Counter(one.kind for one in self.usable)
        return {kind: counted[kind] for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Terms:
    """What outcomes are held against: the accounts that have a score, how far time is known, the notice period."""

    accounts: Collection[str]
    until: Instant
    notice_days: int = NOTICE_DAYS


def read_row(row: OutcomeRow) -> Outcome | Reason:
    """Read a row, or say why it cannot be: a word or a date that is none. Shapes of dates as ISO 8601."""
    kind = next((kind for kind in KINDS if kind == row.outcome.strip()), None)
    if kind is None:
        return "unknown_outcome"
    try:
        effective = parse_instant(row.effective_date.strip())
        notice, treated = _date(row.notice_date), _date(row.treated_date)
    except ValueError:
        return "bad_date"
    return Outcome(row.account_id.strip(), kind, effective, notice, _amount(row.arr), row.reason, treated)


def bad_dates(row: OutcomeRow) -> list[str]:
    """Name the dates of a row that cannot be read, or that are missing and needed."""
    return [name for name in ("effective_date", "notice_date", "treated_date") if not _is_date(row, name)]


def _is_date(row: OutcomeRow, name: str) -> bool:
    try:
        return _date(getattr(row, name)) is not None or name != "effective_date"
    except ValueError:
        return False


def _date(text: str) -> Instant | None:
    return parse_instant(text.strip()) if text.strip() else None


def _amount(text: str) -> float | None:
    """Read an amount; None where it is empty, no number, or below zero."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and value >= 0 else None


def sort_out(rows: Sequence[Outcome | Refusal], terms: Terms) -> Outcomes:
    """Refuse what cannot be counted, each for the first reason that fits; what a reader refused stays so."""
    checked = [_checked(place, row, terms) for place, row in enumerate(rows, 1)]
    passed = [(place, row) for place, row in enumerate(checked, 1) if isinstance(row, Outcome)]
    late = {one.row: one for one in (*_repeated(passed), *_contradicting(passed))}
    refused = {one.row: one for one in checked if isinstance(one, Refusal)} | late
    usable = tuple(row for place, row in passed if place not in late)
    return Outcomes(usable, tuple(refused[place] for place in sorted(refused)))


def _checked(place: int, row: Outcome | Refusal, terms: Terms) -> Outcome | Refusal:
    if isinstance(row, Refusal):
        return row
    named = row if row.account_id in terms.accounts else replace(row, account_id=to_18(row.account_id))
    reason = _misfit(named, terms)
    return named if reason is None else Refusal(place, row.account_id, reason)


def _misfit(one: Outcome, terms: Terms) -> Reason | None:
    if one.is_churn and one.notice is not None and one.notice > one.effective:
        return "notice_after_effective"
    if one.account_id not in terms.accounts:
        return "unknown_account"
    known = one.decided(terms.notice_days) if one.is_churn else one.effective
    return "future" if known > terms.until else None


def _repeated(rows: Iterable[tuple[int, Outcome]]) -> Iterable[Refusal]:
    seen: set[tuple[object, ...]] = set()
    for place, one in rows:
        said = one.account_id, one.effective, one.kind, one.notice
        if said in seen:
            yield Refusal(place, one.account_id, "duplicate")
        seen.add(said)


def _contradicting(rows: Sequence[tuple[int, Outcome]]) -> Iterable[Refusal]:
    first: dict[tuple[str, Instant], tuple[object, ...]] = {}
    torn = {
        (one.account_id, one.effective)
        for _, one in rows
        if first.setdefault((one.account_id, one.effective), (one.kind, one.notice)) != (one.kind, one.notice)
    }
    repeated = {refusal.row for refusal in _repeated(rows)}
    for place, one in rows:
        if (one.account_id, one.effective) in torn and place not in repeated:
            yield Refusal(place, one.account_id, "contradiction")
