"""A file of metadata as text whose pieces know the element that they stand in; nothing else of it changes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

_PIECE = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<[^>]+>|[^<]+", re.DOTALL)


@dataclass(frozen=True)
class Markup:
    """The elements of a file, and of each the one that holds it."""

    root: Element
    holders: dict[Element, Element]

    def up(self, element: Element) -> list[Element]:
        """Give an element and all that hold it, from the inside."""
        found = [element]
        while found[-1] in self.holders:
            found.append(self.holders[found[-1]])
        return found


def read(text: str) -> Markup:
    """Read a file."""
    root = fromstring(text)  # noqa: S314  our own files
    return Markup(root, {child: holder for holder in root.iter() for child in holder})


def rewritten(text: str, markup: Markup, change: Callable[[str, Element], str]) -> str:
    """Change the text that stands in elements, and nothing else."""
    coming, within = iter(markup.root.iter()), list[Element]()
    written = []
    for piece in _PIECE.findall(text):
        if piece.startswith("</"):
            within.pop()
        elif piece.startswith("<") and not piece.startswith(("<!", "<?")):
            element = next(coming)
            if not piece.endswith("/>"):
                within.append(element)
        elif within and not piece.startswith("<!--") and piece.strip():
            piece = change(piece, within[-1])  # noqa: PLW2901  the piece as it becomes
        written.append(piece)
    return "".join(written)
