"""From a quantitative score to the verdict: what the cap leaves of it, how low it may be, its tier."""

from typing import overload

from scoring.model import Model
from scoring.rounding import TIE, shown
from scoring.signals import Cap, SignalReading

AT_RISK = ("Critical", "At Risk", "Unknown", None)
"""The tiers whose revenue may be lost: also those of which nobody can say that it is safe."""


@overload
def capped(value: float, cap: Cap | None) -> float: ...
@overload
def capped(value: float | None, cap: Cap | None) -> float | None: ...
def capped(value: float | None, cap: Cap | None) -> float | None:
    """Give what a cap leaves of a score; it never raises it."""
    return value if value is None or cap is None else min(value, cap.value)


def lowest(low: float, signals: SignalReading, model: Model, *, signals_known: bool) -> float:
    """Give the low with all that is not known of signals in its worst reading."""
    worst = capped(low, signals.worst)
    return worst if signals_known else min(worst, model.caps["critical_confirmed"])


def tier_of(final: float, coverage: float, signals: SignalReading, model: Model, *, signals_known: bool) -> str:
    """Read the tier off a final score; Unknown where it rests on too little data, or too little is known of signals."""
    if not signals_known or (signals.cap is None and coverage < model.coverage_floor - TIE):
        return "Unknown"
    tier = _named(final, model)
    is_sure = not signals.doubted or _named(capped(final, signals.worst), model) == tier
    return tier if is_sure else "Unknown"


def _named(final: float, model: Model) -> str:
    value = shown(final)
    return next(name for name, floor in model.tiers if value >= floor)
