"""What the account shows of its current score, path by path of the flows that write it."""

from tests.salesforce.office import Office
from tests.salesforce.org import Record

SHOWN = {
    "Current_Health_Score__c": "Final_Score__c",
    "Current_Health_Tier__c": "Final_Tier__c",
    "Health_Score_Change__c": "Score_Change__c",
    "Health_Coverage_Pct__c": "Coverage_Pct__c",
    "Health_Score_As_Of__c": "As_Of__c",
}
"""What an account shows, and what it stands for on its current score."""

WRITTEN = (
    "Health_Quantitative_Score__c",
    "Health_Previous_Score__c",
    "Health_Coverage_Pct__c",
    "Health_Score_As_Of__c",
    "Health_Recorded_Tier__c",
    "Health_Low_Confidence__c",
)
"""The fields of Account that a flow writes."""


def shown(office: Office, account: str | None = None) -> Record:
    """Give what the account shows."""
    record = office.record("Account", account or office.account)
    return {name: office.org.value("Account", record, name) for name in SHOWN}


def current(office: Office, account: str | None = None) -> Record:
    """Give the same of its current score; nothing where it has none."""
    scores = [one for one in office.org.of("Health_Score__c") if one["Account__c"] == (account or office.account)]
    score = next((one for one in scores if one["Is_Current__c"]), None)
    return {name: office.org.value("Health_Score__c", score, field) for name, field in SHOWN.items()}


def the_account_shows_its_current_score() -> Office:
    """A corrected past month changes nothing; a signal caps at once, and no save of the account is needed for it."""
    office = Office()
    before = dict(office.record("Account", office.account))
    office.score("2026-09", "Healthy", 80.0, Coverage_Pct__c=88.0)
    office.score("2026-10", "Champion", 91.0, Coverage_Pct__c=92.5)
    office.score("2026-08", "Critical", 20.0)
    assert shown(office) == {
        "Current_Health_Score__c": 91.0,
        "Current_Health_Tier__c": "Champion",
        "Health_Score_Change__c": 11.0,
        "Health_Coverage_Pct__c": 92.5,
        "Health_Score_As_Of__c": office.org.now,
    }
    written = dict(office.record("Account", office.account))
    office.signal("Moderate")
    assert (shown(office)["Current_Health_Score__c"], shown(office)["Current_Health_Tier__c"]) == (75.0, "At Risk")
    assert office.record("Account", office.account) == written
    assert {name: value for name, value in written.items() if name not in WRITTEN} == {
        name: value for name, value in before.items() if name not in WRITTEN
    }
    return office


def a_correction_of_the_same_instant_reaches_the_account() -> Office:
    """The month is closed again with other figures: neither As Of nor period change, and the account follows."""
    office = Office()
    office.score("2026-10", "Healthy", 80.0, Coverage_Pct__c=90.0, Flags__c="partial")
    office.score("2026-10", "Unknown", 80.0, Coverage_Pct__c=40.0, Flags__c="low_confidence")
    assert shown(office) == current(office)
    assert (shown(office)["Current_Health_Tier__c"], shown(office)["Health_Coverage_Pct__c"]) == ("Unknown", 40.0)
    office.score("2026-10", None, None, Coverage_Pct__c=0.0)
    assert (shown(office)["Current_Health_Score__c"], shown(office)["Current_Health_Tier__c"]) == (None, None)
    return office


def the_account_follows_a_score_that_is_deleted() -> Office:
    """To the newest of the others, and to nothing after the last; so it does where the month was mistyped."""
    office = Office()
    ids = [office.score(period, "Healthy", final) for period, final in (("2026-09", 80.0), ("2026-10", 85.0))]
    office.does.update("Health_Score__c", ids[1], {"Scoring_Period__c": "2026-08"})
    assert shown(office)["Current_Health_Score__c"] == 80.0
    office.does.delete("Health_Score__c", ids[0])
    assert shown(office)["Current_Health_Score__c"] == 85.0
    office.does.delete("Health_Score__c", ids[1])
    assert set(shown(office).values()) == {None}
    return office


def an_account_that_cannot_be_saved_undoes_no_score() -> Office:
    """A validation rule of the account, or another that holds it: the score is saved, current, and deleted."""
    office = Office()
    ids = [office.score("2026-09", "Healthy", 80.0)]
    office.record("Account", office.account)["Responsiveness__c"] = 7.0
    ids.append(office.score("2026-10", "Champion", 91.0))
    assert office.record("Health_Score__c", ids[1])["Is_Current__c"] is True
    assert shown(office)["Current_Health_Score__c"] == 80.0
    (fault,) = office.org.of("Health_Fault__c")
    assert (fault["Flow__c"], fault["Record__c"]) == ("Health_Score_Keep_Current", office.account)
    office.record("Account", office.account)["Responsiveness__c"] = None
    deletion = "Health_Score_Before_Delete"
    office.org.refusing = {"Health_Score_Keep_Current.Show_On_Account"}
    office.org.refusing |= {f"{deletion}.Show_On_Account", f"{deletion}.Empty_Account"}
    office.score("2026-10", "Champion", 95.0)
    assert [fault["Record__c"] for fault in office.org.of("Health_Fault__c")] == [office.account] * 2
    for one in reversed(ids):
        office.does.delete("Health_Score__c", one)
    assert office.org.of("Health_Score__c") == []
    return office


ACCOUNT_SCENARIOS = (
    the_account_shows_its_current_score,
    a_correction_of_the_same_instant_reaches_the_account,
    the_account_follows_a_score_that_is_deleted,
    an_account_that_cannot_be_saved_undoes_no_score,
)
