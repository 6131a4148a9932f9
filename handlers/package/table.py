"""The table of other names: what this package calls each name of the config, and what the config calls it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from config.api_names import same_name
from config.loader import Config
from handlers.metadata.project import PROJECT
from handlers.package.api_name import check_custom, check_relationship
from handlers.package.errors import PackageError
from handlers.package.folders import FIELDS, LeftOut
from handlers.package.renames import Renames
from handlers.package.schema import Schema

WRITTEN = "names.yaml"
"""The file beside the package that says what its files call each name of the config."""
_FIXED = frozenset({"Health_Score__c"})


@dataclass(frozen=True, slots=True)
class Named:
    """One name of the config: its key, the object and perhaps the field that it stands for, what config calls it."""

    key: str
    crm_object: str
    field: str | None
    new: str

    @property
    def old(self) -> str:
        """Give the name that the package's files have."""
        return self.field or self.crm_object

    @property
    def is_changed(self) -> bool:
        """Tell whether the config has another name than the files."""
        return not same_name(self.old, self.new)


def written(project: Path = PROJECT) -> Mapping[str, str]:
    """Read what the package's files call each name of the config."""
    told: dict[str, str] = yaml.safe_load((project / WRITTEN).read_text())
    return told


def called(config: Config) -> Mapping[str, str]:
    """Give by its key what the config calls each name: `account.arr`, `payment.owner`, `record.tier`."""
    found = {f"record.{field.name}": field.field for field in config.record_map}
    for crm_object in config.intake.objects.values():
        found[crm_object.kind] = crm_object.object
        if crm_object.owner_field:
            found[f"{crm_object.kind}.owner"] = crm_object.owner_field
        found |= {f"{crm_object.kind}.{field.name}": name for name, field in crm_object.fields.items()}
    return found


def named(config: Config, project: Path = PROJECT) -> Iterator[Named]:
    """Give each name that both the package and the config have."""
    theirs = called(config)
    for key, place in written(project).items():
        crm_object, _, field = place.partition(".")
        if key in theirs:
            yield Named(key, crm_object, field or None, theirs[key])


def renames(
    config: Config, schema: Schema, out: LeftOut, others: Mapping[str, str], project: Path = PROJECT
) -> Renames:
    """Give all other names: those of the config, and of a file for what no config names. Raises PackageError."""
    fields, objects = dict[tuple[str, str], str](), dict[str, str]()
    for one in named(config, project):
        if one.is_changed and one.old.endswith("__c") and _is_deployed(one, schema, out):
            check_custom(one.key, one.new, is_created=not _is_of_the_org(one, out))
            if one.field is None:
                objects[one.old] = one.new
            else:
                fields[one.crm_object, one.field] = one.new
    found = Renames(schema, fields, objects)
    found = _with_others(found, others, set(written(project).values()))
    found.check()
    return found


def not_renamed(config: Config, project: Path = PROJECT) -> list[str]:
    """Say which names of the config the package does not follow: those of Salesforce's own fields."""
    return [
        f"{one.key} is {one.new} in the config; the package goes on using {one.crm_object}.{one.field}"
        for one in named(config, project)
        if one.is_changed and not one.old.endswith("__c")
    ]


def _is_deployed(one: Named, schema: Schema, out: LeftOut) -> bool:
    """Tell whether a file is written that has the name: a field of accounts is named whoever brings it."""
    folders = {file.folder for file in schema.files if file.crm_object == one.crm_object} - out.folders
    return bool(folders) or one.crm_object in {"Account", "Activity"}


def _is_of_the_org(one: Named, out: LeftOut) -> bool:
    """Tell whether the org brings a field: it is left out, alone or with its folder."""
    is_of_accounts = one.crm_object in {"Account", "Activity"}
    return one.field is not None and is_of_accounts and (one.field in out.fields or FIELDS in out.folders)


def _with_others(found: Renames, others: Mapping[str, str], of_config: set[str]) -> Renames:
    fields, objects, relationships = dict(found.fields), dict(found.objects), dict[str, str]()
    known = {file.said("relationshipName") for file in found.schema.files} - {None}
    for place, new in others.items():
        crm_object, _, field = place.partition(".")
        if place in of_config or place in _FIXED:
            raise PackageError(f"{place}: its name is changed in config/sources.yaml or config/record.yaml, not here")
        if field and found.schema.owner(crm_object, field) == crm_object:
            check_custom(place, new, is_created=True)
            fields[crm_object, field] = new
        elif place in known:
            check_relationship(place, new)
            relationships[place] = new
        elif place in found.schema.custom:
            check_custom(place, new, is_created=True)
            objects[place] = new
        else:
            raise PackageError(f"{place}: the package has no such field (Object.Field), object or relationship")
    return Renames(found.schema, fields, objects, relationships)
