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


def _from_1(members: Members) -> Members:
    """Form 1 bore no form, left it to the program how far back each metric looks, and knew of no greetings."""
    return members | {"metric_windows": _WINDOWS_OF_1, "rules": _with(members.get("rules"), {"greetings": []})}


def _with(value: object, more: Members) -> object:
    """Add members to an object; what is none is refused later, with the rest of its text."""
    return value | more if isinstance(value, dict) else value


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
