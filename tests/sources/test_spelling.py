"""Names of objects and fields are the org's in whatever capitals config writes them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.api_names import lacking, respelled, same_name, spelled_as
from config.intake import CrmObject, Intake
from handlers.jobs.fold import read_message
from tests.messages import Message, body
from tests.sources.taking import NOW, event, event_names, the_intake


def capitals(name: str, choices: list[bool]) -> str:
    """Turn some letters of a name around."""
    return "".join(letter.swapcase() if choices[place % len(choices)] else letter for place, letter in enumerate(name))


def rewritten(intake: Intake, choices: list[bool]) -> Intake:
    """Give an intake whose names of objects and fields are in other capitals."""
    objects = {capitals(name, choices): _rewritten(one, choices) for name, one in intake.objects.items()}
    return replace(intake, objects=objects)


def _rewritten(crm_object: CrmObject, choices: list[bool]) -> CrmObject:
    owner = None if crm_object.owner_field is None else capitals(crm_object.owner_field, choices)
    fields = {capitals(name, choices): field for name, field in crm_object.fields.items()}
    return replace(crm_object, owner_field=owner, fields=fields)


FROM_THE_CRM = [name for name in event_names() if "salesforce" in str(event(name))]
CHOICES = st.lists(st.booleans(), min_size=1, max_size=7)


@pytest.mark.parametrize("name", FROM_THE_CRM)
@settings(max_examples=15)
@given(choices=CHOICES)
def test_an_event_says_the_same_whatever_capitals_config_has(name: str, choices: list[bool]) -> None:
    """Never less: a field that is not found would be empty without a word."""
    message, usual = body(event(name)), the_intake()
    told = read_message(message, rewritten(usual, choices), NOW)
    expected = read_message(message, usual, NOW)
    assert (told.statements, told.remarks) == (expected.statements, expected.remarks)


def test_a_re_read_in_other_capitals_says_the_same() -> None:
    """As an org answers that spells its fields otherwise than config."""
    fields = {"Account__c": "001bm000016htgPAAQ", "Severity__c": "Critical", "Status__c": "Active"}
    message: Message = {"type": "salesforce.record", "object": "Churn_Signal__c", "read_at": "2026-05-08T06:00:00Z"}
    system = {"Id": "a9Z000000000001AAA", "SystemModstamp": "2026-05-07T22:30:10.000+0000", "IsDeleted": False}
    one, other = (
        read_message(body({**message, "record": {**system, **named}}), the_intake(), NOW)
        for named in (fields, {name.upper(): value for name, value in fields.items()})
    )
    assert one.statements == other.statements


def test_names_are_compared_in_any_capitals_and_kept_otherwise() -> None:
    """What is not wanted keeps its name."""
    assert respelled({"ARR__C": 1, "Other": 2}, ["arr__c"]) == {"arr__c": 1, "Other": 2}
    assert respelled({"arr__c": 1, "Other": 2}, ["arr__c"]) == {"arr__c": 1, "Other": 2}
    assert lacking(["Arr__c", "Tier__c"], ["ARR__C", "x"]) == ["Tier__c"]
    assert (spelled_as("ID", ["Id"]), spelled_as("No", ["Id"])) == ("Id", "No")
    assert not same_name("ARR__c", "NS__ARR__c")
