"""Churn signals: which count at an instant, how severely, and the cap that they set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.facts import CrmRecord
from scoring.instants import DAY, Instant, start_of_day
from scoring.model import CapRule, Model
from scoring.words import NOTHING, Words

SEVERITIES = ("Critical", "Moderate", "Watch")
APART = ("Suggested", "Dismissed")
"""Statuses of what was read out of a conversation and nobody has accepted: it counts nowhere."""
STATUSES = ("Active", "Monitoring", "Resolved", "Expired", *APART)
CONFIDENCES = ("Suspected", "Likely", "Confirmed")
WORDED = ("severity", "confidence", "status")


@dataclass(frozen=True, slots=True)
class Signal:
    """A churn signal in the model's words. `observed` is None where its date is not known at all.

    `unknown` names the fields that tell nothing: their word, which stands as it was logged, has no
    meaning, or they are empty. A severity that is empty is not among them: the signal is skipped.
    """

    severity: str | None
    confidence: str | None
    status: str | None
    observed: Instant | None
    category: str | None = None
    detail: str | None = None
    reported_by: str | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """The highest score that the signals allow, and the rule that says so."""

    value: float
    rule: CapRule


@dataclass(frozen=True, slots=True)
class SignalReading:
    """What signals come to at an instant: the cap that fits, the signals that count, flags.

    `worst` is the cap if all that is unknown were as bad as can be; `doubted` are the signals that
    may count, but do not.
    """

    cap: Cap | None
    counted: tuple[Signal, ...]
    flags: tuple[str, ...]
    worst: Cap | None = None
    doubted: tuple[Signal, ...] = ()


QUIET = SignalReading(None, (), ())
"""What no signal at all comes to."""


def signal(told: Mapping[str, str | None], observed: Instant | None, words: Mapping[str, Words]) -> Signal:
    """Read a signal from what is said of its severity, confidence and status.

    A model without meanings for them takes them as they are: `CRITICAL` is Critical.
    """
    if f"signal.{WORDED[0]}" not in words:
        severity, confidence, status = (word.capitalize() if (word := told[name]) else None for name in WORDED)
        return Signal(severity, confidence, status, observed)
    meant = {name: words[f"signal.{name}"].meaning(told[name]) for name in WORDED}
    unknown = tuple(n for n in WORDED if meant[n] is None and (told[n] or n != "severity"))
    severity, confidence, status = (meant[name] or told[name] or None for name in WORDED)
    return Signal(severity, confidence, status, observed, unknown=unknown)


def from_record(record: CrmRecord, words: Mapping[str, Words]) -> Signal:
    """Read a signal from its CRM record; without a date it is as if observed when first heard of."""
    observed = record.instant("date_observed")
    told = {name: (record.text(name) or "").strip() for name in WORDED}
    return replace(
        signal(told, record.first_heard if observed is None else observed, words),
        category=record.text("category"),
        detail=record.text("detail"),
        reported_by=record.text("reported_by"),
    )


def is_apart(one: Signal) -> bool:
    """Tell whether a signal is only suggested, or was dismissed: it changes no score, whatever else it says."""
    return one.status in APART and "status" not in one.unknown


def read_signals(signals: Iterable[Signal], as_of: Instant, model: Model) -> SignalReading:
    """Say which signals count at `as_of` and which cap fits.

    Those without severity are skipped; those with a word that has no meaning do not count, but may.
    """
    logged = tuple(signals)
    if not logged:
        return QUIET
    reading = read_caps(logged, as_of, model)
    flags = {flag for one in logged for flag in _flags(one, model)}
    flags |= {"invalid:confidence" for one in reading.counted if _is_confirmed(_worst(one)) and not _is_confirmed(one)}
    flags |= {
        "monitored_critical" for one in reading.counted if one.severity == "Critical" and one.status == "Monitoring"
    }
    return replace(reading, flags=tuple(sorted(flags)))


def read_caps(logged: Sequence[Signal], as_of: Instant, model: Model) -> SignalReading:
    """Read signals as `read_signals` does, but for the flags."""
    counted = tuple([one for one in logged if _is_known(one) and _counts(one, as_of, model)])
    doubted = tuple([one for one in logged if not _is_known(one) and _counts(_worst(one), as_of, model)])
    cap = _cap(counted, model)
    is_plain = not doubted and not any(one.unknown for one in counted)
    worst = cap if is_plain else _cap(tuple(map(_worst, (*counted, *doubted))), model)
    return SignalReading(cap, counted, (), worst, doubted)


def _is_known(one: Signal) -> bool:
    """Tell whether a signal says what it counts as; one without a confidence is not confirmed."""
    told = not one.unknown or (one.unknown == ("confidence",) and one.confidence is None)
    return told and one.severity in SEVERITIES and one.status in STATUSES


def _worst(one: Signal) -> Signal:
    """Read a signal as bad as what is unknown of it may be."""
    if not one.unknown:
        return one
    severity = "Critical" if "severity" in one.unknown else one.severity
    confidence = "Confirmed" if "confidence" in one.unknown else one.confidence
    status = "Active" if "status" in one.unknown else one.status
    return replace(one, severity=severity, confidence=confidence, status=status, unknown=())


def _flags(one: Signal, model: Model) -> Iterable[str]:
    """Flag the words of a signal that say nothing; of one that stands apart none."""
    if is_apart(one):
        return
    told = {"severity": one.severity, "confidence": one.confidence, "status": one.status}
    for name in one.unknown:
        if told[name] is not None:
            yield model.words[f"signal.{name}"].flag
    if "severity" not in one.unknown and one.severity not in (*SEVERITIES, NOTHING):
        yield "invalid:severity"
    if one.status is None or ("status" not in one.unknown and one.status not in STATUSES):
        yield "invalid:status"


def _counts(one: Signal, as_of: Instant, model: Model) -> bool:
    return one.severity in SEVERITIES and one.status in {"Active", "Monitoring"} and _in_force(one, as_of, model)


def _in_force(signal: Signal, as_of: Instant, model: Model) -> bool:
    """Tell whether a signal was observed by `as_of` and has not expired by its stored severity.

    Expiry runs from 00:00 of the day it was observed on.
    """
    if signal.observed is None:
        return True
    days = model.expiry_days[signal.severity] if signal.severity else None
    return signal.observed <= as_of and (days is None or as_of <= start_of_day(signal.observed) + days * DAY)


def _is_confirmed(one: Signal) -> bool:
    return one.severity == "Critical" and one.status == "Active" and one.confidence == "Confirmed"


def effective_severity(signal: Signal) -> str | None:
    """Give the severity a signal counts with: under Monitoring one lower."""
    if signal.status != "Monitoring":
        return signal.severity
    return {"Critical": "Moderate", "Moderate": "Watch"}.get(signal.severity or "")


def causes(one: Signal, rule: CapRule) -> bool:
    """Tell whether a cap by this rule rests on a signal, of those that count."""
    if rule == "critical_confirmed":
        return _is_confirmed(one)
    return effective_severity(one) == ("Moderate" if rule == "moderate_1plus" else "Critical")


def _cap(counted: tuple[Signal, ...], model: Model) -> Cap | None:
    if not counted:
        return None
    severities = [effective_severity(signal) for signal in counted]
    confirmed = any(_is_confirmed(one) for one in counted)
    fitting: list[tuple[CapRule, bool]] = [
        ("critical_confirmed", confirmed),
        ("critical_2plus", severities.count("Critical") >= 2),
        ("critical_1", severities.count("Critical") == 1),
        ("moderate_1plus", "Moderate" in severities),
    ]
    rule = next((rule for rule, fits in fitting if fits), None)
    return None if rule is None else Cap(model.caps[rule], rule)
