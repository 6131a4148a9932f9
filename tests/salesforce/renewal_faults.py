"""Each step of the renewal flows that can fail, made to fail: it is logged, and nothing goes out unseen."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.salesforce.flow_parts import flow
from tests.salesforce.office import TODAY, Office
from tests.salesforce.package import named, text
from tests.salesforce.renewal_office import KEEP, RenewalOffice
from tests.salesforce.renewal_scenarios import joined
from tests.salesforce.renewal_sending import prepared


def _prepare(failing: set[str]) -> Office:
    """One that is due, whose contact is that of the last deal, and whose owner has left."""
    office = RenewalOffice(active=False)
    office.won()
    office.due(with_contact=False)
    office.org.refusing = failing
    office.start()
    return office


def _make(failing: set[str]) -> Office:
    """One that is made, with every setting."""
    office = RenewalOffice()
    office.won()
    office.switch("Renewal_Amount", Is_On__c=True)
    office.switch("Renewal_Opportunity", Value__c="Mistyped")
    office.org.refusing = failing
    office.start()
    return office


def _take_back(failing: set[str]) -> Office:
    """One that a signal takes back."""
    office, _ = prepared()
    office.org.refusing = failing
    office.signal("Watch")
    return office


def _close(failing: set[str]) -> Office:
    """One that is closed."""
    office, renewal = prepared()
    office.org.refusing = failing
    office.does.update("Opportunity", renewal, {"StageName": "Closed Lost"})
    return office


def _send(failing: set[str]) -> Office:
    """One that is approved, while the mail fails."""
    office, renewal = prepared()
    office.org.refusing = {*failing, "Send_Renewal.Send_Email"}
    office.send(renewal)
    return office


def _keep(failing: set[str]) -> Office:
    """One that its owner takes back."""
    office, renewal = prepared()
    office.org.refusing = failing
    office.send(renewal, KEEP)
    return office


def _start_over(failing: set[str]) -> Office:
    """One that its owner starts over."""
    office, renewal = prepared()
    office.record("Opportunity", renewal)["Renewal_State__c"] = "Taken Back"
    office.org.refusing = failing
    office.send(renewal)
    return office


def _refuse(failing: set[str]) -> Office:
    """One whose account is not fit any more when it is approved."""
    office, renewal = prepared()
    office.record("Health_Score__c", office.org.of("Health_Score__c")[0]["Id"])["Scoring_Date__c"] = TODAY - timedelta(
        days=99
    )
    office.org.refusing = failing
    office.send(renewal)
    return office


WAYS: dict[str, tuple[Callable[[set[str]], Office], ...]] = {
    "Renewal_Check": (_prepare,),
    "Renewal_Find_Contact": (_prepare,),
    "Renewal_Assignee": (_prepare,),
    "Renewal_Prepare": (_prepare,),
    "Start_Renewal": (_make,),
    "Renewal_Recheck": (_take_back,),
    "Renewal_Taken_Back": (_take_back,),
    "Renewal_Watch_Opportunity": (_close,),
    "Send_Renewal": (_send, _keep, _start_over, _refuse),
}
"""How each flow is brought to the steps that can fail."""


def _steps(name: str) -> Iterator[tuple[str, str]]:
    for step, node in flow(named("Flow", name)).nodes.items():
        caught = text(node, "faultConnector/targetReference")
        if caught is not None:
            yield step, caught


def _failed(name: str, step: str, caught: str) -> Office:
    for way in WAYS[name]:
        office = way({f"{name}.{step}"})
        if (name, step, caught) in office.org.trail:
            said = [fault["Message__c"] for fault in office.org.of("Health_Fault__c")]
            assert any(f"no {name}.{step} today" in message for message in said), (name, step)
            assert not [mail for mail in office.org.mails if "recipientId" in mail]
            return office
    raise AssertionError(f"{name}.{step}: never fails")


def _all_of(*names: str) -> Office:
    return joined(*(_failed(name, *one) for name in names for one in _steps(name)))


def a_start_that_fails_is_logged() -> Office:
    """Whatever is read or written."""
    return _all_of("Renewal_Check", "Renewal_Find_Contact", "Renewal_Assignee", "Renewal_Prepare", "Start_Renewal")


def a_taking_back_that_fails_is_logged() -> Office:
    """So that somebody looks."""
    return _all_of("Renewal_Recheck", "Renewal_Taken_Back", "Renewal_Watch_Opportunity")


def an_approval_that_fails_sends_nothing() -> Office:
    """The person sees why, on the last screen."""
    return _all_of("Send_Renewal")


FAILED: tuple[Callable[[], Office], ...] = (
    a_start_that_fails_is_logged,
    a_taking_back_that_fails_is_logged,
    an_approval_that_fails_sends_nothing,
)
