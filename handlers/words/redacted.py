"""Bodies of messages as a person may see them who only needs to know why they cannot be read."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

LONGEST = 1_500
"""A body is cut behind so many characters."""

LEFT_OUT = "[left out]"
_MAIL = re.compile(r"[^\s@\"'<>,;:()\[\]\\]+@[^\s@\"'<>,;:()\[\]\\]+")
_PHONE = re.compile(r"\+\d[\d ()./-]{6,}\d")
_PERSONAL = re.compile(
    r"name|mail|phone|mobile|address|body|subject|text|title|description|comment|note|avatar|image|url|token|secret|"
    r"birth|city|street|zip|postal|latitude|longitude|\bip\b|blurb|html|author|detail",
    re.IGNORECASE,
)
_DEEPEST = 12


def without_people(text: str) -> str:
    """Leave mail addresses and telephone numbers out of a text."""
    return _PHONE.sub(LEFT_OUT, _MAIL.sub(LEFT_OUT, text))


def redacted(body: str) -> str:
    """Show the build of a message without what people wrote or are called; what is no JSON is cut as it stands."""
    try:
        read = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return _cut(without_people(_printable(body)))
    shown = msgspec.json.format(msgspec.json.encode(_shown(read, 0)), indent=2).decode()
    return _cut(_printable(shown))


def _shown(value: Any, depth: int) -> Any:  # noqa: ANN401  whatever JSON may be
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, Mapping):
        return {without_people(name): _member(name, one, depth) for name, one in value.items()}
    if isinstance(value, list):
        return [_shown(one, depth + 1) for one in value]
    return without_people(value) if isinstance(value, str) else value


def _member(name: str, value: Any, depth: int) -> Any:  # noqa: ANN401  as above
    if isinstance(value, str) and value and _PERSONAL.search(name):
        return LEFT_OUT
    return _shown(value, depth + 1)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n... {len(text) - LONGEST:,} more characters"
