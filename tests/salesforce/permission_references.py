"""Whether a permission set names what is there, may be named, and stands on what it needs."""

from collections.abc import Iterator, Mapping

from tests.salesforce.package import Component, of_type, text, texts
from tests.salesforce.schema import find, objects

_STANDARD = frozenset({"Account", "Opportunity"})
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


def _object(name: str, granted: Mapping[str, object]) -> Iterator[str]:
    if name not in objects() or not (name in _STANDARD or name.endswith("__c")):
        yield f"objectPermissions: {name} is not there"
        return
    for field in objects()[name].values():
        component = field.component
        master = None if component is None or not _is_detail(component) else component.text("referenceTo")
        if master is not None and master not in granted:
            yield f"objectPermissions: {name} needs {master}"


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
