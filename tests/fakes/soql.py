"""A reader of the few shapes of SOQL that we send: names, conditions joined by AND, an order."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from scoring.ids import to_18

Record = dict[str, Any]

_QUERY = re.compile(
    r"SELECT (?P<fields>.+?) FROM (?P<object>\w+)"
    r"(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>.+?))?(?: LIMIT (?P<limit>\d+))?$"
)
_CONDITION = re.compile(r"\(?(?P<field>[\w.]+)\s*(?P<operator>>=|<=|!=|=|<|>|IN)\s*(?P<value>.+?)\)?$", re.IGNORECASE)
_VALUE = re.compile(r"'((?:[^'\\]|\\.)*)'|([^,()\s]+)")
_AND = re.compile(r" AND (?=(?:[^'\\]|\\.|'(?:[^'\\]|\\.)*')*$)")
_ESCAPE = re.compile(r"\\(.)")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\S+")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt}
_LITERALS: Mapping[str, object] = {"true": True, "false": False, "null": None}


class SoqlError(ValueError):
    """A query that we never send."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: a field compared with values."""

    field: str
    operator: str
    values: tuple[object, ...]

    def holds(self, record: Record) -> bool:
        """Tell whether a record meets it; comparisons with null are false, as in Salesforce, and texts fold."""
        value = _folded(_comparable(record.get(self.field)))
        if self.operator == "IN":
            return value in {_folded(one) for one in self.values}
        [expected, *_] = self.values
        expected = _folded(expected)
        if self.operator in ("=", "!=") or (value is not None and expected is not None):
            return _COMPARE[self.operator](value, expected)
        return False


def _folded(value: object) -> object:
    """Give a value as the org compares it: an id of 18 characters in its capitals, a text in none."""
    if not isinstance(value, str):
        return value
    return value if len(value) == 18 and to_18(value[:15]) == value else value.casefold()


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart."""

    object: str
    fields: tuple[str, ...]
    conditions: tuple[Condition, ...]
    order: tuple[str, bool] | None
    limit: int | None

    @property
    def named(self) -> frozenset[str]:
        """Name all fields that it speaks of."""
        order = () if self.order is None else (self.order[0],)
        return frozenset([*self.fields, *(condition.field for condition in self.conditions), *order])

    def answer(self, records: Iterable[Record]) -> list[Record]:
        """Give the records that it asks for, with the fields it names."""
        found = [record for record in records if all(condition.holds(record) for condition in self.conditions)]
        if self.order is not None:
            field, backward = self.order
            found.sort(key=lambda record: str(_folded(record.get(field))), reverse=backward)
        return [self._shown(record) for record in found[: self.limit]]

    def _shown(self, record: Record) -> Record:
        attributes = {"type": self.object, "url": f"/services/data/v66.0/sobjects/{self.object}/{record['Id']}"}
        return {"attributes": attributes, **{field: record.get(field) for field in self.fields}}


def parse(soql: str) -> Query:
    """Take a query apart; raises SoqlError where it has another shape."""
    match = _QUERY.fullmatch(soql.strip())
    if match is None:
        raise SoqlError(f"unexpected token: {soql[:40]}")
    fields = tuple(field.strip() for field in match["fields"].split(","))
    conditions = tuple(_conditions(match["where"]))
    limit = None if match["limit"] is None else int(match["limit"])
    return Query(match["object"], fields, conditions, _order(match["order"]), limit)


def _conditions(where: str | None) -> Iterator[Condition]:
    for text in _AND.split(where) if where else ():
        match = _CONDITION.fullmatch(text.strip())
        if match is None:
            raise SoqlError(f"unexpected token: {text[:40]}")
        values = match["value"].strip("()") if match["operator"].upper() == "IN" else match["value"]
        yield Condition(match["field"], match["operator"].upper(), tuple(_values(values)))


def _values(text: str) -> Iterator[object]:
    for quoted, bare in _VALUE.findall(text):
        yield _comparable(_bare(bare)) if bare else _ESCAPE.sub(r"\1", quoted)


def _bare(text: str) -> object:
    if text.lower() in _LITERALS:
        return _LITERALS[text.lower()]
    return text if _INSTANT.fullmatch(text) else float(text)


def _comparable(value: object) -> object:
    """Bring instants to one form, so that they compare as instants."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value).timestamp()
    return value


def _order(text: str | None) -> tuple[str, bool] | None:
    if text is None:
        return None
    field, _, way = text.partition(" ")
    return field, way.upper() == "DESC"
