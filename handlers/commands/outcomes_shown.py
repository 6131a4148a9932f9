"""How outcomes are shown: to programs as one object, to people in tables."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import get_args

from rich.markup import escape
from rich.table import Table

from handlers.commands.tables import console, table
from handlers.words.figures import count, number
from handlers.words.layout import clean
from handlers.words.outcomes import NOBODYS, OTHER_FORMS, UNDECIDED, fallen, flag_words, refused_words
from scoring.instants import Instant, format_date
from scoring.outcome_facts import Undecided, Why
from scoring.outcomes import Outcome, Outcomes, Refusal, Terms
from scoring.periods import period_of


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: outcomes and refusals, on which terms, and the renewals of which nobody knows what became.

    Of each row there is its line in the file (`lines`) and the cells at fault, or, from the store, its day (`days`).
    `silent` accounts have neither; `flags` name amounts without a rate. A file that was not held against scores
    is not `is_checked`; so many lines of scores, or accounts of the store, could not be read (`unread`).
    """

    outcomes: Outcomes
    terms: Terms
    lines: Sequence[int] = ()
    faults: Mapping[int, str] = field(default_factory=dict)
    days: Sequence[Instant] = ()
    undecided: tuple[Undecided, ...] = ()
    silent: int | None = None
    flags: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    is_checked: bool = True
    unread: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody said of any account what became of it."""
        return not self.outcomes.usable and not self.outcomes.refused

    @property
    def unknown(self) -> dict[Why, int]:
        """Count the renewals without an outcome, by why."""
        counted = Counter(one.why for one in self.undecided)
        return {why: counted[why] for why in get_args(Why) if counted[why]}


def in_json(found: Listing) -> dict[str, object]:
    """Give a listing as programs read it."""
    return {
        "until": format_date(found.terms.until),
        "notice_days": found.terms.notice_days,
        "outcomes": found.outcomes.counts,
        "refused": found.outcomes.reasons,
        "unknown": found.unknown,
        "accounts_without": found.silent,
        "flags": sorted(found.flags),
        "listed": [_outcome(one, found) for one in found.outcomes.usable],
        "refusals": [_refusal(one, found) for one in found.outcomes.refused],
        "undecided": [
            {
                "account_id": one.account_id,
                "effective_date": _date(one.effective),
                "why": one.why,
                "said": UNDECIDED[one.why],
            }
            for one in found.undecided
        ],
    }


def _refusal(one: Refusal, found: Listing) -> dict[str, object]:
    return {
        "row": one.row,
        "line": found.lines[one.row - 1] if found.lines else None,
        "account_id": one.account_id,
        "effective_date": format_date(found.days[one.row - 1]) if found.days else None,
        "reason": one.reason,
        "said": _why(one, found),
    }


def _why(one: Refusal, found: Listing) -> str:
    if one.reason == "unknown_account" and found.days:
        return NOBODYS
    return found.faults.get(one.row) or refused_words(one.reason, found.terms.until)


def _outcome(one: Outcome, found: Listing) -> dict[str, object]:
    return {
        "account_id": one.account_id,
        "account_name": found.names.get(one.account_id),
        **outcome_row(one),
        "decision_date": format_date(one.decided(found.terms.notice_days)),
    }


def outcome_row(one: Outcome) -> dict[str, object]:
    """Give an outcome under the names of the columns of a table of outcomes."""
    return {
        "outcome": one.kind,
        "notice_date": _date(one.notice),
        "effective_date": format_date(one.effective),
        "arr": one.arr,
        "reason": one.reason or None,
        "treated_date": _date(one.treated),
    }


def in_month(period: str, outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
    """Give the outcomes of which something fell into a month, each with what did."""
    fell = ((one, [day.what for day in fallen(one) if period_of(day.at) == period]) for one in outcomes)
    return [{**outcome_row(one), "fell": what} for one, what in fell if what]


def _date(at: Instant | None) -> str | None:
    return None if at is None else format_date(at)


def show_outcomes(found: Listing) -> None:
    """Print a listing for people."""
    out = console()
    for made in (_listed(found), _refused(found), _undecided(found)):
        if made.row_count:
            out.print(made)
            out.print()
    out.print(_counts(found))
    if not found.is_checked:
        out.print("Not held against any scores: with --scores SCORES, accounts without a score are refused, too.")
    if found.lines and found.outcomes.reasons.keys() & {"bad_date", "unknown_outcome"}:
        out.print(f"{OTHER_FORMS}.")
    for flag in sorted(found.flags):
        out.print(flag_words(flag), markup=False)


def _listed(found: Listing) -> Table:
    made = table("Account", "Outcome", "Notice", "Effective", ">ARR", "Treated", "Reason")
    for column in made.columns[1:6]:
        column.no_wrap = True
    for one in sorted(found.outcomes.usable, key=attrgetter("effective"), reverse=True):
        arr = "" if one.arr is None else number(one.arr)
        dates = _date(one.notice) or "", format_date(one.effective)
        name = found.names.get(one.account_id, one.account_id)
        made.add_row(_cell(name), one.kind, *dates, arr, _date(one.treated) or "", _cell(one.reason))
    return made


def _refused(found: Listing) -> Table:
    made = table("Effective" if found.days else ">Line", "Account", "Refused", "Why")
    made.columns[0].no_wrap = True
    for one in found.outcomes.refused:
        place = format_date(found.days[one.row - 1]) if found.days else str(found.lines[one.row - 1])
        made.add_row(place, _named(one, found), one.reason, _cell(_why(one, found)))
    return made


def _undecided(found: Listing) -> Table:
    made = table("Account", "Renewal of", "Unknown", "Why")
    for one in found.undecided:
        made.add_row(_named(one, found), _date(one.effective) or "no date", one.why, UNDECIDED[one.why])
    return made


def _named(one: Refusal | Undecided, found: Listing) -> str:
    return _cell(found.names.get(one.account_id, one.account_id))


def _cell(text: str) -> str:
    return escape(clean(text))


def _counts(found: Listing) -> str:
    counts = ", ".join(f"{how_many} {kind}" for kind, how_many in found.outcomes.counts.items())
    refused, unknown = len(found.outcomes.refused), len(found.undecided)
    silent = "" if found.silent is None else f", {count(found.silent, 'account')} without any outcome"
    return f"{counts}; {refused} refused, {unknown} unknown{silent}. Known until {format_date(found.terms.until)}."
