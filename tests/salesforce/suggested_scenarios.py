"""What flows do with suggested signals: nothing, until a person accepts one by one click."""

from collections.abc import Callable
from datetime import timedelta

from tests.salesforce.office import TODAY, Office

QUOTE = "We are looking at another vendor for next year."


def suggest(office: Office, severity: str = "Critical", **more: object) -> str:
    """Suggest a signal as the middleware does: with a quote, and without a context."""
    office.org.user, office.org.permissions = "User-robot", {"Suggest_Churn_Signals"}
    said = {"Status__c": "Suggested", "Suggested_Quote__c": QUOTE, "Context__c": None, "Confidence__c": "Confirmed"}
    signal = office.signal(severity, **{**said, **more})
    office.org.user, office.org.permissions = str(office.owner), set()
    return signal


def click(office: Office, verb: str, signal: str) -> list[str]:
    """Accept or dismiss a signal by one click; give the steps."""
    return office.does.screens(f"{verb}_Suggested_Signal", {}, recordId=signal)


def shown(office: Office) -> dict[str, object]:
    """Give all that signals change on the account and its current score."""
    org = office.org
    account, (score,) = office.record("Account", office.account), org.of("Health_Score__c")
    names = ("Active_Critical", "Active_Moderate", "Active_Watch", "Confirmed_Critical", "Monitored_Critical")
    found: dict[str, object] = {name: org.value("Account", account, f"Qual_{name}__c") for name in names}
    found["state"] = org.value("Account", account, "Signal_State__c")
    return found | {name: org.value("Health_Score__c", score, name) for name in ("Final_Score__c", "Final_Tier__c")}


def a_suggestion_changes_nothing_and_sets_nothing_off() -> Office:
    """However many there are, of whatever severity and age; nor does a night, nor one that is dismissed."""
    office = Office()
    office.score("2026-10", "Champion", 95.0)
    office.renewal(30)
    before = shown(office)
    signals = [suggest(office, severity) for severity in ("Critical", "Critical", "Moderate", "Watch")]
    signals.append(suggest(office, "Watch", Date_Observed__c=TODAY - timedelta(days=400)))
    for nightly in ("Expire_Churn_Signals", "Playbook_Critical_Near_Renewal_Daily"):
        assert office.does.run_daily(nightly) == []
    assert {one["Status__c"] for one in office.org.of("Churn_Signal__c")} == {"Suggested"}
    for signal in signals:
        assert click(office, "Dismiss", signal) == ["Get_Signal", "Is_Waiting", "Dismiss"]
        record = office.record("Churn_Signal__c", signal)
        assert (record["Status__c"], record["Dismissed_By__c"], record["Dismissed_At__c"]) == (
            "Dismissed",
            office.owner,
            office.org.now,
        )
        assert (record.get("Accepted_By__c"), record.get("Accepted_At__c")) == (None, None)
    assert (shown(office), office.subjects, office.org.sent) == (before, [], [])
    return office


def a_suggestion_that_is_accepted_is_a_new_signal() -> Office:
    """By one click, without any screen: Active, by whom and when; the score follows and the playbooks run."""
    office = Office()
    office.score("2026-10", "Healthy", 80.0)
    office.renewal(30)
    signal = suggest(office, Date_Observed__c=TODAY - timedelta(days=20))
    assert click(office, "Accept", signal) == ["Get_Signal", "Is_Waiting", "Accept"]
    record = office.record("Churn_Signal__c", signal)
    names = ("Status__c", "Accepted_By__c", "Accepted_At__c", "Context__c", "Date_Observed__c")
    when = TODAY - timedelta(days=20)
    assert [record[name] for name in names] == ["Active", office.owner, office.org.now, QUOTE, when]
    after = shown(office)
    assert (after["Active_Critical"], after["Final_Score__c"], after["Final_Tier__c"]) == (1.0, 50.0, "Critical")
    assert len(office.subjects) == 2
    assert [sent["targetId"] for sent in office.org.sent] == [signal, signal]
    return office


def one_that_was_dismissed_by_mistake_is_accepted_after_all() -> Office:
    """What it had as context stays; what a person logged has nobody who accepted it."""
    office = Office()
    office.score("2026-10", "Healthy", 80.0)
    signal = suggest(office, "Watch", Context__c="From the call of Monday.")
    for verb in ("Dismiss", "Accept"):
        click(office, verb, signal)
    record = office.record("Churn_Signal__c", signal)
    assert (record["Status__c"], record["Context__c"]) == ("Active", "From the call of Monday.")
    assert (record["Accepted_By__c"], record["Dismissed_By__c"]) == (office.owner, office.owner)
    logged = office.signal("Watch", Status__c="Monitoring")
    office.does.update("Churn_Signal__c", logged, {"Status__c": "Active"})
    assert office.record("Churn_Signal__c", logged).get("Accepted_By__c") is None
    for verb in ("Accept", "Dismiss"):
        assert click(office, verb, logged) == ["Get_Signal", "Is_Waiting", "Not_Waiting"]
    assert office.record("Churn_Signal__c", logged)["Status__c"] == "Active"
    return office


def a_click_that_fails_says_so() -> Office:
    """A screen with the reason, a fault that is logged, and nothing is changed."""
    office = Office()
    signal = suggest(office)
    for verb in ("Accept", "Dismiss"):
        for step in ("Get_Signal", verb):
            office.org.refusing = {f"{verb}_Suggested_Signal.{step}"}
            assert click(office, verb, signal)[-3:] == ["Keep_Fault", "Log_Fault", "Not_Saved"]
    assert office.record("Churn_Signal__c", signal)["Status__c"] == "Suggested"
    return office


SUGGESTED_SCENARIOS: tuple[Callable[[], Office], ...] = (
    a_suggestion_changes_nothing_and_sets_nothing_off,
    a_suggestion_that_is_accepted_is_a_new_signal,
    one_that_was_dismissed_by_mistake_is_accepted_after_all,
    a_click_that_fails_says_so,
)
