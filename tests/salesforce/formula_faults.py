"""What is wrong with a formula where it stands: names, kinds, words of picklists, length."""

import re
from collections.abc import Callable, Iterator

from tests.salesforce.formula import Call, FormulaError, Literal, Node, Reference, calls, parse, references
from tests.salesforce.formula_types import Kinds, kind_of
from tests.salesforce.package import cached, of_type
from tests.salesforce.schema import Field, find

LONGEST = 3_900
"""Characters of a formula. Ours stay below it even written out, formulas within formulas: far from 15,000 bytes."""

Fields = Callable[[str], Field | None]
"""Gives the field that a name stands for; None where it stands for none."""


def formula_faults(formula: str, kinds: Kinds, fields: Fields, wanted: str) -> Iterator[str]:
    """Say what is wrong with a formula that shall give a kind of value."""
    try:
        node = parse(formula)
        given = kind_of(node, kinds)
    except FormulaError as error:
        yield f"formula: {error}"
        return
    if given not in {wanted, "null"}:
        yield f"formula: gives {given}, not {wanted}"
    yield from _words(node, fields)


def object_formula_faults(formula: str, crm_object: str, wanted: str) -> Iterator[str]:
    """Say what is wrong with a formula on the fields of an object."""

    def kinds(name: str) -> str:
        if name.startswith("$Permission."):
            return _permission(name.removeprefix("$Permission."))
        field = find(crm_object, name)
        if field is None:
            raise FormulaError(f"{name}: no field of {crm_object}")
        return field.kind

    yield from formula_faults(formula, kinds, lambda name: find(crm_object, name), wanted)
    if len(written_out(formula, crm_object)) > LONGEST:
        yield f"formula: longer than {LONGEST} characters when written out"


def _permission(name: str) -> str:
    if name not in {component.name for component in of_type("CustomPermission")}:
        raise FormulaError(f"{name}: no custom permission")
    return "yes_no"


@cached
def written_out(formula: str, crm_object: str) -> str:
    """Put in place of each formula field its own formula."""
    whole = formula
    for name in sorted(set(_names(formula)), key=len, reverse=True):
        field = find(crm_object, name)
        if field is not None and field.formula is not None:
            inner = written_out(field.formula, field.crm_object)
            whole = f"({inner})".join(re.split(rf"(?<![\w.]){re.escape(name)}(?![\w.])", whole))
    return whole


def _names(formula: str) -> Iterator[str]:
    try:
        yield from references(parse(formula))
    except FormulaError:
        return


def _words(node: Node, fields: Fields) -> Iterator[str]:
    for call in calls(node):
        for asked, word in _compared(call):
            field = fields(asked)
            if field is not None and field.words is not None and word not in field.words:
                yield f"formula: {word} is no value of {asked}"


def _compared(call: Call) -> Iterator[tuple[str, str]]:
    """Give the names that a call compares with texts, and these texts."""
    if not call.arguments:
        return
    asked, *others = call.arguments
    if isinstance(asked, Call) and asked.function in {"TEXT", "PRIORVALUE"}:
        asked = asked.arguments[0]
    with_words = {"CASE": others[:-1:2], "ISPICKVAL": others, "=": others, "<>": others}
    for other in with_words.get(call.function, []):
        if isinstance(asked, Reference) and isinstance(other, Literal) and isinstance(other.value, str):
            yield asked.name, other.value
