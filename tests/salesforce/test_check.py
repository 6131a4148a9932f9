"""The checks before a deployment: each finds what stops it, and takes no answer that is short for good news."""

import copy
from dataclasses import dataclass, replace
from typing import Any

import pytest

from handlers.metadata.reading import FieldFile
from handlers.package.errors import PackageError
from handlers.package.folders import left_out
from handlers.package.source import field_files
from handlers.preflight.answers import Once
from handlers.preflight.checks import findings
from handlers.preflight.plan import Plan
from handlers.preflight.questions import Question
from tests.fakes import sf

PLAN = Plan()
FIELDS = [one.name for one in field_files() if one.folder == "optional/account-fields"]
ACCOUNT = {"name": "Account", "fields": [{"name": "Name", "type": "string"}], "childRelationships": []}
QBR = {"value": "QBR", "active": True}
EVENT = {"name": "Event", "fields": [{"name": "Type", "type": "picklist", "picklistValues": [QBR]}]}
CLEAN: dict[str, Any] = {
    "aliases": ["uat"],
    "queries": {
        "Organization": [{"Name": "Acme", "OrganizationType": "Enterprise Edition", "IsSandbox": True}],
        "EntityLimit": [
            {"Type": "RollupSummary", "Label": "Roll-up Summary Fields", "Max": 25, "Remaining": 20},
            {"Type": "CustomFields", "Label": "Custom Fields", "Max": 500, "Remaining": 300},
        ],
    },
    "describes": {"Account": ACCOUNT, "Event": EVENT},
}


@dataclass(frozen=True)
class Org:
    """An org that answers as the CLI would."""

    told: dict[str, Any]

    def output(self, question: Question) -> str:
        """Answer one question."""
        return sf.answer(question.call("uat"), self.told)


def org(**queries: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the clean org with other records."""
    told = copy.deepcopy(CLEAN)
    told["queries"].update(queries)
    return told


def describing(crm_object: str, *fields: dict[str, Any], **more: list[dict[str, str]]) -> dict[str, Any]:
    """Give an org that has an object with some fields more."""
    told = org(EntityDefinition=[{"QualifiedApiName": crm_object}])
    old = told["describes"].get(crm_object, {"fields": []})
    told["describes"][crm_object] = {**old, **more, "fields": [*old["fields"], *fields]}
    return told


def having(field: dict[str, Any], table: str = "Account") -> dict[str, Any]:
    """Give an org whose accounts have a custom field."""
    told = describing({"Activity": "Event"}.get(table, table), field)
    told["queries"]["EntityDefinition"] = []
    told["queries"]["CustomField"] = [{"DeveloperName": field["name"][:-3], "TableEnumOrId": table}]
    return told


def checked(told: dict[str, Any], plan: Plan = PLAN) -> dict[str, list[tuple[str, str]]]:
    """Give verdict and text of each check."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in findings(Once(Org(told)), plan):
        found.setdefault(one.check, []).append((one.verdict, f"{one.found} {one.remedy}"))
    return found


def dashboard(number: int) -> dict[str, Any]:
    """Give a dashboard that runs as the logged-in user."""
    return {"DeveloperName": f"D{number}", "Title": f"Sales {number}", "Type": "LoggedInUser"}


def member(entity: str, channel: str = "ChangeEvents") -> dict[str, Any]:
    """Give an entity that a channel selects."""
    return {"DeveloperName": f"{channel}_{entity}", "SelectedEntity": entity}


def test_an_org_that_has_nothing_of_ours_is_well() -> None:
    """Every check says so."""
    assert {verdict for said in checked(CLEAN).values() for verdict, _ in said} == {"fine"}


TYPES = {
    "Text": "string",
    "LongTextArea": "textarea",
    "Number": "double",
    "Picklist": "picklist",
    "Checkbox": "boolean",
}


def as_described(field: FieldFile) -> dict[str, Any]:
    """Describe a field as an org does to which it was deployed."""
    sizes = {name: int(field.said(name) or 0) for name in ("length", "precision", "scale")}
    kind = TYPES.get(field.said("type") or "", (field.said("type") or "").lower())
    kind = "reference" if kind == "masterdetail" else kind
    return {"name": field.name, "type": kind, "calculatedFormula": field.said("formula"), **sizes} | {
        "calculated": field.said("formula") is not None
    }


ARR = {"name": "ARR__c", "type": "currency", "scale": 2, "precision": 18, "calculated": False}
SCORE_KEY = {"name": "External_Key__c", "type": "string", "length": 40}
OURS = [as_described(one) for one in PLAN.fields_of("Health_Score__c")]
RELATED = {"relationshipName": "Health_Scores__r", "childSObject": "Fitness__c"}
FOUND: list[tuple[str, dict[str, Any], str, str]] = [
    ("edition", org(Organization=[{"OrganizationType": "Professional Edition"}]), "stops", "Professional Edition"),
    ("edition", org(Organization=[]), "not known", "0 organizations"),
    ("dashboards as the logged-in user", org(Dashboard=[dashboard(n) for n in range(4)]), "fine", "4 there, 1 to come"),
    ("dashboards as the logged-in user", org(Dashboard=[dashboard(n) for n in range(5)]), "stops", "Sales 4"),
    (
        "dashboards as the logged-in user",
        org(Dashboard=[*(dashboard(n) for n in range(4)), {**dashboard(9), "DeveloperName": "Customer_Health"}]),
        "fine",
        "5 there, 0 to come",
    ),
    ("change data capture", org(PlatformEventChannelMember=[member("AccountChangeEvent")]), "fine", "5 in all"),
    ("change data capture", org(PlatformEventChannelMember=[member("LeadChangeEvent")]), "stops", "ChangeEvents_Lead"),
    (
        "change data capture",
        org(PlatformEventChannelMember=[member("01I000000000001", "Health_chn")]),
        "fine",
        "0 selected by others",
    ),
    (
        "event relay",
        org(EventRelayConfig=[{"DeveloperName": "Health_Relay", "State": "RUN"}]),
        "stops",
        "--without relay",
    ),
    ("event relay", org(EventRelayConfig=[{"DeveloperName": "Health_Relay", "State": "PAUSE"}]), "stops", "PAUSE"),
    ("event relay", org(EventRelayConfig=[{"DeveloperName": "Health_Relay", "State": "STOP"}]), "fine", "stopped"),
    ("event relay", org(EventRelayConfig=[{"DeveloperName": "Other", "State": "RUN"}]), "fine", "not there yet"),
    (
        "roll-ups on Account",
        org(EntityLimit=[{"Type": "RollupSummary", "Max": 25, "Remaining": 5}]),
        "stops",
        "5 of 25 left, 6 needed",
    ),
    ("custom fields on Account", org(EntityLimit=[]), "not known", "does not say how many are left"),
    ("fields that exist", having(ARR), "look", "of the same type: Account.ARR__c"),
    ("fields that exist", having({**ARR, "type": "double"}), "stops", "it is a double, ours a currency"),
    ("fields that exist", having({**ARR, "calculated": True, "calculatedFormula": "1"}), "stops", "formula (currency)"),
    ("fields that exist", having({**ARR, "scale": 0}), "stops", "its scale is 0, ours 2"),
    (
        "fields that exist",
        having({"name": "Qual_Active_Watch__c", "type": "double", "calculated": True, "calculatedFormula": None}),
        "look",
        "of the same type",
    ),
    ("fields that exist", having({"name": "Attended__c", "type": "boolean"}, "Activity"), "stops", "ours a picklist"),
    (
        "fields that exist",
        having({"name": "Renewal_Terms__c", "type": "picklist"}, "Opportunity"),
        "stops",
        "a picklist",
    ),
    (
        "fields that exist",
        org(CustomField=[{"DeveloperName": "ARR", "TableEnumOrId": "Account"}]),
        "not known",
        "visible",
    ),
    (
        "fields that exist",
        org(CustomField=[{"DeveloperName": "ARR", "TableEnumOrId": "Account", "NamespacePrefix": "sbqq"}]),
        "fine",
        "no other field",
    ),
    ("objects that exist", describing("CSQL__c", {"name": "Status__c", "type": "string"}), "stops", "--without csql"),
    (
        "objects that exist",
        describing("Health_Score__c", {"name": "Mood__c"}),
        "not known",
        "Health_Score__c is there, and 0 of our",
    ),
    ("objects that exist", describing("Health_Score__c", *OURS), "fine", "from an earlier deployment"),
    (
        "objects that exist",
        describing("Health_Score__c", SCORE_KEY, {"name": "Cap__c", "type": "string"}),
        "stops",
        "Cap__c: it is a string, ours a double",
    ),
    ("objects that exist", org(EntityDefinition=[{"QualifiedApiName": "CSQL__c"}]), "not known", "does not exist"),
    ("related lists of Account", describing("Account", childRelationships=[RELATED]), "stops", "lists Fitness__c"),
    (
        "related lists of Account",
        describing("Account", childRelationships=[{**RELATED, "childSObject": "Health_Score__c"}]),
        "fine",
        "no name of ours",
    ),
    ("flows of our names", org(FlowDefinitionView=[{"ApiName": "Renewal_Daily"}]), "stops", "somebody else's"),
    (
        "flows of our names",
        org(
            FlowDefinitionView=[{"ApiName": "Renewal_Daily"}],
            EntityDefinition=[{"QualifiedApiName": "Health_Score__c"}],
        ),
        "fine",
        "from an earlier deployment",
    ),
    ("validation rules on Account", org(ValidationRule=[{"ValidationName": "Needs_Phone"}]), "look", "Needs_Phone"),
    ("validation rules on Account", org(ValidationRule=[{"ValidationName": "Responsiveness_1_To_3"}]), "fine", "none"),
    (
        "flows and triggers on Account",
        org(ApexTrigger=[{"Name": "AccountSync"}], FlowDefinitionView=[{"ApiName": "Other", "Label": "Set Region"}]),
        "look",
        "2 active: flow Set Region; trigger AccountSync",
    ),
    ("currencies", describing("Account", {"name": "CurrencyIsoCode"}), "look", "several currencies"),
    ("person accounts", describing("Account", {"name": "IsPersonAccount"}), "look", "are turned on"),
]


@pytest.mark.parametrize(("check", "told", "verdict", "words"), FOUND)
def test_what_is_found(check: str, told: dict[str, Any], verdict: str, words: str) -> None:
    """By each check, with what to do."""
    said = checked(told)[check]
    assert [one for one in said if one[0] == verdict and words in one[1]], said


@pytest.mark.parametrize(
    ("fields", "verdict", "words"),
    [
        ([{"name": "Subject"}], "stops", "is not visible"),
        ([{"name": "Type", "picklistValues": [{"value": "Call", "active": True}]}], "look", "has no qbr"),
        ([{"name": "Type", "picklistValues": [{**QBR, "active": False}]}], "look", "has no qbr"),
    ],
)
def test_the_type_of_an_event(fields: list[dict[str, Any]], verdict: str, words: str) -> None:
    """Not visible, without the word, or with one that is turned off."""
    told = copy.deepcopy(CLEAN)
    told["describes"]["Event"]["fields"] = fields
    assert [
        (one, words in said) for one, said in checked(told, replace(PLAN, review_words=("qbr",)))["Event.Type"]
    ] == [(verdict, True)]


@pytest.mark.parametrize("asked", ["relay", "events", "payment-events", "payments", "csql", "ARR__c", "arr__C"])
def test_what_is_left_out_is_not_looked_at(asked: str) -> None:
    """A relay that runs, a field of another type, an object of the org's own, an entity too many."""
    told = having({**ARR, "type": "double"}) | {"fails": {}}
    told["queries"] |= {
        "EventRelayConfig": [{"DeveloperName": "Health_Relay", "State": "RUN"}],
        "PlatformEventChannelMember": [member("LeadChangeEvent")],
        "EntityDefinition": [{"QualifiedApiName": "CSQL__c"}, {"QualifiedApiName": "Payment_Record__c"}],
    }
    told["describes"] |= {name: {"fields": [{"name": "X__c"}]} for name in ("CSQL__c", "Payment_Record__c")}
    before, after = (
        {
            f"{check}: {said}"
            for check, told_of in checked(told, plan).items()
            for verdict, said in told_of
            if verdict == "stops"
        }
        for plan in (PLAN, Plan(left_out([asked], FIELDS)))
    )
    assert after < before


def test_what_cannot_be_left_out_is_refused_in_a_line() -> None:
    """With the nearest word."""
    with pytest.raises(PackageError, match=r"^paymets cannot be left out: did you mean payments\? There are"):
        left_out(["paymets"], FIELDS)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "no JSON: nothing"),
        ("Warning: sf update\n{", "no JSON: Warning"),
        ("[]", "not of the form"),
        ('{"status": 1}', "gave no reason"),
        ('{"status": 0}', "no result"),
        ('{"status": 0, "result": {"records": []}}', "not of the form that was asked for"),
        ('{"status": 0, "result": {"records": [{}], "totalSize": 2, "done": true}}', "1 of 2 records"),
        ('{"status": 0, "result": {"records": [{}], "totalSize": 1, "done": false}}', "1 of 1 records"),
        (sf.failure("INVALID_TYPE", "sObject type 'EventRelayConfig' is not supported.", 1), "INVALID_TYPE: sObject"),
    ],
)
def test_an_answer_that_is_not_whole_is_not_known(said: str, words: str) -> None:
    """And never taken for an org without such things."""
    told = {**CLEAN, "fails": {"EventRelayConfig": said}}
    (verdict, text) = checked(told)["event relay"][0]
    assert (verdict, words in text) == ("not known", True), text


@pytest.mark.parametrize("asked", ["Organization", "Dashboard", "PlatformEventChannelMember", "EntityLimit", "Account"])
def test_no_check_is_fine_without_its_answer(asked: str) -> None:
    """Whatever the org does not answer, what hangs on it is not known."""
    failing = checked({**CLEAN, "fails": {asked: ""}})
    clean = checked(CLEAN)
    assert [name for name in clean if failing.get(name) != clean[name]]
    assert all(one[0] == "not known" for name, said in failing.items() for one in said if said != clean.get(name))
