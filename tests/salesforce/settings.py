"""Custom metadata records: as an org holds them, and whether they fit their type."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element as Xml

from handlers.metadata.xml_text import XSI
from tests.salesforce.package import Component, cached, every, of_type, text
from tests.salesforce.schema import find, objects

_KINDS = {"xsd:string": "text", "xsd:double": "number", "xsd:boolean": "yes_no", "xsd:date": "date"}


@cached
def settings() -> tuple[tuple[str, dict[str, Any]], ...]:
    """Give every record of the package: its object, and its fields."""
    return tuple((f"{component.name.partition('.')[0]}__mdt", _record(component)) for component in of_type(_TYPE))


_TYPE = "CustomMetadata"


def _record(component: Component) -> dict[str, Any]:
    said = {text(one, "field") or "": _value(every(one, "value")[0]) for one in component.all("values")}
    name = component.name.partition(".")[2]
    return {"DeveloperName": name, "MasterLabel": component.text("label"), **said}


def _value(element: Xml) -> object:
    if element.get(f"{{{XSI}}}nil") == "true":
        return None
    said, kind = element.text or "", element.get(f"{{{XSI}}}type")
    return {"xsd:boolean": said == "true", "xsd:double": float(said) if kind == "xsd:double" else None}.get(
        kind or "", said
    )


def setting_faults(component: Component) -> Iterator[str]:
    """Say what is wrong with a record: its type, its fields, the kinds of their values."""
    crm_object = f"{component.name.partition('.')[0]}__mdt"
    if crm_object not in objects():
        yield f"name: {crm_object} is no custom metadata type"
        return
    for one in component.all("values"):
        name, value = text(one, "field") or "", every(one, "value")[0]
        field, kind = find(crm_object, name), _KINDS.get(value.get(f"{{{XSI}}}type") or "")
        if field is None:
            yield f"values: {name} is not there"
        elif value.get(f"{{{XSI}}}nil") != "true" and kind != field.kind:
            yield f"values: {name} is {field.kind}, not {kind}"
