"""Apex cut into tokens, and what runs what is read from them: the part of Apex that our scripts are written in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|//[^\n]*|/\*.*?\*/)+)
    |(?P<query>\[\s*SELECT\b[^\]]*\])
    |(?P<text>'(?:[^'\\]|\\.)*')
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>=>|==|!=|<=|>=|&&|\|\||\+\+|--|\+=|[-+*/=<>!?:.,;(){}\[\]@])""",
    re.VERBOSE | re.DOTALL,
)
Value: TypeAlias = Any


class Machine(Protocol):
    """What runs a script: it knows what names, operators and calls mean."""

    def name(self, name: str) -> Value:
        """Give what a name that no block knows stands for."""

    def member(self, of: Value, name: str) -> Value:
        """Give a field."""

    def set_member(self, of: Value, name: str, value: Value) -> None:
        """Set a field."""

    def operate(self, sign: str, left: Value, right: Value) -> Value:
        """Apply an operator."""

    def call(self, of: Value, name: str, given: list[Value]) -> Value:
        """Call a method; of None, one of the script."""

    def make(self, kind: str, given: list[Value], fields: Mapping[str, Value]) -> Value:
        """Make what `new` asks for."""

    def query(self, text: str, names: Mapping[str, Value]) -> Value:
        """Answer a query."""

    def save(self, deed: str, what: Value) -> None:
        """Insert, update or delete."""


@dataclass(slots=True)
class Scope:
    """The names that a block knows, and who runs it."""

    machine: Machine
    names: dict[str, Value]


Run: TypeAlias = Callable[[Scope], Value]


class Tokens:
    """Hands out the tokens of a script one by one."""

    def __init__(self, source: str) -> None:
        """Cut the source into tokens."""
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        place = 0
        while place < len(source):
            match = _TOKEN.match(source, place)
            assert match is not None, f"cannot read {source[place : place + 40]!r}"
            if match.lastgroup != "space":
                self.tokens.append((match.lastgroup or "", match[0]))
            place = match.end()

    def type_end(self, at: int) -> int | None:
        """Give where a type that begins at a token ends; None where none begins."""
        if self.tokens[at][0] != "name":
            return None
        at += 1
        while self.said(at) == "." and self.tokens[at + 1][0] == "name":
            at += 2
        if self.said(at) == "<":
            deep = 0
            while True:
                deep += {"<": 1, ">": -1}.get(self.said(at), 0)
                at += 1
                if deep == 0 or self.said(at) in {"", ";", "("}:
                    break
        return at if at < len(self.tokens) else None

    def said(self, at: int) -> str:
        """Give what a token says; nothing after the last."""
        return self.tokens[at][1] if at < len(self.tokens) else ""

    def peek(self, ahead: int = 0) -> str:
        """Look ahead."""
        return self.said(self.at + ahead)

    def next(self) -> str:
        """Take the next token."""
        self.at += 1
        return self.said(self.at - 1)

    def skip(self, sign: str) -> bool:
        """Take the next token if it is this one, and tell whether it was."""
        found = self.peek() == sign
        self.at += found
        return found

    def take(self, sign: str) -> None:
        """Take the next token, which must be this one."""
        assert self.next() == sign, f"{sign} expected after {self.tokens[max(0, self.at - 8) : self.at]}"
