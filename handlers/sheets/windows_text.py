"""Texts that Excel saves as plain CSV on Windows: they are no UTF-8, and nothing in them says what they are."""

import re

from config.formats import LOOKED_AT, encoding_of, other_than_text

_FOREIGN = re.compile(r"[^\x00-\x7f\u00a0]")


def windows_text(content: bytes) -> str | None:
    """Read a text as Windows-1252; None of one that is UTF-8, in part or wholly, or that cannot be such a text."""
    if other_than_text(content[:LOOKED_AT]) is not None or encoding_of(content) != "utf-8" or b"\0" in content:
        return None
    as_utf_8 = content.decode("utf-8", "replace")
    if "\ufffd" not in as_utf_8 or _FOREIGN.search(as_utf_8.replace("\ufffd", "")):
        return None
    try:
        return content.decode("cp1252").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None


def example_of(text: str) -> str:
    """Give the first word that shows whether the letters are right."""
    return next((word for word in re.split(r"[\s,;|\"]+", text) if _FOREIGN.search(word)), "")
