"""Relationship and Expansion: how close the customer is, from the CRM (phase 2)."""

from scoring.instants import DAY
from scoring.metrics.measure import MISSING, Measure, Measures, invalid
from scoring.model import Model, Rules
from scoring.view import AccountView


def measures(view: AccountView, model: Model) -> Measures:
    """Measure every metric of the dimension."""
    rules, days = model.rules, model.windows.history_days
    covered = view.covers("salesforce", days)
    return {
        "qbr_attendance_pct": qbr_attendance_pct(view, rules, days) if covered else MISSING,
        "responsiveness": responsiveness(view),
        "champion_stability": _days_since(view, "champion_stability", "champion_since"),
        "exec_engagement": _days_since(view, "exec_engagement", "last_exec_interaction"),
        "expansion_signals": expansion_signals(view, rules),
    }


def qbr_attendance_pct(view: AccountView, rules: Rules, days: float) -> Measure:
    """Share the business reviews held in the last `days` days (365) that the customer attended."""
    reviews = [event for event in view.of("event") if (event.text("type") or "").lower() in rules.qbr_types]
    dated = [event for event in reviews if view.within(days, event.instant("activity_date"))]
    held = [attended for event in dated if (attended := event.yes("attended")) is not None]
    return Measure(100.0 * sum(held) / len(held)) if held else MISSING


def responsiveness(view: AccountView) -> Measure:
    """Take the CSM's word: 1 (under 24 h), 2 (24-48 h), 3 (over 48 h)."""
    value = view.profile.number("responsiveness") if view.profile is not None else None
    if value is None:
        return MISSING
    return Measure(value) if 1 <= value <= 3 else invalid("responsiveness")


def _days_since(view: AccountView, metric: str, field: str) -> Measure:
    date = view.profile.instant(field) if view.profile is not None else None
    if date is None:
        return MISSING
    return Measure((view.as_of - date) // DAY) if date <= view.as_of else invalid(metric)


def expansion_signals(view: AccountView, rules: Rules) -> Measure:
    """Add up open CSQLs and mentions; missing while the account never had either."""
    had_mentions = view.profile is not None and "expansion_mentions" in view.profile.had
    if not had_mentions and "csql" not in view.past_records:
        return MISSING
    mentions = view.profile.number("expansion_mentions") if view.profile is not None else None
    if mentions is not None and mentions < 0:
        return invalid("expansion_signals")
    open_csqls = sum((csql.text("status") or "").lower() in rules.open_csql_statuses for csql in view.of("csql"))
    return Measure(open_csqls + (mentions if mentions is not None else 0))
