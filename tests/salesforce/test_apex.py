"""The Apex test class, run in an org in memory; and that it starts enough of the flows for production."""

import pytest

from tests.salesforce import apex
from tests.salesforce.package import file_of, of_type

CLASS = file_of("classes/HealthScoreFlowsTest.cls-meta.xml").with_name("HealthScoreFlowsTest.cls").read_text()
ENOUGH = 0.75
"""Of the active flows without screens, what share Apex tests must start: Salesforce counts versions of an org."""


def started() -> set[str]:
    """Name the flows that the tests of the class start, one within another too."""
    return {step[0] for name in apex.tests_of(CLASS) for step in apex.run_test(CLASS, name).org.trail}


@pytest.mark.parametrize("name", list(apex.tests_of(CLASS)))
def test_the_class_holds(name: str) -> None:
    """Each of its tests passes with the flows as they are."""
    apex.run_test(CLASS, name)


def test_it_starts_enough_flows_for_production() -> None:
    """Three quarters of those that count: all without screens, those on a schedule too, which no test can start."""
    counted = {one.name for one in of_type("Flow") if one.text("processType") == "AutoLaunchedFlow"}
    missed = sorted(counted - started())
    assert len(missed) <= (1 - ENOUGH) * len(counted), f"{missed} of {len(counted)} are never started"


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("signalsCapTheCurrentScoreAtOnce", "shows(account, 65, 'At Risk'", "shows(account, 64, 'At Risk'"),
        ("aNewMonthTakesOverAndADropGivesOneTask", "70, 'At Risk'", "82, 'Healthy'"),
        ("aFirstScoreIsCurrent", "Previous_Tier__c, 'No", "Previous_Tier_c, 'No"),
        ("signalsSayWhenTheyExpire", "Source__c = 'CSM'", "Source__c = 'Hearsay'"),
        ("signalsSayWhenTheyExpire", "addDays(90)", "addDays(91)"),
    ],
)
def test_a_wrong_class_does_not_pass(name: str, right: str, wrong: str) -> None:
    """Neither a wrong figure, nor a field or a word that is not there."""
    assert right in CLASS
    with pytest.raises((AssertionError, KeyError)):
        apex.run_test(CLASS.replace(right, wrong), name)
