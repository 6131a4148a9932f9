"""The sheet of metrics: what was measured of each account, with its unit, and what it scores."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from handlers.sinks.workbook.columns import Column, Look, Sheet, Value, account_columns
from handlers.spool import Spooled
from scoring.metrics.catalogue import METRICS, PILLARS, TITLES
from scoring.metrics.declaration import Metric
from scoring.model import Model, window_days
from scoring.record import Record
from scoring.score import MetricScore


def metrics(records: Spooled, model: Model) -> Sheet:
    """Make the sheet of metrics: each as measured, then each as scored."""
    declared, windows = (*METRICS, *PILLARS), window_days(model)
    raw = (_raw(metric, windows.get(metric.name)) for metric in declared)
    return Sheet("Metrics", tuple(chain(account_columns(model), raw, map(_score, declared))), records)


def _raw(metric: Metric, days: float | None) -> Column:
    unit = f" ({metric.unit})" if metric.unit else ""
    title = metric.called.title if "(" in metric.called.title else f"{metric.called.title}{unit}"
    over = f", over {days:g} days" if days else ""
    no, yes = metric.called.answers
    values = f" 1: {yes}, 0: {no}." if metric.called.form == "yes_no" else ""
    meaning = f"{TITLES[metric.dimension]}: {metric.label}{unit}{over}, as measured.{values} See {metric.reference}."
    return Column(title, meaning, _look(metric), 14, partial(_read_raw, metric))


def _look(metric: Metric) -> Look:
    return "change" if metric.called.form == "change" else "number"


def _score(metric: Metric) -> Column:
    meaning = f"{TITLES[metric.dimension]}: the score of {metric.label}, 0 to 100. Empty: missing, or not weighed."
    return Column(f"{metric.called.title}: score", meaning, "score", 14, partial(_read_score, metric))


def _read_raw(metric: Metric, record: Record) -> Value:
    found = _of(metric, record)
    return None if found is None else found.raw


def _read_score(metric: Metric, record: Record) -> Value:
    found = _of(metric, record)
    return None if found is None else found.score


def _of(metric: Metric, record: Record) -> MetricScore | None:
    return next((scores[metric.name] for scores in _groups(metric, record) if metric.name in scores), None)


def _groups(metric: Metric, record: Record) -> Iterator[dict[str, MetricScore]]:
    if metric.dimension in record.score.dimensions:
        yield dict(record.score.dimensions[metric.dimension].metrics)
    if metric.dimension == "platform_value":
        yield dict(record.score.platform_value)
