"""The cap in words: which signals it rests on, who reported them, what it takes away."""

from dataclasses import replace

from handlers.words.figures import count, points
from handlers.words.layout import clean, paragraph, points_of
from scoring.instants import format_date
from scoring.model import CapRule, Model
from scoring.score import Measurements, Score, grade
from scoring.signals import Cap, Signal, SignalReading, effective_severity, read_signals

_UNKNOWN = {"signals_unknown", "unmapped:salesforce", "unknown_owner:salesforce"}
_REASONS: dict[CapRule, str] = {
    "critical_confirmed": "a Critical signal is Confirmed",
    "critical_2plus": "two or more Critical signals are in force",
    "critical_1": "a Critical signal is in force",
    "moderate_1plus": "at least one signal counts as Moderate",
}


def cap_lines(score: Score, measurements: Measurements, model: Model) -> list[str]:
    """Say in lines which cap fits and what it takes away; nothing where signals are not known."""
    told = read_signals(measurements.signals, measurements.as_of, model)
    return [*_cap_lines(score, measurements, model, told.counted), *_doubts(told)]


def _doubts(told: SignalReading) -> list[str]:
    """Say what signals may be in force besides, and what they come to at the worst."""
    if not told.doubted or told.worst is None:
        return []
    lines = paragraph(
        f"{count(len(told.doubted), 'further signal')} may be in force: what is logged of it says too little. "
        f"At the worst the cap is {points(told.worst.value)}:"
    )
    return [*lines, *points_of(map(_signal, sorted(told.doubted, key=_observed, reverse=True)))]


def _cap_lines(score: Score, measurements: Measurements, model: Model, counted: tuple[Signal, ...]) -> list[str]:
    if score.cap is None:
        return [] if _UNKNOWN & {*score.flags} else ["No cap: no signal in force is Critical or Moderate."]
    causes = [signal for signal in counted if _causes(signal, score.cap.rule)]
    others = len(counted) - len(causes)
    more = [f"{count(others, 'further signal')} in force, on which the cap does not rest"] if others else []
    return [
        *paragraph(f"{_effect(score, score.cap, measurements, model)} The cap rests on:"),
        *points_of([*map(_signal, sorted(causes, key=_observed, reverse=True)), *more]),
    ]


def _effect(score: Score, cap: Cap, measurements: Measurements, model: Model) -> str:
    limit, reason = points(cap.value), _REASONS[cap.rule]
    free = grade(replace(measurements, signals=()), model)
    if score.final_score is None or free.final_score is None:
        return f"A cap of {limit} is kept for when there is a score: {reason}."
    if score.final_score < free.final_score:
        without = f"{points(free.final_score)} ({free.tier})"
        return f"Capped at {limit}: {reason}. Without the cap the score would be {without}."
    return f"A cap of {limit} fits ({reason}), but it takes nothing away: the score is not above it."


def _causes(signal: Signal, rule: CapRule) -> bool:
    if rule == "critical_confirmed":
        return effective_severity(signal) == "Critical" and signal.confidence == "Confirmed"
    return effective_severity(signal) == ("Moderate" if rule == "moderate_1plus" else "Critical")


def _observed(signal: Signal) -> tuple[bool, int]:
    return (False, 0) if signal.observed is None else (True, signal.observed)


def _signal(signal: Signal) -> str:
    counts_as = effective_severity(signal)
    lowered = "" if counts_as in (signal.severity, None) else f" (so it counts as {counts_as})"
    told = [_told(name, word, unknown=name in signal.unknown) for name, word in _words(signal).items()]
    about = [clean(text) for text in (signal.category, signal.detail) if text is not None]
    who = "by a person without a name" if signal.reported_by is None else f"by {clean(signal.reported_by)}"
    when = "on an unknown date" if signal.observed is None else f"on {format_date(signal.observed)}"
    return f"{', '.join(told)}{lowered}: {', '.join(about) or 'no category given'}; reported {who}, observed {when}"


def _words(signal: Signal) -> dict[str, str | None]:
    return {"severity": signal.severity, "confidence": signal.confidence, "status": signal.status}


def _told(name: str, word: str | None, *, unknown: bool) -> str:
    if word is None:
        return f"no {name} given"
    return f'"{clean(word)}" (a word without a meaning)' if unknown else clean(word)
