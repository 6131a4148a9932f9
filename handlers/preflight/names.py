"""Whether names that the package brings mean something else in the org already."""

from collections.abc import Iterator, Mapping
from typing import Any

from handlers.metadata.project import is_optional, word_of
from handlers.metadata.reading import FieldFile
from handlers.package.folders import FIELDS
from handlers.preflight import questions as asked
from handlers.preflight.answers import Answers, NotKnown, description, rows
from handlers.preflight.finding import Finding
from handlers.preflight.plan import Plan
from handlers.preflight.types import differences

_SEEN_AS = {"Account": "Account", "Activity": "Event", "Opportunity": "Opportunity"}
"""Salesforce's own objects that get fields of ours, and where a description shows these."""


def account_fields(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Compare our fields of Salesforce's own objects with those of these names that the org has."""
    custom = rows(answers, asked.CUSTOM_FIELDS)
    same: list[str] = []
    for table, crm_object in _SEEN_AS.items():
        named = {
            str(one.get("DeveloperName")).lower()
            for one in custom
            if one.get("TableEnumOrId") == table and not one.get("NamespacePrefix")
        }
        ours = [one for one in plan.fields_of(table) if one.name.removesuffix("__c").lower() in named]
        seen = _fields(description(answers, asked.described(crm_object))) if ours else {}
        for field in ours:
            verdict = _field(field, seen)
            if verdict is None:
                same.append(f"{table}.{field.name}")
            else:
                yield verdict
    yield _same(same)


def _same(fields: list[str]) -> Finding:
    if not fields:
        return Finding("fields that exist", "fine", "no other field of ours is on Account, Activity or Opportunity yet")
    return Finding(
        "fields that exist",
        "look",
        f"of the same type: {', '.join(fields)}",
        "From an earlier deployment of this package: go on. Else the deployment would write label, help and words "
        "of ours over the org's: leave the field out, --without NAME.",
    )


def _field(field: FieldFile, seen: Mapping[str, Mapping[str, Any]]) -> Finding | None:
    place = f"{field.crm_object}.{field.name}"
    there = seen.get(field.name.lower())
    if there is None:
        told = f"{place} is there, but not visible to the user who asks: its type is not known"
        return Finding("fields that exist", "not known", told, "Make it visible to you, then check again.")
    told = differences(field, there)
    if not told:
        return None
    ways = f"Leave it out (--without {field.name}) if it means the same"
    other = (
        "or give ours another name: the org's name goes into config/sources.yaml, and healthscore salesforce package"
    )
    remedy = f"{ways}, {other} writes it everywhere."
    if field.folder != FIELDS:
        remedy = "Rename the org's field, or ours: healthscore salesforce package --names FILE."
    return Finding("fields that exist", "stops", f"{place} is there: {told}", remedy)


def objects(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Say which of our objects are there, and whether they are ours."""
    there = {str(one.get("QualifiedApiName")) for one in rows(answers, asked.objects_named(plan.objects))}
    for name in sorted(there & plan.objects.keys()):
        yield _object(answers, plan, name)
    if not there & plan.objects.keys():
        yield Finding(_OBJECTS, "fine", "none of ours is there yet")


def _object(answers: Answers, plan: Plan, name: str) -> Finding:
    seen, ours = _fields(description(answers, asked.described(name))), plan.fields_of(name)
    shared = [field for field in ours if field.name.lower() in seen]
    wrong = [f"{one.name}: {told}" for one in shared if (told := differences(one, seen[one.name.lower()]))]
    lacking = [field.name for field in ours if field not in shared]
    folder = plan.objects[name]
    if is_optional(folder) and (wrong or lacking):
        told = "; ".join([*wrong, *([f"it has no {', '.join(lacking)}"] if lacking else [])])
        remedy = f"It is the org's own: --without {word_of(folder)}, and its names into config/sources.yaml."
        return Finding(_OBJECTS, "stops", f"{name} is there: {told}", remedy)
    if wrong:
        remedy = "A field cannot change its type by a deployment: delete or rename the org's field first."
        return Finding(_OBJECTS, "stops", f"{name} is there: {'; '.join(wrong)}", remedy)
    if 2 * len(shared) < len(ours):
        told = f"{name} is there, and {len(shared)} of our {len(ours)} fields are visible to the user who asks"
        return Finding(_OBJECTS, "not known", told, _WHOSE)
    return Finding(_OBJECTS, "fine", f"{name} is there from an earlier deployment")


_OBJECTS = "objects that exist"
_WHOSE = (
    "From an earlier deployment of this package: assign yourself Health Score Admin, and check again. Else it means "
    "something else in this org: ours needs another name."
)


def relationships(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Say whether a related list of Account that bears a name of ours is of another object."""
    told = description(answers, asked.described("Account")).get("childRelationships")
    if not isinstance(told, list):
        raise NotKnown("the answer lists no relationships")
    children = {str(one.get("relationshipName")).lower(): str(one.get("childSObject")) for one in told}
    wrong = []
    for field in plan.fields:
        name = f"{field.said('relationshipName')}__r"
        if field.said("referenceTo") == "Account" and children.get(name.lower(), field.crm_object) != field.crm_object:
            wrong.append(f"{name} lists {children[name.lower()]}")
    if wrong:
        remedy = (
            "Give ours another name: healthscore salesforce package --names FILE, with a line Health_Scores: New_Name."
        )
        yield Finding("related lists of Account", "stops", "; ".join(wrong), remedy)
    else:
        yield Finding("related lists of Account", "fine", "no name of ours is taken")


def flow_names(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Say which flows of our names are there."""
    there = sorted(str(one.get("ApiName")) for one in rows(answers, asked.flows_named(plan.flows)))
    ours = rows(answers, asked.objects_named(plan.objects))
    if not there:
        yield Finding("flows of our names", "fine", "none is there yet")
    elif ours:
        yield Finding("flows of our names", "fine", f"{len(there)} are there from an earlier deployment")
    else:
        told = f"{', '.join(there)}, and no object of ours is: they are somebody else's"
        yield Finding(
            "flows of our names", "stops", told, "The deployment would make new versions of them: rename them first."
        )


def _fields(told: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("name")).lower(): one for one in told["fields"]}
