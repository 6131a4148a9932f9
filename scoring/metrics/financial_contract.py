"""Financial and Contract: renewal, payments, contract changes, revenue and tier."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from scoring.facts import CrmRecord
from scoring.instants import DAY, Instant
from scoring.metrics.declaration import Called, Dimension
from scoring.metrics.measure import MISSING, Measure, percent_change
from scoring.metrics.opportunities import Deal, Told, deal, is_open, type_of
from scoring.model import Model
from scoring.money import in_corporate, without_rate
from scoring.view import AccountView

LONG_OVERDUE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Contract:
    """An account, and its opportunities as the model reads them."""

    view: AccountView
    model: Model
    deals: tuple[Deal, ...]


def contract_of(view: AccountView, model: Model) -> Contract:
    """Give the contract of an account."""
    return Contract(view, model, tuple(deal(opportunity, model) for opportunity in view.of("opportunity")))


FINANCIAL_CONTRACT = Dimension("financial_contract", "Financial & Contract", "crm", contract_of)


@FINANCIAL_CONTRACT.metric(Called("Days to Renewal", "time to renewal", "days", "countdown"))
def days_to_renewal(contract: Contract) -> Measure:
    """Count the whole days to the earliest open renewal; overdue ones are negative.

    One more than 90 days overdue counts only where there is no other. What may be an open renewal,
    for all that its words tell, is flagged.
    """
    perhaps = [one for one in contract.deals if one.type in {"renewal", None} and one.open.perhaps]
    dates = [one.close_date for one in perhaps if one.type and one.open.yes]
    date, as_of = _earliest(dates, contract.view.as_of), contract.view.as_of
    unclear = _unclear((one.type, one.open) for one in perhaps)
    days = None if date is None else (date - as_of) // DAY
    return Measure(days, (*_flags(unclear, contract.model), *_undated("close_date", dates)))


def next_renewal(view: AccountView, model: Model) -> Instant | None:
    """Give the date of the renewal that `days_to_renewal` counts to."""
    renewals = (one for one in view.of("opportunity") if type_of(one, model) == "renewal")
    return _earliest((one.instant("close_date") for one in renewals if is_open(one, model).yes), view.as_of)


def _earliest(dates: Iterable[Instant | None], as_of: Instant) -> Instant | None:
    """Give the earliest date that is not long overdue, else the earliest."""
    known = sorted(date for date in dates if date is not None)
    likely = [date for date in known if (date - as_of) // DAY >= -LONG_OVERDUE_DAYS]
    return next(iter(likely or known), None)


def _unclear(read: Iterable[tuple[str | None, Told]]) -> set[str]:
    """Name the fields of opportunities whose words are not understood."""
    return {
        field
        for kind, told in read
        for field, unknown in (("opportunity.type", kind is None), ("opportunity.stage", not told.sure))
        if unknown
    }


def _flags(fields: Iterable[str], model: Model) -> tuple[str, ...]:
    return tuple(model.words[field].flag for field in sorted(fields))


def _undated(field: str, dates: Iterable[Instant | None]) -> tuple[str, ...]:
    return (f"invalid:{field}",) if None in set(dates) else ()


@FINANCIAL_CONTRACT.metric(Called("Failed Payments", "failed payments"), window="history")
def payment_health(contract: Contract) -> Measure:
    """Count the failed payments of the last `history_days` days (365); missing where one may be such."""
    bad = _bad_payments(contract)
    flags = _undated("payment_date", (payment.instant("payment_date") for payment, _ in bad))
    current = [meaning for _, meaning in _of_window(bad, contract)]
    unclear = contract.model.words["payment.status"].flag
    return Measure(None, (unclear, *flags)) if None in current else Measure(len(current), flags)


_Payment: TypeAlias = tuple[CrmRecord, str | None]
"""A payment, and what its status means; None where nobody can say."""


def failed_payments(contract: Contract) -> list[_Payment]:
    """Give the payments that `payment_health` counts, and those that may be such."""
    return _of_window(_bad_payments(contract), contract)


def _bad_payments(contract: Contract) -> list[_Payment]:
    words = contract.model.words["payment.status"]
    read = ((payment, words.meaning(payment.text("status"))) for payment in contract.view.of("payment"))
    return [(payment, meaning) for payment, meaning in read if meaning in {"failed", None}]


def _of_window(payments: Iterable[_Payment], contract: Contract) -> list[_Payment]:
    days, view = contract.model.windows.history_days, contract.view
    return [(payment, meaning) for payment, meaning in payments if view.within(days, payment.instant("payment_date"))]


@FINANCIAL_CONTRACT.metric(Called("Contract Changes", "downgrades and amendments"), window="history")
def contract_changes(contract: Contract) -> Measure:
    """Count the downgrades and amendments won in the last `history_days` days (365)."""
    view, days = contract.view, contract.model.windows.history_days
    perhaps = [one for one in contract.deals if one.type in {"contraction", None} and one.won.perhaps]
    won = [one for one in perhaps if one.type and one.won.yes]
    current = [one for one in perhaps if one.close_date is None or view.within(days, one.close_date)]
    unclear = _unclear((one.type, one.won) for one in current)
    count = sum(view.within(days, one.close_date) for one in won)
    undated = _undated("close_date", (one.close_date for one in won))
    return Measure(count, (*_flags(unclear, contract.model), *undated))


def changes_won(contract: Contract) -> list[Deal]:
    """Give the downgrades and amendments that `contract_changes` counts."""
    days, view = contract.model.windows.history_days, contract.view
    won = (one for one in contract.deals if one.type == "contraction" and one.won.yes)
    return [one for one in won if view.within(days, one.close_date)]


@FINANCIAL_CONTRACT.metric(Called("ARR Trajectory (%)", "ARR against a year ago", "%", "change"))
def arr_trajectory_pct(contract: Contract) -> Measure:
    """Compare ARR with the ARR in force 365 days before; nothing is inferred backwards.

    Amounts of one currency are compared as they stand, of two at the same rates.
    """
    now, before, currencies = contract.view.arr_now, contract.view.arr_year_ago, contract.model.currencies
    if now is None or before is None or before.value == 0:
        return MISSING
    if now.currency == before.currency:
        return Measure(percent_change(now.value, before.value))
    converted = in_corporate(now, currencies), in_corporate(before, currencies)
    if converted[0] is None or converted[1] is None:
        return Measure(None, (*without_rate(now, currencies), *without_rate(before, currencies)))
    return Measure(percent_change(converted[0], converted[1]))


@FINANCIAL_CONTRACT.metric(
    Called("Tier Alignment", "success tier", form="yes_no", answers=("fits the ARR", "too low for the ARR"))
)
def tier_alignment(contract: Contract) -> Measure:
    """Say 1 where a large account is on the Standard tier, 0 where it is known not to be so."""
    view, model = contract.view, contract.model
    said = view.profile.text("success_tier") if view.profile is not None else None
    tier = model.words["account.success_tier"].meaning(said)
    if (view.arr is not None and view.arr <= model.standard_arr_ceiling) or tier == "Paid":
        return Measure(0)
    if tier != "Standard":
        return Measure(None, ("invalid:success_tier",) if said is not None and tier is None else ())
    return MISSING if view.arr is None else Measure(1)
