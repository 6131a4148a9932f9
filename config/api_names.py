"""Names of a CRM's objects and fields: it takes them in any capitals, and answers in those of its own."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one to the CRM."""
    return one.lower() == other.lower()


def spelled_as(name: str, names: Iterable[str]) -> str:
    """Give a name as it stands among others, or as it is."""
    return next((one for one in names if same_name(one, name)), name)


def respelled(record: Mapping[str, T], names: Iterable[str]) -> Mapping[str, T]:
    """Give a record whose members are spelled as `names` spell them; what they do not name stays as it is."""
    wanted = list(names)
    if all(name in record for name in wanted):
        return record
    spelled = {name.lower(): name for name in wanted}
    return {spelled.get(member.lower(), member): value for member, value in record.items()}


def lacking(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    """Name what is wanted and not there, in whatever capitals."""
    known = {name.lower() for name in there}
    return [name for name in wanted if name.lower() not in known]
