"""What fails in a flow is logged, and an administrator is told; whatever fails in telling it undoes nothing."""

from collections.abc import Callable
from datetime import timedelta

from tests.salesforce.office import Office

FLOW = "Playbook - Tier Drop"


def fail(office: Office, message: str | None = "no Task today", flow: str | None = FLOW) -> None:
    """Take the fault path of a flow."""
    office.does.call("Health_Log_Fault", FlowName=flow, RecordId=office.account, Message=message)


def messages(office: Office) -> list[str]:
    """Give what the log says."""
    return [fault["Message__c"] for fault in office.org.of("Health_Fault__c")]


def a_fault_is_logged_and_told() -> Office:
    """In the log, as a notification that opens it, and as an e-mail."""
    office = Office()
    fail(office)
    (fault,) = office.org.of("Health_Fault__c")
    said = [fault[name] for name in ("Flow__c", "Record__c", "Message__c", "Happened_At__c")]
    assert said == [FLOW, office.account, "no Task today", office.org.now]
    assert office.org.value("Health_Fault__c", fault, "Record_Link__c") == "Open the record"
    (sent,) = office.org.sent
    assert (sent["recipientIds"], sent["targetId"], sent["body"]) == ([office.admin], fault["Id"], "no Task today")
    (mail,) = office.org.mails
    assert (mail["emailAddresses"], mail["emailSubject"]) == (
        "admin@example.com",
        "Health score automation failed: Playbook - Tier Drop",
    )
    assert f"Record: {office.account}\nReason: no Task today\n" in mail["emailBody"]
    assert mail["emailBody"].endswith("send no e-mail.\n")
    return office


def many_faults_are_one_mail_an_hour() -> Office:
    """Of one flow; each is logged, and each other flow has a mail of its own."""
    office = Office()
    fail(office)
    fail(office)
    fail(office, flow="Expire Churn Signals")
    assert len(office.org.mails) == 2
    office.org.now += timedelta(minutes=61)
    fail(office)
    assert (len(office.org.mails), len(messages(office)), len(office.org.sent)) == (3, 4, 4)
    return office


def a_fault_without_words_is_told_as_well() -> Office:
    """Nor does one with very many words fail itself."""
    office = Office()
    fail(office, message=None, flow=None)
    fail(office, message="x" * 9_000, flow="y" * 300)
    assert messages(office) == ["No reason was given.", "x" * 3_000]
    assert [len(fault["Flow__c"]) for fault in office.org.of("Health_Fault__c")] == [21, 80]
    return office


def a_log_that_fails_still_sends_a_mail() -> Office:
    """The mail says why it is not in the log."""
    office = Office()
    office.org.refusing = {"Health_Fault__c", "Health_Log_Fault.Get_Recent"}
    fail(office)
    assert messages(office) == []
    assert office.org.sent[0]["targetId"] == office.account
    assert office.org.mails[0]["emailBody"].endswith("This one could not be written there: no Health_Fault__c today")
    return office


def a_notification_that_fails_still_sends_a_mail() -> Office:
    """Whether the user, the type or the notification is what fails; nor is a mailbox without a user any less."""
    office = Office()
    for refusing in ("Health_Log_Fault.Get_Admin", "Health_Log_Fault.Get_Type", "Notification"):
        office.org.refusing = {refusing}
        fail(office, flow=refusing)
    office.org.refusing = set()
    office.org.records["CustomNotificationType"].clear()
    fail(office)
    office.record("User", office.admin)["IsActive"] = False
    fail(office, flow="Another")
    assert (len(office.org.mails), office.org.sent) == (5, [])
    return office


def a_mail_that_fails_is_said_in_the_log() -> Office:
    """So is an address that cannot be read; where all fails, nothing is undone."""
    office = Office()
    for refusing in ({"Mail"}, {"Health_Log_Fault.Get_Alerts"}, {"Mail", "Health_Log_Fault.Note_Untold"}):
        office.org.refusing = refusing
        fail(office, flow=str(sorted(refusing)))
    assert messages(office) == [
        "no Task today The e-mail to the administrator was not sent: no Mail today",
        "no Task today The e-mail to the administrator was not sent: no Health_Log_Fault.Get_Alerts today",
        "no Task today",
    ]
    return office


def alerts_can_be_switched_off() -> Office:
    """The log is written all the same."""
    office = Office()
    (alerts,) = [one for one in office.org.of("Health_Setting__mdt") if one["DeveloperName"] == "Fault_Alerts"]
    alerts["Is_On__c"] = False
    fail(office)
    assert (len(messages(office)), office.org.sent, office.org.mails) == (1, [], [])
    return office


def a_fault_is_kept_for_90_days() -> Office:
    """One that cannot be deleted is said in the log, and the others go on."""
    office = Office()
    fail(office, "old")
    office.org.now += timedelta(days=90)
    fail(office, "young")
    office.does.run_daily("Delete_Old_Health_Faults")
    assert messages(office) == ["old", "young"]
    office.org.now += timedelta(seconds=1)
    office.org.refusing = {"Delete_Old_Health_Faults.Delete_It"}
    office.does.run_daily("Delete_Old_Health_Faults")
    assert messages(office) == ["old", "young", "no Delete_Old_Health_Faults.Delete_It today"]
    office.org.refusing = set()
    office.does.run_daily("Delete_Old_Health_Faults")
    assert messages(office)[0] == "young"
    return office


FAULT_SCENARIOS: tuple[Callable[[], Office], ...] = (
    a_fault_is_logged_and_told,
    many_faults_are_one_mail_an_hour,
    a_fault_without_words_is_told_as_well,
    a_log_that_fails_still_sends_a_mail,
    a_notification_that_fails_still_sends_a_mail,
    a_mail_that_fails_is_said_in_the_log,
    alerts_can_be_switched_off,
    a_fault_is_kept_for_90_days,
)
