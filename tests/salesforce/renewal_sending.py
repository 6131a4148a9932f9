"""Renewals that are approved and sent, or taken back: what a person sees, and what stops an e-mail."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest

from tests.salesforce.office import Office
from tests.salesforce.renewal_office import KEEP, SEND, RenewalOffice
from tests.salesforce.renewal_scenarios import joined
from tests.salesforce.screens import Stopped


def prepared(*, with_contact: bool = True) -> tuple[RenewalOffice, str]:
    """Give an office with a renewal that waits for approval."""
    office = RenewalOffice()
    renewal = office.due(with_contact=with_contact)
    office.start()
    assert office.state(renewal) == "Prepared"
    return office, renewal


def the_owner_approves_and_it_is_sent_once() -> Office:
    """To the contact, from the template, with the terms as they were last; logged; never a second time."""
    office, renewal = prepared()
    assert office.org.mails == []
    assert office.send(renewal, Terms="Two years, same price.") == "Done"
    (mail,) = office.org.mails
    assert (mail["recipientId"], mail["relatedRecordId"], mail["logEmailOnSend"]) == (office.contact, renewal, True)
    assert mail["emailTemplateId"] == office.org.of("EmailTemplate")[0]["Id"]
    record = office.record("Opportunity", renewal)
    approved = [record[f"Renewal_{name}__c"] for name in ("State", "Approved_By", "Approved_At", "Sent_At", "Terms")]
    assert approved == ["Sent", office.owner, office.org.now, office.org.now, "Two years, same price."]
    assert (office.send(renewal), len(office.org.mails)) == ("Already_Sent", 1)
    office.signal("Critical")
    assert (office.state(renewal), len(office.org.mails)) == ("Sent", 1)
    return office


def only_those_concerned_may_approve() -> Office:
    """The owner of the opportunity or of the account, or their managers; nobody else."""
    office, renewal = prepared()
    office.org.user = office.admin
    assert (office.send(renewal), office.org.mails) == ("Not_Yours", [])
    office.org.user = str(office.manager)
    assert office.send(renewal) == "Done"
    return office


def nothing_is_sent_that_is_not_prepared() -> Office:
    """Nor of a closed opportunity, nor of one that was deleted; an answer is asked for."""
    office = RenewalOffice()
    plain, closed = office.due(), office.due(IsClosed=True, Renewal_State__c="Prepared")
    assert [office.send(one) for one in (plain, closed, "deleted")] == [
        "Nothing_Prepared",
        "Closed",
        "Nothing_Prepared",
    ]
    other, renewal = prepared()
    with pytest.raises(Stopped, match="Decision is required"):
        other.does.screens("Send_Renewal", {}, recordId=renewal)
    assert other.org.mails == office.org.mails == []
    return joined(office, other)


def what_is_missing_is_said() -> Office:
    """The switch, the template, the contact."""
    office, renewal = prepared(with_contact=False)
    assert office.send(renewal) == "No_Contact"
    office.switch("Renewal_Email", Value__c="Our_Own")
    assert office.send(renewal) == "No_Template"
    office.switch("Renewal_Email", Is_On__c=False)
    assert office.send(renewal) == "Switched_Off"
    office.switch("Renewal_Email", Is_On__c=True, Value__c="Health_Renewal")
    office.role(renewal)
    assert (office.send(renewal), len(office.org.mails)) == ("Done", 1)
    return office


def a_mail_that_fails_can_be_tried_again() -> Office:
    """It says Approved, not Sent, and why; an administrator is told."""
    office, renewal = prepared()
    office.org.refusing = {"Send_Renewal.Send_Email"}
    assert office.send(renewal) == "Not_Sent"
    record = office.record("Opportunity", renewal)
    assert (record["Renewal_State__c"], record["Renewal_Sent_At__c"]) == ("Approved", None)
    assert record["Renewal_Note__c"].startswith("The e-mail was approved, but not sent: no Send_Renewal")
    assert len(office.faults()) == 1
    office.org.refusing = set()
    assert (office.send(renewal), len([one for one in office.org.mails if "recipientId" in one])) == ("Done", 1)
    return office


def anything_worse_takes_it_back() -> Office:
    """At once, with a task that says why; nothing can be sent then."""
    worsened: dict[str, Callable[[RenewalOffice, str], object]] = {
        "the health score of the account is now At Risk (62)": lambda office, _: office.fit("At Risk", "2026-11"),
        "the account is not Standard (segment: paid)": lambda office, _: office.fit(Segment__c="paid"),
        "there is an open churn signal: Watch, Budget: Budget cut": lambda office, _: office.signal("Watch"),
        "the opportunity was closed": lambda office, one: office.does.update(
            "Opportunity", one, {"StageName": "Closed Lost"}
        ),
        "the opportunity is won already": lambda office, one: office.does.update(
            "Opportunity", one, {"StageName": "Closed Won"}
        ),
        "the opportunity is no renewal any more": lambda office, one: office.does.update(
            "Opportunity", one, {"Type": "Upsell"}
        ),
    }
    offices = []
    for why, worsen in worsened.items():
        office, renewal = prepared()
        worsen(office, renewal)
        record, task = office.record("Opportunity", renewal), office.task("Renewal taken back")
        assert (record["Renewal_State__c"], record["Renewal_Note__c"]) == ("Taken Back", why)
        assert f"will not be sent: {why}." in task["Description"]
        assert (task["OwnerId"], task["WhatId"], task["Priority"]) == (office.owner, renewal, "High")
        assert (office.send(renewal) in {"Stays_Taken_Back", "Closed", "Nothing_Prepared"}, office.org.mails) == (
            True,
            [],
        )
        offices.append(office)
    return joined(*offices)


def every_renewal_of_the_account_is_taken_back() -> Office:
    """Each with its own task; those of others, and what is sent or not prepared, stay as they are."""
    office, first = prepared()
    second, sent, plain = (
        office.due(days, Renewal_State__c=state) for days, state in ((5, "Approved"), (9, "Sent"), (99, None))
    )
    other = office.due(12, AccountId=office.org.keep("Account", Name="Other"), Renewal_State__c="Prepared")
    office.signal("Moderate")
    assert [office.state(one) for one in (first, second, sent, plain, other)] == [
        "Taken Back",
        "Taken Back",
        "Sent",
        None,
        "Prepared",
    ]
    assert office.begun().count("Renewal taken back") == 2
    office.signal("Moderate")
    office.does.run_daily("Renewal_Daily")
    assert office.begun().count("Renewal taken back") == 2
    return office


def what_no_save_tells_of_is_found_at_night() -> Office:
    """A score that has grown too old."""
    office, renewal = prepared()
    office.does.run_daily("Renewal_Recheck_Daily")
    assert office.state(renewal) == "Prepared"
    office.org.now += timedelta(days=46)
    office.does.run_daily("Renewal_Recheck_Daily")
    assert "too long ago" in office.task("Renewal taken back")["Description"]
    return office


class Meanwhile(Mapping[str, Mapping[str, str | None]]):
    """The answers of a person who approves, and while whose screen is open something happens."""

    def __init__(self, deed: Callable[[], object]) -> None:
        """Keep what happens."""
        self.deed = deed

    def __getitem__(self, screen: str) -> Mapping[str, str | None]:
        """Give what is answered on a screen."""
        if screen != "Review":
            raise KeyError(screen)
        self.deed()
        return {"Decision": SEND}

    def __iter__(self) -> Iterator[str]:
        """Name the screen that is answered."""
        return iter(["Review"])

    def __len__(self) -> int:
        """Count it."""
        return 1


def what_worsens_while_the_screen_is_open_stops_the_mail() -> Office:
    """A signal that another logs, and one that no flow has answered yet."""
    office, renewal = prepared()
    path = office.does.screens("Send_Renewal", Meanwhile(lambda: office.signal("Watch")), recordId=renewal)
    assert (path[-1], office.state(renewal), office.org.mails) == ("Has_Changed", "Taken Back", [])
    other, unseen = prepared()
    signal = {"Account__c": other.account, "Status__c": "Active", "Severity__c": "Watch"}
    assert other.org.keep("Churn_Signal__c", **signal)
    assert (other.send(unseen), other.state(unseen), other.org.mails) == ("Not_Fit", "Taken Back", [])
    return joined(office, other)


def the_owner_takes_it_back_and_starts_over() -> Office:
    """By hand; and again when the account is fit, from the same button."""
    office, renewal = prepared()
    assert (office.send(renewal, KEEP), office.state(renewal)) == ("Is_Back", "Taken Back")
    note = office.record("Opportunity", renewal)["Renewal_Note__c"]
    assert note == "Ada Byron handles this renewal in person"
    signal = office.signal("Watch")
    assert office.send(renewal) == "Stays_Taken_Back"
    office.does.update("Churn_Signal__c", signal, {"Status__c": "Resolved"})
    left = office.does.screens("Send_Renewal", {"Start_Again": {"Again": "Leave it taken back"}}, recordId=renewal)
    assert (left[-1], office.state(renewal)) == ("Is_Again", "Taken Back")
    assert (office.send(renewal), len(office.org.mails)) == ("Done", 1)
    return office


def one_that_is_taken_back_with_nobody_there_is_logged() -> Office:
    """The manager has the task of an owner who has left; without one, an administrator hears of it."""
    office, renewal = prepared()
    office.record("User", office.owner)["IsActive"] = False
    office.signal("Watch")
    assert office.task("Renewal taken back")["OwnerId"] == office.manager
    other, _ = prepared()
    for user in (other.owner, str(other.manager)):
        other.record("User", user)["IsActive"] = False
    other.signal("Watch")
    assert ("nobody has a task" in other.faults()[0], office.state(renewal)) == (True, "Taken Back")
    return joined(office, other)


SENT: tuple[Callable[[], Office], ...] = (
    the_owner_approves_and_it_is_sent_once,
    only_those_concerned_may_approve,
    nothing_is_sent_that_is_not_prepared,
    what_is_missing_is_said,
    a_mail_that_fails_can_be_tried_again,
    anything_worse_takes_it_back,
    every_renewal_of_the_account_is_taken_back,
    what_no_save_tells_of_is_found_at_night,
    what_worsens_while_the_screen_is_open_stops_the_mail,
    the_owner_takes_it_back_and_starts_over,
    one_that_is_taken_back_with_nobody_there_is_logged,
)
