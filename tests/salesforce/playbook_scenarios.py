"""Playbooks where people have left or steps fail: who hears of it instead, and what is logged."""

from collections.abc import Callable

from tests.salesforce.office import Office

OWNER_LEFT = "You have this because the owner of the account is not an active user: give the account an owner."
NOBODY_LEFT = "You have this because the account has no active owner and no active manager: give it an owner."


def drop(office: Office) -> None:
    """Let a newest score fall by two tiers."""
    office.score("2026-09", "Champion", 95.0)
    office.score("2026-10", "At Risk", 70.0)


def leave(office: Office, *people: str | None) -> None:
    """Deactivate users."""
    for one in people:
        office.record("User", str(one))["IsActive"] = False


def faults(office: Office) -> list[tuple[str, str]]:
    """Give which flows failed, and the beginning of why."""
    return [(fault["Flow__c"], fault["Message__c"][:23]) for fault in office.org.of("Health_Fault__c")]


def run_all(office: Office) -> None:
    """Set off every playbook once: a drop, a drop by signal, a Confirmed Critical near a renewal."""
    office.renewal(30)
    drop(office)
    office.signal(Confidence__c="Confirmed")


def an_owner_who_has_left_is_stood_in_for() -> Office:
    """By the manager, who has the tasks and reads why; nobody who has left is notified."""
    office = Office(active=False)
    run_all(office)
    tasks = office.org.of("Task")
    assert len(tasks) == 3
    assert {task["OwnerId"] for task in tasks} == {office.manager}
    assert all(task["Description"].endswith(OWNER_LEFT) for task in tasks)
    assert [sent["recipientIds"] for sent in office.org.sent] == [[office.manager]] * 2
    return office


def an_owner_who_may_own_no_task_is_stood_in_for() -> Office:
    """A user without a full licence cannot have a task."""
    office = Office()
    office.record("User", office.owner)["UserType"] = "CsnOnly"
    drop(office)
    assert [task["OwnerId"] for task in office.org.of("Task")] == [office.manager]
    return office


def a_manager_who_has_left_is_left_out() -> Office:
    """The owner has the escalation, and nothing to be told about owners."""
    office = Office()
    leave(office, office.manager)
    run_all(office)
    tasks = office.org.of("Task")
    assert {task["OwnerId"] for task in tasks} == {office.owner}
    assert not any("You have this" in task["Description"] for task in tasks)
    assert [sent["recipientIds"] for sent in office.org.sent] == [[office.owner]] * 2
    return office


def an_administrator_stands_in_for_both() -> Office:
    """With a task that says what to do: give the account an owner."""
    office = Office()
    leave(office, office.owner, office.manager)
    run_all(office)
    tasks = office.org.of("Task")
    assert {task["OwnerId"] for task in tasks} == {office.admin}
    assert all(task["Description"].endswith(NOBODY_LEFT) for task in tasks)
    assert [sent["recipientIds"] for sent in office.org.sent] == [[office.admin]] * 2
    return office


def where_nobody_is_left_it_is_logged_by_each() -> Office:
    """Each playbook says so; the score and the signal are saved, and a mailbox is written to."""
    office = Office()
    leave(office, office.owner, office.manager, office.admin)
    run_all(office)
    said = "Nobody was given this: "
    assert faults(office) == [
        ("Playbook - Tier Drop", said),
        ("Playbook - Confirmed Critical", said),
        ("Escalate Critical near Renewal", said),
        ("Playbook - Tier Drop by Signal", said),
    ]
    assert (office.org.of("Task"), office.org.sent, len(office.org.mails)) == ([], [], 4)
    return office


def whoever_cannot_be_looked_up_is_stood_in_for() -> Office:
    """What failed is logged; where even the administrator cannot be found, that is logged as well."""
    office = Office()
    for step in ("Get_Account", "Get_Owner", "Get_Manager"):
        office.org.refusing = {f"Health_Find_Assignee.{step}"}
        office.signal(Confidence__c="Confirmed")
    recipients = [sent["recipientIds"] for sent in office.org.sent if sent["title"].startswith("Confirmed")]
    assert recipients == [[office.admin], [office.admin], [office.owner]]
    leave(office, office.owner, office.manager)
    for step in ("Get_Alerts", "Get_Admin"):
        office.org.refusing = {f"Health_Find_Assignee.{step}"}
        office.signal(Confidence__c="Confirmed")
    assert [message for _, message in faults(office)[3:]] == ["Nobody was given this: "] * 2
    office.org.refusing = set()
    office.org.records["Health_Setting__mdt"].clear()
    office.signal(Confidence__c="Confirmed")
    office.org.records["Account"].clear()
    office.does.call("Health_Find_Assignee", FlowName="Another", AccountId=office.account)
    assert len(faults(office)) == 7
    return office


def a_task_that_fails_silences_no_notification() -> Office:
    """Nor the other way round; nor does either silence the log."""
    office = Office()
    office.renewal(30)
    failing = ("Task", "Health_Give_Task.Get_Task", "Notification", "Health_Notify.Get_Type")
    for step in failing:
        office.org.refusing = {step}
        office.signal()
    office.org.refusing = set()
    office.org.records["CustomNotificationType"].clear()
    office.signal()
    escalated = [sent for sent in office.org.sent if sent["title"].startswith("Escalation")]
    assert (len(escalated), len(office.org.of("Task")), len(office.org.of("Churn_Signal__c"))) == (2, 3, 5)
    assert [message for _, message in faults(office)] == [
        *(f"no {step} today"[:23] for step in failing),
        "The notification type C",
    ]
    return office


def a_lookup_that_fails_is_told() -> Office:
    """The record is saved all the same; where it is not known whether there is a task, somebody hears of it."""
    office = Office()
    office.renewal(30)
    steps = ("Playbook_Tier_Drop.Get_Newest", "Playbook_Tier_Drop_By_Signal.Get_Score")
    escalating = [f"Escalate_Critical_Near_Renewal.{step}" for step in ("Get_Signal", "Get_Renewal", "Get_Task")]
    office.org.refusing = {*steps}
    drop(office)
    for step in ("", *escalating):
        office.org.refusing = {steps[1], step}
        office.signal(Confidence__c="Suspected")
    assert office.does.call("Escalate_Critical_Near_Renewal", SignalId="gone") == ["Get_Signal", "Has_Signal"]
    known = {(fault["Flow__c"], fault["Message__c"]) for fault in office.org.of("Health_Fault__c")}
    assert {message for _, message in known} == {f"no {step} today" for step in (*steps, *escalating)}
    assert len([one for one in office.subjects if one.startswith("Escalation")]) == 2
    return office


def long_names_are_cut() -> Office:
    """An account may be called what fills a title by itself."""
    office = Office()
    office.record("Account", office.account)["Name"] = "x" * 255
    office.renewal(30)
    office.signal(Confidence__c="Confirmed", Signal_Detail__c="y" * 255, Context__c="z" * 4_000)
    assert [len(sent["title"]) for sent in office.org.sent][:1] == [250]
    assert (len(office.org.of("Task")), faults(office)) == (1, [])
    office.does.call("Health_Give_Task", **_long(office))
    assert [len(task["Subject"]) for task in office.org.of("Task")][1:] == [255]
    return office


def the_month_before_is_found_whatever_its_key_says() -> Office:
    """An id has 15 or 18 characters; across the turn of the year; and what is no longer there is not kept."""
    office = Office()
    office.score("2025-12", "Champion", 95.0, External_Key__c="the 15 characters of an id_2025-12")
    now = office.record("Health_Score__c", office.score("2026-01", "At Risk", 70.0))
    assert (now["Previous_Tier__c"], now["Previous_Final_Score__c"]) == ("Champion", 95.0)
    other = office.org.keep("Account", Name="Other", OwnerId=office.owner)
    office.score("2026-02", "Critical", 20.0, Account__c=other, External_Key__c="other")
    assert office.record("Health_Score__c", office.score("2026-03"))["Previous_Tier__c"] is None
    office.does.update("Health_Score__c", now["Id"], {"Scoring_Period__c": "2026-04"})
    assert now["Previous_Tier__c"] == "Healthy"
    office.does.update("Health_Score__c", now["Id"], {"Scoring_Period__c": "2026-06"})
    assert (now["Previous_Tier__c"], now["Previous_Final_Score__c"]) == (None, None)
    return office


def a_live_score_that_wobbles_gives_one_task_and_its_close_none() -> Office:
    """Provisional day by day, then final: a task for each tier that it fell to, however often it did."""
    office = Office()
    before = office.score("2026-09", "Champion", 95.0, Status__c="final")
    for tier, final in (("Healthy", 85.0), ("Champion", 91.0), ("Healthy", 89.9), ("At Risk", 70.0), ("Healthy", 85.0)):
        now = office.score("2026-10", tier, final, Status__c="provisional")
    subjects = ["Health score: Champion to Healthy, 2026-10", "Health score: Champion to At Risk, 2026-10"]
    assert office.subjects == subjects
    assert office.score("2026-10", "Healthy", 85.0, Status__c="final") == now
    assert office.subjects == subjects
    record = office.record("Health_Score__c", now)
    assert (record["Previous_Tier__c"], record["Is_Current__c"], record["Status__c"]) == ("Champion", True, "final")
    assert office.record("Health_Score__c", before)["Is_Current__c"] is False
    return office


def _long(office: Office) -> dict[str, object]:
    """Give a task that is too long in every text."""
    said = {"FlowName": "x", "Subject": "s" * 400, "Description": "d" * 40_000, "Note": "", "DueInDays": 1.0}
    return {**said, "AssigneeId": office.owner, "AboutId": office.account}


PLAYBOOK_SCENARIOS: tuple[Callable[[], Office], ...] = (
    an_owner_who_has_left_is_stood_in_for,
    an_owner_who_may_own_no_task_is_stood_in_for,
    a_manager_who_has_left_is_left_out,
    an_administrator_stands_in_for_both,
    where_nobody_is_left_it_is_logged_by_each,
    whoever_cannot_be_looked_up_is_stood_in_for,
    a_task_that_fails_silences_no_notification,
    a_lookup_that_fails_is_told,
    long_names_are_cut,
    the_month_before_is_found_whatever_its_key_says,
    a_live_score_that_wobbles_gives_one_task_and_its_close_none,
)
