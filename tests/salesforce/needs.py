"""What a kind of metadata must or must not have beyond its elements: the rules that the guide tells in words."""

from collections.abc import Callable, Iterator, Mapping

from tests.salesforce.package import Component, every, text

_MUST: Mapping[str, str] = {
    "Text": "length",
    "LongTextArea": "length visibleLines",
    "Number": "precision scale",
    "Currency": "precision scale",
    "Picklist": "valueSet",
    "Checkbox": "defaultValue",
    "MasterDetail": "referenceTo relationshipName relationshipLabel relationshipOrder",
    "Lookup": "referenceTo relationshipName relationshipLabel",
    "Summary": "summaryForeignKey summaryOperation",
    "Date": "",
    "DateTime": "",
    "Email": "",
    "Url": "",
}
_MUST_NOT: Mapping[str, str] = {
    "MasterDetail": "required deleteConstraint length precision defaultValue",
    "Lookup": "relationshipOrder writeRequiresMasterRead length precision defaultValue",
    "Summary": "required length precision scale defaultValue formula",
    "LongTextArea": "required unique externalId",
    "Url": "unique length",
    "Checkbox": "required length",
    "Picklist": "length precision",
}
_BY_TYPE: Mapping[str, str] = {
    "CustomObject": "label pluralLabel",
    "CustomMetadata": "label protected values",
    "CustomPermission": "label isLicensed",
    "Flow": "label processType status start apiVersion",
    "ListView": "filterScope label",
    "ApexPage": "apiVersion label",
    "CompactLayout": "fields label",
    "PermissionSet": "label hasActivationRequired",
    "Report": "format name reportType filter",
    "QuickAction": "label type flowDefinition",
    "ExternalClientApplication": "label contactEmail distributionState",
    "ExtlClntAppGlobalOauthSettings": "label callbackUrl",
    "ExtlClntAppOauthSettings": "label commaSeparatedOauthScopes",
    "EventRelayConfig": "label relayOption",
    "NamedCredential": "endpoint principalType protocol",
    "CustomTab": "customObject motif",
}
_OF_OBJECTS = ("nameField", "deploymentStatus", "sharingModel")
_LONGEST: Mapping[str, Mapping[str, int]] = {
    "CustomField": {"label": 40, "inlineHelpText": 510, "description": 1_000, "formula": 3_900},
    "ListView": {"label": 40},
    "Report": {"name": 40, "description": 255},
    "ReportType": {"label": 50, "description": 255},
    "ValidationRule": {"errorMessage": 255, "description": 255},
    "Flow": {"label": 80, "description": 255},
    "PermissionSet": {"label": 80, "description": 255},
    "CustomObject": {"label": 40, "pluralLabel": 40, "description": 1_000},
}


def needs(component: Component) -> Iterator[str]:
    """Say what a component lacks or has too much of."""
    yield from (f"{name}: missing" for name in _BY_TYPE.get(component.type, "").split() if _lacks(component, name))
    for name, longest in _LONGEST.get(component.type, {}).items():
        if len(component.text(name) or "") > longest:
            yield f"{name}: longer than {longest} characters"
    yield from _OWN.get(component.type, _nothing)(component)


def _lacks(component: Component, name: str) -> bool:
    return not component.all(name)


def _nothing(_: Component) -> Iterator[str]:
    return iter(())


def _field(field: Component) -> Iterator[str]:
    kind = field.text("type") or ""
    if field.text("label") is None:
        yield "label: missing"
    if kind not in _MUST:
        yield f"type: {kind} is none that we use"
    elif field.text("formula") is None:
        yield from (f"{name}: missing" for name in _MUST[kind].split() if _lacks(field, name))
        yield from (f"{name}: not for {kind}" for name in _MUST_NOT.get(kind, "").split() if not _lacks(field, name))
    else:
        yield from _formula_field(field)
    yield from _sizes(field)
    yield from _values(field)


def _formula_field(field: Component) -> Iterator[str]:
    if field.text("formulaTreatBlanksAs") is None:
        yield "formulaTreatBlanksAs: missing"
    if field.text("required") == "true":
        yield "required: not for a formula"


def _sizes(field: Component) -> Iterator[str]:
    precision, scale = int(field.text("precision") or 0), int(field.text("scale") or 0)
    if precision > 18 or scale > precision:
        yield "precision: more than 18 digits, or fewer than scale"
    bounds = {"Text": (1, 255), "LongTextArea": (256, 131_072)}.get(field.text("type") or "")
    length = field.text("length")
    if bounds and length and not bounds[0] <= int(length) <= bounds[1]:
        yield f"length: not within {bounds}"
    if len(field.name) > 43:
        yield "fullName: longer than 40 characters"


_WITH_RECORD_TYPES = frozenset({"Opportunity"})
"""The org's own objects on which flows write words; a new picklist is empty in each of their record types."""


def _values(field: Component) -> Iterator[str]:
    if field.text("type") == "Picklist" and field.object in _WITH_RECORD_TYPES:
        if field.text("valueSet/restricted") != "false":
            yield "valueSet: restricted, and the org's record types offer none of its words: no flow could write one"
    elif field.text("type") == "Picklist" and field.text("valueSet/restricted") != "true":
        yield "valueSet: not restricted"
    words = [text(value, "fullName") for value in field.all("valueSet/valueSetDefinition/value")]
    if len(words) != len(set(words)):
        yield "valueSet: a value stands twice"
    defaults = [value for value in field.all("valueSet/valueSetDefinition/value") if text(value, "default") == "true"]
    if len(defaults) > 1:
        yield "valueSet: more than one default"


def _object(crm_object: Component) -> Iterator[str]:
    if crm_object.name.endswith("__mdt"):
        yield from (f"{name}: not for custom metadata" for name in _OF_OBJECTS if not _lacks(crm_object, name))
        return
    yield from (f"{name}: missing" for name in _OF_OBJECTS if _lacks(crm_object, name))
    together = {crm_object.text(name) for name in ("enableBulkApi", "enableSharing", "enableStreamingApi")}
    if len(together) > 1:
        yield "enableBulkApi, enableSharing, enableStreamingApi: all or none"
    if crm_object.text("nameField/type") == "AutoNumber" and crm_object.text("nameField/displayFormat") is None:
        yield "nameField/displayFormat: missing"


def _report(report: Component) -> Iterator[str]:
    wanted = {"Matrix": (True, True), "Summary": (True, False), "Tabular": (False, False)}
    has = bool(report.all("groupingsDown")), bool(report.all("groupingsAcross"))
    if has != wanted[report.text("format") or "Tabular"]:
        yield "format: does not go with the groupings"
    yield from _chart(report)
    logic = report.text("filter/booleanFilter")
    numbers = {int(word) for word in (logic or "").replace("(", " ").replace(")", " ").split() if word.isdigit()}
    if logic and numbers != set(range(1, len(report.all("filter/criteriaItems")) + 1)):
        yield "filter/booleanFilter: does not name each filter"


def _chart(report: Component) -> Iterator[str]:
    if report.all("chart") and (report.text("format") or "Tabular") == "Tabular":
        yield "chart: not for a table without groupings"
    is_manual = report.text("chart/summaryAxisRange") == "Manual"
    if is_manual and (
        _lacks(report, "chart/summaryAxisManualRangeStart") or _lacks(report, "chart/summaryAxisManualRangeEnd")
    ):
        yield "chart/summaryAxisRange: Manual without its ends"


def _list_view(view: Component) -> Iterator[str]:
    if len(view.all("columns")) > 15:
        yield "columns: more than 15"


def _compact(layout: Component) -> Iterator[str]:
    if len(layout.all("fields")) > 10:
        yield "fields: more than 10"


def _relay(relay: Component) -> Iterator[str]:
    if relay.text("state") is not None:
        yield "state: a deployment would stop a relay that runs (one that is new is stopped without it)"
    if relay.text("relayOption") != '{"ReplayRecovery":"EARLIEST"}':
        yield "relayOption: what was missed would be skipped"
    if not (relay.text("destinationResourceName") or "").startswith("callout:"):
        yield "destinationResourceName: begins with callout:"


def _member(member: Component) -> Iterator[str]:
    channel, entity = member.text("eventChannel") or "", member.text("selectedEntity") or ""
    if member.name != f"{channel}_{entity}".replace("__", "_"):
        yield "name: channel and entity, with single underscores"
    if len(member.all("enrichedFields")) > 10:
        yield "enrichedFields: more than 10"


def _secretless(app: Component) -> Iterator[str]:
    yield from (f"{name}: a secret" for name in ("consumerKey", "consumerSecret", "certificate") if app.all(name))


def _permissions(permissions: Component) -> Iterator[str]:
    for parts, key in (("objectPermissions", "object"), ("fieldPermissions", "field")):
        names = [text(one, key) for one in permissions.all(parts)]
        if len(names) != len(set(names)):
            yield f"{parts}: one stands twice"
    for field in permissions.all("fieldPermissions"):
        if text(field, "editable") == "true" and text(field, "readable") == "false":
            yield "fieldPermissions: what can be edited can be read"


def _layout(layout: Component) -> Iterator[str]:
    items = [text(item, "field") for item in every(layout.root, "//layoutItems")]
    if len(items) != len(set(items)):
        yield "layoutItems: a field stands twice"


_OWN: Mapping[str, Callable[[Component], Iterator[str]]] = {
    "CustomField": _field,
    "CustomObject": _object,
    "Report": _report,
    "ListView": _list_view,
    "CompactLayout": _compact,
    "EventRelayConfig": _relay,
    "PlatformEventChannelMember": _member,
    "ExtlClntAppGlobalOauthSettings": _secretless,
    "PermissionSet": _permissions,
    "Layout": _layout,
}
