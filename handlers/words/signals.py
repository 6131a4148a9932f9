"""Churn signals in words: how severe, how sure, whether they count, when they expire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.words.layout import clean
from scoring.instants import DAY, Instant, format_date, start_of_day
from scoring.model import Model
from scoring.signals import Signal, effective_severity, read_signals


@dataclass(frozen=True, slots=True)
class SignalWords:
    """One signal in words; `counts` says whether it does, `until` when it expires."""

    heading: str
    about: str
    who: str
    counts: str
    until: str


def signal_words(signals: Iterable[Signal], as_of: Instant, model: Model) -> Sequence[SignalWords]:
    """Put signals into words, those that count first, the latest observed first."""
    logged = list(signals)
    told = read_signals(logged, as_of, model)
    ordered = sorted(logged, key=lambda one: (one not in told.counted, -(one.observed or 0)))
    return [_words(one, _counts(one, told.counted, told.doubted), model) for one in ordered]


def suggested_words(signals: Iterable[Signal]) -> Sequence[SignalWords]:
    """Put signals into words that are only suggested, the latest observed first."""
    ordered = sorted(signals, key=lambda one: -(one.observed or 0))
    return [
        SignalWords(_heading(one), _about(one), _who(one), "counts nowhere", "not decided on yet") for one in ordered
    ]


def _words(one: Signal, counts: str, model: Model) -> SignalWords:
    return SignalWords(_heading(one), _about(one), _who(one), counts, _until(one, model))


def _heading(one: Signal) -> str:
    told = [_said(name, word, unknown=name in one.unknown) for name, word in _fields(one).items()]
    return " \N{MIDDLE DOT} ".join(told)


def _about(one: Signal) -> str:
    return ", ".join(clean(text) for text in (one.category, one.detail) if text) or "no category given"


def _who(one: Signal) -> str:
    who = "nobody named as reporter" if one.reported_by is None else f"reported by {clean(one.reported_by)}"
    when = "no date given" if one.observed is None else f"seen on {format_date(one.observed)}"
    return f"{who}, {when}"


def _fields(one: Signal) -> dict[str, str | None]:
    return {"severity": one.severity, "confidence": one.confidence, "status": one.status}


def _said(name: str, word: str | None, *, unknown: bool) -> str:
    if word is None:
        return f"no {name}"
    return f'"{clean(word)}" (unknown {name})' if unknown else clean(word)


def _counts(one: Signal, counted: Sequence[Signal], doubted: Sequence[Signal]) -> str:
    if one in counted:
        return f"counts as {effective_severity(one)}"
    return "may count: what was logged does not say enough" if one in doubted else "does not count"


def _until(one: Signal, model: Model) -> str:
    """Say when a signal expires, by its severity."""
    days = model.expiry_days.get(one.severity or "")
    if one.observed is None:
        return "never expires: it has no date"
    if days is None:
        return "does not expire"
    last = Instant(start_of_day(one.observed) + int(days * DAY))
    return f"counts until {format_date(last)}"
