"""The fields of Health_Score__c that the record map names, made from the map."""

from collections.abc import Iterator, Mapping
from typing import get_args

from config.record_map import DRIVERS, RecordField, RecordMap
from config.source import INTERCOM, LOOKER, SALESFORCE
from handlers.metadata.xml_text import Content, document
from handlers.words.reasons import CAP_WORDS
from handlers.words.why import MOST_LINES
from scoring.metrics.catalogue import BY_NAME
from scoring.model import SEGMENTS, CapRule, Model
from scoring.record import Status
from scoring.roles import Role

OBJECT = "Health_Score__c"
ALWAYS_SEEN = frozenset({"score.account_id", "record.key", "record.period"})
"""Values whose fields are required: everybody who sees the object sees them, and no permission names them."""


def is_permitted(field: RecordField) -> bool:
    """Tell whether a permission set must name a field."""
    return field.path not in ALWAYS_SEEN


CAP_LABELS: Mapping[str, str] = {str(rule): f"{said[0].upper()}{said[1:]}" for rule, said in CAP_WORDS.items()}
"""What a person reads for each rule of caps; Salesforce keeps the rule's own name."""

_HELP: Mapping[str, str] = {
    "score.account_id": "The account that this score belongs to.",
    "score.account_name": "The name of the account when it was scored.",
    "record.period": "The month of this score (YYYY-MM).",
    "record.status": "Provisional while the month runs; final once it is closed.",
    "score.as_of": "The score knows what happened before this moment (UTC).",
    "score.segment": "The segment whose thresholds were used.",
    "score.model_version": "The version of weights, thresholds, caps and tiers that made the score.",
    "record.key": "Account and month, by which the middleware finds this record. Do not edit.",
    "score.quantitative_score": "The score from data alone, 0-100, before any cap. Empty: not scored, which is not 0.",
    "score.final_score": "The capped score as it was at As Of; Final Score follows today's churn signals.",
    "score.tier": "The tier as it was at As Of; Final Tier follows today's churn signals.",
    "score.churn_risk_score": "The weighted mean of the dimensions, 0-100. High is healthy.",
    "score.platform_value_score": "The weighted mean of the platform's pillars, 0-100.",
    "score.coverage_pct": "The share of the whole model that rests on data.",
    "score.low": "The final score if all that is missing were as bad as it can be.",
    "score.high": "The final score if all that is missing were as good as it can be.",
    "record.alert.since": "Since when the account has been among the few to call first. Empty: it is not.",
    "score.cap.value": "The most that churn signals let the score be at As Of. Empty: no cap.",
    "score.cap.rule": "Which churn signals set the cap at As Of. Empty: no cap.",
    "score.flags": "What to know before you rely on this score, such as low_confidence; separated by semicolons.",
    "record.receipt": "The proof of every point (JSON). Do not edit.",
    DRIVERS: "Why the score was so at As Of: what moved since the last record, cap, what costs most, what is missing.",
}


def record_fields(record_map: RecordMap, model: Model) -> Iterator[tuple[str, str]]:
    """Give the file name and text of each field that the record map names."""
    for field in record_map:
        yield f"{field.field}.field-meta.xml", document("CustomField", _content(field, model))


def _content(field: RecordField, model: Model) -> dict[str, Content]:
    texts = {"fullName": field.field, "label": field.label, "inlineHelpText": _help(field.path)}
    return texts | {"description": "Written by healthscore."} | _type(field, model)


def _help(path: str) -> str:
    if path in _HELP:
        return _HELP[path]
    *_, name, part = path.split(".")
    if name not in BY_NAME:
        if part not in _DIMENSION_HELP:
            raise LookupError(f"{path} has no help: say in _HELP of handlers/metadata/fields.py what people read of it")
        return _DIMENSION_HELP[part]
    metric = BY_NAME[name]
    unit = f" ({metric.unit})" if metric.unit else ""
    if part == "raw":
        called = f"{metric.label[0].upper()}{metric.label[1:]}"
        no, yes = metric.called.answers
        said = f"{called} (0: {no}, 1: {yes})" if metric.called.form == "yes_no" else f"{called}{unit}"
        return f"{said}, from {_TELLERS[metric.role]}. Empty: not known."
    return "As scored by the segment's thresholds, 0-100; high is healthy. Empty: missing, which is not 0."


_TELLERS: dict[Role | None, str] = {source.role: source.label for source in (INTERCOM, LOOKER, SALESFORCE)}
_DIMENSION_HELP = {
    "score": "The weighted mean of this dimension's metrics, 0-100; high is healthy. Empty: nothing is known.",
    "coverage_pct": "The share of this dimension's weight that rests on data.",
}


def _type(field: RecordField, model: Model) -> dict[str, Content]:
    special = _special(field.path, model)
    if special is not None:
        return special
    if field.type == "number":
        whole_digits, scale = (16, 2) if field.path.endswith(".raw") else (3, 1)
        return {"type": "Number", "precision": whole_digits + scale, "scale": scale, **_PLAIN}
    return _TYPES[field.type]


_PLAIN: Mapping[str, Content] = {"required": False, "externalId": False, "unique": False}
_TYPES: Mapping[str, dict[str, Content]] = {
    "text": {"type": "Text", "length": 255, **_PLAIN},
    "long_text": {"type": "LongTextArea", "length": 131072, "visibleLines": 5},
    "date": {"type": "Date", "required": False},
    "datetime": {"type": "DateTime", "required": False},
    "yes_no": {"type": "Checkbox", "defaultValue": False},
}
_PARENT: dict[str, Content] = {
    "type": "MasterDetail",
    "referenceTo": "Account",
    "relationshipLabel": "Health Scores",
    "relationshipName": "Health_Scores",
    "relationshipOrder": 0,
    "reparentableMasterDetail": True,
    "writeRequiresMasterRead": True,
}
_KEY: dict[str, Content] = {
    "type": "Text",
    "length": 40,
    "required": True,
    "externalId": True,
    "unique": True,
    "caseSensitive": True,
}
_WORDS: dict[str, Content] = {"type": "LongTextArea", "length": 32768, "visibleLines": MOST_LINES + 2}
_PERIOD: dict[str, Content] = {"type": "Text", "length": 7, "required": True, "externalId": False, "unique": False}


def _special(path: str, model: Model) -> dict[str, Content] | None:
    tiers = [*(name for name, _ in model.tiers), "Unknown"]
    picklists: dict[str, list[str]] = {
        "record.status": list(get_args(Status)),
        "score.segment": list(SEGMENTS),
        "score.tier": tiers,
        "score.cap.rule": list(get_args(CapRule)),
    }
    others = {"score.account_id": _PARENT, "record.key": _KEY, "record.period": _PERIOD, DRIVERS: _WORDS}
    return _picklist(picklists[path]) if path in picklists else others.get(path)


def _picklist(words: list[str]) -> dict[str, Content]:
    values: list[Content] = [{"fullName": word, "default": False, "label": _label(word)} for word in words]
    return {
        "type": "Picklist",
        "required": False,
        "valueSet": {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}},
    }


def _label(word: str) -> str:
    word = CAP_LABELS.get(word, word)
    return word if word != word.lower() else word.replace("_", " ").capitalize()
