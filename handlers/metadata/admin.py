"""The permission sets of an administrator: all that each folder brings, to see and to edit.

A field that is deployed is seen by nobody until a permission says so, administrators included.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from handlers.metadata.project import content_of
from handlers.metadata.reading import FIELD_FILES, FieldFile, field_file
from handlers.metadata.xml_text import Content, document

SETS: Mapping[str, tuple[str, str]] = {
    "optional/account-fields": ("Account_Fields", "optional/account-fields"),
    "optional/payments": ("Payments", "optional/payments"),
    "optional/csql": ("CSQL", "optional/csql"),
    "1-objects": ("", "3-permissions"),
}
"""By folder what the name of its set ends with, and in which folder that set lies."""
_MAY = ("allowCreate", "allowDelete", "allowEdit", "allowRead", "modifyAllRecords", "viewAllRecords")
_WITHOUT = dict.fromkeys(("Account", "Opportunity"), frozenset({"allowDelete", *_MAY[4:]}))
"""What is not given of the org's own objects; all opportunities are seen only by those who see all accounts."""
_WHAT = "all fields, objects, tabs, screens and settings of the package, to see and to edit"


def admin_sets(project: Path, of_the_map: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Give the file of each set; the fields of the record map as they will be, the others as they lie there."""
    for folder, (suffix, home) in SETS.items():
        name = "Health_Score_Admin" + (f"_{suffix}" if suffix else "")
        texts = _texts(content_of(folder, project), of_the_map if folder == "1-objects" else {})
        if folder == "1-objects":
            texts |= _texts(content_of("2-automation", project), {})
        content = _content([field_file(path, text, folder) for path, text in texts.items()], suffix)
        if not suffix:
            content |= _of_the_package(project)
        yield (
            content_of(home, project) / f"permissionsets/{name}.permissionset-meta.xml",
            document("PermissionSet", content),
        )


def _texts(root: Path, made: Mapping[str, str]) -> dict[Path, str]:
    lying = {path: path.read_text() for path in root.glob(FIELD_FILES)}
    return lying | {root / "objects/Health_Score__c/fields" / name: text for name, text in made.items()}


def _permitted_as(field: FieldFile) -> str:
    """Name a field as a permission does: one of activities by Event."""
    return f"{'Event' if field.crm_object == 'Activity' else field.crm_object}.{field.name}"


def _content(fields: list[FieldFile], suffix: str) -> dict[str, Content]:
    of_records = [one for one in fields if not one.crm_object.endswith("__mdt")]
    named = sorted((_permitted_as(one), not one.is_computed) for one in of_records if not one.is_required)
    details = {one.crm_object for one in fields if one.is_detail}
    objects = sorted({one.crm_object for one in of_records} - {"Activity"} | {"Account"})
    added = suffix.replace("_", " ")
    adds = f"Assign it to everybody who has Health Score Admin: it adds what comes in this folder ({added})."
    return {
        "description": adds if suffix else f"For administrators: {_WHAT}.",
        "fieldPermissions": [{"editable": edit, "field": path, "readable": True} for path, edit in named],
        "hasActivationRequired": False,
        "label": "Health Score Admin" + (f": {added}" if suffix else ""),
        "objectPermissions": [_rights(name, is_detail=name in details) for name in objects],
    }


def _rights(crm_object: str, *, is_detail: bool) -> Mapping[str, Content]:
    """Say what may be done with an object; whose records a detail's are follows from its account."""
    without = frozenset(_MAY[4:]) if is_detail else _WITHOUT.get(crm_object, frozenset())
    return {right: right not in without for right in _MAY} | {"object": crm_object}


def _of_the_package(project: Path) -> dict[str, Content]:
    objects, automation = (content_of(folder, project) for folder in ("1-objects", "2-automation"))
    settings = sorted(path.name for path in objects.glob("objects/*__mdt"))
    tabs = sorted(path.name.partition(".")[0] for path in objects.glob("tabs/*"))
    flows = sorted(automation.glob("flows/*.flow-meta.xml"))
    screens = [path for path in flows if "<processType>Flow</processType>" in path.read_text()]
    return {
        "customMetadataTypeAccesses": [{"enabled": True, "name": name} for name in settings],
        "flowAccesses": [{"enabled": True, "flow": path.name.partition(".")[0]} for path in screens],
        "pageAccesses": [{"apexPage": path.stem, "enabled": True} for path in sorted(automation.glob("pages/*.page"))],
        "tabSettings": [{"tab": tab, "visibility": "Visible"} for tab in tabs],
    }
