"""What the renewal flows write comes back as a change event, and sets off nothing again."""

import pytest

from config.loader import load_config
from scoring.observations import Fields, Observation
from tests.messages import ACCOUNT, change
from tests.models import the_model
from tests.salesforce.package import fields, named, of_type, texts
from tests.salesforce.renewal_office import RenewalOffice
from tests.salesforce.templates import merged
from tests.sources.taking import said

(OPPORTUNITY,) = [one for one in load_config().intake.objects.values() if one.object == "Opportunity"]
WORDS = the_model().words


@pytest.mark.parametrize("name", sorted(fields("Opportunity")))
def test_a_field_of_a_renewal_says_nothing_of_health(name: str) -> None:
    """Its change tells whose the opportunity is, as every event does, and no value: the score is what it was."""
    message = change("Opportunity", "UPDATE", ["LastModifiedDate", name], AccountId=ACCOUNT, **{name: "Prepared"})
    assert [one.content for one in said(message, Observation)] == [Fields(())]
    assert name not in OPPORTUNITY.fields


def test_a_score_that_is_written_again_changes_no_renewal() -> None:
    """So the chain ends there: a score that looks the same saves no opportunity, and gives rise to no event."""
    office = RenewalOffice()
    renewal = office.due()
    office.start()
    before = dict(office.record("Opportunity", renewal))
    office.org.refusing = {"Renewal_Recheck.Take_Back"}
    for _ in range(3):
        office.fit()
    office.does.run_daily("Renewal_Daily")
    assert (office.record("Opportunity", renewal), office.faults(), len(office.begun())) == (before, [], 2)


def test_the_flows_use_the_words_of_config() -> None:
    """What they make counts as a renewal, what they read as the last deal has a meaning, and is no contraction."""
    written = {
        word
        for component in of_type("Flow")
        for one in component.root.iter()
        if one.tag.endswith(("filters", "inputAssignments")) and texts(one, "field") == ["Type"]
        for word in texts(one, "value/stringValue")
    }
    assert written == {"Renewal", "New Customer", "New Business"}
    assert {word: WORDS["opportunity.type"].meaning(word) for word in written} == {
        "Renewal": "renewal",
        "New Customer": "nothing",
        "New Business": "nothing",
    }
    assert WORDS["opportunity.stage"].meaning("Prospecting") == "open"


def test_a_renewal_that_is_made_is_made_once_whatever_becomes_of_the_score() -> None:
    """The score sees it (days to renewal) and may fall for it: it is taken back then, and nothing is made again."""
    office = RenewalOffice()
    office.won()
    office.does.run_daily("Renewal_Daily")
    assert office.state("Opportunity-2") == "Prepared"
    for tier, month in (("At Risk", "2026-11"), ("Healthy", "2026-12"), ("At Risk", "2027-01")):
        office.fit(tier, month)
        office.does.run_daily("Renewal_Daily")
        assert (office.state("Opportunity-2"), len(office.org.of("Opportunity"))) == ("Taken Back", 2)
    assert office.begun().count("Renewal taken back") == 1


def test_the_mail_reads_as_a_person_writes() -> None:
    """With the name of the contact, the terms, and who sends it; without a first name it greets all the same."""
    office = RenewalOffice()
    renewal = office.due()
    office.start()
    records = {"Contact": office.contact, "Opportunity": renewal, "User": office.owner}
    records["Organization"] = next(iter(office.org.records["Organization"]))
    said_then = merged(named("EmailTemplate", "Health_Renewal"), office.org, records)
    assert said_then.startswith("Hello Jane,\n\nthank you for another year with Guestline.")
    assert "Your agreement renews on 26 December 2026 for another term of the same length." in said_then
    assert said_then.endswith("Kind regards,\nAda Byron\nGuestline\n")
    office.record("Contact", office.contact)["FirstName"] = None
    assert merged(named("EmailTemplate", "Health_Renewal"), office.org, records).startswith("Hello there,")
