"""What Apex brings along: operators, and the methods of its classes and values that our scripts call."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from operator import add, eq, ge, gt, le, lt, mul, ne, sub, truediv
from typing import Any

from tests.salesforce.apex_tokens import Value
from tests.salesforce.apex_values import Found, Interview, Saved
from tests.salesforce.org import Refused

OPERATIONS: Mapping[str, Callable[[Any, Any], Value]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    ">": gt,
    "<=": le,
    ">=": ge,
    "+": lambda left, right: _text(left) + _text(right) if str in {type(left), type(right)} else add(left, right),
    "-": sub,
    "*": mul,
    "/": truediv,
}


def _text(value: Value) -> str:
    return "null" if value is None else str(value)


def _months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, day.day)


def _must_equal(_: object, wanted: Value, found: Value, message: str) -> None:
    assert wanted == found, f"{message}: {wanted!r} expected, {found!r} found"


def _must_true(_: object, holds: object, message: str) -> None:
    assert holds is True, message


def _must_null(_: object, found: Value, message: str) -> None:
    assert found is None, f"{message}: {found!r} found"


def _must_be_there(_: object, found: Value, message: str) -> None:
    assert found is not None, message


def _save_for_any_org(runner: Value, records: Value) -> None:
    runner.save("insert", records)


def _update_each(runner: Value, records: Value, all_or_none: Value) -> Value:
    """Save each record that can be saved, and say of each what became of it."""
    assert all_or_none is False
    return [_updated(runner, one) for one in records]


def _updated(runner: Value, record: Value) -> Saved:
    try:
        runner.save("update", record)
    except Refused as refused:
        return Saved(str(refused))
    return Saved()


OF_ANY_ORG: Mapping[str, Callable[..., Value]] = {
    "fillIn": lambda *_: None,
    "insertAnyway": _save_for_any_org,
    "openStage": lambda *_: "Prospecting",
}
"""Methods that ask an org what it is like: in memory there is nothing to ask."""

STATIC: Mapping[str, Callable[..., Value]] = {
    "Date.today": lambda runner: runner.office.org.now.date(),
    "System.now": lambda runner: runner.office.org.now,
    "System.debug": lambda *_: None,
    "Database.update": _update_each,
    "Datetime.newInstanceGmt": lambda _, day, *__: datetime.combine(day, time(), UTC),
    "Math.min": lambda _, *numbers: min(numbers),
    "String.valueOf": lambda _, value: _text(value),
    "UserInfo.getUserId": lambda runner: runner.office.owner,
    "Test.startTest": lambda _: None,
    "Test.stopTest": lambda _: None,
    "Time.newInstance": lambda *_: None,
    "Flow.Interview.createInterview": lambda _, flow, values: Interview(flow, dict(values)),
    "Assert.areEqual": _must_equal,
    "Assert.isTrue": _must_true,
    "Assert.isNull": _must_null,
    "Assert.isNotNull": _must_be_there,
}
_LIST: Mapping[str, Callable[..., Value]] = {
    "add": lambda these, one: these.append(one),
    "addAll": lambda these, others: these.extend(others),
    "get": lambda these, at: these[at],
    "size": len,
    "isEmpty": lambda these: not these,
}
METHODS: Mapping[type, Mapping[str, Callable[..., Value]]] = {
    Saved: {
        "isSuccess": lambda saved: saved.refusal is None,
        "getErrors": lambda saved: [saved],
        "getMessage": lambda saved: saved.refusal,
    },
    list: _LIST,
    Found: _LIST,
    dict: {
        "get": lambda these, key: these.get(key),
        "put": lambda these, key, value: these.__setitem__(key, value),
        "keySet": list,
        "values": lambda these: list(these.values()),
        "containsKey": lambda these, key: key in these,
    },
    date: {
        "addDays": lambda day, count: day + timedelta(days=count),
        "addMonths": _months,
        "toStartOfMonth": lambda day: day.replace(day=1),
        "month": lambda day: day.month,
    },
    datetime: {"addDays": lambda at, count: at + timedelta(days=count), "date": lambda at: at.date()},
    str: {
        "left": lambda text, length: text[:length],
        "contains": lambda text, part: part in text,
        "startsWith": lambda text, part: text.startswith(part),
    },
}
