"""Whether a flow hangs together: connectors, resources, fields, words, and writes that are allowed."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.flow_parts import NODES, Flow, flow, leads_to, screen_fields, value_of
from tests.salesforce.formula import FormulaError
from tests.salesforce.formula_faults import formula_faults
from tests.salesforce.package import Component, every, of_type, tag, text, texts
from tests.salesforce.schema import Field, find, objects, required

_GLOBALS = {
    "$Flow.CurrentDate": "date",
    "$Flow.CurrentDateTime": "datetime",
    "$Flow.FaultMessage": "text",
}
_KINDS = {
    "String": "text",
    "Number": "number",
    "Currency": "number",
    "Boolean": "yes_no",
    "Date": "date",
    "DateTime": "datetime",
}
_LITERALS = {"stringValue": "text", "numberValue": "number", "booleanValue": "yes_no"}
LOG = "Health_Log_Fault"
"""The flow that logs a fault and tells an administrator."""
_MERGE = re.compile(r"\{!([$\w.]+)\}")


def flow_faults(component: Component) -> Iterator[str]:
    """Say what is wrong with a flow beyond its elements."""
    parts = flow(component)
    yield from _shape(parts)
    yield from _connected(parts)
    yield from _started(parts)
    yield from _untold(parts)
    yield from (f"{name}: nothing of that name" for name in sorted(set(_named(component)) - _known(parts, component)))
    for resource in component.all("formulas"):
        yield from _formula(parts, resource)
    if text(parts.start, "filterFormula") is not None:
        yield from _expression(parts, text(parts.start, "filterFormula") or "", "yes_no")
    for rule in every(component.root, "//validationRule"):
        yield from _expression(parts, text(rule, "formulaExpression") or "", "yes_no")
    for node in parts.nodes.values():
        yield from _node(parts, node)
    yield from _filters(parts, parts.start, parts.record)
    yield from _choices(component)


def _shape(parts: Flow) -> Iterator[str]:
    trigger, schedule = text(parts.start, "triggerType"), every(parts.start, "schedule")
    if bool(schedule) != (trigger == "Scheduled"):
        yield "start: a schedule goes with triggerType Scheduled"
    if (parts.component.text("processType") == "Flow") != any(tag(node) == "screens" for node in parts.nodes.values()):
        yield "processType: Flow has screens, another none"
    if parts.component.text("status") != "Active":
        yield "status: does nothing unless Active"
    known = {*NODES, "start", "variables", "formulas", "textTemplates", "choices", "dynamicChoiceSets"}
    unknown = {tag(one) for one in parts.component.root if len(one)} - known - {"processMetadataValues"}
    yield from (f"{name}: not walked by the tests" for name in sorted(unknown))


def _started(parts: Flow) -> Iterator[str]:
    """Say where a save starts a flow too often, or a later path asks what only the save knows."""
    formula = text(parts.start, "filterFormula") or ""
    is_saved = (text(parts.start, "triggerType") or "").startswith("Record")
    if is_saved and not formula and not every(parts.start, "filters"):
        yield "start: each save starts it"
    later = every(parts.start, "scheduledPaths") and every(parts.start, "object")
    if later and any(word in formula for word in ("ISNEW(", "ISCHANGED(", "PRIORVALUE(")):
        yield "scheduledPaths: what the save changed is not known any more"


def _untold(parts: Flow) -> Iterator[str]:
    """Say which faults are told nobody; the flow that tells has nobody left to turn to."""
    for name, node in parts.nodes.items():
        caught = text(node, "faultConnector/targetReference")
        if caught is not None and parts.component.name != LOG and not _tells(parts, caught):
            yield f"{name}: its fault is told nobody"


def _tells(parts: Flow, at: str | None) -> bool:
    node = parts.nodes.get(at or "")
    if node is None:
        return False
    return text(node, "flowName") == LOG or _tells(parts, text(node, "connector/targetReference"))


def _connected(parts: Flow) -> Iterator[str]:
    targets = {target for node in (parts.start, *parts.nodes.values()) for target in leads_to(node)}
    yield from (f"connector: {target} is not there" for target in sorted(targets - parts.nodes.keys()))
    reached, ahead = set[str](), list(leads_to(parts.start))
    while ahead:
        name = ahead.pop()
        if name not in reached and name in parts.nodes:
            reached.add(name)
            ahead.extend(leads_to(parts.nodes[name]))
    yield from (f"{name}: never reached" for name in sorted(parts.nodes.keys() - reached))
    names = Counter(text(one, "name") for one in parts.component.root if text(one, "name"))
    yield from (f"{name}: stands twice" for name, times in names.items() if times > 1 and name in parts.nodes)


def _named(component: Component) -> Iterator[str]:
    """Name every resource that a flow refers to."""
    for path in (
        "elementReference",
        "leftValueReference",
        "assignToReference",
        "assignRecordIdToReference",
        "inputReference",
        "choiceReferences",
    ):
        yield from texts(component.root, f"//{path}")
    for path in ("expression", "text", "fieldText", "filterFormula", "formulaExpression"):
        for said in texts(component.root, f"//{path}"):
            yield from _MERGE.findall(said)


def _known(parts: Flow, component: Component) -> set[str]:
    return {name for name in _named(component) if name in parts.resources or kind_of_name(parts, name) is not None}


def kind_of_name(parts: Flow, name: str) -> str | None:
    """Give the kind of value that a name stands for; None for no name."""
    if name in _GLOBALS:
        return _GLOBALS[name]
    field = field_of(parts, name)
    if field is not None:
        return field.kind
    if name in screen_fields(parts):
        return "text"
    resource = parts.resources.get(name)
    if name in parts.nodes and tag(parts.nodes[name]) == "recordCreates":
        return "text"
    if resource is not None:
        return _KINDS.get(text(resource, "dataType") or "String", "text")
    is_record = (
        name == "$Record" or tag(parts.nodes[name]) == "recordLookups" if name in {"$Record", *parts.nodes} else False
    )
    return "record" if is_record else None


def field_of(parts: Flow, name: str) -> Field | None:
    """Find the field that `$Record.X`, `$Record__Prior.X` or `Get_Something.X` stands for."""
    first, _, path = name.partition(".")
    if first == "$User":
        return find("User", path)
    node = parts.nodes.get(first)
    crm_object = (
        parts.record if first in {"$Record", "$Record__Prior"} else None if node is None else text(node, "object")
    )
    return None if crm_object is None or not path else find(crm_object, path)


def _formula(parts: Flow, resource: Xml) -> Iterator[str]:
    yield from _expression(parts, text(resource, "expression") or "", _KINDS[text(resource, "dataType") or ""])


def _expression(parts: Flow, formula: str, wanted: str) -> Iterator[str]:
    def kinds(name: str) -> str:
        kind = kind_of_name(parts, name)
        if kind is None:
            raise FormulaError(f"{name}: nothing of that name")
        return kind

    yield from formula_faults(formula, kinds, lambda name: field_of(parts, name), wanted)


def _node(parts: Flow, node: Xml) -> Iterator[str]:
    kind, is_record = tag(node), text(node, "inputReference") == "$Record"
    crm_object = (parts.record if is_record else text(node, "object")) or ""
    if kind.startswith("record"):
        if crm_object not in objects():
            yield f"object: {crm_object} is not there"
            return
        yield from _filters(parts, node, crm_object)
        yield from _writes(parts, node, crm_object)
    elif kind == "decisions":
        yield from _conditions(parts, node)
    elif kind == "subflows":
        yield from _subflow(node)
    elif kind == "assignments":
        yield from _assigned(parts, node)


def _filters(parts: Flow, node: Xml, crm_object: str | None) -> Iterator[str]:
    for item in every(node, "filters"):
        if text(item, "operator") == "IsNull":
            continue
        field = None if crm_object is None else find(crm_object, text(item, "field") or "")
        yield from _goes(parts, field, text(item, "field") or "", value_of(item, "value"))
    sorted_by = text(node, "sortField")
    if sorted_by is not None and (crm_object is None or find(crm_object, sorted_by) is None):
        yield f"sortField: {sorted_by} is not there"


def _writes(parts: Flow, node: Xml, crm_object: str) -> Iterator[str]:
    written = {text(one, "field") or "": value_of(one, "value") for one in every(node, "inputAssignments")}
    for name, value in written.items():
        field = find(crm_object, name)
        yield from _goes(parts, field, name, value)
        if field is not None and field.is_computed:
            yield f"{name}: is computed, and cannot be written"
    if tag(node) == "recordCreates":
        yield from (f"{name}: required" for name in required(crm_object) if name not in written)


def _goes(parts: Flow, field: Field | None, name: str, value: Xml | None) -> Iterator[str]:
    """Say where a value does not go with the field it is compared with or written to."""
    if field is None:
        yield f"{name}: is not there"
        return
    if value is None:
        yield f"{name}: no value"
        return
    said, kind = value.text or "", _kind_of_value(parts, value)
    if kind != field.kind and {kind, field.kind} != {"text", "picklist"}:
        yield f"{name}: is {field.kind}, not {kind}"
    if tag(value) == "stringValue" and field.words is not None and said not in field.words:
        yield f"{name}: {said} is no value of it"


def _kind_of_value(parts: Flow, value: Xml) -> str | None:
    return kind_of_name(parts, value.text or "") if tag(value) == "elementReference" else _LITERALS.get(tag(value))


def _conditions(parts: Flow, node: Xml) -> Iterator[str]:
    for condition in every(node, "rules/conditions"):
        left, value = text(condition, "leftValueReference") or "", value_of(condition, "rightValue")
        if text(condition, "operator") == "IsNull":
            continue
        field, kind = field_of(parts, left), kind_of_name(parts, left)
        if field is not None:
            yield from _goes(parts, field, left, value)
        elif value is not None and kind not in {None, _kind_of_value(parts, value)}:
            yield f"{left}: is {kind}, not {tag(value)}"


def _assigned(parts: Flow, node: Xml) -> Iterator[str]:
    for item in every(node, "assignmentItems"):
        name = text(item, "assignToReference") or ""
        field = field_of(parts, name)
        if field is not None:
            yield from _goes(parts, field, name, value_of(item, "value"))
        if field is not None and field.is_computed:
            yield f"{name}: is computed, and cannot be written"


def _subflow(node: Xml) -> Iterator[str]:
    flows = {one.name: one for one in of_type("Flow")}
    called = flows.get(text(node, "flowName") or "")
    if called is None:
        yield f"flowName: {text(node, 'flowName')} is not there"
        return
    inputs = {text(one, "name") for one in called.all("variables") if text(one, "isInput") == "true"}
    given = set(texts(node, "inputAssignments/name"))
    yield from (f"inputAssignments: {name}" for name in sorted(map(str, inputs ^ given)))
    outputs = {text(one, "name") for one in called.all("variables") if text(one, "isOutput") == "true"}
    taken = set(texts(node, "outputAssignments/name"))
    yield from (f"outputAssignments: {name} is no output" for name in sorted(map(str, taken - outputs)))


def _choices(component: Component) -> Iterator[str]:
    for choices in component.all("dynamicChoiceSets"):
        field = find(text(choices, "picklistObject") or "", text(choices, "picklistField") or "")
        if field is None or field.words is None:
            yield f"dynamicChoiceSets: {text(choices, 'picklistField')} is no picklist"
