"""Churn signals: which count at an instant, how severely, and the cap that they set."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.facts import CrmRecord
from scoring.instants import DAY, Instant
from scoring.model import CapRule, Model

SEVERITIES = ("Critical", "Moderate", "Watch")
STATUSES = ("Active", "Monitoring", "Resolved", "Expired")
CONFIDENCES = ("Suspected", "Likely", "Confirmed")


@dataclass(frozen=True, slots=True)
class Signal:
    """A churn signal as logged. `observed` is None where its date is not known at all."""

    severity: str | None
    confidence: str | None
    status: str | None
    observed: Instant | None
    category: str | None = None
    detail: str | None = None
    reported_by: str | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """The highest score that the signals allow, and the rule that says so."""

    value: float
    rule: CapRule


@dataclass(frozen=True, slots=True)
class SignalReading:
    """What signals come to at an instant: the cap that fits, the signals that count, flags."""

    cap: Cap | None
    counted: tuple[Signal, ...]
    flags: tuple[str, ...]


def word(text: str | None) -> str | None:
    """Write a severity, confidence or status as the model does: `CRITICAL` is Critical."""
    return None if text is None else text.strip().capitalize()


def from_record(record: CrmRecord) -> Signal:
    """Read a signal from its CRM record; without a date it is as if observed when first heard of."""
    observed = record.instant("date_observed")
    return Signal(
        severity=word(record.text("severity")),
        confidence=word(record.text("confidence")),
        status=word(record.text("status")),
        observed=record.first_heard if observed is None else observed,
        category=record.text("category"),
        detail=record.text("detail"),
        reported_by=record.text("reported_by"),
    )


def read_signals(signals: Iterable[Signal], as_of: Instant, model: Model) -> SignalReading:
    """Say which signals count at `as_of` and which cap fits; the unheard-of are skipped and flagged."""
    known = [signal for signal in signals if _is_known(signal)]
    skipped = [signal for signal in signals if not _is_known(signal)]
    counted = tuple(s for s in known if s.status in {"Active", "Monitoring"} and _in_force(s, as_of, model))
    flags = {flag for signal in skipped for flag in _unknowns(signal)}
    monitored = {"monitored_critical" for s in counted if s.severity == "Critical" and s.status == "Monitoring"}
    return SignalReading(_cap(counted, model), counted, tuple(sorted(flags | monitored)))


def _is_known(signal: Signal) -> bool:
    return signal.severity in SEVERITIES and signal.status in STATUSES


def _unknowns(signal: Signal) -> Iterable[str]:
    if signal.severity not in SEVERITIES:
        yield "invalid:severity"
    if signal.status not in STATUSES:
        yield "invalid:status"


def _in_force(signal: Signal, as_of: Instant, model: Model) -> bool:
    """Tell whether a signal was observed by `as_of` and has not expired by its stored severity.

    Expiry runs from 00:00 of the day it was observed on.
    """
    if signal.observed is None:
        return True
    days = model.expiry_days[signal.severity] if signal.severity else None
    return signal.observed <= as_of and (days is None or as_of <= signal.observed // DAY * DAY + days * DAY)


def effective_severity(signal: Signal) -> str | None:
    """Give the severity a signal counts with: under Monitoring one lower."""
    if signal.status != "Monitoring":
        return signal.severity
    return {"Critical": "Moderate", "Moderate": "Watch"}.get(signal.severity or "")


def _cap(counted: tuple[Signal, ...], model: Model) -> Cap | None:
    severities = [effective_severity(signal) for signal in counted]
    confirmed = any(s.severity == "Critical" and s.status == "Active" and s.confidence == "Confirmed" for s in counted)
    fitting: list[tuple[CapRule, bool]] = [
        ("critical_confirmed", confirmed),
        ("critical_2plus", severities.count("Critical") >= 2),
        ("critical_1", severities.count("Critical") == 1),
        ("moderate_1plus", "Moderate" in severities),
    ]
    rule = next((rule for rule, fits in fitting if fits), None)
    return None if rule is None else Cap(model.caps[rule], rule)
