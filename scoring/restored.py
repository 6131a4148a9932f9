"""Measurements restored from a score: its line holds the raw values, and of signals the cap that they came to."""

from collections.abc import Iterable, Mapping

from scoring.metrics.measure import Measure, Measures
from scoring.model import CapRule, Model, Threshold
from scoring.rounding import shown
from scoring.scales import metric_score
from scoring.score import Measurements, MetricScore, Score
from scoring.signals import WORDED, Signal


def restored(score: Score, model: Model, arr: float | None = None) -> Measurements:
    """Give what a score was made from, to be scored again under this model or another.

    A raw value is as it stands. Where a line of this very model has none, or one that does not give its
    score, there is taken one that does. Signals are those of the cap's rule: the fewest that set it.
    """
    is_own, thresholds = score.model_version in ("", model.version), model.thresholds[score.segment]
    dimensions = {name: _measures(one.metrics, thresholds, is_own=is_own) for name, one in score.dimensions.items()}
    return Measurements(
        account_id=score.account_id,
        segment=score.segment,
        as_of=score.as_of,
        dimensions=dimensions,
        pillars={
            name: Measure(one.score if one.raw is None else one.raw) for name, one in score.platform_value.items()
        },
        signals=tuple(_signals(score, model)),
        flags=score.flags,
        account_name=score.account_name,
        signals_known="signals_unknown" not in score.flags,
        arr=arr,
        currency=None if arr is None else model.currencies.corporate,
    )


def _measures(metrics: Mapping[str, MetricScore], thresholds: Mapping[str, Threshold], *, is_own: bool) -> Measures:
    return {name: _measure(one, thresholds.get(name), is_own=is_own) for name, one in metrics.items()}


def _measure(metric: MetricScore, threshold: Threshold | None, *, is_own: bool) -> Measure:
    if threshold is None or metric.score is None:
        return Measure(metric.raw)
    fits = metric.raw is not None and (
        not is_own or abs(shown(metric_score(metric.raw, threshold)) - shown(metric.score)) < 0.1
    )
    return Measure(metric.raw if fits else raw_of(metric.score, threshold))


def raw_of(score: float, threshold: Threshold) -> float:
    """Give the raw value that has a score: the inverse of `metric_score`."""
    best, middle, worst = threshold.green, threshold.yellow, threshold.red
    if score >= 50:
        return middle + (best - middle) * (score - 50) / 50
    return worst + (middle - worst) * score / 50


_OF_RULE: Mapping[CapRule, tuple[tuple[str, str], ...]] = {
    "critical_confirmed": (("Critical", "Confirmed"),),
    "critical_2plus": (("Critical", "Suspected"), ("Critical", "Suspected")),
    "critical_1": (("Critical", "Suspected"),),
    "moderate_1plus": (("Moderate", "Suspected"),),
}


def _signals(score: Score, model: Model) -> Iterable[Signal]:
    """Give active signals that set the cap, and one in its worst reading where a word of theirs was not known."""
    unsure = "invalid:confidence" in score.flags
    for severity, confidence in () if score.cap is None else _OF_RULE[score.cap.rule]:
        is_unsure = unsure and (severity, confidence) == ("Critical", "Suspected")
        told = (None, ("confidence",)) if is_unsure else (confidence, ())
        yield Signal(severity, told[0], "Active", None, unknown=told[1])
    unheard = {model.words[f"signal.{name}"].flag for name in WORDED if f"signal.{name}" in model.words}
    if unheard.intersection(score.flags):
        yield Signal(None, None, None, None, unknown=WORDED)
