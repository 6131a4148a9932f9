"""What no file of figures can tell alone: that the files fit each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.errors import Problem, nearest, one_of, shown_value
from config.record_rows import entries_of
from config.schema import RecordFile, ThresholdsFile, WeightsFile
from config.sources_schema import SourcesFile

WORDS_OF = {
    "urgent_priorities": "priority",
    "customer_started": "delivered_as",
    "greetings": "delivered_as",
    "agent_previews": "agent_source",
    "agent_resolved": "agent_resolution",
}
"""The rules whose words must be known words of a field of a conversation."""

ESSENTIAL = ("record.key", "record.period", "score.account_id")


@dataclass(frozen=True, slots=True)
class Tables:
    """The four files, each well-formed, and the names they are known by."""

    weights: WeightsFile
    thresholds: ThresholdsFile
    sources: SourcesFile
    record: RecordFile
    names: dict[str, str]


def check(tables: Tables) -> Iterator[Problem]:
    """Give every way in which the files do not fit each other."""
    yield from _weights_without_thresholds(tables)
    yield from _unheard_of_words(tables)
    yield from _api_names(tables)
    yield from _looker_fields(tables)
    yield from _record_map(tables)


def _weights_without_thresholds(tables: Tables) -> Iterator[Problem]:
    for dimension, thresholds in tables.thresholds.thresholds.items():
        for metric, weight in tables.weights.weights[dimension].items():
            if weight > 0 and metric not in thresholds:
                expected = f"expected thresholds, as weights.yaml gives it {weight:g}; a metric without counts 0"
                yield Problem(tables.names["thresholds"], f"thresholds.{dimension}.{metric}", "missing", expected)


def _unheard_of_words(tables: Tables) -> Iterator[Problem]:
    for rule, field in WORDS_OF.items():
        known = tables.sources.known_words["conversation"][field]
        for word in tables.sources.rules[rule]:
            if word not in known:
                expected = f"expected {one_of(known)} (known_words.conversation.{field})"
                place, found = f"rules.{rule}", shown_value(word)
                yield Problem(tables.names["sources"], place, found, expected, nearest(word, known))


def _api_names(tables: Tables) -> Iterator[Problem]:
    kinds = tables.sources.salesforce
    objects = [(f"salesforce.{kind}.object", table["object"]) for kind, table in kinds.items()]
    yield from _repeated(tables.names["sources"], objects)
    for kind, table in kinds.items():
        fields = [(f"salesforce.{kind}.fields.{name}", api_name) for name, api_name in table["fields"].items()]
        yield from _repeated(tables.names["sources"], fields)


def _looker_fields(tables: Tables) -> Iterator[Problem]:
    table = tables.sources.looker
    fields = {"customer": table.customer, "name": table.name, "date": table.date}
    fields |= {f"values.{name}": field for name, field in table.values.items()}
    fields |= {f"pillars.{name}": field for name, field in table.pillars.items()}
    given = [(f"looker.{place}", field) for place, field in fields.items() if field is not None]
    yield from _repeated(tables.names["sources"], given)


def _record_map(tables: Tables) -> Iterator[Problem]:
    file, entries = tables.names["record"], entries_of(tables.record)
    yield from _repeated(file, [(f"fields.{entry.name}.name", entry.name) for entry in entries])
    yield from _repeated(file, [(f"fields.{entry.name}.field", entry.field) for entry in entries])
    paths = {entry.value for entry in entries}
    for path in ESSENTIAL:
        if path not in paths:
            yield Problem(file, "fields", "incomplete", f"expected a field with the value {path}")


def _repeated(file: str, names: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Refuse a name that stands a second time; the CRM looks at no capitals."""
    places: dict[str, str] = {}
    for place, name in names:
        if name.lower() in places:
            expected = f"expected a name that stands once; {places[name.lower()]} has it already"
            yield Problem(file, place, shown_value(name), expected)
        places.setdefault(name.lower(), place)
