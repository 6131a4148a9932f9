"""What may be wrong with one account; where an error that nobody expected came from, without any value in it."""

import re
from collections import Counter
from collections.abc import Mapping
from traceback import extract_tb, format_tb
from typing import Final

from handlers.stores.protocol import StoreError

FAILURES = (StoreError, ArithmeticError, LookupError, ValueError)
"""What may be wrong with one account; the others go on."""


class UnfinishedError(Exception):
    """The time ran out; asked again, the work goes on where it stopped."""


_QUOTED = re.compile(r"'.*'|`.*`|\".*\"", re.DOTALL)
_IS = re.compile(r" is (?!missing|no conversation).*?(?=: |$)", re.DOTALL)
_OURS: Final = ("config", "handlers", "scoring")


def place(error: BaseException) -> str:
    """Name an error's class and the line of ours that it came through last; values stay out of it."""
    frames = [frame for frame in extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    where = f" at {_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def way(error: BaseException) -> str:
    """Write the lines of code that an error came through, the last one last; values stay out of it."""
    return "".join(format_tb(error.__traceback__))


def without_values(reason: str) -> str:
    """Leave out of a reason what a vendor or a person wrote: what is in quotes, and what something is."""
    return _QUOTED.sub("…", _IS.sub(" is no value of it", reason))


def remarks_without_values(remarks: Mapping[str, int]) -> dict[str, int]:
    """Count remarks by what they speak of, without the word that was unknown."""
    counted: Counter[str] = Counter()
    for remark, times in remarks.items():
        counted[remark.partition("=")[0]] += times
    return dict(counted)


def _is_ours(filename: str) -> bool:
    return any(f"/{package}/" in filename for package in _OURS) and "site-packages" not in filename


def _short(filename: str) -> str:
    parts = filename.split("/")
    first = max(index for index, part in enumerate(parts) if part in _OURS)
    return "/".join(parts[first:])
