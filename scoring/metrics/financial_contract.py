"""Financial and Contract: renewal, payments, contract changes, revenue and tier."""

from collections.abc import Iterable

from scoring.instants import DAY, Instant
from scoring.metrics.measure import MISSING, Measure, Measures, percent_change
from scoring.metrics.opportunities import Deal, Told, deal
from scoring.model import Model
from scoring.money import in_corporate, without_rate
from scoring.view import AccountView

LONG_OVERDUE_DAYS = 90


def measures(view: AccountView, model: Model) -> Measures:
    """Measure every metric of the dimension."""
    covered = view.covers("crm", model.windows.history_days)
    deals = tuple(deal(opportunity, model) for opportunity in view.of("opportunity"))
    return {
        "days_to_renewal": days_to_renewal(view, deals, model),
        "payment_health": payment_health(view, model) if covered else MISSING,
        "contract_changes": contract_changes(view, deals, model) if covered else MISSING,
        "arr_trajectory_pct": arr_trajectory_pct(view, model),
        "tier_alignment": tier_alignment(view, model),
    }


def days_to_renewal(view: AccountView, deals: tuple[Deal, ...], model: Model) -> Measure:
    """Count the whole days to the earliest open renewal; overdue ones are negative.

    One more than 90 days overdue counts only where there is no other. What may be an open renewal,
    for all that its words tell, is flagged.
    """
    perhaps = [one for one in deals if one.type in {"renewal", None} and one.open.perhaps]
    dates = [one.close_date for one in perhaps if one.type and one.open.yes]
    days = sorted((date - view.as_of) // DAY for date in dates if date is not None)
    likely = [day for day in days if day >= -LONG_OVERDUE_DAYS]
    unclear = _unclear((one.type, one.open) for one in perhaps)
    return Measure((likely or days)[0] if days else None, (*_flags(unclear, model), *_undated("close_date", dates)))


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


def payment_health(view: AccountView, model: Model) -> Measure:
    """Count the failed payments of the last `history_days` days (365); missing where one may be such."""
    words, days = model.words["payment.status"], model.windows.history_days
    read = [(words.meaning(p.text("status")), p.instant("payment_date")) for p in view.of("payment")]
    bad = [(meaning, date) for meaning, date in read if meaning in {"failed", None}]
    flags = _undated("payment_date", (date for _, date in bad))
    current = [meaning for meaning, date in bad if view.within(days, date)]
    return Measure(None, (words.flag, *flags)) if None in current else Measure(len(current), flags)


def contract_changes(view: AccountView, deals: tuple[Deal, ...], model: Model) -> Measure:
    """Count the downgrades and amendments won in the last `history_days` days (365)."""
    perhaps = [one for one in deals if one.type in {"contraction", None} and one.won.perhaps]
    dates = [one.close_date for one in perhaps if one.type and one.won.yes]
    days = model.windows.history_days
    current = [one for one in perhaps if one.close_date is None or view.within(days, one.close_date)]
    unclear = _unclear((one.type, one.won) for one in current)
    count = sum(view.within(days, date) for date in dates)
    return Measure(count, (*_flags(unclear, model), *_undated("close_date", dates)))


def arr_trajectory_pct(view: AccountView, model: Model) -> Measure:
    """Compare ARR with the ARR in force 365 days before; nothing is inferred backwards.

    Amounts of one currency are compared as they stand, of two at the same rates.
    """
    now, before = view.arr_now, view.arr_year_ago
    if now is None or before is None or before.value == 0:
        return MISSING
    if now.currency == before.currency:
        return Measure(percent_change(now.value, before.value))
    converted = in_corporate(now, model.currencies), in_corporate(before, model.currencies)
    if converted[0] is None or converted[1] is None:
        return Measure(None, (*without_rate(now, model.currencies), *without_rate(before, model.currencies)))
    return Measure(percent_change(converted[0], converted[1]))


def tier_alignment(view: AccountView, model: Model) -> Measure:
    """Say 1 where a large account is on the Standard tier, 0 where it is known not to be so."""
    said = view.profile.text("success_tier") if view.profile is not None else None
    tier = model.words["account.success_tier"].meaning(said)
    if (view.arr is not None and view.arr <= model.standard_arr_ceiling) or tier == "Paid":
        return Measure(0)
    if tier != "Standard":
        return Measure(None, ("invalid:success_tier",) if said is not None and tier is None else ())
    return MISSING if view.arr is None else Measure(1)
