"""The language in which DynamoDB is asked for changes and conditions, as far as the store speaks it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from tests.fakes.dynamodb.errors import invalid
from tests.fakes.dynamodb.values import SETS, Item, Value, comparable, kind

MOST_CHARACTERS: Final = 4096
_TOKEN: Final = re.compile(r"\s*([#:]?\w+|<=|>=|<>|[=<>(),])")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_VERBS: Final = frozenset({"SET", "ADD", "DELETE", "REMOVE"})
_TAKEN_BY: Final = {"ADD": SETS | {"N"}, "DELETE": SETS}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the placeholders of a request stand for."""

    names: Mapping[str, str]
    values: Mapping[str, Value]

    def name(self, sign: str) -> str:
        """Give the attribute that a placeholder stands for."""
        if sign not in self.names:
            raise invalid(f"An expression attribute name used in the document path is not defined: {sign}")
        return self.names[sign]

    def value(self, sign: str, item: Item) -> Value | None:
        """Give a value by its placeholder, or that of an item's attribute; None where the item has none."""
        if not sign.startswith(":"):
            return item.get(self.name(sign))
        if sign not in self.values:
            raise invalid(f"An expression attribute value used in expression is not defined: {sign}")
        return self.values[sign]


Condition: TypeAlias = Callable[[Scope, Item], bool]


@cache
def tokens(text: str) -> tuple[str, ...]:
    """Part an expression into its words and signs."""
    found, at = [], 0
    while match := _TOKEN.match(text, at):
        found.append(match[1])
        at = match.end()
    if text[at:].strip() or len(text) > MOST_CHARACTERS:
        raise invalid(f"Syntax error, or an expression of over 4 KB: {text[at : at + 20]}")
    return tuple(found)


@cache
def condition(text: str) -> Condition:
    """Read a condition."""
    words = Words(tokens(text))
    read = _either(words)
    words.end()
    return read


class Words:
    """The words of an expression, taken one by one."""

    def __init__(self, words: tuple[str, ...]) -> None:
        """Begin at the first."""
        self._words = words
        self._at = 0

    @property
    def next(self) -> str:
        """Look at the next word; there is none after the last."""
        return self._words[self._at] if self._at < len(self._words) else ""

    def take(self, *wanted: str) -> str:
        """Take the next word; where words are wanted, it must be one of them."""
        word = self.next
        if not word or (wanted and word not in wanted):
            raise invalid(f"Syntax error; token: {word or '<EOF>'}")
        self._at += 1
        return word

    def end(self) -> None:
        """See that all were taken."""
        if self.next:
            raise invalid(f"Syntax error; token: {self.next}")


def _either(words: Words) -> Condition:
    left = _both(words)
    while words.next == "OR":
        words.take()
        left = _joined(any, left, _both(words))
    return left


def _both(words: Words) -> Condition:
    left = _single(words)
    while words.next == "AND":
        words.take()
        left = _joined(all, left, _single(words))
    return left


def _joined(how: Callable[[Iterator[bool]], bool], *parts: Condition) -> Condition:
    return lambda scope, item: how(part(scope, item) for part in parts)


def _single(words: Words) -> Condition:
    word = words.take()
    if word in ("attribute_exists", "attribute_not_exists"):
        (sign,) = _arguments(words, 1)
        return lambda scope, item: (scope.name(sign) in item) == (word == "attribute_exists")
    if word == "begins_with":
        name, start = _arguments(words, 2)
        return lambda scope, item: _compared(_begins, scope.value(name, item), scope.value(start, item))
    if words.next == "BETWEEN":
        return _between(words, word)
    compare, other = _COMPARISONS[words.take(*_COMPARISONS)], words.take()
    return lambda scope, item: _compared(compare, scope.value(word, item), scope.value(other, item))


def _between(words: Words, sign: str) -> Condition:
    words.take()
    first, _, last = words.take(), words.take("AND"), words.take()
    return lambda scope, item: (
        _compared(operator.ge, scope.value(sign, item), scope.value(first, item))
        and _compared(operator.le, scope.value(sign, item), scope.value(last, item))
    )


def _arguments(words: Words, number: int) -> list[str]:
    words.take("(")
    found = [words.take()]
    while words.next == ",":
        words.take()
        found.append(words.take())
    words.take(")")
    if len(found) != number:
        raise invalid("Incorrect number of operands for operator or function")
    return found


def _compared(how: Callable[[Any, Any], bool], one: Value | None, other: Value | None) -> bool:
    """Compare two values; one that is not there, or of another type, is only unlike."""
    if one is None or other is None or kind(one) != kind(other):
        return how is operator.ne
    return how(comparable(one), comparable(other))


def _begins(whole: bytes, start: bytes) -> bool:
    return whole.startswith(start)


@dataclass(frozen=True, slots=True)
class Action:
    """One change of one attribute: what is done with it, by what sign, and whether what is there is kept."""

    verb: str
    name: str
    value: str = ""
    kept: bool = False


@cache
def update(text: str) -> tuple[Action, ...]:
    """Read the changes of an item."""
    words, found = Words(tokens(text)), []
    while words.next:
        verb = words.take(*_VERBS)
        found.append(_action(words, verb))
        while words.next == ",":
            words.take()
            found.append(_action(words, verb))
    return tuple(found)


def _action(words: Words, verb: str) -> Action:
    name = words.take()
    if verb == "REMOVE":
        return Action(verb, name)
    if verb != "SET":
        return Action(verb, name, words.take())
    words.take("=")
    value = words.take()
    if value != "if_not_exists":
        return Action(verb, name, value)
    same, default = _arguments(words, 2)
    if same != name:
        raise NotImplementedError(f"if_not_exists of another attribute: {same}")
    return Action(verb, name, default, kept=True)


def see(actions: tuple[Action, ...], scope: Scope, keys: list[str]) -> None:
    """See that changes can be made at all, whatever the item is."""
    names = [scope.name(action.name) for action in actions]
    if len(set(names)) < len(names):
        raise invalid("Invalid UpdateExpression: Two document paths overlap with each other")
    if set(names) & set(keys):
        raise invalid("One or more parameter values were invalid: Cannot update attribute. It is part of the key")
    for action in actions:
        given = scope.value(action.value, {}) if action.value.startswith(":") else None
        if given is not None and kind(given) not in _TAKEN_BY.get(action.verb, {kind(given)}):
            raise invalid("Incorrect operand type for operator or function")


def changed(actions: tuple[Action, ...], scope: Scope, old: Item) -> Item:
    """Give an item with changes made to it, all of them by how it was."""
    new = dict(old)
    for action in actions:
        name, value = scope.name(action.name), _after(action, old, scope)
        if value is None:
            new.pop(name, None)
        else:
            new[name] = value
    return new


def _after(action: Action, old: Item, scope: Scope) -> Value | None:
    if action.verb == "REMOVE":
        return None
    there, given = old.get(scope.name(action.name)), scope.value(action.value, old)
    if given is None:
        raise invalid("The provided expression refers to an attribute that does not exist in the item")
    if action.verb == "SET":
        return there if action.kept and there is not None else given
    if there is not None and kind(there) != kind(given):
        raise invalid("An operand in the update expression has an incorrect data type")
    return _sum(there, given) if kind(given) == "N" else _set_after(action.verb, there, given)


def _sum(there: Value | None, given: Value) -> Value:
    return given if there is None else {"N": str(comparable(there) + comparable(given))}


def _set_after(verb: str, there: Value | None, given: Value) -> Value | None:
    """Give a set with members added or taken away; one without members is no value."""
    members = set(there[kind(given)]) if there is not None else set()
    said = set(given[kind(given)])
    left = members | said if verb == "ADD" else members - said
    return {kind(given): sorted(left)} if left else None
