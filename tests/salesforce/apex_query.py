"""SOQL, as far as our scripts ask it: fields, conditions, order and limit, over an org in memory."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.salesforce.apex_tokens import Value
from tests.salesforce.org import Org, Record

_QUERY = re.compile(
    r"SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<object>\w+)(?:\s+WHERE\s+(?P<where>.+?))?"
    r"(?:\s+ORDER\s+BY\s+(?P<order>[\w.]+)(?P<desc>\s+DESC)?)?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*$",
    re.DOTALL,
)
_CONDITION = re.compile(r"^(?P<field>[\w.]+)\s*(?P<sign>=|!=|IN|LIKE)\s*(?P<value>.+)$", re.DOTALL)
_LITERALS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "IN": lambda left, right: left in right,
    "LIKE": lambda left, right: re.fullmatch(re.escape(right).replace("%", ".*"), left or "") is not None,
}


def query(org: Org, text: str, names: Mapping[str, Value]) -> tuple[str, list[Record]]:
    """Give the object that a query asks for, and of each record the fields that it names."""
    match = _QUERY.match(text.strip())
    assert match is not None, f"cannot read {text}"
    crm_object = match["object"]
    found = [one for one in org.of(crm_object) if all(_meets(org, crm_object, one, match["where"], names))]
    if match["order"]:
        found.sort(key=lambda one: str(org.value(crm_object, one, match["order"])), reverse=bool(match["desc"]))
    fields = {"Id", *(field.strip() for field in match["fields"].split(","))}
    limited = found[: int(match["limit"])] if match["limit"] else found
    return crm_object, [{field: org.value(crm_object, one, field) for field in fields} for one in limited]


def _meets(org: Org, crm_object: str, record: Record, where: str | None, names: Mapping[str, Value]) -> Iterator[bool]:
    for condition in re.split(r"\s+AND\s+", where) if where else []:
        match = _CONDITION.match(condition.strip())
        assert match is not None, f"cannot read {condition}"
        value = org.value(crm_object, record, match["field"])
        yield _HOLDS[match["sign"]](value, _said(match["value"].strip(), names))


def _said(text: str, names: Mapping[str, Value]) -> Value:
    if text.startswith(":"):
        name, *fields = text[1:].strip().split(".")
        value = names[name]
        for field in fields:
            value = value.values[field]
        return value
    return _LITERALS[text] if text in _LITERALS else text.strip("'")
