"""Figures as the files of a folder say them: read, checked, and put into the values that the program works with."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from config.alerts_file import load_alerts
from config.checks import Tables, check
from config.errors import ConfigError, Problem
from config.guards_file import load_guards
from config.intake import KINDS, OPTIONAL, ArrSnapshot, CensusLimits, CrmObject, Field, Intake, LookerQuery
from config.kinds import Strict
from config.loader import FILES, Config
from config.model_text import model_text, version_of
from config.plain_yaml import Plain
from config.reading import read_table
from config.record_map import RecordField, RecordMap
from config.record_rows import entries_of
from config.repairs_file import load_repairs
from config.retention_file import load_retention
from config.schema import TIERS, MetricThresholds, RecordFile, ThresholdsFile, WeightsFile
from config.source import roles_of
from config.sources_schema import LookerTable, ObjectTable, SourcesFile
from config.words_file import load_words
from scoring.load import WORDS as CONVERSATION_WORDS
from scoring.metrics.catalogue import METRIC_WINDOWS, METRICS, PILLARS
from scoring.model import Currencies, FeedLimits, Model, Rules, Threshold, Windows
from scoring.words import MEANINGS, Words, folded

Table = TypeVar("Table", bound=Strict)


def read_config(directory: Path, draft: Path | None, changes: Mapping[str, Plain]) -> Config:
    """Read the files of a folder, a draft's and some changed figures in the place of its own; see `load_config`.

    Raises ConfigError with every problem found, one a line.
    """
    tables = _read_tables(directory, draft, changes)
    problems = list(check(tables))
    if problems:
        raise ConfigError(problems)
    model = _model(tables)
    text = model_text(model)
    versioned = replace(model, version=version_of(text))
    return Config(
        versioned,
        _intake(tables.sources),
        _record_map(tables.record),
        text,
        _looker(tables.sources.looker),
        load_guards(directory),
        tables.record.sink,
        load_repairs(directory),
        load_alerts(directory),
        load_words(directory),
        load_retention(directory),
    )


def _read_tables(directory: Path, draft: Path | None, changes: Mapping[str, Plain]) -> Tables:
    if not directory.is_dir():
        expected = f"expected a folder with {', '.join(FILES[:-1])} and {FILES[-1]}"
        raise ConfigError([Problem(str(directory), "the folder", "not there", expected)])
    problems: list[Problem] = []
    files = {name.removesuffix(".yaml"): _place(name, directory, draft) for name in FILES}
    weights = _try(WeightsFile, files["weights"], changes.get("weights"), problems)
    thresholds = _try(ThresholdsFile, files["thresholds"], changes.get("thresholds"), problems)
    sources = _try(SourcesFile, files["sources"], changes.get("sources"), problems)
    record = _try(RecordFile, files["record"], changes.get("record"), problems)
    if weights is None or thresholds is None or sources is None or record is None:
        raise ConfigError(problems)
    return Tables(weights, thresholds, sources, record, {name: str(path) for name, path in files.items()})


def _place(name: str, directory: Path, draft: Path | None) -> Path:
    return draft / name if draft is not None and (draft / name).exists() else directory / name


def _try(kind: type[Table], path: Path, changes: Plain, problems: list[Problem]) -> Table | None:
    try:
        return read_table(kind, path, changes)
    except ConfigError as error:
        problems += error.problems
        return None


def _model(tables: Tables) -> Model:
    weights, thresholds, sources = tables.weights, tables.thresholds, tables.sources
    shares = {name: _every(name, given) for name, given in weights.weights.items()}
    pillars = shares.pop("platform_value")
    metrics = {name: table for group in thresholds.thresholds.values() for name, table in group.items()}
    return Model(
        version="",
        churn_risk=weights.health_score["churn_risk"],
        platform_value=weights.health_score["platform_value"],
        dimensions=weights.churn_risk,
        metrics=shares,
        pillars=pillars,
        thresholds={
            "paid": {name: _threshold(table, table.paid) for name, table in metrics.items()},
            "standard": {name: _threshold(table, table.standard) for name, table in metrics.items()},
        },
        tiers=tuple((name, thresholds.tiers[name]) for name in TIERS),
        coverage_floor=thresholds.coverage_floor,
        caps=thresholds.caps,
        expiry_days=thresholds.signal_expiry_days,
        paid_arr_floor=thresholds.segments.paid_arr_floor,
        standard_arr_ceiling=thresholds.segments.standard_arr_ceiling,
        limits={name: FeedLimits(limit.stale_days, limit.dead_days) for name, limit in sources.limits.items()},
        windows=Windows(sources.windows.support_days, sources.windows.history_days),
        metric_windows=METRIC_WINDOWS,
        rules=Rules(**{name: frozenset(words) for name, words in sources.rules.items()}),
        words=_words(sources),
        currencies=Currencies(sources.currency.corporate, sources.currency.rates),
        roles=roles_of(sources.limits),
    )


def _every(dimension: str, shares: Mapping[str, float]) -> dict[str, float]:
    """Give every metric of a dimension its share; one that weights.yaml does not name has none."""
    known = [metric.name for metric in (*METRICS, *PILLARS) if metric.dimension == dimension]
    return {name: shares.get(name, 0.0) for name in known}


def _words(sources: SourcesFile) -> dict[str, Words]:
    given = {place: sources.words[kind][name] for place in MEANINGS for kind, name in [place.split(".")]}
    crm = {
        place: Words(_crm_name(sources, place), {folded(word): meaning for word, meaning in meanings.items()})
        for place, meanings in given.items()
    }
    known = sources.known_words["conversation"]
    support = {f"conversation.{name}": {folded(word): word for word in known[name]} for name in CONVERSATION_WORDS}
    return crm | {place: Words(place, meanings) for place, meanings in support.items()}


def _crm_name(sources: SourcesFile, place: str) -> str:
    """Name a field as the CRM does: `Event.Type`."""
    kind, name = place.split(".")
    table = sources.salesforce[kind]
    return f"{table['object']}.{table['fields'][name]}"


def _threshold(table: MetricThresholds, figures: list[float]) -> Threshold:
    green, yellow, red = figures
    return Threshold(table.lower_is_better, green, yellow, red)


def _intake(sources: SourcesFile) -> Intake:
    objects = (_crm_object(kind, table) for kind, table in sources.salesforce.items())
    known = {
        f"{kind}.{name}": frozenset(map(folded, words))
        for named in (sources.known_words, sources.words)
        for kind, names in named.items()
        for name, words in names.items()
    }
    table = sources.arr_snapshot
    snapshot = None if table is None else ArrSnapshot(table.object, table.account, table.date, table.arr)
    limits = sources.census
    census = CensusLimits() if limits is None else CensusLimits(limits.few, limits.most_gone_pct)
    by_name = {crm_object.object: crm_object for crm_object in objects}
    deciding = {
        f"{kind}.{name}": tuple(words) for kind, names in sources.words.items() for name, words in names.items()
    }
    return Intake(by_name, known, snapshot, census, deciding)


def _crm_object(kind: str, table: ObjectTable) -> CrmObject:
    fields = {api_name: _field(kind, name) for name, api_name in table["fields"].items()}
    return CrmObject(kind, table["object"], table.get("owner"), fields)


def _field(kind: str, name: str) -> Field:
    return Field(name, KINDS[kind][name], f"{kind}.{name}" in OPTIONAL)


def _looker(table: LookerTable) -> LookerQuery:
    given = {name: getattr(table, name) for name in LookerTable.model_fields}
    named = {"values": _named(table.values), "pillars": _named(table.pillars)}
    return LookerQuery(**given | named | {"rest_days": frozenset(table.rest_days)})


def _named(fields: dict[str, str | None]) -> dict[str, str]:
    return {name: field for name, field in fields.items() if field is not None}


def _record_map(record: RecordFile) -> RecordMap:
    entries = entries_of(record)
    return tuple(RecordField(entry.name, entry.field, entry.value, entry.type, entry.label) for entry in entries)
