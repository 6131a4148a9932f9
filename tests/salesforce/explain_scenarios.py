"""What an agent, or any other automation, hears of an account's health score."""

from collections.abc import Callable

from tests.salesforce.office import Office

FLOW = "Explain_Health_Score"


def explained(office: Office, account: str | None = None) -> str:
    """Ask for the explanation of an account."""
    return str(office.does.outputs(FLOW, AccountId=account or office.account)["Explanation"])


def a_score_is_explained_with_its_reasons() -> Office:
    """Month, score and tier as they are now, and the reasons that were written with it."""
    office = Office()
    office.score("2026-10", "Healthy", 82.0, Drivers__c="Logins fell by 12 %.\nNo QBR since May.")
    office.signal("Moderate")
    title, *reasons = explained(office).splitlines()
    assert title.startswith("Hotel Acme, October 2026: 75.0 At Risk, as of ")
    assert reasons == ["Logins fell by 12 %.", "No QBR since May."]
    return office


def a_score_without_reasons_says_so() -> Office:
    """Silence would sound as if all were well."""
    office = Office()
    office.score("2026-10", "Healthy", 82.0)
    assert explained(office).endswith("No reasons were written with this score.")
    return office


def what_is_not_there_is_said() -> Office:
    """No score, no account, and a fault, of which an administrator hears."""
    office = Office()
    assert explained(office) == "There is no health score of Hotel Acme yet."
    assert explained(office, "Account-99") == "There is no account of that id that you may see."
    for step in ("Get_Account", "Get_Score"):
        office.org.refusing = {f"{FLOW}.{step}"}
        assert explained(office) == "The health score could not be read just now. An administrator has been told."
    assert [fault["Flow__c"] for fault in office.org.of("Health_Fault__c")] == ["Explain Health Score"] * 2
    return office


EXPLAIN_SCENARIOS: tuple[Callable[[], Office], ...] = (
    a_score_is_explained_with_its_reasons,
    a_score_without_reasons_says_so,
    what_is_not_there_is_said,
)
