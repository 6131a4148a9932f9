"""Attributes of an owner that may tell who it is elsewhere: those that are named as ids, or look like one."""

import re
from collections.abc import Mapping

_ID = re.compile(r"(?=\D*\d)[\w.:/@|-]{6,255}")
_NAMED_AS_ID = re.compile(r"(?:^|[_\s-])(?:id|key|uuid|guid|domain|website|url)s?(?:$|[_\s-])|[a-z](?:Id|ID|Key)$")


def ids_of(attributes: Mapping[str, object]) -> dict[str, object]:
    """Give those attributes that tell an id."""
    return {name: value for name, value in attributes.items() if _tells_an_id(name, value)}


def _tells_an_id(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        return False
    named_as_id = _NAMED_AS_ID.search(name) is not None
    return named_as_id or (isinstance(value, str) and _ID.fullmatch(value) is not None)
