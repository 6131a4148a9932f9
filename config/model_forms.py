"""The forms that the text of a model has had: how one of an earlier form says what it meant then.

A text once stored is never rewritten: its hash is the version that records name. Whoever adds,
renames or removes a field of the model raises FORM by one and adds the step from the form before.
A step gives each new field the value with which everything is scored as it was under that text.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Members: TypeAlias = dict[str, Any]
"""A model's text as JSON gives it."""

FORM = 2
"""The form that is written."""

_WINDOWS_OF_1 = {
    "p1_p2_volume": "support",
    "first_response_minutes": "support",
    "close_time_hours": "support",
    "reopen_rate_pct": "support",
    "escalation_rate_pct": "support",
    "fin_deflection_pct": "support",
    "fin_cx_score": "support",
    "support_volume_trend_pct": "trend",
    "payment_health": "history",
    "contract_changes": "history",
    "qbr_attendance_pct": "history",
}


_WORDS_OF_1 = {
    "won_stages": ("opportunity.stage", "won"),
    "lost_stages": ("opportunity.stage", "lost"),
    "renewal_types": ("opportunity.type", "renewal"),
    "contraction_types": ("opportunity.type", "contraction"),
    "failed_statuses": ("payment.status", "failed"),
    "qbr_types": ("event.type", "qbr"),
    "open_csql_statuses": ("csql.status", "open"),
}
_SEGMENTS_OF_1 = {"name": "account.success_tier", "meanings": {"paid": "Paid", "standard": "Standard"}, "others": None}


def _from_1(members: Members) -> Members:
    """Form 1 bore no form, left it to the program how far back each metric looks, and knew of no greetings.

    Among its rules it had the words of the CRM that count, and every other meant nothing (of a stage:
    open); of signals it had none, and took them as they were logged. It knew of one currency.
    """
    rules = members.get("rules")
    if not isinstance(rules, dict):
        return members
    return members | {
        "metric_windows": _WINDOWS_OF_1,
        "rules": {"greetings": []} | {name: words for name, words in rules.items() if name not in _WORDS_OF_1},
        "words": _words_of_1(rules),
        "currencies": {"corporate": "USD", "rates": {}},
    }


def _words_of_1(rules: Members) -> Members:
    words: Members = {"account.success_tier": _SEGMENTS_OF_1}
    for rule, (field, meaning) in _WORDS_OF_1.items():
        stage = field == "opportunity.stage"
        empty = {} if stage else {"": "nothing"}
        named = words.setdefault(field, {"name": field, "meanings": empty, "others": "open" if stage else "nothing"})
        listed = rules.get(rule)
        named["meanings"] |= {str(word): meaning for word in listed} if isinstance(listed, list) else {}
    return words


_STEPS: Mapping[int, Callable[[Members], Members]] = {1: _from_1}


def form_of(members: Members) -> int:
    """Say which form a model's text has; the first bore none."""
    form = members.get("form", 1)
    return form if isinstance(form, int) and not isinstance(form, bool) else 0


def as_written_now(members: Members) -> Members:
    """Give the members of a text as the form written now has them, without the form itself."""
    for form in range(form_of(members), FORM):
        members = _STEPS[form](members)
    return {name: value for name, value in members.items() if name != "form"}
