"""Financial and Contract: renewal, payments, contract changes, revenue and tier."""

from scoring.facts import CrmRecord
from scoring.instants import DAY
from scoring.metrics.measure import MISSING, Measure, Measures, percent_change
from scoring.model import Model, Rules
from scoring.view import AccountView

LONG_OVERDUE_DAYS = 90


def measures(view: AccountView, model: Model) -> Measures:
    """Measure every metric of the dimension."""
    days = model.windows.history_days
    covered = view.covers("salesforce", days)
    return {
        "days_to_renewal": days_to_renewal(view, model.rules),
        "payment_health": payment_health(view, model.rules, days) if covered else MISSING,
        "contract_changes": contract_changes(view, model.rules, days) if covered else MISSING,
        "arr_trajectory_pct": arr_trajectory_pct(view),
        "tier_alignment": tier_alignment(view, model.standard_arr_ceiling),
    }


def days_to_renewal(view: AccountView, rules: Rules) -> Measure:
    """Count the whole days to the earliest open renewal; overdue ones are negative.

    One more than 90 days overdue counts only where there is no other.
    """
    renewals = (o for o in view.of("opportunity") if _is(o, "type", rules.renewal_types) and _open(o, rules))
    dates = [date for renewal in renewals if (date := renewal.instant("close_date")) is not None]
    days = sorted((date - view.as_of) // DAY for date in dates)
    likely = [day for day in days if day >= -LONG_OVERDUE_DAYS]
    return Measure((likely or days)[0]) if days else MISSING


def _is(record: CrmRecord, field: str, words: frozenset[str]) -> bool:
    return (record.text(field) or "").lower() in words


def _stage_is_newer(opportunity: CrmRecord, flag: str) -> bool:
    """Tell whether the stage was said after the flag; the flag of the same statement holds."""
    if opportunity.yes(flag) is None:
        return True
    return "stage" in opportunity.said and opportunity.said["stage"] > opportunity.said[flag]


def _open(opportunity: CrmRecord, rules: Rules) -> bool:
    """Tell whether an opportunity is known to be open; one that tells neither stage nor flag is not."""
    if _stage_is_newer(opportunity, "is_closed"):
        over = _is(opportunity, "stage", rules.won_stages | rules.lost_stages)
        return opportunity.text("stage") is not None and not over
    return opportunity.yes("is_closed") is False


def _won(opportunity: CrmRecord, rules: Rules) -> bool:
    if _stage_is_newer(opportunity, "is_won"):
        return _is(opportunity, "stage", rules.won_stages)
    return opportunity.yes("is_won") is True


def payment_health(view: AccountView, rules: Rules, days: float) -> Measure:
    """Count the failed payments of the last `days` days (365)."""
    failed = (payment for payment in view.of("payment") if _is(payment, "status", rules.failed_statuses))
    return Measure(sum(view.within(days, payment.instant("payment_date")) for payment in failed))


def contract_changes(view: AccountView, rules: Rules, days: float) -> Measure:
    """Count the downgrades and amendments won in the last `days` days (365)."""
    changes = (o for o in view.of("opportunity") if _is(o, "type", rules.contraction_types) and _won(o, rules))
    return Measure(sum(view.within(days, change.instant("close_date")) for change in changes))


def arr_trajectory_pct(view: AccountView) -> Measure:
    """Compare ARR with the ARR in force 365 days before; nothing is inferred backwards."""
    if view.arr_now is None or view.arr_year_ago is None or view.arr_year_ago == 0:
        return MISSING
    return Measure(percent_change(view.arr_now, view.arr_year_ago))


def tier_alignment(view: AccountView, ceiling: float) -> Measure:
    """Say 1 where a large account is on the Standard tier, 0 where it is known not to be so."""
    arr = view.profile.number("arr") if view.profile is not None else None
    tier = view.profile.text("success_tier") if view.profile is not None else None
    if (arr is not None and arr <= ceiling) or (tier is not None and tier.lower() != "standard"):
        return Measure(0)
    return MISSING if arr is None or tier is None else Measure(1)
