"""How each extracted value is checked by hand in the system that it came from."""

from collections.abc import Mapping

HOW: Mapping[str, str] = {
    "name": "The account's name.",
    "segment": "The success tier; where it is empty, the ARR decides.",
    "csm": "The owner of the account.",
    "arr": "The ARR field of the account, in the account's currency.",
    "renewal": "The earliest close date of an open opportunity of type Renewal.",
    "signals": "The account's churn signals that are active or under monitoring: how many, how severe.",
    "p1_p2_volume": "Conversations created in the window: count those with priority, or an urgent tag.",
    "first_response_minutes": "Conversations created in the window: the middle time to the first reply of a person.",
    "close_time_hours": "Conversations closed in the window: the middle time to the last close; open ones count too.",
    "reopen_rate_pct": "Conversations created or closed in the window: the share that was reopened.",
    "escalation_rate_pct": "Conversations created or closed in the window: the share escalated, by tag or by AI.",
    "fin_deflection_pct": "Conversations with the AI agent in the window: the share that no person had to answer.",
    "fin_cx_score": "Conversations with the AI agent in the window: the mean of their ratings.",
    "support_volume_trend_pct": "Conversations of the last 30 days against the 30 days before: the change in per cent.",
    "customer_sentiment": "What customers wrote in the window in English: the mean of the messages' sentiments.",
    "customer_sentiment_trend": "The mean sentiment of the last 30 days less that of the 60 days before.",
    "days_to_renewal": "Days from the end of the month to the close date of the next open opportunity of type Renewal.",
    "payment_health": "Payment records of the account that failed, with a payment date in the window.",
    "contract_changes": "Opportunities of type Downgrade or Amendment that were won, with a close date in the window.",
    "arr_trajectory_pct": "The ARR now against the ARR of a year ago (field history): the change in per cent.",
    "tier_alignment": "Yes, where the success tier is Standard though the ARR is above that of Standard.",
    "staff_login_trend": "Staff logins of the last 30 days against the 30 days before: the change in per cent.",
    "admin_login_trend": "Admin logins of the last 30 days against the 30 days before: the change in per cent.",
    "feature_breadth_pct": "Modules in use as a share of those that the customer has.",
    "platform_score": "The platform score of the customer's latest reading.",
    "platform_score_trend": "The platform score of the latest reading less that of 90 days before.",
    "license_utilisation_pct": "Active staff as a share of the licensed seats.",
    "qbr_attendance_pct": "Business reviews (events) held in the window: the share that the customer attended.",
    "responsiveness": "The account's field: 1 within a day, 2 within two, 3 later.",
    "champion_stability": "Days since the date in the account's field of its champion.",
    "exec_engagement": "Days since the date in the account's field of the last executive contact.",
    "expansion_signals": "Open qualified leads of customer success, plus the mentions of expansion on the account.",
    "nps_score": "The account's field of the net promoter score.",
    "messaging": "The pillar's score in the customer's latest reading.",
    "automations": "The pillar's score in the customer's latest reading.",
    "contactless": "The pillar's score in the customer's latest reading.",
    "requests": "The pillar's score in the customer's latest reading.",
    "staff_adoption": "The pillar's score in the customer's latest reading.",
}
"""By what a value is called; `the window` is the one that stands beside the value."""


def how(name: str) -> str:
    """Say how a value is checked; one that only an old record knows, by its name in the source."""
    return HOW.get(name, "Look it up by its name.")
