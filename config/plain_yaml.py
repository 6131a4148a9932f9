"""Plain YAML: values that mean what they look like, and every key once."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from config.errors import ConfigError, Problem, shown_value

Plain: TypeAlias = Any
"""None, a bool, a whole or a decimal number, text, or a list or string-keyed dict of such."""

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TAG = "tag:yaml.org,2002:"
_DEEPEST = 12


def read_yaml(path: Path) -> tuple[Plain, list[Problem]]:
    """Read a YAML file; keys that stand twice come back as problems.

    Raises ConfigError where there is no file, or no YAML in it.
    """
    node = _compose(path)
    problems: list[Problem] = []
    return (None if node is None else _value(node, str(path), (), problems)), problems


def read_text(path: Path) -> str:
    """Read a file of UTF-8 text, with or without a byte-order mark.

    Raises ConfigError where it is not there or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = Problem(str(path), "the file", "not readable", error.strerror or str(error))
    except UnicodeDecodeError as error:
        problem = Problem(str(path), "the file", "not UTF-8", f"expected text in UTF-8; byte {error.start} is none")
    raise ConfigError([problem])


def _compose(path: Path) -> yaml.Node | None:
    text = read_text(path)
    try:
        node = _parsed(text)
    except (yaml.YAMLError, RecursionError, OverflowError, ValueError) as error:
        said = " ".join(str(error).replace('in "<unicode string>", ', "at ").split())
        raise ConfigError([Problem(str(path), "the file", "not YAML", said or "nested too deep")]) from error
    return node


@lru_cache(64)
def _parsed(text: str) -> yaml.Node | None:
    """Parse a text; a process that reads the same config again finds it parsed."""
    node: yaml.Node | None = yaml.compose(text, Loader=_PARSER)
    return node


def _value(node: yaml.Node, file: str, path: tuple[str, ...], problems: list[Problem]) -> Plain:
    if not str(node.tag).startswith(_TAG) or len(path) > _DEEPEST:
        found = f"tagged {node.tag}" if len(path) <= _DEEPEST else "nested too deep"
        problems.append(Problem(file, ".".join(path), found, "expected plain values, untagged"))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file, path, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, file, (*path, str(index)), problems) for index, item in enumerate(node.value)]
    return _plain(node.value) if isinstance(node, yaml.ScalarNode) and not node.style else node.value


def _mapping(node: yaml.MappingNode, file: str, path: tuple[str, ...], problems: list[Problem]) -> dict[str, Plain]:
    lines: dict[str, int] = {}
    values: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        value = _value(value_node, file, (*path, key), problems)
        if key in values:
            expected = f"expected every key once; it stands on lines {lines[key]} and {line}"
            problems.append(Problem(file, ".".join((*path, key)), shown_value(value), expected))
        lines[key], values[key] = line, value
    return values


def _plain(text: str) -> Plain:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
