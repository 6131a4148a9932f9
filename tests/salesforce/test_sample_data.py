"""The sample data, run in an org in memory; and the ten minutes of salesforce/README.md, walked on it."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest

from tests.models import the_model
from tests.salesforce import apex
from tests.salesforce.office import TODAY, Office
from tests.salesforce.package import PROJECT
from tests.salesforce.schema import find

SAMPLE, REMOVE = ((PROJECT / f"scripts/{name}.apex").read_text() for name in ("sample_data", "sample_data_remove"))
README = (PROJECT / "README.md").read_text()
TEN_MINUTES = README.partition("## Ten minutes")[2].partition("\n## ")[0]
SHOWN = re.compile(r"(\d+\.\d) (Champion|Healthy|At Risk|Critical|Unknown)")
HALF = {"queries and saves of one save": 50, "rows": 5_000, "characters": 16_000}
"""Half of what Salesforce allows one transaction, or less."""


@cache
def _once() -> Office:
    office = Office()
    apex.run_script(office, SAMPLE)
    return office


def sampled() -> Office:
    """Give an office that has the sample data: one of its own each time."""
    return deepcopy(_once())


def account(office: Office, name: str) -> dict[str, Any]:
    """Give an account of the sample data."""
    return next(one for one in office.org.of("Account") if one["Name"] == name)


def shown(office: Office, name: str) -> tuple[str, str]:
    """Give the score and tier that an account shows now."""
    values = (
        office.org.value("Account", account(office, name), field)
        for field in ("Current_Health_Score__c", "Current_Health_Tier__c")
    )
    score, tier = values
    return f"{score:.1f}", tier


def sizes(office: Office) -> dict[str, int]:
    """Count the records of each object; settings and the like were there before."""
    return {name: len(records) for name, records in office.org.records.items() if records}


def test_it_is_there_once_however_often_it_is_run() -> None:
    """And gone after it is removed; what was there before stays."""
    office = Office()
    empty = sizes(office)
    office = sampled()
    once = sizes(office)
    assert once["Health_Score__c"] == 6 * 13
    apex.run_script(office, SAMPLE)
    assert sizes(office) == once
    apex.run_script(office, REMOVE)
    assert sizes(office) == empty


def test_it_stays_far_below_the_limits_of_a_transaction() -> None:
    """Records are saved together; flows ask once for all of them."""
    office = sampled()
    ran = apex.run_script(office, SAMPLE)
    assert ran.rows < HALF["rows"]
    assert sum(ran.asked) + len(ran.asked) < HALF["queries and saves of one save"]
    assert len(SAMPLE) < HALF["characters"]


def test_it_has_every_severity_in_every_status() -> None:
    """All that a list or report can filter by, but for Dismissed: a click on a suggested one, which has none."""
    fields = [find("Churn_Signal__c", name) for name in ("Severity__c", "Status__c")]
    severities, statuses = ((field.words or frozenset()) if field else frozenset() for field in fields)
    wanted = {*product(severities, statuses - {"Dismissed", "Suggested"}), (None, "Suggested")}
    assert {(one["Severity__c"], one["Status__c"]) for one in sampled().org.of("Churn_Signal__c")} == wanted


def test_its_scores_are_possible() -> None:
    """Between 0 and 100, of the tier that the calculator gives them, thirteen months in a row."""
    for score in sampled().org.of("Health_Score__c"):
        scores = {name: value for name, value in score.items() if name.endswith("_Score__c")}
        if score["Previous_Tier__c"] is None:
            del scores["Previous_Final_Score__c"]
        assert all(0 <= value <= 100 for value in scores.values())
        floors = the_model().tiers
        assert score["Tier__c"] == next(tier for tier, floor in floors if score["Recorded_Final_Score__c"] >= floor)
        assert score["As_Of__c"].date() == score["Scoring_Date__c"]


@cache
def walked() -> tuple[tuple[str, str], ...]:
    """Walk the ten minutes, and give what each step of them shows."""
    return tuple(_walk(sampled()))


def _walk(office: Office) -> Iterator[tuple[str, str]]:
    names = [one["Name"] for one in office.org.of("Account") if one["Name"].startswith("Sample ")]
    yield from (shown(office, name) for name in names)
    office.account = account(office, "Sample Hotel Acme")["Id"]
    watch = _logged(office, "Watch", "Asks for a discount")
    yield shown(office, "Sample Hotel Acme")
    moderate = _logged(office, "Moderate", "Budget under review")
    yield shown(office, "Sample Hotel Acme")
    assert _subjects(office) == ["Health score: Healthy to At Risk, 2026-10"]
    critical = _logged(office, "Critical", "Budget cut")
    yield shown(office, "Sample Hotel Acme")
    for change in ({"Confidence__c": "Confirmed"}, {"Status__c": "Monitoring"}, {"Status__c": "Active"}):
        office.does.update("Churn_Signal__c", critical, change)
        yield shown(office, "Sample Hotel Acme")
    assert "Health score: Healthy to Critical, 2026-10" in _subjects(office)
    office.renewal(30)
    other = _logged(office, "Critical", "Builds its own")
    yield shown(office, "Sample Hotel Acme")
    assert any(subject.startswith("Escalation: ") for subject in _subjects(office))
    for signal, days in ((moderate, 91), (watch, 61)):
        office.does.update("Churn_Signal__c", signal, {"Date_Observed__c": TODAY - timedelta(days=days)})
    office.does.run_daily("Expire_Churn_Signals")
    assert [office.record("Churn_Signal__c", one)["Status__c"] for one in (moderate, watch)] == ["Expired"] * 2
    for signal in (critical, other):
        office.does.update("Churn_Signal__c", signal, {"Status__c": "Resolved"})
    yield shown(office, "Sample Hotel Acme")


def test_a_renewal_of_the_sample_is_prepared_and_taken_back() -> None:
    """The Champion's alone: the night after, until a signal is logged."""
    office = sampled()
    office.does.run_daily("Renewal_Daily")
    (renewal,) = [one for one in office.org.of("Opportunity") if one.get("Renewal_State__c")]
    assert (renewal["Name"], renewal["Renewal_State__c"]) == ("Sample renewal in 60 days", "Prepared")
    subjects = [task["Subject"].partition(":")[0] for task in office.org.of("Task")]
    assert {"Send the renewal quote", "Approve the renewal e-mail"} <= {*subjects}
    office.account = renewal["AccountId"]
    assert renewal["AccountId"] == account(office, "Sample Grand Hotel")["Id"]
    office.signal("Watch")
    assert (renewal["Renewal_State__c"], bool(renewal["Renewal_Note__c"])) == ("Taken Back", True)


def _logged(office: Office, severity: str, detail: str) -> str:
    return office.signal(severity, Signal_Detail__c=detail, Confidence__c="Suspected")


def _subjects(office: Office) -> list[str]:
    return [task["Subject"] for task in office.org.of("Task") if task["WhatId"] == office.account]


def test_the_ten_minutes_show_what_the_readme_says() -> None:
    """Each figure with its tier, in the order of the steps."""
    assert SHOWN.findall(TEN_MINUTES) == list(walked())


@pytest.mark.parametrize("command", ["sample_data.apex", "sample_data_remove.apex", "--name Health_Score_Admin"])
def test_the_ten_minutes_begin_with_what_they_need(command: str) -> None:
    """The data, its removal, and the permission to see it."""
    assert command in TEN_MINUTES
