"""Alerts in words: why an account is on the list, and why one left it."""

from collections.abc import Mapping

from handlers.words.figures import count, points
from scoring.alert_list import WhyLeft
from scoring.alerts import STAYING, Alert

WHY_LEFT: Mapping[WhyLeft, str] = {
    "others_worse": "others are worse now",
    "gave_notice": "it gave notice, and is out for good",
    "no_score": "it has no score, nobody knows how it stands",
    "no_record": "it has no record: deleted in the CRM, out of the portfolio, or failed",
}
"""Why an account is no longer on the list; only the first is good news."""


def reason_of(alert: Alert) -> str:
    """Say why an account is on the list of alerts."""
    return f"{_ranked_by(alert)}; {_standing(alert)}"


def _ranked_by(alert: Alert) -> str:
    if alert.rule == "level":
        return f"score {points(alert.score)}"
    due = "no renewal due" if alert.renewal_days is None else f"renewal due in {count(alert.renewal_days, 'day')}"
    return f"{due}, smoothed score {points(alert.score)}"


def _standing(alert: Alert) -> str:
    places, near = count(alert.places, "place"), int(STAYING * alert.places)
    if alert.place is None:
        held = "stays: still" if alert.stays else "now"
        return f"{held} as bad as the {alert.places} alerted of {alert.accounts:,} at the close of {alert.book}"
    if alert.stays:
        return f"stays: was on the list, is number {alert.place} of {alert.accounts:,}, within {near} for {places}"
    return f"number {alert.place} of {alert.accounts:,} accounts for {places}"
