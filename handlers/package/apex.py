"""Whose field a word is in Apex: of a variable, of a record that is made, of what a query asks."""

import re

_OPENING = {")": "(", "]": "["}
_MADE = re.compile(r"new\s+(\w+)\s*$")
_ASKED = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)


def of_variable(text: str, at: int, name: str) -> str | None:
    """Give the type that a name was last declared with before a place."""
    declared = re.findall(rf"\b([A-Z]\w*)(?:\[\])?>?\s+{re.escape(name)}\s*[=;,:)]", text[:at])
    return declared[-1] if declared else None


def of_surroundings(text: str, at: int) -> str | None:
    """Give the object of the record that is made, or of the query that is asked, around a place."""
    closed: list[str] = []
    for place in range(at - 1, -1, -1):
        sign = text[place]
        if sign in _OPENING:
            closed.append(_OPENING[sign])
        elif sign in "([":
            if closed:
                closed.pop()
                continue
            found = _MADE.search(text[:place]) if sign == "(" else _ASKED.search(text[place:])
            if found is not None:
                return found[1]
    return None
