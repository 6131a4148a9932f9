"""A flow's elements and resources by name, and where each leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.package import Component, every, tag, text

NODES = frozenset(
    "screens decisions assignments recordLookups recordCreates recordUpdates recordDeletes actionCalls subflows".split()
)
RESOURCES = frozenset("variables formulas textTemplates choices dynamicChoiceSets".split())


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow, its nodes and its resources."""

    component: Component
    nodes: Mapping[str, Xml]
    resources: Mapping[str, Xml]

    @property
    def start(self) -> Xml:
        """Give where it starts."""
        return _start(self.component)

    @property
    def record(self) -> str | None:
        """Give the object of the record that it starts with."""
        return text(self.start, "object")


@cache
def _start(component: Component) -> Xml:
    return component.all("start")[0]


@cache
def flow(component: Component) -> Flow:
    """Take a flow apart."""
    parts = [(tag(one), text(one, "name") or "", one) for one in component.root]
    nodes = {name: one for kind, name, one in parts if kind in NODES}
    return Flow(component, nodes, {name: one for kind, name, one in parts if kind in RESOURCES})


def leads_to(node: Xml) -> Iterator[str]:
    """Name where a node, or the start, leads."""
    for kind in ("connector", "defaultConnector", "faultConnector", "rules/connector", "scheduledPaths/connector"):
        for connector in every(node, kind):
            yield text(connector, "targetReference") or ""


def value_of(element: Xml, path: str) -> Xml | None:
    """Give the element within a value: its reference, or its literal."""
    found = every(element, path)
    return next(iter(found[0]), None) if found else None


def screen_fields(parts: Flow) -> Mapping[str, Xml]:
    """Give all fields of all screens by name."""
    screens = (node for node in parts.nodes.values() if tag(node) == "screens")
    return {text(field, "name") or "": field for screen in screens for field in every(screen, "fields")}
