"""The account shows its current score as the score itself does, whatever happens; and no save of it sets off a flow."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.signals import CONFIDENCES, SEVERITIES, STATUSES
from tests.live.orgs import CONFIG
from tests.salesforce import apex
from tests.salesforce.account_scenarios import SHOWN, WRITTEN, current, shown
from tests.salesforce.office import Office
from tests.salesforce.package import PROJECT, fields, named, of_type, texts

PERIODS = ["2025-12", "2026-01", "2026-02"]
TIERS = ("Champion", "Healthy", "At Risk", "Critical", "Unknown", None)
NEW = [status for status in STATUSES if status != "Dismissed"]
SCORE = st.tuples(
    st.just("score"),
    st.sampled_from(PERIODS),
    st.sampled_from(TIERS),
    st.none() | st.integers(0, 1_000).map(lambda tenths: tenths / 10),
    st.sampled_from([None, "low_confidence", "partial"]),
    st.booleans(),
)
SIGNAL = st.tuples(st.just("signal"), st.sampled_from(SEVERITIES), st.sampled_from(CONFIDENCES), st.sampled_from(NEW))
DELETION = st.tuples(st.just("delete"), st.sampled_from(PERIODS))


@settings(max_examples=30)
@given(st.lists(SCORE | SIGNAL | DELETION, max_size=8))
def test_the_account_says_what_its_current_score_says(deeds: list[tuple[Any, ...]]) -> None:
    """After every deed, for score, tier, change, coverage and date: with signals, without, unscored and unknown."""
    office, there = Office(), dict[str, str]()
    for deed, *said in deeds:
        if deed == "score":
            period, tier, final, flags, moves = said
            office.org.now = office.org.now.replace(hour=(office.org.now.hour + bool(moves)) % 24)
            more = {"Flags__c": flags, "Coverage_Pct__c": final}
            there[period] = office.score(period, tier, final, **more)
        elif deed == "signal":
            severity, confidence, status = said
            office.signal(severity, Confidence__c=confidence, Status__c=status, Suggested_Quote__c="So they said.")
        elif said[0] in there:
            office.does.delete("Health_Score__c", there.pop(said[0]))
        assert shown(office) == current(office)


@given(st.permutations(PERIODS))
def test_accounts_that_are_written_in_turn_show_each_its_own(order: list[str]) -> None:
    """Several scores of several accounts, in any order: the newest month of each is what each shows."""
    office = Office()
    accounts = [office.account, office.org.keep("Account", Name="Other", OwnerId=office.owner)]
    for place, period in enumerate(order):
        for account in accounts:
            office.account = account
            office.score(period, "Healthy", 70.0 + place + 10 * accounts.index(account))
    assert [shown(office, account) for account in accounts] == [current(office, account) for account in accounts]


def test_only_our_fields_of_an_account_are_written() -> None:
    """And none of them is one that scoring reads."""
    updates = [
        update
        for flow in of_type("Flow")
        for update in flow.all("recordUpdates")
        if "Account" in texts(update, "object")
    ]
    written = {name for update in updates for name in texts(update, "inputAssignments/field")}
    assert written == set(WRITTEN)
    (account,) = (one for one in CONFIG.intake.objects.values() if one.object == "Account")
    assert not {*WRITTEN, *SHOWN} & set(account.names)
    assert all(
        (fields("Account")[name].text("description") or "").startswith("Written by the flow") for name in WRITTEN
    )


def test_saving_an_account_sets_off_no_flow_of_ours() -> None:
    """Neither before nor after a save: what the flow writes ends there."""
    assert "Account" not in {flow.text("start/object") for flow in of_type("Flow") if flow.text("start/triggerType")}


def test_the_flow_that_writes_the_account_asks_nobody_for_permission() -> None:
    """It is set off by a save, so it runs as the system; the middleware's user needs no right on these fields."""
    granted = texts(named("PermissionSet", "Health_Score_Integration").root, "fieldPermissions/field")
    assert not {f"Account.{name}" for name in WRITTEN} & set(granted)
    for name in ("Health_Score_Keep_Current", "Health_Score_Before_Delete"):
        assert named("Flow", name).text("runInMode") in {None, "DefaultMode", "SystemModeWithoutSharing"}


FILL = (PROJECT / "scripts/show_current_scores.apex").read_text()


def test_a_script_shows_what_was_scored_before_the_account_had_a_place_for_it() -> None:
    """Once, after an upgrade; an account that its own rules refuse stays as it is, and the others are saved."""
    office = Office()
    accounts = [office.account, office.org.keep("Account", Name="Other", OwnerId=office.owner)]
    for account in accounts:
        office.account = account
        office.score("2026-09", "Healthy", 80.0)
        office.score("2026-10", "Champion", 91.0, Coverage_Pct__c=92.5)
        office.record("Account", account).update(dict.fromkeys(WRITTEN))
    office.record("Account", accounts[1])["Responsiveness__c"] = 7.0
    apex.run_script(office, FILL)
    assert shown(office, accounts[0]) == current(office, accounts[0])
    assert shown(office, accounts[1])["Current_Health_Score__c"] is None
    assert office.org.of("Health_Fault__c") == []
