"""Read one file of figures into its typed form, or say everything that is wrong with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import Tag, ValidationError
from pydantic_core import ErrorDetails

from config.errors import ConfigError, Problem, nearest, one_of, shown_value
from config.kinds import Keys, Strict
from config.plain_yaml import Plain, read_yaml

Table = TypeVar("Table", bound=Strict)
Location = Sequence[int | str]

_EXPECTED = {
    "dict_type": "expected a block of named values",
    "list_type": "expected a list",
    "model_type": "expected a block of named values",
    "string_type": "expected text",
    "float_type": "expected a number",
    "bool_type": "expected true or false",
}


def read_table(kind: type[Table], path: Path, changes: Plain = None) -> Table:
    """Read a file of figures; `changes` are figures that stand in the place of the file's own, key by key.

    Raises ConfigError with every problem of the file, and of the changes.
    """
    raw, problems = read_yaml(path)
    raw = raw if changes is None else _changed(raw, changes)
    try:
        table = kind.model_validate(raw, strict=True)
    except ValidationError as error:
        wrong = [_problem(kind, str(path), raw, details) for details in error.errors(include_url=False)]
        raise ConfigError([*problems, *wrong]) from error
    if problems:
        raise ConfigError(problems)
    return table


def _changed(raw: Plain, changes: Plain) -> Plain:
    """Put changed values in the place of others; a block keeps what the changes do not name."""
    if not (isinstance(raw, dict) and isinstance(changes, dict)):
        return changes
    return raw | {key: _changed(raw.get(key), value) for key, value in changes.items()}


def _problem(kind: type[Strict], file: str, raw: Plain, error: ErrorDetails) -> Problem:
    location = error["loc"]
    place = _place(_untagged(location), raw)
    if error["type"] == "missing":
        return Problem(file, place, "missing", f"expected this {_names_at(kind, location[:-1])[0]} here")
    found = shown_value(error["input"])
    if error["type"] == "extra_forbidden":
        noun, names = _names_at(kind, location[:-1])
        return _unknown(file, place, found, str(location[-1]), noun, names)
    if error["type"] == "unknown":
        context = error["ctx"]
        return _unknown(file, place, found, error["input"], context["noun"], context["names"])
    said = error["msg"].removeprefix("Input should be ")
    expected = said if error["type"] == "wrong" else _EXPECTED.get(error["type"], f"expected {said}")
    return Problem(file, place, found, expected)


def _unknown(file: str, place: str, found: str, name: object, noun: str, names: Sequence[str]) -> Problem:
    return Problem(file, place, found, f"unknown {noun}, expected {one_of(names)}", nearest(name, names))


def _untagged(location: Location) -> Location:
    """Leave out the tags that tell entries of a list apart: they stand in no file."""
    items = [isinstance(step, int) for step in location]
    return [step for index, step in enumerate(location) if index == 0 or isinstance(step, int) or not items[index - 1]]


def _place(location: Location, raw: Plain) -> str:
    """Write a location as a dotted key; an item of a list that has a name is called by it."""
    steps = []
    for step in location:
        raw = _inside(raw, step)
        name = raw.get("name") if isinstance(step, int) and isinstance(raw, dict) else None
        steps.append(name if isinstance(name, str) else str(step))
    return ".".join(steps) or "the file"


def _inside(raw: Plain, step: int | str) -> Plain:
    if isinstance(raw, dict):
        return raw.get(step)
    return raw[step] if isinstance(raw, list) and isinstance(step, int) and step < len(raw) else None


def _names_at(kind: Any, location: Location) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401  # any type
    """Say what the keys are at a location within a type, and which are known there."""
    noun, kinds = _keys(kind)
    if kinds is None:
        return _names_at(_within(kind, location[0]), location[1:])
    return (noun, tuple(kinds)) if not location else _names_at(kinds[str(location[0])], location[1:])


def _within(kind: Any, step: int | str) -> Any:  # noqa: ANN401  # any type
    """Give what a list holds, or of several kinds the one that a tag names."""
    held = get_args(kind)[0]
    tagged = {mark.tag: one for one in get_args(held) for mark in get_args(one)[1:] if isinstance(mark, Tag)}
    return get_args(tagged[step])[0] if step in tagged else held


def _keys(kind: Any) -> tuple[str, Mapping[str, Any] | None]:  # noqa: ANN401  # any type
    if isinstance(kind, type) and issubclass(kind, Strict):
        hints = get_type_hints(kind, include_extras=True)
        return kind.noun, {name: hints[name] for name in kind.model_fields}
    marks = [mark for mark in getattr(kind, "__metadata__", ()) if isinstance(mark, Keys)]
    return (marks[0].noun, marks[0].kinds) if marks else ("key", None)
