"""Other names for fields, objects and relationships of the package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from handlers.package.errors import PackageError
from handlers.package.schema import Schema


@dataclass(frozen=True)
class Renames:
    """The new names: of fields by their object and old name, of objects and relationships by the old one."""

    schema: Schema
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)
    relationships: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Give the new form of each word that means one thing wherever it stands."""
        found = dict(self.objects)
        for old, new in self.objects.items():
            found |= {f"{old[:-1]}{form}": f"{new[:-1]}{form}" for form in ("ChangeEvent", "History", "Share")}
        for old, new in self.relationships.items():
            found |= {f"{old}__r": f"{new}__r"}
        for (_, old), new in self.fields.items():
            if old not in self.open:
                found |= {old: new, f"{old[:-1]}r": f"{new[:-1]}r"}
        return found

    @cached_property
    def open(self) -> frozenset[str]:
        """Name the fields of which only the place in a file says whose they are."""
        renamed = {old for _, old in self.fields}
        return frozenset(
            old
            for old in renamed
            if len({self.fields.get((owner, old), old) for owner in self.schema.owners.get(old, ())}) > 1
        )

    def touches(self, text: str) -> bool:
        """Tell whether a text may hold a name that changes: nothing else of a copy is read."""
        lookups = (f"{name[:-1]}r" for name in self.open)
        return any(word in text for word in (*self.words, *self.open, *lookups, *self.relationships))

    def field_of(self, crm_object: str, name: str) -> str:
        """Give the name of a field of an object."""
        owner = self.schema.owner(crm_object, name)
        return name if owner is None else self.fields.get((owner, name), name)

    def check(self) -> None:
        """Refuse two names that would become one."""
        for (owner, old), new in self.fields.items():
            others = {
                self.fields.get((one.crm_object, one.name), one.name).lower(): one.name
                for one in self.schema.files
                if one.crm_object == owner and one.name != old
            }
            if new.lower() in others:
                raise PackageError(f"{owner}.{old}: {new} is already the name of {owner}.{others[new.lower()]}")
        for old, new in self.objects.items():
            if old in self.schema.owners:
                raise PackageError(f"{old}: a field has the name of this object, and only one of them would change")
            names = {self.objects.get(one, one).lower(): one for one in self.schema.custom if one != old}
            if new.lower() in names:
                raise PackageError(f"{old}: {new} is already the name of {names[new.lower()]}")
        self._check_relationships()

    def _check_relationships(self) -> None:
        there = {file.said("relationshipName") or "" for file in self.schema.files} - {""}
        for old, new in self.relationships.items():
            names = {self.relationships.get(one, one).lower(): one for one in there if one != old}
            if new.lower() in names:
                raise PackageError(f"{old}: {new} is already the name of {names[new.lower()]}")
