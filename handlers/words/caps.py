"""The cap in words: which signals it rests on, who reported them, what it takes away."""

from dataclasses import replace

from handlers.words.figures import count, points
from handlers.words.layout import Passage, clean, lines_of
from scoring.instants import format_date
from scoring.model import CapRule, Model
from scoring.score import Measurements, Score, grade
from scoring.signals import Cap, Signal, SignalReading, causes, effective_severity, read_signals

_UNKNOWN = {"signals_unknown", "unmapped:salesforce", "unknown_owner:salesforce"}
_REASONS: dict[CapRule, str] = {
    "critical_confirmed": "a Critical churn signal is Confirmed",
    "critical_2plus": "two or more Critical churn signals are in force",
    "critical_1": "a Critical churn signal is in force",
    "moderate_1plus": "a churn signal counts as Moderate",
}


def cap_lines(score: Score, measurements: Measurements, model: Model) -> list[str]:
    """Say in lines which cap fits and what it takes away; nothing where signals are not known."""
    return [line for passage in cap_said(score, measurements, model) for line in lines_of(passage)]


def cap_said(score: Score, measurements: Measurements, model: Model) -> list[Passage]:
    """Say which cap fits, what it takes away and on which signals it rests; nothing where signals are not known."""
    told = read_signals(measurements.signals, measurements.as_of, model)
    return [*_cap(score, measurements, model, told.counted), *_doubts(told)]


def _doubts(told: SignalReading) -> list[Passage]:
    """Say what signals may be in force besides, and what they come to at the worst."""
    if not told.doubted or told.worst is None:
        return []
    text = (
        f"{count(len(told.doubted), 'more churn signal')} may be in force: what was logged does not say enough. "
        f"In the worst case the score can be {points(told.worst.value)} at most:"
    )
    return [Passage(text, tuple(map(_signal, sorted(told.doubted, key=_observed, reverse=True))))]


def _cap(score: Score, measurements: Measurements, model: Model, counted: tuple[Signal, ...]) -> list[Passage]:
    if score.cap is None:
        none = Passage("No cap: no churn signal in force is Critical or Moderate.")
        return [] if _UNKNOWN & {*score.flags} else [none]
    behind = [signal for signal in counted if causes(signal, score.cap.rule)]
    others = len(counted) - len(behind)
    more = [f"{count(others, 'more signal')} in force, without which the cap would be the same"] if others else []
    title = "The signal behind it:" if len(behind) == 1 else "The signals behind it:"
    text = f"{cap_effect(score, score.cap, measurements, model)} {title}"
    return [Passage(text, (*map(_signal, sorted(behind, key=_observed, reverse=True)), *more))]


def cap_effect(score: Score, cap: Cap, measurements: Measurements, model: Model) -> str:
    """Say what a cap does to a score, and by which rule; no word of it is from outside."""
    limit, reason = points(cap.value), _REASONS[cap.rule]
    free = grade(replace(measurements, signals=()), model)
    if score.final_score is None or free.final_score is None:
        return f"Once there is a score, it can be {limit} at most: {reason}."
    if score.final_score < free.final_score:
        without = f"{points(free.final_score)} ({free.tier})"
        return f"Capped at {limit}, because {reason}. Without the cap the score would be {without}."
    return f"The score can be {limit} at most, because {reason}; it is no higher anyway."


def _observed(signal: Signal) -> tuple[bool, int]:
    return (False, 0) if signal.observed is None else (True, signal.observed)


def _signal(signal: Signal) -> str:
    counts_as = effective_severity(signal)
    lowered = "" if counts_as in (signal.severity, None) else f" (so it counts as {counts_as})"
    told = [_told(name, word, unknown=name in signal.unknown) for name, word in _words(signal).items()]
    about = [clean(text) for text in (signal.category, signal.detail) if text is not None]
    who = "nobody named as reporter" if signal.reported_by is None else f"reported by {clean(signal.reported_by)}"
    when = "no date given" if signal.observed is None else f"seen on {format_date(signal.observed)}"
    return f"{', '.join(told)}{lowered}: {', '.join(about) or 'no category given'}; {who}, {when}"


def _words(signal: Signal) -> dict[str, str | None]:
    return {"severity": signal.severity, "confidence": signal.confidence, "status": signal.status}


def _told(name: str, word: str | None, *, unknown: bool) -> str:
    if word is None:
        return f"no {name} given"
    return f'"{clean(word)}" (a word without a meaning)' if unknown else clean(word)
