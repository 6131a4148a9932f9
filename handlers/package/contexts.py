"""Whose field a word is that stands alone in a file of metadata, and what the names of a flow stand for."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from handlers.metadata.reading import said, tag
from handlers.package.markup import Markup
from handlers.package.schema import Schema

_NAMING = ("object", "picklistObject")


def roots_of(markup: Markup, schema: Schema) -> Mapping[str, str]:
    """Give by the first word of a path the object that it stands for: records of a flow, the record of a page."""
    kind = tag(markup.root)
    if kind == "FlexiPage":
        return {"Record": said(markup.root, "sobjectType") or ""}
    return _of_flow(markup, schema) if kind == "Flow" else {}


def _of_flow(markup: Markup, schema: Schema) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for part in markup.root:
        name, crm_object = said(part, "name"), said(part, "object") or said(part, "objectType")
        if tag(part) == "start" and crm_object:
            found |= {"$Record": crm_object, "$Record__Prior": crm_object}
        elif name and crm_object:
            found[name] = crm_object
    for part in markup.root:
        listed = (said(part, "collectionReference") or "").split(".")
        if tag(part) == "loops" and listed[0] in found:
            each = _led(schema, found[listed[0]], listed[1:])
            if each:
                found[said(part, "name") or ""] = each
    return found


def _led(schema: Schema, crm_object: str, relationships: list[str]) -> str | None:
    at: str | None = crm_object
    for relationship in relationships:
        at = None if at is None else schema.leads(at, relationship)
    return at


def alone(path: PurePosixPath, markup: Markup, schema: Schema) -> Callable[[Element], str | None]:
    """Give what says whose field a word is that stands alone in an element."""
    kind = tag(markup.root)
    if "objects" in path.parts:
        crm_object = path.parts[path.parts.index("objects") + 1]
        return lambda _: crm_object
    if kind in _BY_KIND:
        return lambda element: _BY_KIND[kind](path, markup, schema, element)
    return lambda _: None


def _layout(path: PurePosixPath, markup: Markup, _: Schema, element: Element) -> str | None:
    for one in markup.up(element):
        if tag(one) == "relatedLists":
            return (said(one, "relatedList") or "").partition(".")[0]
    return path.name.partition("-")[0]


def _action(path: PurePosixPath, markup: Markup, _: Schema, __: Element) -> str | None:
    return said(markup.root, "targetObject") or path.name.partition(".")[0]


def _page(_: PurePosixPath, markup: Markup, schema: Schema, element: Element) -> str | None:
    crm_object = said(markup.root, "sobjectType") or ""
    for one in markup.up(element):
        if tag(one) == "componentInstance":
            named = {said(part, "name"): said(part, "value") for part in one if tag(part).endswith("Properties")}
            listed = named.get("relatedListApiName")
            return schema.leads(crm_object, listed) if listed else crm_object
    return crm_object


def _report_type(_: PurePosixPath, markup: Markup, schema: Schema, element: Element) -> str | None:
    for one in markup.up(element):
        base, *steps = (said(one, "table") or "").split(".")
        if base:
            return _led(schema, base, steps)
    return None


def _flow(_: PurePosixPath, markup: Markup, schema: Schema, element: Element) -> str | None:
    roots = _of_flow(markup, schema)
    for one in markup.up(element):
        named = next((said(one, name) for name in _NAMING if said(one, name)), None)
        if named:
            return named
        used = said(one, "inputReference") or ""
        if used in roots:
            return roots[used]
    return None


def _member(_: PurePosixPath, markup: Markup, __: Schema, ___: Element) -> str | None:
    entity = (said(markup.root, "selectedEntity") or "").removesuffix("ChangeEvent")
    return f"{entity}c" if entity.endswith("__") else entity


def _setting(path: PurePosixPath, _: Markup, __: Schema, ___: Element) -> str | None:
    return f"{path.name.partition('.')[0]}__mdt"


_BY_KIND: Mapping[str, Callable[[PurePosixPath, Markup, Schema, Element], str | None]] = {
    "Layout": _layout,
    "QuickAction": _action,
    "FlexiPage": _page,
    "ReportType": _report_type,
    "Flow": _flow,
    "PlatformEventChannelMember": _member,
    "CustomMetadata": _setting,
}
