"""The package's objects, fields and relationships by name, to find what a word in a file stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from handlers.metadata.reading import FieldFile

_STANDARD: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("Opportunity", "Account"): "Account",
        ("Contact", "Account"): "Account",
        ("Task", "Account"): "Account",
        ("Event", "Account"): "Account",
        **{(name, "Owner"): "User" for name in ("Account", "Opportunity", "Task", "Event", "Contact")},
        ("User", "Manager"): "User",
    }
)
_ACTIVITIES = ("Task", "Event")
STANDARD = frozenset({"Account", "Activity", "Contact", "Event", "Opportunity", "Task", "User"})


@dataclass(frozen=True)
class Schema:
    """What fields there are, and where relationships lead."""

    files: tuple[FieldFile, ...]
    custom: frozenset[str]

    @cached_property
    def owners(self) -> Mapping[str, frozenset[str]]:
        """Give by the name of a field the objects that have one of that name."""
        found: dict[str, set[str]] = {}
        for file in self.files:
            found.setdefault(file.name, set()).add(file.crm_object)
        return {name: frozenset(owners) for name, owners in found.items()}

    def is_object(self, name: str) -> bool:
        """Tell whether a name is that of an object."""
        return name in STANDARD or name in self.custom

    def owner(self, crm_object: str, field: str) -> str | None:
        """Give the object in whose folder a field of an object lies."""
        owners = self.owners.get(field, frozenset())
        if crm_object in _ACTIVITIES and crm_object not in owners:
            crm_object = "Activity"
        return crm_object if crm_object in owners else None

    def leads(self, crm_object: str, relationship: str) -> str | None:
        """Give the object that a relationship leads to, up or down."""
        return self._relations.get((crm_object, relationship)) or _STANDARD.get((crm_object, relationship))

    @cached_property
    def _relations(self) -> Mapping[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for file in self.files:
            to = file.said("referenceTo")
            if to is not None:
                found[file.crm_object, f"{file.name[:-1]}r"] = to
                found[to, f"{file.said('relationshipName')}__r"] = file.crm_object
        return found


def schema_of(files: Iterable[FieldFile], objects: Iterable[str]) -> Schema:
    """Make the schema of the package."""
    return Schema(tuple(files), frozenset(objects))
