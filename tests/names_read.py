"""Which texts the code that begins at a module can come by: followed from name to name, through our own packages."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[1]
Place: TypeAlias = tuple[str, str]
"""A module, and a name at its top level."""

Definition: TypeAlias = ast.stmt


def texts_read(module: str) -> frozenset[str]:
    """Give every text that stands in what a module uses, and in what that uses, and so on."""
    seen: set[Place] = set()
    waiting = [(module, name) for name in _names(module)]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            waiting.extend(_uses(place))
    return frozenset(text for place in seen for text in _texts(place))


@cache
def _path(module: str) -> Path | None:
    stem = ROOT.joinpath(*module.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.exists()), None)


@cache
def _tree(module: str) -> ast.Module:
    path = _path(module)
    return ast.parse("" if path is None else path.read_text())


@cache
def _names(module: str) -> dict[str, list[Definition]]:
    """Give what a module defines at its top level, by name; what it only runs has an empty one."""
    found: dict[str, list[Definition]] = {}
    for one in _tree(module).body:
        for name in _defined(one):
            found.setdefault(name, []).append(one)
    return found


def _defined(one: ast.stmt) -> Iterator[str]:
    if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield one.name
    elif isinstance(one, ast.Assign | ast.AnnAssign):
        targets = one.targets if isinstance(one, ast.Assign) else [one.target]
        yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
    elif not isinstance(one, ast.Import | ast.ImportFrom):
        yield ""


@cache
def _imported(module: str) -> dict[str, Place]:
    """Give what a module takes from elsewhere, in its functions too, by the name that it has here."""
    return {
        alias.asname or alias.name: (str(node.module), alias.name)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _uses(place: Place) -> Iterator[Place]:
    module, name = place
    for node in (node for one in _names(module).get(name, []) for node in ast.walk(one)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            inside, whole = _imported(module).get(node.value.id, ("", ""))
            yield f"{inside}.{whole}", node.attr
        if isinstance(node, ast.Name):
            yield from _meant(module, node.id)


def _meant(module: str, name: str) -> Iterator[Place]:
    if name in _names(module):
        yield module, name
    if name in _imported(module):
        yield _imported(module)[name]


def _texts(place: Place) -> Iterator[str]:
    for one in _names(place[0]).get(place[1], []):
        for node in ast.walk(one):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
