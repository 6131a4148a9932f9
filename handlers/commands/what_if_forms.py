"""How accounts would stand under a draft is printed: tables for people, a line of JSON for each month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.commands.tables import coloured, table
from handlers.jobs.portfolio import TIERS, UNSCORED
from handlers.words.figures import count, number, points, signed
from handlers.words.history import NOTHING, change_words
from handlers.words.layout import clean
from handlers.words.what_if import why
from scoring.drivers import Driver
from scoring.instants import format_date, format_instant
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Comparison, Group, Month, Standing

MOST_OF_OTHER_TIER, MOST_OTHERS = 50, 10

WIDE = 118
"""From so many columns on, an account has one line; on narrower terminals two."""

Drivers = Mapping[str, tuple[Driver, ...]]
"""What makes the difference, by account."""


@dataclass(frozen=True, slots=True)
class Named:
    """The accounts of a month that are named to people: those of another tier, and the greatest changes of others.

    Each list is cut off where it grows too long; `others` and `of_other_tier` say how many there are.
    """

    moved: Sequence[Case]
    rest: Sequence[Case]
    of_other_tier: int
    others: int

    @property
    def cases(self) -> list[Case]:
        """List them all."""
        return [*self.moved, *self.rest]


def named(month: Month) -> Named:
    """Choose the accounts of a month that are named to people."""
    changed = month.changed
    moved = [case for case in changed if case.is_of_other_tier]
    rest = [case for case in changed[len(moved) :] if case.change != 0]
    return Named(moved[:MOST_OF_OTHER_TIER], rest[:MOST_OTHERS], len(moved), len(rest))


def json_line(month: Month, comparison: Comparison, drivers: Drivers) -> str:
    """Write a month as a line of JSON; `drivers` are given of the accounts that people are named."""
    line = {
        "period": month.period,
        "as_of": format_instant(month.as_of),
        "model_version": comparison.present.version,
        "draft_version": comparison.draft.version,
        "measured_anew": comparison.is_measured_anew,
        "currency": comparison.present.currencies.corporate,
        "accounts": len(month.cases),
        "recorded": month.recorded,
        "deleted": month.deleted,
        "tiers": {tier: _sides(month.groups([_tier(tier)])) for tier in TIERS},
        "at_risk": _sides(month.groups(AT_RISK)),
        "tier_changes": sum(case.is_of_other_tier for case in month.cases),
        "changes": [_change(case, drivers) for case in month.changed],
    }
    return msgspec.json.encode(line).decode()


def _tier(said: str) -> str | None:
    return None if said == UNSCORED else said


def _sides(groups: tuple[Group, Group]) -> dict[str, object]:
    now, draft = ({"accounts": one.accounts, "arr": one.worth, "without_arr": one.without_worth} for one in groups)
    return {"now": now, "draft": draft}


def _change(case: Case, drivers: Drivers) -> dict[str, object]:
    told: dict[str, object] = {
        "account_id": case.account_id,
        "account_name": case.account_name,
        "arr": case.worth,
        "now": case.now._asdict(),
        "draft": case.draft._asdict(),
        "change": case.change,
    }
    named_drivers = drivers.get(case.account_id)
    return told if named_drivers is None else told | {"drivers": named_drivers}


def show(out: Console, months: Sequence[Month], comparison: Comparison, drivers: Drivers) -> None:
    """Print months as tables: of several a line for each, and the rest of the last."""
    last, code = months[-1], comparison.present.currencies.corporate
    out.print(_about(comparison))
    if len(months) > 1:
        out.print(_months(months, code))
    counted = count(len(last.cases), "account")
    deleted = f"; {count(len(last.deleted), 'account')} deleted in the CRM" if last.deleted else ""
    out.print(f"[bold]{last.period}[/], as of {format_date(last.as_of)}: {counted}{deleted}")
    if last.recorded:
        out.print(_recorded(last))
    out.print(_tiers(last, code))
    out.print(_at_risk(last, code))
    _show_named(out, last, drivers, code)


def _about(comparison: Comparison) -> str:
    present, draft = comparison.present.version, comparison.draft.version
    if present == draft:
        return f"The draft is the present model, {present}: no score can differ."
    same = "What is measured is the same; what it is worth differs."
    anew = "It measures otherwise (windows, rules, words, limits, currencies or segments): all was measured anew."
    said = anew if comparison.is_measured_anew else same
    return f"The draft {draft} beside the present model {present}. {said}"


def _recorded(month: Month) -> str:
    """Say what is measured as it was recorded, and what is not."""
    said = f"Both sides are scored from what the final records of {number(month.recorded)} accounts were made from"
    rest = len(month.cases) - month.recorded
    return f"{said}." if not rest else f"{said}; {count(rest, 'account')} from what is known now."


def _months(months: Iterable[Month], code: str) -> Table:
    made = table("Month", ">Accounts", ">Tier changes", ">At risk", ">Draft", f">ARR at risk ({code})", ">Draft")
    for month in months:
        now, draft = month.groups(AT_RISK)
        moved = sum(case.is_of_other_tier for case in month.cases)
        counts = len(month.cases), moved, now.accounts, draft.accounts
        made.add_row(month.period, *map(number, counts), number(now.worth), number(draft.worth))
    return made


def _tiers(month: Month, code: str) -> Table:
    made = table("Tier", ">Now", ">Draft", ">Change", f">ARR now ({code})", ">ARR draft", ">Change")
    for tier in TIERS:
        now, draft = month.groups([_tier(tier)])
        if now.accounts or draft.accounts:
            counts = number(now.accounts), number(draft.accounts), signed(draft.accounts - now.accounts)
            money = number(now.worth), number(draft.worth), signed(draft.worth - now.worth)
            made.add_row(coloured(tier), *counts, *money)
    return made


def _at_risk(month: Month, code: str) -> str:
    now, draft = month.groups(AT_RISK)
    money = f"{code} {number(now.worth)} → {number(draft.worth)} ({signed(draft.worth - now.worth)})"
    said = f"Money at risk (Critical, At Risk, Unknown, unscored): {money}."
    if not now.without_worth and not draft.without_worth:
        return said
    return f"{said} Not in it: {count(now.without_worth, 'account')} there, {draft.without_worth} under the draft, \
whose ARR is not known."


def _show_named(out: Console, month: Month, drivers: Drivers, code: str) -> None:
    found = named(month)
    if not found.cases:
        out.print("No account has another score or tier.")
        return
    form = _Form(out.width >= WIDE, code, drivers)
    moved = f"[bold]{count(found.of_other_tier, 'account')} of another tier[/]"
    _show_cases(out, moved, found.moved, found.of_other_tier, form)
    rest = f"[bold]{count(found.others, 'account')} of the same tier and another score[/], the greatest changes first"
    _show_cases(out, rest, found.rest, found.others, form)


@dataclass(frozen=True, slots=True)
class _Form:
    """How accounts are printed: on one line or two, with ARR in a currency, and why they would stand otherwise."""

    is_wide: bool
    code: str
    drivers: Drivers

    def table(self, cases: Iterable[Case]) -> Table:
        """Make the table of some accounts."""
        money = f">ARR ({self.code})"
        wide, narrow = (
            ("Account", "Now", "Draft", ">Change", money, "Why"),
            ("Account, why", "Now, draft", ">Change", money),
        )
        made = table(*(wide if self.is_wide else narrow))
        for column in (made.columns[0], *made.columns[5:]):
            column.ratio, column.min_width, column.overflow, column.no_wrap = 1, 12, "ellipsis", True
        made.columns[-1].ratio = 2 if self.is_wide else None
        made.expand = True
        for case in cases:
            made.add_row(*(self._wide(case) if self.is_wide else self._narrow(case)))
        return made

    def _wide(self, case: Case) -> Iterable[str]:
        yield from (_name(case), _standing(case.now), _standing(case.draft))
        yield from (change_words(case.change), _money(case), self._why(case))

    def _narrow(self, case: Case) -> Iterable[str]:
        yield f"{_name(case)}\n  [dim]{self._why(case)}[/]"
        yield f"{_standing(case.now)}\n{_standing(case.draft)}"
        yield from (change_words(case.change), _money(case))

    def _why(self, case: Case) -> str:
        return escape(why(case, self.drivers.get(case.account_id, ())))


def _name(case: Case) -> str:
    return escape(clean(case.account_name or case.account_id))


def _money(case: Case) -> str:
    return NOTHING if case.worth is None else number(case.worth)


def _show_cases(out: Console, title: str, cases: Sequence[Case], of: int, form: _Form) -> None:
    out.print(title)
    if cases:
        out.print(form.table(cases))
    if len(cases) < of:
        out.print(f"{len(cases)} of {of} are shown: --json names all.")


def _standing(one: Standing) -> str:
    tier = coloured(one.tier or UNSCORED)
    return tier if one.final_score is None else f"{points(one.final_score)} {tier}"
