"""Names of a CRM's objects and fields: it takes them in any capitals, and answers in those of its own."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one to the CRM."""
    return one.lower() == other.lower()


def spelled_as(name: str, names: Iterable[str]) -> str:
    """Give a name as it stands among others, or as it is."""
    return _spellings(tuple(names)).get(name.lower(), name)


@lru_cache(maxsize=256)
def _spellings(names: tuple[str, ...]) -> Mapping[str, str]:
    """Give names by their small letters; of two that are one to the CRM the first."""
    return {name.lower(): name for name in reversed(names)}


def respelled(record: Mapping[str, T], names: Iterable[str]) -> Mapping[str, T]:
    """Give a record whose members are spelled as `names` spell them; what they do not name stays as it is."""
    wanted = tuple(names)
    if all(name in record for name in wanted):
        return record
    spelled = _spellings(wanted)
    return {spelled.get(member.lower(), member): value for member, value in record.items()}


def lacking(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """Name what is wanted and not there, in whatever capitals."""
    known = {name.lower() for name in there}
    return [name for name in wanted if name.lower() not in known]
