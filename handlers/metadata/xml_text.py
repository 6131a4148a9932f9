"""Metadata as XML text, the way Salesforce's own tools write it: four spaces, elements in order of name."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
Content: TypeAlias = "str | int | bool | Mapping[str, Content] | Sequence[Content] | None"
"""What an element holds: a value, nothing (said so), named elements, or several elements of one name."""


def document(root: str, content: Mapping[str, Content]) -> str:
    """Write a whole file."""
    body = _elements(content, 1)
    xsi = f' xmlns:xsi="{XSI}"' if "xsi:" in body else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}"{xsi}>\n{body}</{root}>\n'


def lines(content: Mapping[str, Content], depth: int) -> str:
    """Write elements that stand within others, so deep."""
    return _elements(content, depth)


def _elements(content: Mapping[str, Content], depth: int) -> str:
    return "".join(_element(name, content[name], depth) for name in sorted(content))


def _element(name: str, content: Content, depth: int) -> str:
    indent = "    " * depth
    if content is None:
        return f'{indent}<{name} xsi:nil="true"/>\n'
    if isinstance(content, Mapping):
        return f"{indent}<{name}>\n{_elements(content, depth + 1)}{indent}</{name}>\n"
    if isinstance(content, Sequence) and not isinstance(content, str):
        return "".join(_element(name, one, depth) for one in content)
    text = str(content).lower() if isinstance(content, bool) else str(content)
    return f"{indent}<{name}>{escape(text)}</{name}>\n"
