"""Formulas of the package on drawn values: as another interpreter shall read them, and what ours gives."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from tests.salesforce.evaluate import Context, evaluate
from tests.salesforce.flow_parts import flow
from tests.salesforce.flow_references import field_of, kind_of_name
from tests.salesforce.formula import FormulaError, Node, calls, parse, references
from tests.salesforce.package import Component, every, of_type, text
from tests.salesforce.schema import Field, find

EACH = 8
"""How many cases are drawn for a formula."""
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NOT_COMPARED: Mapping[str, str] = {
    "CASESAFEID": "fails there on a text that is no id; ours gives it back",
    "DATETIMEVALUE": "takes a text alone there; Salesforce takes a date, too",
    "HYPERLINK": "gives HTML there; ours gives what one reads",
}
"""Functions that the other interpreter does not compute as Salesforce says, and why: their formulas are left out."""

_NAMED = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*")|(?P<asked>\b(?:ISNEW|ISCHANGED|PRIORVALUE|TODAY|NOW)\((?:[^()]*)\))"""
    r"""|(?P<name>\{!\$?[\w.]+\}|\$?[A-Za-z][\w.]*)(?!\s*\()(?![\w.])"""
)
_WORDS = {"TRUE", "FALSE", "NULL"}
_TYPES = {"number": "number", "yes_no": "checkbox"}


@dataclass(frozen=True, slots=True)
class Case:
    """A formula where it stands, rewritten on plain names; what these are; and what ours gives."""

    where: str
    formula: str
    given: Mapping[str, Mapping[str, Any]]
    value: object


@dataclass(frozen=True, slots=True)
class _Formula:
    where: str
    text: str
    component: Component

    def field(self, name: str) -> Field | None:
        return (
            field_of(flow(self.component), name) if self.component.type == "Flow" else find(self.component.object, name)
        )

    @cache  # noqa: B019 - as long as the tests run
    def asks_for_blank(self) -> set[str]:
        """Name what the formula asks whether it is blank: elsewhere the other interpreter takes a blank for 0."""
        asking = (call for call in calls(parse(self.text)) if call.function in {"ISBLANK", "BLANKVALUE"})
        return {name for call in asking for name in references(call.arguments[0])}

    def kind(self, name: str) -> str:
        if self.component.type == "Flow":
            return kind_of_name(flow(self.component), name) or "text"
        field = self.field(name)
        return "text" if field is None else field.kind


@cache
def cases() -> tuple[Case, ...]:
    """Draw the cases of all formulas that can be compared, the same each time."""
    compared = (one for one in _formulas() if not functions(one.text) & NOT_COMPARED.keys())
    return tuple(case for formula in compared for case in _drawn(formula, Random(formula.where)))  # noqa: S311


def all_functions() -> set[str]:
    """Name the functions of all formulas of the package."""
    return set().union(*(functions(one.text) for one in _formulas()))


@cache
def functions(formula: str) -> frozenset[str]:
    """Name the functions of a formula."""
    return frozenset(call.function for call in calls(parse(formula)))


def is_same(ours: object, theirs: object) -> bool:
    """Tell whether two interpreters gave the same: an empty text is a blank, and so is a condition on one."""
    if isinstance(ours, (date, datetime)):
        return isinstance(theirs, str) and theirs.startswith(ours.isoformat()[:19])
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) < 1e-6
    return (ours or None) == (theirs or None)


def _formulas() -> Iterator[_Formula]:
    for one in of_type("CustomField", "ValidationRule"):
        said = one.text("formula") or one.text("errorConditionFormula")
        if said is not None:
            yield _Formula(f"{one.object}.{one.name}", said, one)
    for one in of_type("Flow"):
        for resource in one.all("formulas"):
            yield _Formula(f"{one.name}.{text(resource, 'name')}", text(resource, "expression") or "", one)
        for path in ("start/filterFormula", "//validationRule/formulaExpression"):
            for at, element in enumerate(every(one.root, path)):
                yield _Formula(f"{one.name}.{path.rpartition('/')[2]}{at or ''}", element.text or "", one)


def _drawn(formula: _Formula, chance: Random) -> Iterator[Case]:
    names, plain = _plain(formula.text)
    literals = re.findall(r'"([^"]*)"', formula.text)
    for _ in range(EACH):
        given = {alias: _given(formula, name, literals, chance) for name, alias in names.items()}
        _before_it_was_new(names, given)
        try:
            yield Case(formula.where, plain, given, _ours(formula, {n: given[a] for n, a in names.items()}))
        except (FormulaError, ValueError):
            continue


def _plain(formula: str) -> tuple[dict[str, str], str]:
    """Put plain names in place of what a formula refers to, and of what only an org knows."""
    names: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        said = match[0]
        if match["text"] or said.upper() in _WORDS:
            return said
        return names.setdefault(said.removeprefix("{!").removesuffix("}"), f"v{len(names)}")

    return names, _NAMED.sub(put, formula)


def _before_it_was_new(names: Mapping[str, str], given: dict[str, dict[str, Any]]) -> None:
    """Give a new record's fields the prior values that Salesforce gives them: those that they have."""
    if given.get(names.get("ISNEW()", ""), {}).get("value") is True:
        for name in names:
            if f"PRIORVALUE({name})" in names:
                given[names[f"PRIORVALUE({name})"]] = given[names[name]]


def _given(formula: _Formula, name: str, literals: list[str], chance: Random) -> dict[str, Any]:
    name = name.removeprefix("PRIORVALUE(").removesuffix(")") if name.startswith("PRIORVALUE") else name
    if name.endswith(")") or name.startswith("$Permission."):
        return _asked(name, chance)
    kind, field = formula.kind(name), formula.field(name)
    blank = [None] if name in formula.asks_for_blank() else []
    words = sorted(field.words or ()) if field is not None else []
    day = (NOW.date() + timedelta(days=chance.randint(-100, 100))).isoformat()
    drawn: Mapping[str, list[Any]] = {
        "number": [*blank, 0, 1, 2, 50, 60, 75, 76, 90, round(chance.uniform(-5, 105), 1)],
        "yes_no": [True, False],
        "picklist": [None, *words],
        "date": [*blank, day],
        "datetime": [*blank, f"{day}T12:00:00+00:00"],
    }
    value = chance.choice(drawn.get(kind, ["", "2026-10", "2026-01", "2025-12", *literals]))
    return {"kind": _TYPES.get(kind, kind), "value": value, "words": words}


def _asked(name: str, chance: Random) -> dict[str, Any]:
    if name == "TODAY()":
        return {"kind": "date", "value": NOW.date().isoformat()}
    if name == "NOW()":
        return {"kind": "datetime", "value": NOW.isoformat()}
    return {"kind": "checkbox", "value": chance.choice([True, False])}


def _ours(formula: _Formula, given: Mapping[str, Mapping[str, Any]]) -> object:
    def changed(name: str) -> bool:
        return next(
            bool(one["value"]) for asked, one in given.items() if asked.startswith("ISCHANGED") and name in asked
        )

    def prior(name: str) -> object:
        return _read(given[f"PRIORVALUE({name})"])

    is_new = bool(given.get("ISNEW()", {}).get("value"))
    return evaluate(_parsed(formula.text), Context(lambda name: _read(given[name]), NOW, is_new, changed, prior))


@cache
def _parsed(formula: str) -> Node:
    return parse(formula)


def _read(given: Mapping[str, Any]) -> object:
    value = given["value"]
    if given["kind"] == "date" and value is not None:
        return date.fromisoformat(value)
    if given["kind"] == "datetime" and value is not None:
        return datetime.fromisoformat(value)
    return float(value) if given["kind"] == "number" and value is not None else value
