"""The flows, walked: what each does to an org, path by path."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest

from tests.salesforce.account_scenarios import ACCOUNT_SCENARIOS
from tests.salesforce.automation import edges
from tests.salesforce.explain_scenarios import EXPLAIN_SCENARIOS
from tests.salesforce.fault_scenarios import FAULT_SCENARIOS
from tests.salesforce.office import TODAY, Office
from tests.salesforce.package import Component, of_type
from tests.salesforce.playbook_scenarios import PLAYBOOK_SCENARIOS
from tests.salesforce.renewal_faults import FAILED
from tests.salesforce.renewal_scenarios import STARTED
from tests.salesforce.renewal_sending import SENT
from tests.salesforce.suggested_scenarios import SUGGESTED_SCENARIOS
from tests.salesforce.walk import FlowFault


def a_first_score_is_current_and_alone() -> Office:
    """No month before it, no flags, no task."""
    office = Office()
    record = office.record("Health_Score__c", office.score("2026-10", Flags__c="partial"))
    assert (record["Is_Current__c"], record.get("Previous_Tier__c"), office.subjects) == (True, None, [])
    assert (record["Low_Confidence__c"], record["Stale_Source__c"]) == (False, False)
    return office


def a_new_month_takes_over_and_a_drop_gives_one_task() -> Office:
    """The month before is found across the turn of the year, and the owner has one task however often it is written."""
    office = Office()
    before = office.score("2025-12", "Healthy", 80.0)
    for tier in ("At Risk", "At Risk", "Healthy", "At Risk"):
        after = office.score("2026-01", tier, 70.0, Flags__c="low_confidence;stale:looker")
    record = office.record("Health_Score__c", after)
    assert (record["Previous_Tier__c"], record["Previous_Final_Score__c"]) == ("Healthy", 80.0)
    assert (record["Low_Confidence__c"], record["Stale_Source__c"]) == (True, True)
    assert (record["Is_Current__c"], office.record("Health_Score__c", before)["Is_Current__c"]) == (True, False)
    (task,) = office.org.of("Task")
    assert task["Subject"] == "Health score: Healthy to At Risk, 2026-01"
    assert (task["OwnerId"], task["WhatId"]) == (office.owner, office.account)
    return office


def a_past_month_that_is_corrected_stays_past() -> Office:
    """It does not become current, and its drop is nobody's task."""
    office = Office()
    office.score("2026-08", "Champion", 95.0)
    now = office.score("2026-10", "Champion", 95.0)
    past = office.score("2026-09", "Critical", 30.0)
    assert [office.record("Health_Score__c", one)["Is_Current__c"] for one in (now, past)] == [True, False]
    assert office.subjects == []
    return office


def a_period_that_was_mistyped_gives_way() -> Office:
    """The current record whose month is corrected to an earlier one hands over."""
    office = Office()
    kept = office.score("2026-10")
    wrong = office.score("2026-12")
    office.does.update("Health_Score__c", wrong, {"Scoring_Period__c": "2026-09"})
    assert [office.record("Health_Score__c", one)["Is_Current__c"] for one in (kept, wrong)] == [True, False]
    return office


def a_current_score_that_is_deleted_gives_way() -> Office:
    """The newest of the others takes over; after the last one there is none."""
    office = Office()
    ids = [office.score(period) for period in ("2026-08", "2026-09", "2026-10")]
    office.does.delete("Health_Score__c", ids.pop())
    assert [office.record("Health_Score__c", one)["Is_Current__c"] for one in ids] == [False, True]
    for one in (ids[0], ids[1]):
        office.does.delete("Health_Score__c", one)
    assert office.org.of("Health_Score__c") == []
    return office


def a_score_is_saved_though_the_task_is_not() -> Office:
    """A playbook that fails undoes no score, and is logged."""
    office = Office()
    office.org.refusing = {"Task"}
    office.score("2026-09", "Champion", 95.0)
    assert office.record("Health_Score__c", office.score("2026-10", "Critical", 40.0))["Is_Current__c"] is True
    (fault,) = office.org.of("Health_Fault__c")
    assert (fault["Flow__c"], fault["Record__c"]) == ("Playbook - Tier Drop", office.account)
    return office


def a_confirmed_critical_notifies_once() -> Office:
    """Owner and manager hear of it when it becomes so, and not again."""
    office = Office()
    signal = office.signal(Confidence__c="Suspected")
    assert office.org.sent == []
    for change in ({"Confidence__c": "Confirmed"}, {"Signal_Detail__c": "Budget gone"}):
        office.does.update("Churn_Signal__c", signal, change)
    (sent,) = office.org.sent
    assert (sent["recipientIds"], sent["targetId"]) == ([office.owner, office.manager], signal)
    assert sent["title"] == "Confirmed Critical churn signal: Hotel Acme"
    return office


def an_owner_without_manager_is_notified_alone() -> Office:
    """And where the type is missing or the notification fails, the signal is saved all the same."""
    office = Office(managed=False)
    office.signal(Confidence__c="Confirmed")
    assert office.org.sent[0]["recipientIds"] == [office.owner]
    office.org.refusing = {"Notification"}
    office.signal(Confidence__c="Confirmed")
    office.org.records["CustomNotificationType"].clear()
    office.signal(Confidence__c="Confirmed")
    assert len(office.org.of("Churn_Signal__c")) == 3
    return office


def a_critical_near_renewal_is_escalated_once() -> Office:
    """At once, to the manager, with a notification; the nightly run does not repeat it."""
    office = Office()
    office.renewal(90)
    office.renewal(30, IsClosed=True)
    signal = office.signal()
    office.does.run_daily("Playbook_Critical_Near_Renewal_Daily")
    (task,) = office.org.of("Task")
    assert (task["OwnerId"], task["Subject"]) == (office.manager, f"Escalation: Critical churn signal {signal}")
    assert office.org.sent[0]["recipientIds"] == [office.owner, office.manager]
    return office


def a_renewal_that_comes_near_later_is_escalated_at_night() -> Office:
    """91 days ahead is not near; the next night it is. Without a manager the owner has the task."""
    office = Office(managed=False)
    office.renewal(91)
    office.signal()
    office.does.run_daily("Playbook_Critical_Near_Renewal_Daily")
    assert office.subjects == []
    office.org.now += timedelta(days=1)
    office.does.run_daily("Playbook_Critical_Near_Renewal_Daily")
    assert [task["OwnerId"] for task in office.org.of("Task")] == [office.owner]
    return office


def an_escalation_that_fails_undoes_no_signal() -> Office:
    """Neither a task nor a notification that is refused, nor a type that is missing."""
    office = Office()
    office.renewal(10)
    for refusing in ({"Task"}, {"Notification"}):
        office.org.refusing = refusing
        office.signal()
    office.org.records["CustomNotificationType"].clear()
    office.signal()
    assert len(office.org.of("Churn_Signal__c")) == 3
    return office


def a_signal_that_caps_into_a_lower_tier_gives_one_task() -> Office:
    """Not one that leaves the tier as it was; not for an owner who has left; a failure undoes no signal."""
    office = Office()
    office.signal("Moderate")
    office.score("2026-10", "Healthy", 80.0)
    office.signal("Watch", Status__c="Resolved")
    for severity in ("Moderate", "Critical"):
        office.signal(severity)
    assert office.subjects == ["Health score: Healthy to At Risk, 2026-10"]
    office.org.refusing = {"Task"}
    office.signal(Confidence__c="Confirmed")
    office.score("2026-11", "Critical", 40.0)
    office.signal("Moderate")
    assert len(office.org.of("Churn_Signal__c")) == 6
    return office


def a_moderate_is_not_escalated() -> Office:
    """Only a Critical one is, and only while it is Active."""
    office = Office()
    office.renewal(10)
    office.signal("Moderate")
    office.signal(Status__c="Monitoring")
    assert office.subjects == []
    return office


def a_signal_is_logged_on_screens() -> Office:
    """Four steps; the severity is suggested by the signal."""
    office = Office()
    answers = {
        "Choose_Category": {"Category": "Internal build"},
        "Choose_Signal": {"SignalInternalBuild": "Builds its own"},
        "Add_Context": {"Confidence": "Confirmed", "Context": "Their IT showed it to us."},
    }
    path = office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)
    assert path == ["Choose_Category", "Choose_Signal", "Add_Context", "Save_Signal", "Saved"]
    (signal,) = office.org.of("Churn_Signal__c")
    said = [signal[name] for name in ("Severity__c", "Confidence__c", "Source__c", "Status__c", "Date_Observed__c")]
    assert said == ["Critical", "Confirmed", "CSM", "Active", TODAY]
    office.org.refusing = {"Churn_Signal__c"}
    assert office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)[-1] == "Not_Saved"
    return office


def a_watch_expires_and_a_fault_is_kept() -> Office:
    """A signal that cannot be saved stays as it is, and the others go on."""
    office = Office()
    office.signal("Watch", Date_Observed__c=TODAY - timedelta(days=60))
    broken = office.signal("Watch", Date_Observed__c=TODAY - timedelta(days=61))
    office.signal("Moderate", Date_Observed__c=TODAY - timedelta(days=61))
    office.record("Churn_Signal__c", broken)["Source__c"] = None
    paths = office.does.run_daily("Expire_Churn_Signals")
    assert paths == [["Is_Over", "Expire"], ["Is_Over", "Expire", "Log_Fault"], ["Is_Over"]]
    (fault,) = office.org.of("Health_Fault__c")
    assert (fault["Flow__c"], fault["Record__c"]) == ("Expire Churn Signals", broken)
    return office


SCENARIOS: tuple[Callable[[], Office], ...] = (
    a_first_score_is_current_and_alone,
    a_new_month_takes_over_and_a_drop_gives_one_task,
    a_past_month_that_is_corrected_stays_past,
    a_period_that_was_mistyped_gives_way,
    a_current_score_that_is_deleted_gives_way,
    a_score_is_saved_though_the_task_is_not,
    a_confirmed_critical_notifies_once,
    an_owner_without_manager_is_notified_alone,
    a_critical_near_renewal_is_escalated_once,
    a_renewal_that_comes_near_later_is_escalated_at_night,
    an_escalation_that_fails_undoes_no_signal,
    a_signal_that_caps_into_a_lower_tier_gives_one_task,
    a_moderate_is_not_escalated,
    a_signal_is_logged_on_screens,
    a_watch_expires_and_a_fault_is_kept,
    *EXPLAIN_SCENARIOS,
    *FAULT_SCENARIOS,
    *ACCOUNT_SCENARIOS,
    *PLAYBOOK_SCENARIOS,
    *SUGGESTED_SCENARIOS,
    *STARTED,
    *SENT,
    *FAILED,
)


@cache
def played(scenario: Callable[[], Office]) -> Office:
    """Play a scenario, once."""
    return scenario()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_scenario(scenario: Callable[[], Office]) -> None:
    """Each scenario ends as it says."""
    played(scenario)


@cache
def walked() -> set[tuple[str, str, str]]:
    """Give every step of all scenarios."""
    return set().union(*(played(scenario).org.trail for scenario in SCENARIOS))


@pytest.mark.parametrize("component", list(of_type("Flow")), ids=lambda component: component.name)
def test_every_step_of_every_flow_is_walked(component: Component) -> None:
    """Starts, both sides of each decision, record operations, ends, and every fault."""
    assert set(edges(component)) - walked() == set()


def test_a_fault_without_a_path_undoes_the_save() -> None:
    """What keeps the current record right may not fail unseen."""
    office = Office()
    first = office.score("2026-09")
    office.record("Health_Score__c", first)["External_Key__c"] = None
    with pytest.raises(FlowFault, match="REQUIRED_FIELD_MISSING"):
        office.score("2026-10")
