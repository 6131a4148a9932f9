"""Renewals that start: which accounts, from what date, with which opportunity, tasks and terms."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.salesforce.office import TODAY, Office
from tests.salesforce.org import Record
from tests.salesforce.renewal_office import RenewalOffice

BOTH = ["Send the renewal quote", "Approve the renewal e-mail"]


def an_open_renewal_is_prepared_once() -> Office:
    """60 days ahead, not 61, nor overdue; a night run twice makes nothing twice."""
    office = RenewalOffice()
    renewal, far, late = office.due(60), office.due(61), office.due(-1)
    for _ in range(2):
        office.does.run_daily("Renewal_Daily")
    record = office.record("Opportunity", renewal)
    assert (record["Renewal_State__c"], record["Renewal_Due__c"]) == ("Prepared", TODAY + timedelta(days=60))
    assert [office.state(one) for one in (far, late)] == [None, None]
    assert (office.begun(), len(office.org.of("Opportunity"))) == (BOTH, 3)
    quote = office.task("Send the renewal quote")
    assert (quote["OwnerId"], quote["WhatId"]) == (office.owner, renewal)
    assert (
        "Hotel Acme is Healthy (82) and has no open churn signal. It renews on 25 January 2027."
        in (quote["Description"])
    )
    assert record["Renewal_Terms__c"] in quote["Description"]
    assert "The renewal e-mail to Jane Doe is ready." in office.task("Approve")["Description"]
    assert office.org.mails == []
    return office


def two_renewals_are_prepared_one_a_night() -> Office:
    """Each with tasks of its own; terms that a CSM wrote are kept."""
    office = RenewalOffice()
    second, first = office.due(50, Renewal_Terms__c="Three years, 5 % less."), office.due(20)
    office.does.run_daily("Renewal_Daily")
    assert (office.state(first), office.state(second)) == ("Prepared", None)
    office.does.run_daily("Renewal_Daily")
    assert (office.state(second), len(office.begun())) == ("Prepared", 4)
    assert office.record("Opportunity", second)["Renewal_Terms__c"] == "Three years, 5 % less."
    assert office.start().startswith("Nothing was started: the open renewal Acme 2027 closes on 2026-12-16")
    return office


def an_account_that_is_not_fit_is_left_alone() -> Office:
    """Paid, worse than Healthy, unscored, scored long ago, never scored, or with any open signal."""
    whys: dict[str, Callable[[RenewalOffice], object]] = {
        "the account is not Standard (segment: paid)": lambda office: office.fit(Segment__c="paid"),
        "the health score of the account is now At Risk (62)": lambda office: office.fit("At Risk"),
        "too little is known to give the account a health score": lambda office: office.score(
            "2026-11", None, None, Scoring_Date__c=TODAY
        ),
        "the last health score of the account is from 2026-10-11, too long ago to go by": lambda office: office.fit(
            Scoring_Date__c=TODAY - timedelta(days=46)
        ),
        "the account has no health score": lambda office: office.org.records["Health_Score__c"].clear(),
        "there is an open churn signal: Watch, Budget: Budget cut": lambda office: office.signal("Watch"),
    }
    offices = [RenewalOffice() for _ in whys]
    for office, (why, worsen) in zip(offices, whys.items(), strict=True):
        renewal = office.due()
        worsen(office)
        assert (office.start(), office.state(renewal)) == (f"Nothing was started: {why}.", None)
        assert not any(subject in BOTH for subject in office.begun())
    return joined(*offices)


def signals_that_are_over_do_not_matter() -> Office:
    """Resolved, expired; one under Monitoring does."""
    office = RenewalOffice(tier="Champion")
    for status in ("Resolved", "Expired"):
        office.signal("Critical", Status__c=status)
    office.due()
    assert office.start() == "The renewal Acme 2027 is prepared and waits for the owner's approval."
    watched = RenewalOffice()
    watched.due()
    watched.signal("Watch", Status__c="Monitoring")
    assert "open churn signal" in watched.start()
    return office


def a_renewal_is_made_from_the_last_deal() -> Office:
    """Twelve months after it; with the first open stage, a contact, no amount, and words that say where it is from."""
    office = RenewalOffice()
    office.won(date(2024, 1, 1), Name="Acme 2024")
    office.won(date(2025, 12, 26))
    assert office.start() == "The renewal Hotel Acme - Renewal 2026 is prepared and waits for the owner's approval."
    assert "was prepared already" in office.start()
    made = office.record("Opportunity", "Opportunity-3")
    wanted: Record = {
        "AccountId": office.account,
        "OwnerId": office.owner,
        "Type": "Renewal",
        "StageName": "Prospecting",
    }
    wanted |= {"CloseDate": date(2026, 12, 26), "Renewal_Due__c": date(2026, 12, 26), "IsClosed": False}
    assert (made | wanted, made["Amount"]) == (made, None)
    assert "the last deal that was won (Acme 2026), and a term of 12 months" in made["Description"]
    assert made["Description"] in office.task("Send the renewal quote")["Description"]
    assert "to Jane Doe is ready" in office.task("Approve")["Description"]
    return office


def a_renewal_is_made_from_the_contract() -> Office:
    """Rather than from the last deal; the next one that ends, of those that are in force."""
    office = RenewalOffice()
    office.won(TODAY - timedelta(days=600))
    for days, status in ((45, "Activated"), (50, "Activated"), (10, "Draft"), (-1, "Activated")):
        ends = TODAY + timedelta(days=days)
        office.org.keep(
            "Contract", AccountId=office.account, StatusCode=status, EndDate=ends, ContractNumber=f"{days:05}"
        )
    office.start()
    made = office.record("Opportunity", "Opportunity-2")
    assert (made["CloseDate"], "the end of contract 00045" in made["Description"]) == (TODAY + timedelta(days=45), True)
    return office


def next_year_is_counted_from_the_term() -> Office:
    """A renewal that is signed two months early moves no date; nor do thirty days hath November change the month."""
    office = RenewalOffice()
    office.won(TODAY - timedelta(days=400), Renewal_Due__c=date(2025, 12, 31), Type="New Business")
    office.start()
    assert office.record("Opportunity", "Opportunity-2")["CloseDate"] == date(2026, 12, 31)
    return office


def nothing_is_made_without_a_date() -> Office:
    """Neither where nothing tells it, nor where it is far away or past, nor where that step is switched off."""
    office = RenewalOffice()
    assert "tells when the account renews" in office.start()
    office.won(TODAY - timedelta(days=200))
    assert "A renewal starts in the 60 days before" in office.start()
    for name, said in (("Renewal_Term", "tells when the account renews"), ("Renewal_Opportunity", "is switched off")):
        office.switch(name, Is_On__c=False)
        assert said in office.start()
    past = RenewalOffice()
    past.won(TODAY - timedelta(days=500))
    past.start()
    assert (len(past.org.of("Opportunity")), office.begun(), past.begun()) == (1, [], [])
    return office


def settings_say_how_it_is_made() -> Office:
    """The stage, the amount and the term; a stage that is closed or mistyped gives way to the first open one."""
    wanted = {"Negotiation": "Negotiation", "Closed Won": "Prospecting", "Negotiatoin": "Prospecting"}
    offices = [RenewalOffice() for _ in wanted]
    for office, (value, stage) in zip(offices, wanted.items(), strict=True):
        office.won(TODAY - timedelta(days=700))
        office.switch("Renewal_Opportunity", Value__c=value)
        office.switch("Renewal_Term", Number__c=24.0)
        office.switch("Renewal_Amount", Is_On__c=True)
        office.start()
        made = office.record("Opportunity", "Opportunity-2")
        assert (made["StageName"], made["Amount"], made["CloseDate"].year) == (stage, 85_000.0, 2026)
    return joined(*offices)


def steps_can_be_switched_off() -> Office:
    """Each alone; what is deleted counts as off. A renewal with no step left is still prepared but once."""
    office = RenewalOffice()
    renewal = office.due()
    office.switch("Renewal_Quote_Task", Is_On__c=False)
    office.start()
    assert (office.begun(), office.state(renewal)) == (BOTH[1:], "Prepared")
    other = RenewalOffice()
    renewal = other.due()
    settings = other.org.records["Health_Setting__mdt"]
    settings.pop(next(one["Id"] for one in settings.values() if one["DeveloperName"] == "Renewal_Email"))
    other.start()
    assert (other.begun(), other.state(renewal)) == (BOTH[:1], "Prepared")
    office.org.trail |= other.org.trail
    return office


def who_takes_care_of_it() -> Office:
    """The owner; the manager of one who has left; where there is nobody, an administrator hears of it."""
    office = RenewalOffice(active=False)
    renewal = office.due()
    office.start()
    assert {task["OwnerId"] for task in office.org.of("Task")} == {office.manager}
    made = RenewalOffice()
    made.record("User", made.owner)["UserType"] = "CsnOnly"
    made.won()
    made.start()
    assert made.record("Opportunity", "Opportunity-2")["OwnerId"] == made.manager
    alone, nobody, gone = RenewalOffice(active=False), RenewalOffice(active=False, managed=False), RenewalOffice()
    alone.record("User", str(alone.manager))["UserType"] = "CsnOnly"
    for one, keep in ((alone, RenewalOffice.due), (nobody, RenewalOffice.won)):
        keep(one)
        assert one.start().endswith("Health Faults says why. It is tried again tonight.")
        assert ("no active manager" in one.faults()[0], one.begun()) == (True, [])
    gone.won()
    gone.org.records["Account"].clear()
    gone.start()
    assert gone.faults() == ["The account could not be read."]
    assert office.state(renewal) == "Prepared"
    return joined(office, made, alone, nobody, gone)


def an_org_without_open_stages_makes_nothing() -> Office:
    """It is said to an administrator."""
    office = RenewalOffice()
    office.won()
    for stage in office.org.of("OpportunityStage"):
        stage["IsActive"] = False
    office.start()
    assert (len(office.org.of("Opportunity")), "No open stage" in office.faults()[0]) == (1, True)
    return office


def names_are_cut() -> Office:
    """A name has 120 characters, a subject 255."""
    office = RenewalOffice()
    office.record("Account", office.account)["Name"] = "Hotel " * 42
    office.won()
    office.start()
    assert (office.faults(), len(office.org.of("Task"))) == ([], 2)
    return office


def whom_the_mail_goes_to() -> Office:
    """The primary contact, if e-mail may go there; the owner hears what is missing, and the rest goes on."""
    whys: dict[str, Record] = {
        "has no e-mail address": {"Email": None},
        "has opted out of e-mail": {"HasOptedOutOfEmail": True},
        "came back": {"IsEmailBounced": True},
    }
    offices = [RenewalOffice() for _ in whys]
    for office, (why, change) in zip(offices, whys.items(), strict=True):
        office.record("Contact", office.contact).update(change)
        renewal = office.due()
        office.start()
        assert why in office.task("Approve")["Description"]
        assert (why in office.record("Opportunity", renewal)["Renewal_Note__c"], len(office.begun())) == (True, 2)
    nobody = RenewalOffice()
    nobody.due(with_contact=False)
    nobody.start()
    assert "the last deal that was won has a primary contact" in nobody.task("Approve")["Description"]
    return joined(*offices, nobody, *_without_contact())


def _without_contact() -> list[RenewalOffice]:
    """Ask for the contact where a deal has none, it was deleted, or the opportunity was."""
    bare, deleted, missing = RenewalOffice(), RenewalOffice(), RenewalOffice()
    bare.won()
    bare.org.records["OpportunityContactRole"].clear()
    deleted.won()
    deleted.org.records["Contact"].clear()
    for office in (bare, deleted, missing):
        said = office.does.outputs("Renewal_Find_Contact", OpportunityId=office.due(with_contact=office is missing))
        assert ("ContactId" in said) == (office is missing)
    said = missing.does.outputs("Renewal_Find_Contact", OpportunityId="deleted")
    assert "primary contact" in said["Lack"]
    return [bare, deleted, missing]


def what_is_prepared_is_not_prepared_again() -> Office:
    """Nor what is closed."""
    office = RenewalOffice()
    renewal = office.due()
    office.start()
    for _ in range(2):
        said = office.does.outputs("Renewal_Prepare", OpportunityId=renewal, Standing="Healthy (82)")
        assert said["Outcome"].startswith("Nothing was prepared")
    again = office.record("Opportunity", renewal)
    again["Renewal_State__c"] = None
    office.start()
    assert (office.begun(), again["Renewal_State__c"]) == (BOTH, "Prepared")
    return office


def joined(first: Office, *others: Office) -> Office:
    """Give one office with what was walked in all."""
    first.org.trail |= set().union(*(other.org.trail for other in others))
    return first


STARTED: tuple[Callable[[], Office], ...] = (
    an_open_renewal_is_prepared_once,
    two_renewals_are_prepared_one_a_night,
    an_account_that_is_not_fit_is_left_alone,
    signals_that_are_over_do_not_matter,
    a_renewal_is_made_from_the_last_deal,
    a_renewal_is_made_from_the_contract,
    next_year_is_counted_from_the_term,
    nothing_is_made_without_a_date,
    settings_say_how_it_is_made,
    steps_can_be_switched_off,
    who_takes_care_of_it,
    an_org_without_open_stages_makes_nothing,
    names_are_cut,
    whom_the_mail_goes_to,
    what_is_prepared_is_not_prepared_again,
)
