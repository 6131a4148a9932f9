"""The value of a formula, as Salesforce computes it with blanks treated as blanks."""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import floor
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from tests.salesforce.formula import Call, FormulaError, Literal, Node, Reference

Value: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Context:
    """What a formula may ask for: values by name, the clock, and what a save has changed."""

    value: Callable[[str], Value]
    now: datetime = datetime(2026, 11, 26, 12, tzinfo=UTC)
    is_new: bool = False
    changed: Callable[[str], bool] = lambda _: False
    prior: Callable[[str], Value] = lambda _: None


def evaluate(node: Node, context: Context) -> Value:
    """Compute a formula."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Reference):
        return context.value(node.name)
    lazy = _LAZY.get(node.function)
    if lazy is not None:
        return lazy(node, context)
    given = [evaluate(argument, context) for argument in node.arguments]
    return _FUNCTIONS[node.function](*given)


def _if(call: Call, context: Context) -> Value:
    condition, then, otherwise = call.arguments
    return evaluate(then if evaluate(condition, context) is True else otherwise, context)


def _case(call: Call, context: Context) -> Value:
    asked = evaluate(call.arguments[0], context)
    pairs = call.arguments[1:-1]
    for when, then in zip(pairs[::2], pairs[1::2], strict=True):
        if _equal(asked, evaluate(when, context)):
            return evaluate(then, context)
    return evaluate(call.arguments[-1], context)


def _changed(call: Call, context: Context) -> bool:
    (field,) = call.arguments
    if not isinstance(field, Reference):
        raise FormulaError("ISCHANGED: takes a field")
    return context.changed(field.name)


def _prior(call: Call, context: Context) -> Value:
    """Give what a field held before; of a new record what it holds."""
    (field,) = call.arguments
    if not isinstance(field, Reference):
        raise FormulaError("PRIORVALUE: takes a field")
    return context.value(field.name) if context.is_new else context.prior(field.name)


_LAZY: Mapping[str, Callable[[Call, Context], Value]] = {
    "IF": _if,
    "CASE": _case,
    "ISCHANGED": _changed,
    "PRIORVALUE": _prior,
    "ISNEW": lambda _, context: context.is_new,
    "TODAY": lambda _, context: context.now.date(),
    "NOW": lambda _, context: context.now,
}


def _equal(left: Value, right: Value) -> bool:
    return ("" if left is None else left) == ("" if right is None else right)


def _compare(holds: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool | None]:
    return lambda left, right: None if left is None or right is None else holds(left, right)


def _add(left: Value, right: Value, sign: int = 1) -> Value:
    if left is None or right is None:
        return None
    if isinstance(left, date) and not isinstance(right, date):
        return left + timedelta(days=sign * right)
    if isinstance(left, date):
        return float((left - right).days)
    return left + sign * right


def _least(pick: Callable[[Sequence[float]], float]) -> Callable[..., float]:
    def least(*values: float | None) -> float:
        if None in values:
            raise FormulaError("MIN and MAX of a blank are not promised")
        return pick([value for value in values if value is not None])

    return least


def _round(value: float | None, digits: float) -> float | None:
    """Round half away from zero, as Salesforce does with its decimals."""
    if value is None:
        return None
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))


def _text(value: Value) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else str(value)


def _moment(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _months_later(day: date | None, months: float) -> date | None:
    """Give the same day of a later month; the last day of one that is shorter, and after the last day of a month."""
    if day is None:
        return None
    later = day.year * 12 + day.month - 1 + int(months)
    longest = monthrange(later // 12, later % 12 + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(later // 12, later % 12 + 1, longest if is_last else min(day.day, longest))


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "AND": lambda *given: all(value is True for value in given),
    "OR": lambda *given: any(value is True for value in given),
    "NOT": lambda value: value is not True,
    "ISBLANK": lambda value: value is None or value == "",
    "BLANKVALUE": lambda value, other: other if value is None or value == "" else value,
    "MIN": _least(min),
    "MAX": _least(max),
    "FLOOR": lambda value: None if value is None else float(floor(value)),
    "ROUND": _round,
    "ISPICKVAL": _equal,
    "TEXT": _text,
    "VALUE": float,
    "CASESAFEID": _text,
    "LEFT": lambda value, length: _text(value)[: int(length)],
    "RIGHT": lambda value, length: _text(value)[-int(length) :],
    "LPAD": lambda value, length, pad: _text(value).rjust(int(length), pad)[: int(length)],
    "LEN": lambda value: float(len(_text(value))),
    "HYPERLINK": lambda _, said, __: said,
    "DATETIMEVALUE": _moment,
    "DATEVALUE": lambda moment: None if moment is None else moment.date(),
    "ADDMONTHS": _months_later,
    "DAY": lambda day: None if day is None else float(day.day),
    "MONTH": lambda day: None if day is None else float(day.month),
    "YEAR": lambda day: None if day is None else float(day.year),
    "&": lambda left, right: _text(left) + _text(right),
    "+": _add,
    "-": lambda left, right: _add(left, right, -1),
    "*": lambda left, right: None if left is None or right is None else left * right,
    "/": lambda left, right: None if left is None or right is None else left / right,
    "=": _equal,
    "<>": lambda left, right: not _equal(left, right),
    **{sign: _compare(holds) for sign, holds in (("<", lt), (">", gt), ("<=", le), (">=", ge))},
}
