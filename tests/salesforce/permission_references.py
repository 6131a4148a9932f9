"""Whether a permission set names what is there, may be named, and stands on what it needs."""

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from tests.salesforce.package import Component, of_type, text, texts
from tests.salesforce.schema import find, objects

_STANDARD = frozenset({"Account", "Opportunity"})
_MASTERS = {"Opportunity": frozenset({"Account"})}
"""What Salesforce's own objects stand on, as a detail on its master."""
_NEEDS = {
    "allowCreate": ("allowRead",),
    "allowEdit": ("allowRead",),
    "allowDelete": ("allowRead", "allowEdit"),
    "viewAllRecords": ("allowRead",),
    "modifyAllRecords": ("allowRead", "allowEdit", "allowDelete", "viewAllRecords"),
}
_USER_PERMISSIONS = frozenset({"ApiEnabled", "ApiUserOnly", "ActivitiesAccess"})


def permission_faults(permissions: Component) -> Iterator[str]:
    """Say what is wrong with a permission set."""
    granted = {text(one, "object") or "": one for one in permissions.all("objectPermissions")}
    for name in granted:
        yield from _object(name, granted)
    for one in permissions.all("fieldPermissions"):
        edit = text(one, "editable") == "true"
        yield from _field(text(one, "field") or "", granted, edit=edit)
    yield from _others(permissions)


def _object(name: str, granted: Mapping[str, Element]) -> Iterator[str]:
    if name not in objects() or not (name in _STANDARD or name.endswith("__c")):
        yield f"objectPermissions: {name} is not there"
        return
    may = {right for right in _NEEDS if text(granted[name], right) == "true"}
    needed = {(right, needed) for right in may for needed in _NEEDS[right] if text(granted[name], needed) != "true"}
    yield from (f"objectPermissions: {name}: {right} needs {other}" for right, other in sorted(needed))
    for master in _masters(name):
        if master not in granted:
            yield f"objectPermissions: {name} needs {master}"
        elif "viewAllRecords" in may and text(granted[master], "viewAllRecords") != "true":
            yield f"objectPermissions: to see all of {name} one must see all of {master}"


def _masters(name: str) -> Iterator[str]:
    yield from _MASTERS.get(name, ())
    for field in objects()[name].values():
        if field.component is not None and _is_detail(field.component):
            yield field.component.text("referenceTo") or ""


def _is_detail(field: Component) -> bool:
    return field.text("type") == "MasterDetail"


def _field(path: str, granted: Mapping[str, object], *, edit: bool) -> Iterator[str]:
    crm_object, _, name = path.partition(".")
    field = find(crm_object, name)
    if field is None:
        yield f"fieldPermissions: {path} is not there"
    elif field.is_required:
        yield f"fieldPermissions: {path} is required, and may not be named"
    elif field.is_computed and edit:
        yield f"fieldPermissions: {path} is computed, and cannot be edited"
    elif crm_object not in {"Event", *granted}:
        yield f"fieldPermissions: {path} needs its object"


def _others(permissions: Component) -> Iterator[str]:
    flows, tabs, pages = ({component.name for component in of_type(kind)} for kind in ("Flow", "CustomTab", "ApexPage"))
    shown = texts(permissions.root, "pageAccesses/apexPage")
    yield from (f"apexPage: {name} is not there" for name in shown if name not in pages)
    yield from (
        f"flow: {name} is not there" for name in texts(permissions.root, "flowAccesses/flow") if name not in flows
    )
    yield from (f"tab: {name} is not there" for name in texts(permissions.root, "tabSettings/tab") if name not in tabs)
    custom = {component.name for component in of_type("CustomPermission")}
    yield from (
        f"customPermissions: {name} is not there"
        for name in texts(permissions.root, "customPermissions/name")
        if name not in custom
    )
    for name in texts(permissions.root, "userPermissions/name"):
        if name not in _USER_PERMISSIONS:
            yield f"userPermissions: {name} is more than is needed"
