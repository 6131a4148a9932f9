"""Every metric and pillar by name: where it comes from, over which window, in which unit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's place and words. `window_days` is None for a present value."""

    name: str
    dimension: str
    source: str
    window_days: int | None
    label: str
    unit: str


def _metrics(dimension: str, source: str, *rows: tuple[str, int | None, str, str]) -> tuple[Metric, ...]:
    return tuple(Metric(name, dimension, source, days, label, unit) for name, days, label, unit in rows)


METRICS = (
    *_metrics(
        "support_health",
        "intercom",
        ("p1_p2_volume", 30, "urgent conversations", ""),
        ("first_response_minutes", 30, "time to first response", "min"),
        ("close_time_hours", 30, "time to close", "h"),
        ("reopen_rate_pct", 30, "conversations reopened", "%"),
        ("escalation_rate_pct", 30, "conversations escalated", "%"),
        ("fin_deflection_pct", 30, "resolved by the AI agent alone", "%"),
        ("fin_cx_score", 30, "rating of AI agent conversations", "of 5"),
        ("support_volume_trend_pct", 90, "trend of support volume", "%"),
    ),
    *_metrics(
        "financial_contract",
        "salesforce",
        ("days_to_renewal", None, "time to renewal", "days"),
        ("payment_health", 365, "failed payments", ""),
        ("contract_changes", 365, "downgrades and amendments", ""),
        ("arr_trajectory_pct", None, "ARR against a year ago", "%"),
        ("tier_alignment", None, "success tier below what the ARR asks for", ""),
    ),
    *_metrics(
        "adoption_engagement",
        "looker",
        ("staff_login_trend", None, "trend of staff logins", "%"),
        ("admin_login_trend", None, "trend of admin logins", "%"),
        ("feature_breadth_pct", None, "modules in use", "%"),
        ("platform_score", None, "platform score", "of 100"),
        ("platform_score_trend", None, "platform score against 90 days ago", "points"),
        ("license_utilisation_pct", None, "licences in use", "%"),
    ),
    *_metrics(
        "relationship_expansion",
        "salesforce",
        ("qbr_attendance_pct", 365, "business reviews attended", "%"),
        ("responsiveness", None, "responsiveness (1 best, 3 worst)", ""),
        ("champion_stability", None, "champion in place", "days"),
        ("exec_engagement", None, "since the last executive contact", "days"),
        ("expansion_signals", None, "expansion signals", ""),
    ),
)

PILLARS = tuple(
    Metric(name, "platform_value", "looker", None, label, "of 100")
    for name, label in (
        ("messaging", "messaging"),
        ("automations", "automations"),
        ("contactless", "contactless"),
        ("requests", "requests"),
        ("staff_adoption", "staff adoption"),
    )
)

BY_NAME = {metric.name: metric for metric in (*METRICS, *PILLARS)}
DIMENSIONS = tuple(dict.fromkeys(metric.dimension for metric in METRICS))
