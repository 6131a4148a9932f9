"""What an org that has our package refuses to write, read from the package's own files."""

import re
from collections.abc import Mapping

from tests.salesforce.package import Component
from tests.salesforce.schema import Field, objects

_WRITTEN = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "datetime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")}
Refusal = tuple[str, str]
"""A status code of Salesforce, and a message."""


def packaged(crm_object: str) -> Mapping[str, Field]:
    """Give the fields that the package gives an object, by name."""
    fields = objects().get(crm_object, {})
    return {name: field for name, field in fields.items() if field.component is not None}


def refused(crm_object: str, row: Mapping[str, object], *, creating: bool) -> Refusal | None:
    """Say why an org would not take a row: what is computed, wrong words, too long, too large, or lacking."""
    fields = packaged(crm_object)
    faults = (_fault(fields[name], value) for name, value in row.items() if name in fields)
    first = next((fault for fault in faults if fault is not None), None)
    lacking = sorted(name for name, field in fields.items() if field.is_required and row.get(name) is None)
    lacking = [name for name in lacking if creating or name in row]
    if first is None and lacking:
        return "REQUIRED_FIELD_MISSING", f"Required fields are missing: {lacking}"
    return first


def _fault(field: Field, value: object) -> Refusal | None:
    if field.is_computed:
        return "INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to create/update fields: {field.name}"
    if field.component is None or value is None:
        return None
    if field.kind in _WRITTEN and _WRITTEN[field.kind].fullmatch(str(value)) is None:
        return "JSON_PARSER_ERROR", f"Cannot deserialize instance of {field.kind} from {value}"
    if field.words is not None and value not in field.words:
        return "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"bad value for restricted picklist field: {value}"
    return _too_large(field.name, field.component, value)


def _too_large(name: str, field: Component, value: object) -> Refusal | None:
    if isinstance(value, str) and len(value) > _longest(field):
        return "STRING_TOO_LONG", f"{name}: data value too large"
    if isinstance(value, float | int) and abs(value) >= _least_beyond(field):
        return "NUMBER_OUTSIDE_VALID_RANGE", f"{name}: value outside of valid range"
    return None


def _longest(field: Component) -> float:
    return int(field.text("length") or 0) or float("inf")


def _least_beyond(field: Component) -> float:
    """Give the least number that has more whole digits than a field holds."""
    precision = field.text("precision")
    return float("inf") if precision is None else 10 ** (int(precision) - int(field.text("scale") or 0))
