"""JSON lines: raw metrics in, scores out, in the field names of the command-line contract."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import msgspec

from handlers.jobs.score_json import score_json
from handlers.sources.reading import Json, UnreadableError, key, members, need, number, text
from scoring.instants import Instant, parse_instant
from scoring.metrics.adoption_engagement import valid_score
from scoring.metrics.catalogue import METRICS, PILLARS
from scoring.metrics.measure import Measure, Measures, invalid
from scoring.model import SEGMENTS, Segment
from scoring.score import Measurements, Score
from scoring.signals import WORDED, Signal, signal
from scoring.words import Words

_METRICS: Mapping[str, frozenset[str]] = {
    dimension: frozenset(metric.name for metric in METRICS if metric.dimension == dimension)
    for dimension in dict.fromkeys(metric.dimension for metric in METRICS)
}
_PILLARS = frozenset(pillar.name for pillar in PILLARS)
_SCORES_OF_100 = _PILLARS | {"platform_score"}
_LINE = frozenset({"account_id", "account_name", "segment", "as_of", "metrics", "platform_value", "signals"})


def read_object(line: bytes) -> Json:
    """Read a line that is a JSON object. Raises UnreadableError where it is none."""
    try:
        item = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableError(f"not JSON: {error}") from error
    if not isinstance(item, dict):
        raise UnreadableError("expected a JSON object")
    return item


def read_measurements(body: bytes, words: Mapping[str, Words]) -> tuple[Measurements, list[str]]:
    """Read one line of raw metrics, with remarks on names we never heard of.

    UnreadableError names what is wrong with a line that cannot be read.
    """
    line = read_object(body)
    metrics, pillars = _object(line, "metrics"), _object(line, "platform_value")
    by_dimension = {name: _object(metrics, name) for name in _METRICS}
    measurements = Measurements(
        account_id=need(line, "account_id", key),
        account_name=_optional(line, "account_name"),
        segment=need(line, "segment", _segment),
        as_of=need(line, "as_of", _instant),
        dimensions={name: _measures(given, _METRICS[name]) for name, given in by_dimension.items()},
        pillars=_measures(pillars, _PILLARS),
        signals=_signals(line.get("signals"), words),
    )
    unheard_of = [
        *_unknown(line, _LINE, "field"),
        *_unknown(metrics, _METRICS, "dimension"),
        *_unknown(pillars, _PILLARS, "pillar"),
        *(remark for name, given in by_dimension.items() for remark in _unknown(given, _METRICS[name], "metric")),
    ]
    return measurements, unheard_of


def _optional(item: Json, name: str) -> str | None:
    return None if item.get(name) is None else need(item, name, text)


def _segment(value: object) -> Segment:
    if not isinstance(value, str) or value not in SEGMENTS:
        raise ValueError("expected paid or standard")
    return SEGMENTS[value]


def _instant(value: object) -> Instant:
    try:
        return parse_instant(text(value))
    except ValueError as error:
        raise ValueError("expected an instant such as 2026-11-01T00:00:00Z") from error


def _object(item: Json, name: str) -> Json:
    if item.get(name) is not None and not isinstance(item[name], dict):
        raise UnreadableError(f"{name} is no JSON object")
    return members(item.get(name))


def _unknown(given: Json, known: Iterable[str], what: str) -> Iterable[str]:
    names = sorted(known)
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, 1)
            yield f"unknown {what} {name!r}" + (f": did you mean {near[0]}?" if near else "")


def _measures(given: Json, known: frozenset[str]) -> Measures:
    return {name: _measure(name, given) for name in given if name in known}


def _measure(name: str, given: Json) -> Measure:
    if given[name] is None:
        return Measure()
    raw = need(given, name, number)
    if name in _SCORES_OF_100 and not valid_score(raw):
        return invalid(name)
    return Measure(_as_given(given[name], raw))


def _as_given(value: object, raw: float) -> float:
    """Keep whole numbers whole, so that a raw value is shown as it came."""
    return value if isinstance(value, int) else raw


def _signals(value: object, words: Mapping[str, Words]) -> tuple[Signal, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnreadableError("signals is no list of JSON objects")
    return tuple(_signal(one, words) for one in value)


def _signal(item: Json, words: Mapping[str, Words]) -> Signal:
    observed = None if item.get("date_observed") is None else need(item, "date_observed", _instant)
    return signal({name: _word(item.get(name)) for name in WORDED}, observed, words)


def _word(value: object) -> str | None:
    """Read a word; what is no text is a word that nobody knows."""
    return value.strip() if isinstance(value, str) else None if value is None else str(value)


def score_line(score: Score) -> bytes:
    """Write a score as one line of JSON, without the line's end."""
    return msgspec.json.encode(score_json(score))
