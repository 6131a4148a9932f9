"""What flows do with suggested signals: nothing, until a person accepts one by one click."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from tests.salesforce.office import TODAY, Office

QUOTE = "We are looking at another vendor for next year."


def suggest(office: Office, severity: str | None = None, **more: object) -> str:
    """Suggest a signal as the middleware does: with a quote, without a context, severity or confidence."""
    office.org.user, office.org.permissions = "User-robot", {"Suggest_Churn_Signals"}
    said = {"Status__c": "Suggested", "Suggested_Quote__c": QUOTE, "Context__c": None, "Confidence__c": None}
    signal = office.signal(severity, **{**said, "CreatedDate": office.org.now, **more})
    office.org.user, office.org.permissions = str(office.owner), set()
    return signal


def accept(office: Office, signal: str, severity: str = "Critical", confidence: str = "Confirmed") -> list[str]:
    """Accept a signal on its one screen; give the steps."""
    chosen = {"Severity": severity, "Confidence": confidence}
    return office.does.screens("Accept_Suggested_Signal", {"Choose_Severity": chosen}, recordId=signal)


def dismiss(office: Office, signal: str, reason: str = "Not a signal") -> list[str]:
    """Dismiss a signal on its one screen; give the steps."""
    return office.does.screens("Dismiss_Suggested_Signal", {"Say_Why": {"Reason": reason}}, recordId=signal)


CLICKS: Mapping[str, Callable[[Office, str], list[str]]] = {"Accept": accept, "Dismiss": dismiss}


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
    office.does.run_daily("Expire_Suggested_Signals")
    assert {one["Status__c"] for one in office.org.of("Churn_Signal__c")} == {"Suggested"}
    for signal in signals:
        assert dismiss(office, signal) == ["Get_Signal", "Is_Waiting", "Say_Why", "Dismiss"]
        record = office.record("Churn_Signal__c", signal)
        assert record["Dismissal_Reason__c"] == "Not a signal"
        assert (record["Status__c"], record["Dismissed_By__c"], record["Dismissed_At__c"]) == (
            "Dismissed",
            office.owner,
            office.org.now,
        )
        assert (record.get("Accepted_By__c"), record.get("Accepted_At__c")) == (None, None)
    assert (shown(office), office.subjects, office.org.sent) == (before, [], [])
    return office


def a_suggestion_that_is_accepted_is_a_new_signal() -> Office:
    """With the severity and confidence of the CSM: Active, by whom and when; score and playbooks follow."""
    office = Office()
    office.score("2026-10", "Healthy", 80.0)
    office.renewal(30)
    signal = suggest(office, Date_Observed__c=TODAY - timedelta(days=20))
    assert accept(office, signal) == ["Get_Signal", "Is_Waiting", "Choose_Severity", "Accept"]
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
    dismiss(office, signal)
    accept(office, signal, "Watch", "Likely")
    record = office.record("Churn_Signal__c", signal)
    assert (record["Status__c"], record["Context__c"]) == ("Active", "From the call of Monday.")
    assert (record["Accepted_By__c"], record["Dismissed_By__c"]) == (office.owner, office.owner)
    logged = office.signal("Watch", Status__c="Monitoring")
    office.does.update("Churn_Signal__c", logged, {"Status__c": "Active"})
    assert office.record("Churn_Signal__c", logged).get("Accepted_By__c") is None
    for click in CLICKS.values():
        assert click(office, logged) == ["Get_Signal", "Is_Waiting", "Not_Waiting"]
    assert office.record("Churn_Signal__c", logged)["Status__c"] == "Active"
    return office


def a_click_that_fails_says_so() -> Office:
    """A screen with the reason, a fault that is logged, and nothing is changed."""
    office = Office()
    signal = suggest(office)
    for verb, click in CLICKS.items():
        for step in ("Get_Signal", verb):
            office.org.refusing = {f"{verb}_Suggested_Signal.{step}"}
            assert click(office, signal)[-3:] == ["Keep_Fault", "Log_Fault", "Not_Saved"]
    assert office.record("Churn_Signal__c", signal)["Status__c"] == "Suggested"
    return office


def one_that_nobody_answers_expires() -> Office:
    """45 days after it was suggested, whatever its message's day, and not before; nothing else does by it."""
    office = Office()
    old, fresh = (suggest(office, CreatedDate=office.org.now - timedelta(days=days)) for days in (46, 44))
    logged = office.signal("Watch", CreatedDate=office.org.now - timedelta(days=46))
    office.does.run_daily("Expire_Suggested_Signals")
    told = {one: office.record("Churn_Signal__c", one)["Status__c"] for one in (old, fresh, logged)}
    assert told == {old: "Expired", fresh: "Suggested", logged: "Active"}
    office.org.refusing = {"Expire_Suggested_Signals.Expire"}
    office.record("Churn_Signal__c", fresh)["CreatedDate"] = office.org.now - timedelta(days=50)
    office.does.run_daily("Expire_Suggested_Signals")
    assert [one["Flow__c"] for one in office.org.of("Health_Fault__c")] == ["Expire Suggested Signals"]
    return office


def a_cancellation_is_told_at_once() -> Office:
    """To the owner alone, whether somebody logged it or not; of other suggestions nobody hears at once."""
    office = Office()
    signal = suggest(office, Signal_Category__c="Cancellation")
    assert [(sent["recipientIds"], sent["targetId"]) for sent in office.org.sent] == [([office.owner], signal)]
    assert office.org.sent[0]["title"] == "May want to cancel: Hotel Acme"
    assert QUOTE in str(office.org.sent[0]["body"])
    suggest(office, Signal_Category__c="Budget")
    office.signal("Watch", Signal_Category__c="Cancellation")
    dismiss(office, signal)
    assert len(office.org.sent) == 1
    return office


def a_cancellation_of_nobody_is_logged() -> Office:
    """Where neither owner, manager nor administrator is there."""
    office = Office(managed=False, active=False)
    office.record("User", office.admin)["IsActive"] = False
    suggest(office, Signal_Category__c="Cancellation")
    assert office.org.sent == []
    return office


def the_owner_hears_once_a_day_how_many_wait() -> Office:
    """One notification an owner, with the number; none where none waits, and nobody hears of another's."""
    office = Office()
    office.does.run_daily("Suggested_Signals_Daily")
    assert office.org.sent == []
    other = office.org.keep("User", IsActive=True, UserType="Standard")
    account = office.org.keep("Account", Name="Hotel Blue", OwnerId=other)
    for number, mine in enumerate((office.account, office.account, account)):
        suggest(office, Account__c=mine, Name=f"CS-00000{number}")
    dismiss(office, suggest(office, Name="CS-000009"))
    office.does.run_daily("Suggested_Signals_Daily")
    assert [(sent["recipientIds"], sent["title"]) for sent in office.org.sent] == [
        ([office.owner], "2 suggested churn signals wait for you"),
        ([other], "A suggested churn signal waits for you"),
    ]
    for step in ("Get_First", "Get_All"):
        office.org.refusing = {f"Suggested_Signals_Daily.{step}"}
        office.does.run_daily("Suggested_Signals_Daily")
    assert {one["Flow__c"] for one in office.org.of("Health_Fault__c")} == {"Suggested Signals - Daily"}
    return office


def the_digest_of_nobody_is_logged() -> Office:
    """Where neither owner, manager nor administrator is there."""
    office = Office(managed=False, active=False)
    office.record("User", office.admin)["IsActive"] = False
    suggest(office, Name="CS-000001")
    office.does.run_daily("Suggested_Signals_Daily")
    assert office.org.sent == []
    return office


SUGGESTED_SCENARIOS: tuple[Callable[[], Office], ...] = (
    a_suggestion_changes_nothing_and_sets_nothing_off,
    a_suggestion_that_is_accepted_is_a_new_signal,
    one_that_was_dismissed_by_mistake_is_accepted_after_all,
    a_click_that_fails_says_so,
    one_that_nobody_answers_expires,
    a_cancellation_is_told_at_once,
    a_cancellation_of_nobody_is_logged,
    the_owner_hears_once_a_day_how_many_wait,
    the_digest_of_nobody_is_logged,
)
