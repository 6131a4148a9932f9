"""Which names Salesforce takes for custom fields, objects and relationships."""

import re

from config.errors import shown_value
from handlers.package.errors import PackageError

_WORDS = r"[A-Za-z](?:_?[A-Za-z0-9])*"
_CUSTOM = re.compile(rf"(?:(?P<namespace>{_WORDS})__)?(?P<name>{_WORDS})__c")
_RELATIONSHIP = re.compile(_WORDS)
_LONGEST = 40
_LONGEST_NAMESPACE = 15


def check_custom(key: str, name: str, *, is_created: bool) -> None:
    """Refuse the name of a custom field or object that Salesforce would refuse; `key` is who asks for it."""
    found = _CUSTOM.fullmatch(name)
    if found is None:
        rule = "letters, digits and single underscores, a letter first, __c at the end"
        raise PackageError(f"{key}: {_in_a_line(name)} is no name of a custom field or object ({rule})")
    if len(found["name"]) > _LONGEST or len(found["namespace"] or "") > _LONGEST_NAMESPACE:
        raise PackageError(f"{key}: {name} is longer than {_LONGEST} characters before __c")
    if is_created and found["namespace"] is not None:
        raise PackageError(f"{key}: {name} belongs to a managed package, where nothing can be created: leave it out")


def check_relationship(key: str, name: str) -> None:
    """Refuse the name of a relationship that Salesforce would refuse."""
    if _RELATIONSHIP.fullmatch(name) is None or len(name) > _LONGEST:
        rule = f"letters, digits and single underscores, a letter first, {_LONGEST} at most"
        raise PackageError(f"{key}: {_in_a_line(name)} is no name of a relationship ({rule})")


def _in_a_line(name: str) -> str:
    return name if name.isprintable() else shown_value(name)
