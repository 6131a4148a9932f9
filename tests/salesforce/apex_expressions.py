"""Expressions of Apex."""

import re
from collections.abc import Callable
from typing import TypeAlias

from tests.salesforce.apex_tokens import Run, Scope, Tokens, Value

_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/"))
_Place: TypeAlias = tuple[Run, Callable[[Scope, Value], None] | None]
"""How to get a value, and how to set it where it is a name or a field."""


class Expressions(Tokens):
    """Reads an expression, with an assignment to a name or a field."""

    def expression(self) -> Run:
        """Read an expression, with an assignment to a name or a field."""
        value, put = self._choice()
        if put is not None and self.peek() in {"=", "+="}:
            sign = self.next()
            given, store = self.expression(), put
            if sign == "=":
                return lambda scope: store(scope, given(scope))
            return lambda scope: store(scope, scope.machine.operate("+", value(scope), given(scope)))
        if put is not None and self.peek() in {"++", "--"}:
            sign, step = self.next()[0], put
            return lambda scope: step(scope, scope.machine.operate(sign, value(scope), 1))
        return value

    def _choice(self) -> _Place:
        condition, put = self._level(0)
        if not self.skip("?"):
            return condition, put
        then = self.expression()
        self.take(":")
        otherwise = self.expression()
        return (lambda scope: then(scope) if condition(scope) is True else otherwise(scope)), None

    def _level(self, depth: int) -> _Place:
        if depth == len(_LEVELS):
            return self._signed()
        left, put = self._level(depth + 1)
        while self.peek() in _LEVELS[depth] and self.tokens[self.at][0] == "sign":
            left, put = _operation(self.next(), left, self._level(depth + 1)[0]), None
        return left, put

    def _signed(self) -> _Place:
        if self.skip("!"):
            inner = self._signed()[0]
            return (lambda scope: inner(scope) is not True), None
        if self.skip("-"):
            number = self._signed()[0]
            return (lambda scope: -number(scope)), None
        return self._members(self._primary())

    def _members(self, place: _Place) -> _Place:
        while self.peek() in {".", "["}:
            if self.next() == "[":
                index = self.expression()
                self.take("]")
                place = _called(place[0], "get", [index]), None
            else:
                name = self.next()
                place = (
                    (_called(place[0], name, self._arguments()), None)
                    if self.peek() == "("
                    else _member(place[0], name)
                )
        return place

    def _primary(self) -> _Place:
        kind, said = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            number = float(said) if "." in said else int(said)
            return (lambda _: number), None
        if kind == "text":
            text = re.sub(r"\\(.)", r"\1", said[1:-1])
            return (lambda _: text), None
        if kind == "query":
            return (lambda scope: scope.machine.query(said[1:-1], scope.names)), None
        return self._named(said) if kind == "name" else self._inner(said)

    def _inner(self, sign: str) -> _Place:
        assert sign == "(", f"nothing expected at {sign}"
        if (
            self.tokens[self.at][0] == "name"
            and self.peek(1) == ")"
            and self.tokens[self.at + 2][0] in {"name", "query"}
        ):
            self.at += 2
            return self._signed()
        value = self.expression()
        self.take(")")
        return value, None

    def _named(self, name: str) -> _Place:
        words = {"true": True, "false": False, "null": None}
        if name in words:
            return (lambda _: words[name]), None
        if name == "new":
            return self._made(), None
        if self.peek() == "(":
            return _called(None, name, self._arguments()), None
        return (lambda scope: scope.names[name] if name in scope.names else scope.machine.name(name)), _put(name)

    def _made(self) -> Run:
        kind = self.peek()
        self.at = self.type_end(self.at) or self.at
        if self.skip("{"):
            pairs = self._list("}")
            return lambda scope: scope.machine.make(kind, [one(scope) for one, _ in pairs], {})
        self.take("(")
        given = self._list(")")

        def make(scope: Scope) -> Value:
            fields = {name: value(scope) for value, name in given if name}
            return scope.machine.make(kind, [value(scope) for value, name in given if not name], fields)

        return make

    def _list(self, end: str) -> list[tuple[Run, str]]:
        """Read values up to an end: `field = value` with its name, `key => value` as a pair."""
        found: list[tuple[Run, str]] = []
        while not self.skip(end):
            name = ""
            if self.tokens[self.at][0] == "name" and self.peek(1) == "=":
                name = self.next()
                self.take("=")
            value = self.expression()
            if self.skip("=>"):
                value = _pair(value, self.expression())
            found.append((value, name))
            self.skip(",")
        return found

    def _arguments(self) -> list[Run]:
        self.take("(")
        return [value for value, _ in self._list(")")]


def _put(name: str) -> Callable[[Scope, Value], None]:
    return lambda scope, value: scope.names.__setitem__(name, value)


def _pair(key: Run, value: Run) -> Run:
    return lambda scope: (key(scope), value(scope))


def _operation(sign: str, left: Run, right: Run) -> Run:
    if sign == "||":
        return lambda scope: left(scope) is True or right(scope) is True
    if sign == "&&":
        return lambda scope: left(scope) is True and right(scope) is True
    return lambda scope: scope.machine.operate(sign, left(scope), right(scope))


def _member(of: Run, name: str) -> _Place:
    return (
        lambda scope: scope.machine.member(of(scope), name),
        lambda scope, value: scope.machine.set_member(of(scope), name, value),
    )


def _called(of: Run | None, name: str, given: list[Run]) -> Run:
    def call(scope: Scope) -> Value:
        return scope.machine.call(None if of is None else of(scope), name, [one(scope) for one in given])

    return call
