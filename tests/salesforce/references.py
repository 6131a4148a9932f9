"""Whether what a file refers to is there: objects, fields, words of picklists, reports, flows, channels."""

import json
from collections.abc import Callable, Iterator, Mapping
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.flow_references import flow_faults
from tests.salesforce.formula_faults import object_formula_faults
from tests.salesforce.package import Component, every, file_of, named, of_type, text, texts
from tests.salesforce.permission_references import permission_faults
from tests.salesforce.report_references import (
    dashboard_faults,
    page_chart_faults,
    report_faults,
    report_type_faults,
)
from tests.salesforce.schema import child, find, objects, required
from tests.salesforce.settings import setting_faults
from tests.salesforce.templates import template_faults

_KINDS = {"Number": "number", "Currency": "number", "Text": "text", "Date": "date", "Checkbox": "yes_no"}
_LISTS = {"RelatedEntityHistoryList", "RelatedActivityList"}
_ACTIONS = {"Edit", "New", "Delete"}
"""Buttons that every org has; an action such as Global.NewTask can be deleted, and then no page with it deploys."""


def dangling(component: Component) -> Iterator[str]:
    """Say what a component refers to that is not there."""
    yield from _CHECKS.get(component.type, _nothing)(component)


def _nothing(_: Component) -> Iterator[str]:
    return iter(())


def names_of(*types: str) -> set[str]:
    """Name the package's components of some types."""
    return {component.name for component in of_type(*types)}


def _field(field: Component) -> Iterator[str]:
    formula, target = field.text("formula"), field.text("referenceTo")
    if formula is not None:
        yield from object_formula_faults(formula, field.object, _KINDS[field.text("type") or ""])
    if target is not None and target not in objects():
        yield f"referenceTo: {target} is not there"
    if field.text("type") == "Summary":
        yield from _roll_up(field)


def _roll_up(field: Component) -> Iterator[str]:
    detail, _, key = (field.text("summaryForeignKey") or "").partition(".")
    master = find(detail, key)
    if master is None or master.component is None or master.component.text("type") != "MasterDetail":
        yield f"summaryForeignKey: {detail}.{key} is no master-detail"
    elif master.component.text("referenceTo") != field.object:
        yield f"summaryForeignKey: {detail}.{key} does not lead to {field.object}"
    for item in field.all("summaryFilterItems"):
        of, _, name = (text(item, "field") or "").partition(".")
        found = find(of, name)
        if of != detail or found is None:
            yield f"summaryFilterItems: {of}.{name} is not there"
        elif found.words is None or text(item, "value") not in found.words:
            yield f"summaryFilterItems: {text(item, 'value')} is no value of {name}"
        elif found.is_computed:
            yield f"summaryFilterItems: {name} is a formula"


def _rule(rule: Component) -> Iterator[str]:
    yield from object_formula_faults(rule.text("errorConditionFormula") or "", rule.object, "yes_no")
    shown = rule.text("errorDisplayField") or ""
    if find(rule.object, shown) is None:
        yield f"errorDisplayField: {shown} is not there"


def _view(view: Component) -> Iterator[str]:
    for name in texts(view.root, "columns"):
        if _column(view.object, name) is None:
            yield f"columns: {name} is not there"
    if texts(view.root, "columns")[:1] not in (["NAME"], [f"{view.object.upper()}.NAME"]):
        yield "columns: the first opens no record"
    for item in view.all("filters"):
        yield from filter_faults(item, _column(view.object, text(item, "field") or ""))


_COLUMNS = {
    "NAME": "Name",
    "ACCOUNT.NAME": "Account.Name",
    "OPPORTUNITY.CLOSE_DATE": "CloseDate",
    "OPPORTUNITY.STAGE_NAME": "StageName",
    "CORE.USERS.ALIAS": "Owner.Alias",
}
"""What lists call the fields of Salesforce's own objects."""


def _column(crm_object: str, name: str) -> object:
    return find(crm_object, {**_COLUMNS, f"{crm_object.upper()}.NAME": "Name"}.get(name, name))


def filter_faults(item: Xml, field: object) -> Iterator[str]:
    """Say what is wrong with one filter of a list or report."""
    words = getattr(field, "words", None)
    values = (text(item, "value") or "").split(",")
    if field is None:
        yield f"filters: {text(item, 'field') or text(item, 'column')} is not there"
    elif words is not None:
        yield from (f"filters: {value} is no value" for value in values if value not in words)
    elif getattr(field, "kind", None) == "yes_no" and values not in (["0"], ["1"]):
        yield f"filters: {values} is neither 0 nor 1"


def _layout(layout: Component) -> Iterator[str]:
    crm_object = layout.name.partition("-")[0]
    items = {text(item, "field") or "": text(item, "behavior") for item in every(layout.root, "//layoutItems")}
    for name, behavior in items.items():
        field = find(crm_object, name)
        if field is None:
            yield f"layoutItems: {name} is not there"
        elif (behavior == "Required") != field.is_required or (behavior == "Edit" and field.is_computed):
            yield f"layoutItems: {name} cannot be {behavior}"
    yield from (f"layoutItems: {name} is required" for name in required(crm_object) if name not in items)
    yield from (
        f"relatedLists: {name}" for name in texts(layout.root, "relatedLists/relatedList") if name not in _LISTS
    )


def _page(page: Component) -> Iterator[str]:
    crm_object = page.text("sobjectType") or ""
    regions = set(texts(page.root, "flexiPageRegions/name"))
    for name in texts(page.root, "//fieldItem"):
        if find(crm_object, name.removeprefix("Record.")) is None:
            yield f"fieldItem: {name} is not there"
    for component in every(page.root, "//componentInstance"):
        yield from _page_part(component, crm_object, regions)
    identifiers = texts(page.root, "//identifier")
    if len(identifiers) != len(set(identifiers)):
        yield "identifier: one stands twice"


def _page_part(part: Xml, crm_object: str, regions: set[str]) -> Iterator[str]:
    said = {text(one, "name"): one for one in every(part, "componentInstanceProperties")}
    values = {name: text(one, "value") for name, one in said.items()}
    yield from (
        f"{name}: {values[name]} is no region"
        for name in ("body", "columns")
        if values.get(name) not in {None, *regions}
    )
    for action in texts(said["actionNames"], "valueList/valueListItems/value") if "actionNames" in said else ():
        if action not in _ACTIONS | names_of("QuickAction"):
            yield f"actionNames: {action} is not there"
    if values.get("pageName") not in {None, *names_of("ApexPage")}:
        yield f"pageName: {values['pageName']} is not there"
    if "relatedListApiName" in said:
        aliases = texts(said["relatedListFieldAliases"], "valueList/valueListItems/value")
        listed = child(crm_object, values["relatedListApiName"] or "")
        yield from _related_list(listed, aliases, values)
        yield from _list_filters(said.get("adminFilters"), listed)


def _related_list(listed: str | None, aliases: list[str], values: Mapping[str | None, str | None]) -> Iterator[str]:
    by = values.get("sortFieldAlias") or ""
    for alias in [*aliases, by]:
        if listed is None or _column(listed, alias) is None:
            yield f"relatedListApiName: {alias} is not there"
    if by not in aliases:
        yield f"sortFieldAlias: {by} is no column of the list"
    if aliases[:1] != ["NAME"]:
        yield "relatedListFieldAliases: the first column opens no record"
    if len(aliases) > 10:
        yield f"relatedListFieldAliases: {len(aliases)} columns, and 10 are shown"


def _compact(layout: Component) -> Iterator[str]:
    yield from (
        f"fields: {name} is not there" for name in texts(layout.root, "fields") if not find(layout.object, name)
    )


def _object(crm_object: Component) -> Iterator[str]:
    assigned = crm_object.text("compactLayoutAssignment") or "SYSTEM"
    if assigned not in {"SYSTEM", *(one.name for one in of_type("CompactLayout") if one.object == crm_object.name)}:
        yield f"compactLayoutAssignment: {assigned} is not there"


def _apex_page(page: Component) -> Iterator[str]:
    content = file_of(str(page.path)).with_name(f"{page.name}.page").read_text()
    yield from page_chart_faults(page, content)


def _list_filters(filters: Xml | None, listed: str | None) -> Iterator[str]:
    for said in () if filters is None else texts(filters, "valueList/valueListItems/value"):
        yield from _list_filter(said, listed)


def _list_filter(said: str, listed: str | None) -> Iterator[str]:
    """Say what is wrong with a filter of a related list: `Field|EQUALS|["word"]`."""
    name, operator, values = said.split("|")
    field = None if listed is None else find(listed, name)
    if field is None:
        yield f"adminFilters: {name} is not there"
    elif operator not in {"EQUALS", "NOT_EQUAL"}:
        yield f"adminFilters: {operator} is no operator"
    elif field.words is not None:
        yield from (f"adminFilters: {value} is no value" for value in json.loads(values) if value not in field.words)


def _action(action: Component) -> Iterator[str]:
    flow = action.text("flowDefinition") or ""
    if flow not in names_of("Flow"):
        yield f"flowDefinition: {flow} is not there"
    elif named("Flow", flow).text("processType") != "Flow":
        yield f"flowDefinition: {flow} has no screens"
    if action.name.partition(".")[0] not in objects():
        yield "name: begins with an object"


def _tab(tab: Component) -> Iterator[str]:
    if tab.name not in names_of("CustomObject"):
        yield f"name: {tab.name} is no object"


def _member(member: Component) -> Iterator[str]:
    crm_object = (member.text("selectedEntity") or "").removesuffix("ChangeEvent")
    crm_object += "c" if crm_object.endswith("__") else ""
    if member.text("eventChannel") not in names_of("PlatformEventChannel"):
        yield "eventChannel: is not there"
    if crm_object not in objects():
        yield f"selectedEntity: {crm_object} is not there"
    asked = [*texts(member.root, "enrichedFields/name"), *(member.text("filterExpression") or "").split()[:1]]
    yield from (f"{crm_object}.{name}: is not there" for name in asked if find(crm_object, name) is None)


def _relay(relay: Component) -> Iterator[str]:
    if (relay.text("destinationResourceName") or "").removeprefix("callout:") not in names_of("NamedCredential"):
        yield "destinationResourceName: is not there"
    if relay.text("eventChannel") not in names_of("PlatformEventChannel"):
        yield "eventChannel: is not there"


def _app(part: Component) -> Iterator[str]:
    if part.text("externalClientApplication") not in names_of("ExternalClientApplication"):
        yield "externalClientApplication: is not there"
    if part.text("commaSeparatedPermissionSet") not in {None, *names_of("PermissionSet")}:
        yield "commaSeparatedPermissionSet: is not there"


_CHECKS: Mapping[str, Callable[[Component], Iterator[str]]] = {
    "CustomField": _field,
    "ValidationRule": _rule,
    "ListView": _view,
    "CompactLayout": _compact,
    "CustomObject": _object,
    "ApexPage": _apex_page,
    "Layout": _layout,
    "FlexiPage": _page,
    "QuickAction": _action,
    "CustomTab": _tab,
    "PlatformEventChannelMember": _member,
    "EventRelayConfig": _relay,
    "ExtlClntAppOauthSettings": _app,
    "ExtlClntAppGlobalOauthSettings": _app,
    "ExtlClntAppOauthConfigurablePolicies": _app,
    "ExtlClntAppConfigurablePolicies": _app,
    "PermissionSet": permission_faults,
    "ReportType": report_type_faults,
    "Report": report_faults,
    "Dashboard": dashboard_faults,
    "Flow": flow_faults,
    "CustomMetadata": setting_faults,
    "EmailTemplate": template_faults,
}
