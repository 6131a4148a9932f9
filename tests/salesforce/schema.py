"""Objects and their fields: those of the package, and as much of Salesforce's own as ours refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.salesforce.package import Component, cached, of_type, text, texts

_REQUIRED_OF_SETTINGS = ("DeveloperName", "MasterLabel", "NamespacePrefix")
"""What a layout of a custom metadata type must have, and have as required: as in every layout that is published."""
_SETTING = {"Id": "text", "IsProtected": "yes_no"} | dict.fromkeys(_REQUIRED_OF_SETTINGS, "text")
_SYSTEM = {"Id": "text", "Name": "text", "CreatedDate": "datetime", "CreatedById": "text", "LastModifiedById": "text"}
_ACTIVITY = {"Id": "text", "AccountId": "text", "WhatId": "text", "OwnerId": "text", "Subject": "text"}
STANDARD: Mapping[str, Mapping[str, str]] = {
    "Account": _SYSTEM | {"OwnerId": "text", "Website": "text", "AccountNumber": "text"},
    "Opportunity": _SYSTEM
    | {"AccountId": "text", "OwnerId": "text", "Type": "picklist", "StageName": "picklist", "Description": "text"}
    | {"IsClosed": "yes_no", "IsWon": "yes_no", "CloseDate": "date", "Amount": "number"},
    "OpportunityContactRole": {"Id": "text", "OpportunityId": "text", "ContactId": "text", "IsPrimary": "yes_no"},
    "OpportunityStage": {"Id": "text", "ApiName": "text", "IsActive": "yes_no", "IsClosed": "yes_no", "IsWon": "yes_no"}
    | {"SortOrder": "number"},
    "Contact": _SYSTEM
    | {"AccountId": "text", "FirstName": "text", "Email": "text", "HasOptedOutOfEmail": "yes_no"}
    | {"IsEmailBounced": "yes_no"},
    "Contract": _SYSTEM | {"AccountId": "text", "ContractNumber": "text", "StatusCode": "picklist", "EndDate": "date"},
    "EmailTemplate": {"Id": "text", "DeveloperName": "text", "Name": "text", "IsActive": "yes_no"},
    "Organization": {"Id": "text", "Name": "text"},
    "Task": _ACTIVITY | {"Description": "text", "ActivityDate": "date", "Priority": "text", "Status": "text"},
    "Event": _ACTIVITY | {"Type": "text", "ActivityDate": "date", "IsChild": "yes_no", "IsRecurrence": "yes_no"},
    "User": _SYSTEM
    | dict.fromkeys(("FirstName", "LastName", "Alias", "ManagerId", "Email", "UserType"), "text")
    | {"IsActive": "yes_no"},
    "CustomNotificationType": {"Id": "text", "DeveloperName": "text"},
}
"""Salesforce's own objects: their fields that we use, and the kinds of these."""

_PARENTS = {("Account", "Owner"): "User", ("Opportunity", "Owner"): "User", ("Opportunity", "Account"): "Account"}
_KINDS = {
    **dict.fromkeys(("Text", "LongTextArea", "MasterDetail", "Lookup"), "text"),
    **dict.fromkeys(("Number", "Currency", "Summary"), "number"),
    "Picklist": "picklist",
    "Email": "text",
    "Url": "text",
    "Checkbox": "yes_no",
    "Date": "date",
    "DateTime": "datetime",
}
_STANDARD_LENGTHS = {("Task", "Subject"): 255, ("Task", "Description"): 32_000, ("Opportunity", "Name"): 120}
_STANDARD_WORDS = {
    ("Task", "Priority"): frozenset({"High", "Normal", "Low"}),
    ("Task", "Status"): frozenset({"Not Started", "Completed"}),
}


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of an object: its kind, what the package says of it (None for one of Salesforce's own).

    Nobody can write a computed field (`formula`, or a roll-up); a record cannot be without a required one
    (the master of a detail among them). `words` are those of its picklist, `length` is how
    many characters a text may have.
    """

    crm_object: str
    name: str
    kind: str
    component: Component | None = None
    formula: str | None = None
    is_computed: bool = False
    is_required: bool = False
    words: frozenset[str] | None = None
    length: int | None = None


def _field(crm_object: str, component: Component) -> Field:
    kind, formula = component.text("type") or "", component.text("formula")
    words = texts(component.root, "valueSet/valueSetDefinition/value/fullName")
    return Field(
        crm_object,
        component.name,
        _KINDS.get(kind, "unknown"),
        component,
        formula,
        is_computed=formula is not None or kind == "Summary",
        is_required=component.text("required") == "true" or kind == "MasterDetail",
        words=frozenset(words) if words else None,
        length=_length(component),
    )


def _length(component: Component) -> int | None:
    """Give how long a text may be; what is computed is as long as it is."""
    said = component.text("length")
    return None if said is None or component.text("formula") is not None else int(said)


@cached
def objects() -> Mapping[str, Mapping[str, Field]]:
    """Give all objects that are known, with their fields."""
    custom = [component.name for component in of_type("CustomObject")]
    names: dict[str, dict[str, Field]] = {
        name: {
            field: Field(
                name,
                field,
                kind,
                is_required=name.endswith("__mdt") and field in _REQUIRED_OF_SETTINGS,
                words=_STANDARD_WORDS.get((name, field)),
                length=_STANDARD_LENGTHS.get((name, field)),
            )
            for field, kind in STANDARD.get(name, _SETTING if name.endswith("__mdt") else _SYSTEM).items()
        }
        for name in (*STANDARD, *custom)
    }
    for component in of_type("CustomField"):
        for owner in ("Task", "Event") if component.object == "Activity" else (component.object,):
            names[owner][component.name] = _field(owner, component)
    return names


@cached
def parent(crm_object: str, relationship: str) -> str | None:
    """Give the object that a relationship leads up to."""
    if relationship.endswith("__r"):
        field = objects().get(crm_object, {}).get(f"{relationship[:-3]}__c")
        return None if field is None or field.component is None else field.component.text("referenceTo")
    return _PARENTS.get((crm_object, relationship))


@cached
def child(crm_object: str, relationship: str) -> str | None:
    """Give the object whose records a relationship of their master lists."""
    for component in of_type("CustomField"):
        if component.text("referenceTo") == crm_object and f"{component.text('relationshipName')}__r" == relationship:
            return component.object
    return None


@cached
def find(crm_object: str, path: str) -> Field | None:
    """Find a field by a path from an object, such as `Account__r.Owner.IsActive`."""
    *up, name = path.split(".")
    at: str | None = crm_object
    for relationship in up:
        at = None if at is None else parent(at, relationship)
    return None if at is None else objects().get(at, {}).get(name)


def required(crm_object: str) -> Iterator[str]:
    """Name the fields that a new record cannot be without; those with a default apart."""
    for field in objects()[crm_object].values():
        if field.is_required and not (field.component is not None and _has_default(field.component)):
            yield field.name


def _has_default(field: Component) -> bool:
    values = field.all("valueSet/valueSetDefinition/value")
    return field.text("defaultValue") is not None or any(text(value, "default") == "true" for value in values)
