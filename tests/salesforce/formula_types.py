"""What kind of value a formula gives, and where it gives a function what it does not take."""

from collections.abc import Callable, Mapping, Sequence

from tests.salesforce.formula import Call, FormulaError, Literal, Node, Reference

Kinds = Callable[[str], str]
"""Gives the kind of a field or resource: text, number, yes_no, date, datetime, picklist; raises FormulaError."""

_SIMPLE: Mapping[str, tuple[str, str]] = {
    "NOT": ("yes_no", "yes_no"),
    "AND": ("yes_no*", "yes_no"),
    "OR": ("yes_no*", "yes_no"),
    "MIN": ("number*", "number"),
    "MAX": ("number*", "number"),
    "FLOOR": ("number", "number"),
    "ROUND": ("number number", "number"),
    "TODAY": ("", "date"),
    "NOW": ("", "datetime"),
    "DATETIMEVALUE": ("date", "datetime"),
    "DATEVALUE": ("datetime", "date"),
    "ADDMONTHS": ("date number", "date"),
    "DAY": ("date", "number"),
    "MONTH": ("date", "number"),
    "YEAR": ("date", "number"),
    "ISPICKVAL": ("picklist text", "yes_no"),
    "ISNEW": ("", "yes_no"),
    "VALUE": ("text", "number"),
    "LEFT": ("text number", "text"),
    "RIGHT": ("text number", "text"),
    "LPAD": ("text number text", "text"),
    "LEN": ("text", "number"),
    "CASESAFEID": ("text", "text"),
    "HYPERLINK": ("text text text", "text"),
    "*": ("number number", "number"),
    "/": ("number number", "number"),
}
"""By function what it takes (* any number of these) and gives."""

_TAKES_ANY = {"ISBLANK": "yes_no", "ISCHANGED": "yes_no"}
_SUMS = {
    ("+", "number", "number"): "number",
    ("-", "number", "number"): "number",
    ("+", "date", "number"): "date",
    ("-", "date", "number"): "date",
    ("-", "date", "date"): "number",
    ("+", "datetime", "number"): "datetime",
    ("-", "datetime", "number"): "datetime",
    ("-", "datetime", "datetime"): "number",
}


def kind_of(node: Node, kinds: Kinds) -> str:
    """Give the kind of a formula's value; `null` goes with every kind."""
    if isinstance(node, Literal):
        names = {float: "number", str: "text", bool: "yes_no", type(None): "null"}
        return names[type(node.value)]
    if isinstance(node, Reference):
        return kinds(node.name)
    given = [kind_of(argument, kinds) for argument in node.arguments]
    return _call(node, given)


def _call(call: Call, given: Sequence[str]) -> str:
    name = call.function
    if name in _TAKES_ANY and len(given) == 1:
        return _TAKES_ANY[name]
    if name in _SIMPLE:
        return _simple(name, given)
    special = _SPECIAL.get(name)
    if special is None:
        raise FormulaError(f"{name}: no function that is known")
    return special(name, given)


def _simple(name: str, given: Sequence[str]) -> str:
    takes, gives = _SIMPLE[name]
    wanted = [takes.rstrip("*")] * len(given) if takes.endswith("*") else takes.split()
    if len(wanted) != len(given) or not all(map(_goes, given, wanted)):
        raise FormulaError(f"{name}: takes {takes or 'nothing'}, not {' '.join(given)}")
    return gives


def _goes(given: str, wanted: str) -> bool:
    return given in {wanted, "null"}


def _same(name: str, given: Sequence[str]) -> str:
    known = {kind for kind in given if kind != "null"}
    if len(known) > 1 or "picklist" in known:
        raise FormulaError(f"{name}: {' and '.join(given)} do not go together")
    return known.pop() if known else "null"


def _if(name: str, given: Sequence[str]) -> str:
    if len(given) != 3 or given[0] != "yes_no":
        raise FormulaError(f"{name}: takes a condition and two values")
    return _same(name, given[1:])


def _case(name: str, given: Sequence[str]) -> str:
    if len(given) < 4 or len(given) % 2:
        raise FormulaError(f"{name}: takes a value, pairs, and what else")
    asked = "text" if given[0] == "picklist" else given[0]
    _same(name, [asked, *given[1:-1:2]])
    return _same(name, [*given[2:-1:2], given[-1]])


def _text(name: str, given: Sequence[str]) -> str:
    if len(given) != 1 or given[0] not in {"number", "picklist", "date", "datetime"}:
        raise FormulaError(f"{name}: takes a number, date or picklist, not {' '.join(given)}")
    return "text"


def _compare(name: str, given: Sequence[str]) -> str:
    if _same(name, given) == "yes_no" and name not in {"=", "<>"}:
        raise FormulaError(f"{name}: does not order yes and no")
    return "yes_no"


def _join(name: str, given: Sequence[str]) -> str:
    if not all(_goes(kind, "text") for kind in given):
        raise FormulaError(f"{name}: joins texts, not {' '.join(given)}")
    return "text"


def _sum(name: str, given: Sequence[str]) -> str:
    known = _SUMS.get((name, given[0], given[1]))
    if known is None:
        raise FormulaError(f"{name}: not for {given[0]} and {given[1]}")
    return known


def _prior(name: str, given: Sequence[str]) -> str:
    if len(given) != 1:
        raise FormulaError(f"{name}: takes a field")
    return given[0]


def _blank(name: str, given: Sequence[str]) -> str:
    return _same(name, given)


_SPECIAL: Mapping[str, Callable[[str, Sequence[str]], str]] = {
    "IF": _if,
    "CASE": _case,
    "TEXT": _text,
    "BLANKVALUE": _blank,
    "PRIORVALUE": _prior,
    "&": _join,
    "+": _sum,
    "-": _sum,
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), _compare),
}
