"""Salesforce's formula language, as far as ours go: text into a tree, and what a tree refers to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<merge>\{!\$?[A-Za-z][\w.]*\})
    |(?P<name>\$?[A-Za-z][\w.]*)
    |(?P<sign><>|!=|<=|>=|==|&&|\|\||[-+*/&=<>(),!])
    )""",
    re.VERBOSE,
)
_LEVELS = (("||",), ("&&",), ("=", "==", "<>", "!="), ("<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"))
"""Operators from the loosest to the tightest."""


class FormulaError(ValueError):
    """A formula that cannot be read, or asks for what is not there."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or null."""

    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A field or a resource by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator, and what it is given."""

    function: str
    arguments: "tuple[Node, ...]"


Node: TypeAlias = Literal | Reference | Call
_WORDS = {"TRUE": Literal(True), "FALSE": Literal(False), "NULL": Literal(None)}


def parse(formula: str) -> Node:
    """Read a formula."""
    tokens = _tokens(formula)
    node = _level(tokens, 0)
    if tokens:
        raise FormulaError(f"nothing expected at {tokens[0]}")
    return node


def references(node: Node) -> Iterator[str]:
    """Name the fields and resources that a formula refers to."""
    if isinstance(node, Reference):
        yield node.name
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from references(argument)


def calls(node: Node) -> Iterator[Call]:
    """Give every call within a formula."""
    if isinstance(node, Call):
        yield node
        for argument in node.arguments:
            yield from calls(argument)


def _tokens(formula: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(formula.rstrip()):
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            raise FormulaError(f"cannot read {formula[at : at + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _level(tokens: list[tuple[str, str]], depth: int) -> Node:
    if depth == len(_LEVELS):
        return _single(tokens)
    node = _level(tokens, depth + 1)
    while tokens and tokens[0][0] == "sign" and tokens[0][1] in _LEVELS[depth]:
        _, sign = tokens.pop(0)
        node = Call({"==": "=", "!=": "<>", "&&": "AND", "||": "OR"}.get(sign, sign), (node, _level(tokens, depth + 1)))
    return node


def _single(tokens: list[tuple[str, str]]) -> Node:
    if not tokens:
        raise FormulaError("more expected at the end")
    kind, text = tokens.pop(0)
    if kind == "number":
        return Literal(float(text))
    if kind == "text":
        return Literal(re.sub(r"\\(.)", r"\1", text[1:-1]))
    if kind == "merge":
        return Reference(text[2:-1])
    return _named(text, tokens) if kind == "name" else _signed(text, tokens)


def _signed(sign: str, tokens: list[tuple[str, str]]) -> Node:
    if sign == "(":
        node = _level(tokens, 0)
        _take(tokens, ")")
        return node
    if sign == "-":
        return Call("-", (Literal(0.0), _single(tokens)))
    if sign == "!":
        return Call("NOT", (_single(tokens),))
    raise FormulaError(f"nothing expected at {sign}")


def _named(name: str, tokens: list[tuple[str, str]]) -> Node:
    if tokens[:1] != [("sign", "(")]:
        return _WORDS.get(name.upper(), Reference(name))
    tokens.pop(0)
    arguments: list[Node] = []
    while tokens[:1] != [("sign", ")")]:
        if arguments:
            _take(tokens, ",")
        arguments.append(_level(tokens, 0))
    tokens.pop(0)
    return Call(name.upper(), tuple(arguments))


def _take(tokens: list[tuple[str, str]], sign: str) -> None:
    if not tokens or tokens.pop(0) != ("sign", sign):
        raise FormulaError(f"{sign} expected")
