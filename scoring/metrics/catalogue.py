"""Every metric and pillar by name: the role that its source plays, over which window, in which unit."""

from dataclasses import dataclass

from scoring.model import Window
from scoring.roles import Role


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's place and words. `window` is None for a present value, `role` for what only an old record knows."""

    name: str
    dimension: str
    role: Role | None
    window: Window | None
    label: str
    unit: str


def _metrics(dimension: str, role: Role, *rows: tuple[str, Window | None, str, str]) -> tuple[Metric, ...]:
    return tuple(Metric(name, dimension, role, window, label, unit) for name, window, label, unit in rows)


METRICS = (
    *_metrics(
        "support_health",
        "support",
        ("p1_p2_volume", "support", "urgent conversations", ""),
        ("first_response_minutes", "support", "time to first response", "min"),
        ("close_time_hours", "support", "time to close", "h"),
        ("reopen_rate_pct", "support", "conversations reopened", "%"),
        ("escalation_rate_pct", "support", "conversations escalated", "%"),
        ("fin_deflection_pct", "support", "resolved by the AI agent alone", "%"),
        ("fin_cx_score", "support", "rating of AI agent conversations", "of 5"),
        ("support_volume_trend_pct", "trend", "trend of support volume", "%"),
    ),
    *_metrics(
        "financial_contract",
        "crm",
        ("days_to_renewal", None, "time to renewal", "days"),
        ("payment_health", "history", "failed payments", ""),
        ("contract_changes", "history", "downgrades and amendments", ""),
        ("arr_trajectory_pct", None, "ARR against a year ago", "%"),
        ("tier_alignment", None, "success tier below what the ARR asks for", ""),
    ),
    *_metrics(
        "adoption_engagement",
        "usage",
        ("staff_login_trend", None, "trend of staff logins", "%"),
        ("admin_login_trend", None, "trend of admin logins", "%"),
        ("feature_breadth_pct", None, "modules in use", "%"),
        ("platform_score", None, "platform score", "of 100"),
        ("platform_score_trend", None, "platform score against 90 days ago", "points"),
        ("license_utilisation_pct", None, "licences in use", "%"),
    ),
    *_metrics(
        "relationship_expansion",
        "crm",
        ("qbr_attendance_pct", "history", "business reviews attended", "%"),
        ("responsiveness", None, "responsiveness (1 best, 3 worst)", ""),
        ("champion_stability", None, "champion in place", "days"),
        ("exec_engagement", None, "last executive contact", "days ago"),
        ("expansion_signals", None, "expansion signals", ""),
    ),
)

PILLARS = tuple(
    Metric(name, "platform_value", "usage", None, label, "of 100")
    for name, label in (
        ("messaging", "messaging"),
        ("automations", "automations"),
        ("contactless", "contactless"),
        ("requests", "requests"),
        ("staff_adoption", "staff adoption"),
    )
)

BY_NAME = {metric.name: metric for metric in (*METRICS, *PILLARS)}


def named(name: str) -> Metric:
    """Give a metric or pillar; of one that only an old record knows, its name is all there is to say."""
    return BY_NAME.get(name) or Metric(name, "", None, None, name.replace("_", " "), "")


DIMENSIONS = tuple(dict.fromkeys(metric.dimension for metric in METRICS))
METRIC_WINDOWS = {metric.name: metric.window for metric in METRICS if metric.window is not None}
