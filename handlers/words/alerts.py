"""Alerts in words: why an account is on the list, and why one left it."""

from collections.abc import Iterator, Mapping, Sequence

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


def gap_words(alerts: Sequence[Alert]) -> Iterator[str]:
    """Say why numbers are missing in a list of alerts; nothing where none is, or where not the whole list is known."""
    places = {one.place for one in alerts if one.place is not None}
    if not places or len(places) < len(alerts) or len({(one.book, one.places) for one in alerts}) > 1:
        return
    last, most = max(places), alerts[0].places
    if len(places) == most and last > most:
        yield (
            f"Of the first {last} in order {last - most} are not on this list, so numbers are missing: they were not "
            f"on it before, and it is full. Who was on it stays while among the first {int(STAYING * most)}."
        )
