"""What is wrong with a file of figures: where it stands, what stands there, what was expected."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_LONGEST_VALUE = 80
_LONGEST_LIST = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `place` is a dotted key or a line; `found` is what stands there, as text."""

    file: str
    place: str
    found: str
    expected: str
    nearest: str | None = None

    def __str__(self) -> str:
        """Say it in one line."""
        hint = "" if self.nearest is None else f"; did you mean {self.nearest}?"
        return f"{self.file}: {self.place} is {self.found}: {self.expected}{hint}"


class ConfigError(Exception):
    """Files of figures are wrong; the text has one line for each problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems, in the order they stand in."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class MappingError(ConfigError):
    """The account mapping is wrong; the text has one line for each problem."""


def shown_value(value: object) -> str:
    """Write a value in one short line, as JSON."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def nearest(name: object, names: Iterable[str]) -> str | None:
    """Find the name that was probably meant; capitals make no difference."""
    by_lower = {known.lower(): known for known in names}
    found = get_close_matches(str(name).lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def one_of(names: Iterable[str]) -> str:
    """List names as a choice; of many only the first few."""
    known = list(names)
    more = ", …" if len(known) > _LONGEST_LIST else ""
    return f"one of {', '.join(known[:_LONGEST_LIST])}{more}"
