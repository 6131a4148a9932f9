"""The rows of the record map: those that record.yaml writes out, and those of metrics, made from their declarations."""

import re
from collections.abc import Iterator

from config.schema import MetricEntries, RecordEntry, RecordFile
from scoring.metrics.catalogue import METRICS, PILLARS
from scoring.metrics.declaration import Metric


def entries_of(record: RecordFile) -> list[RecordEntry]:
    """Give the fields of the record in order; a metric that has rows of its own is not made a second time."""
    written = {entry.value for entry in record.fields if isinstance(entry, RecordEntry)}
    return [row for entry in record.fields for row in _rows(entry, written)]


def _rows(entry: RecordEntry | MetricEntries, written: set[str]) -> Iterator[RecordEntry]:
    if isinstance(entry, RecordEntry):
        yield entry
        return
    for metric in (*METRICS, *PILLARS):
        if metric.dimension == entry.metrics:
            yield from (row for row in (_raw(metric), _score(metric)) if row.value not in written)


def _raw(metric: Metric) -> RecordEntry:
    return _entry(metric.name, f"{path_of(metric)}.raw", metric.called.title)


def _score(metric: Metric) -> RecordEntry:
    plain = re.sub(r" \(.*\)$", "", metric.called.title)
    return _entry(f"{metric.name}_score", f"{path_of(metric)}.score", f"{plain} - Score")


def path_of(metric: Metric) -> str:
    """Say where a metric stands in a score."""
    if metric in PILLARS:
        return f"score.platform_value.{metric.name}"
    return f"score.dimensions.{metric.dimension}.metrics.{metric.name}"


def _entry(name: str, path: str, label: str) -> RecordEntry:
    api_name = "_".join(word.capitalize() for word in name.split("_"))
    return RecordEntry(name=name, field=f"{api_name}__c", value=path, type="number", label=label)
