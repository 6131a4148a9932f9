"""The sheet of data quality: how much is known of each account, how fresh it is, and what to know about it."""

from collections.abc import Iterable
from functools import partial

from config.source import label_of
from handlers.sinks.workbook.columns import Column, Sheet, Value, account_columns
from handlers.spool import Spooled
from handlers.words.flags import in_order, sentences
from scoring.metrics.catalogue import MEASURED
from scoring.model import Model
from scoring.record import Record


def quality(records: Spooled, model: Model) -> Sheet:
    """Make the sheet of data quality."""
    columns = (*account_columns(model), *_coverage(), *_freshness(model), *_flags(model))
    return Sheet("Data quality", columns, records)


def _coverage() -> Iterable[Column]:
    meaning = "How much of the whole model's weight rests on data."
    yield Column("Coverage", meaning, "percent", 11, lambda record: record.score.coverage_pct / 100)
    for dimension in MEASURED:
        meaning = f"How much of the weight of {dimension.title} rests on data."
        yield Column(f"{dimension.title}: coverage", meaning, "percent", 14, partial(_covered, dimension.name))


def _covered(dimension: str, record: Record) -> Value:
    found = record.score.dimensions.get(dimension)
    return None if found is None else found.coverage_pct / 100


def _freshness(model: Model) -> Iterable[Column]:
    for source in in_order(model.roles):
        meaning = f"How many hours before the as-of instant {label_of(source)} was last heard. Empty: never."
        yield Column(f"{label_of(source)}: age (h)", meaning, "number", 14, partial(_age, source))


def _age(source: str, record: Record) -> Value:
    return (record.measurements.age_hours or {}).get(source)


def _flags(model: Model) -> Iterable[Column]:
    meaning = "What to know about the score, in words that programs rely on."
    yield Column("Flags", meaning, "words", 40, lambda record: "; ".join(record.score.flags) or None)
    yield Column("In words", "What to know about the score, in words.", "words", 80, partial(_sentences, model))


def _sentences(model: Model, record: Record) -> Value:
    return " ".join(sentences(record.score.flags, record.measurements, model)) or None
