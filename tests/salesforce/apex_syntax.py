"""Statements of Apex, methods and whole scripts."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.salesforce.apex_expressions import Expressions
from tests.salesforce.apex_tokens import Run, Scope, Value

_KEYWORDS = frozenset("return insert update delete new if else for throw try".split())
_MODIFIERS = frozenset("private public static final".split())


class Returned(Exception):  # noqa: N818 - no error
    """A method that has its value."""

    def __init__(self, value: Value) -> None:
        """Carry the value."""
        self.value = value


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its parameters, its body, and whether it is a test."""

    parameters: tuple[str, ...]
    body: Run
    is_test: bool


@dataclass(frozen=True, slots=True)
class Script:
    """A class or an anonymous script: methods by name, and what runs outside them."""

    methods: Mapping[str, Method]
    top: tuple[Run, ...]


class Statements(Expressions):
    """Reads a class or an anonymous script."""

    def script(self) -> Script:
        """Read all."""
        is_class = any(token == ("name", "class") for token in self.tokens)
        if is_class:
            while self.next() != "{":
                pass
        methods: dict[str, Method] = {}
        top: list[Run] = []
        while self.peek() not in {"", "}"}:
            self._member(methods, top)
        return Script(methods, tuple(top))

    def _member(self, methods: dict[str, Method], top: list[Run]) -> None:
        is_test = False
        while self.peek() in _MODIFIERS or self.peek() == "@":
            is_test = (self.next() == "@" and self.next() == "isTest") or is_test
        end = self.type_end(self.at)
        if end is not None and self.peek(end + 1 - self.at) == "(" and self.tokens[end][0] == "name":
            self.at = end
            name = self.next()
            methods[name] = Method(self._parameters(), self._block(), is_test)
        else:
            top.append(self._statement())

    def _parameters(self) -> tuple[str, ...]:
        self.take("(")
        found: list[str] = []
        while self.peek() != ")":
            self.at = self.type_end(self.at) or self.at
            found.append(self.next())
            self.skip(",")
        self.take(")")
        return tuple(found)

    def _block(self) -> Run:
        self.take("{")
        steps: list[Run] = []
        while self.peek() != "}":
            steps.append(self._statement())
        self.take("}")
        return lambda scope: [step(scope) for step in steps]

    def _statement(self) -> Run:
        known = {"{": self._block, "if": self._if, "for": self._for, "return": self._return}
        word = self.peek()
        if word in known:
            return known[word]()
        if word in {"insert", "update", "delete"}:
            return self._save(self.next())
        end = self.type_end(self.at)
        if word not in _KEYWORDS and end is not None and self.tokens[end][0] == "name":
            return self._declaration(end)
        step = self.expression()
        self.take(";")
        return step

    def _save(self, deed: str) -> Run:
        what = self.expression()
        self.take(";")
        return lambda scope: scope.machine.save(deed, what(scope))

    def _declaration(self, end: int) -> Run:
        self.at = end
        name = self.next()
        value: Run = self.expression() if self.skip("=") else lambda _: None
        self.take(";")
        return lambda scope: scope.names.__setitem__(name, value(scope))

    def _return(self) -> Run:
        self.next()
        value: Run = (lambda _: None) if self.peek() == ";" else self.expression()
        self.take(";")

        def leave(scope: Scope) -> None:
            raise Returned(value(scope))

        return leave

    def _if(self) -> Run:
        self.next()
        self.take("(")
        condition = self.expression()
        self.take(")")
        then = self._statement()
        otherwise: Run = self._statement() if self.skip("else") else lambda _: None
        return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)

    def _for(self) -> Run:
        self.next()
        self.take("(")
        end = self.type_end(self.at)
        assert end is not None
        if self.peek(end + 1 - self.at) == "=":
            return self._count()
        self.at = end
        name = self.next()
        self.take(":")
        each = self.expression()
        self.take(")")
        body = self._statement()
        return lambda scope: [body(scope) for scope.names[name] in list(each(scope))]

    def _count(self) -> Run:
        begin = self._statement()
        condition = self.expression()
        self.take(";")
        onward = self.expression()
        self.take(")")
        body = self._statement()

        def repeat(scope: Scope) -> None:
            begin(scope)
            while condition(scope) is True:
                body(scope)
                onward(scope)

        return repeat
