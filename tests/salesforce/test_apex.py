"""The Apex test class, run in an org in memory; and that it starts enough of the flows for production."""

import re
from functools import cache
from itertools import pairwise

import pytest

from tests.salesforce import apex
from tests.salesforce.office import Office
from tests.salesforce.package import PROJECT, Component, every, file_of, named, of_type, text, texts

CLASS = file_of("classes/HealthScoreFlowsTest.cls-meta.xml").with_name("HealthScoreFlowsTest.cls").read_text()
ENOUGH = 0.75
"""Of the active flows without screens, what share Apex tests must start: Salesforce counts versions of an org."""


@cache
def ran(name: str) -> Office:
    """Run a test of the class, once."""
    return apex.run_test(CLASS, name)


def started() -> set[str]:
    """Name the flows that the tests of the class start, one within another too."""
    return {step[0] for name in apex.tests_of(CLASS) for step in ran(name).org.trail}


@pytest.mark.parametrize("name", list(apex.tests_of(CLASS)))
def test_the_class_holds(name: str) -> None:
    """Each of its tests passes with the flows as they are."""
    ran(name)


def test_it_starts_enough_flows_for_production() -> None:
    """Three quarters of those that count: all without screens, those on a schedule too, which no test can start."""
    counted = {one.name for one in of_type("Flow") if one.text("processType") == "AutoLaunchedFlow"}
    missed = sorted(counted - started())
    assert [name for name in missed if named("Flow", name).text("start/triggerType") != "Scheduled"] == []
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


def test_the_list_activates_what_a_flow_calls_before_it() -> None:
    """Each flow once; of those that one save starts, the list's order is theirs."""
    labels = re.findall(r"^\| \d+ \| ([^|]+) \|", (PROJECT / "flows.md").read_text(), re.MULTILINE)
    flows = {one.text("label") or "": one for one in of_type("Flow")}
    assert sorted(labels) == sorted(flows)
    place = {flows[label].name: at for at, label in enumerate(labels)}
    for one in flows.values():
        assert all(place[called] < place[one.name] for called in texts(one.root, "subflows/flowName"))
    triggered = [flows[label] for label in labels if flows[label].text("triggerOrder")]
    for one, other in pairwise(triggered):
        if _moment(one) == _moment(other):
            assert int(one.text("triggerOrder") or 0) <= int(other.text("triggerOrder") or 0)


def _moment(flow: Component) -> tuple[str | None, str | None]:
    (start,) = every(flow.root, "start")
    return text(start, "object"), text(start, "triggerType")
