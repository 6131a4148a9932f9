"""Suggested signals in Salesforce: how they begin and end, who may, and where they are shown."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from scoring.signals import APART, STATUSES
from tests.live.orgs import CONFIG
from tests.salesforce.office import TODAY, Office
from tests.salesforce.org import Refused
from tests.salesforce.package import Component, every, named, of_type, text, texts
from tests.salesforce.screens import Stopped
from tests.salesforce.suggested_scenarios import QUOTE, suggest

QUOTED = {"Suggested_Quote__c": QUOTE}
WHY = {"Dismissal_Reason__c": "Not a signal"}
CHOSEN = {"Severity__c": "Watch", "Confidence__c": "Likely"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Status__c": "Suggested"}, "needs a Quote"),
        (
            {"Status__c": "Dismissed", "Dismissal_Reason__c": "Other", **QUOTED},
            "Only a suggested signal can be dismissed",
        ),
        ({"Status__c": "Open"}, "RESTRICTED_PICKLIST"),
    ],
)
def test_what_is_no_suggestion_is_refused(given: Mapping[str, str], message: str) -> None:
    """Without the customer's words, already dismissed, or of a word that is none."""
    office = Office()
    with pytest.raises(Refused, match=message):
        office.signal(**given)
    assert office.org.of("Churn_Signal__c") == []


@pytest.mark.parametrize("status", sorted({*STATUSES} - {"Suggested"}))
def test_who_suggests_decides_nothing(status: str) -> None:
    """The user that writes suggestions can neither log a signal nor accept one."""
    office = Office()
    signal = suggest(office, "Watch")
    office.org.permissions = {"Suggest_Churn_Signals"}
    with pytest.raises(Refused, match=r"may only suggest|Accept this suggestion first"):
        office.does.update("Churn_Signal__c", signal, {"Status__c": status, **WHY, **CHOSEN})
    with pytest.raises(Refused, match=r"may only suggest|can be dismissed"):
        office.signal("Watch", Status__c=status, **WHY)
    assert [one["Status__c"] for one in office.org.of("Churn_Signal__c")] == ["Suggested"]


@pytest.mark.parametrize("first", APART)
@pytest.mark.parametrize("then", ["Monitoring", "Resolved", "Expired"])
def test_a_suggestion_is_decided_on_first(first: str, then: str) -> None:
    """So that it is known who decided; what was dismissed may only be accepted after all."""
    office = Office()
    signal = suggest(office, "Watch")
    office.does.update("Churn_Signal__c", signal, {"Status__c": first, **WHY})
    with pytest.raises(Refused, match="Accept this suggestion first"):
        office.does.update("Churn_Signal__c", signal, {"Status__c": then, **CHOSEN})


@pytest.mark.parametrize("status", ["Active", "Monitoring", "Resolved", "Expired"])
@pytest.mark.parametrize("apart", APART)
def test_what_a_person_logged_stays_out_of_it(status: str, apart: str) -> None:
    """Nobody makes a suggestion of it again, nor dismisses it."""
    office = Office()
    signal = office.signal("Watch", Status__c=status, **QUOTED)
    with pytest.raises(Refused, match="Resolved"):
        office.does.update("Churn_Signal__c", signal, {"Status__c": apart, **WHY})


def test_what_counts_has_a_severity_and_a_confidence() -> None:
    """Whoever accepts it chooses them, on the record as on the screen; what a person logs has them from the start."""
    office = Office()
    signal = suggest(office)
    for lacking in ({}, {"Severity__c": "Watch"}, {"Confidence__c": "Likely"}):
        with pytest.raises(Refused, match="Choose a Severity and a Confidence"):
            office.does.update("Churn_Signal__c", signal, {"Status__c": "Active", **lacking})
    with pytest.raises(Refused, match="Choose a Severity and a Confidence"):
        office.signal("Watch", Confidence__c=None)
    office.does.update("Churn_Signal__c", signal, {"Status__c": "Active", **CHOSEN})


def test_a_dismissal_says_why() -> None:
    """On the record as on the screen."""
    office = Office()
    signal = suggest(office)
    with pytest.raises(Refused, match="Say in Dismissal Reason"):
        office.does.update("Churn_Signal__c", signal, {"Status__c": "Dismissed"})
    with pytest.raises(Stopped, match="Reason is required"):
        office.does.screens("Dismiss_Suggested_Signal", {}, recordId=signal)
    with pytest.raises(Stopped, match="Severity is required"):
        office.does.screens("Accept_Suggested_Signal", {}, recordId=signal)
    assert office.record("Churn_Signal__c", signal)["Status__c"] == "Suggested"


def test_the_desk_decides_in_the_name_of_a_person() -> None:
    """Only on what still waits, only with the permission to, and never without a name."""
    office = Office()
    signal, other = suggest(office), suggest(office)
    decided = {"Status__c": "Active", **CHOSEN, "Decided_For__c": "Ada"}
    office.org.permissions = {"Suggest_Churn_Signals"}
    with pytest.raises(Refused, match="may only suggest"):
        office.does.update("Churn_Signal__c", signal, decided)
    office.org.permissions = {"Suggest_Churn_Signals", "Decide_For_Others"}
    with pytest.raises(Refused, match="may only suggest"):
        office.does.update("Churn_Signal__c", signal, {**decided, "Decided_For__c": None})
    office.does.update("Churn_Signal__c", signal, decided)
    with pytest.raises(Refused, match="may only suggest"):
        office.does.update("Churn_Signal__c", signal, {"Severity__c": "Critical", "Context__c": "x"})
    office.does.update("Churn_Signal__c", other, {"Status__c": "Dismissed", **WHY, "Decided_For__c": "Ada"})
    with pytest.raises(Refused, match="may only suggest"):
        office.signal("Watch", Decided_For__c="Ada")


def test_days_are_those_of_the_config() -> None:
    """A suggestion expires after as many days in the org as in the store."""
    days = CONFIG.words.days.expire
    expiry = named("Flow", "Expire_Suggested_Signals").text("formulas/expression") or ""
    rule = named("ValidationRule", "Suggested_Is_Decided_First").text("errorConditionFormula") or ""
    shown = next(one.text("formula") or "" for one in of_type("CustomField") if one.name == "Expires_On__c")
    assert [f"CreatedDate}} + {days}" in expiry, f"CreatedDate + {days}" in rule] == [True, True]
    assert f"DATEVALUE(CreatedDate) + {days}" in shown
    quiet = named("Flow", "Dismiss_Suggested_Signal").text("description") or ""
    assert f"quiet for {CONFIG.words.days.quiet_after_dismissal} days" in quiet


def test_a_message_of_tomorrow_is_no_signal_of_the_future() -> None:
    """In the west of UTC a message of this evening is of tomorrow."""
    office = Office()
    tomorrow = TODAY + timedelta(days=1)
    signal = suggest(office, Suggestion_Key__c="intercom-1-budget", Date_Observed__c=tomorrow)
    office.does.update("Churn_Signal__c", signal, {"Status__c": "Active", **CHOSEN})
    with pytest.raises(Refused, match="in the future"):
        office.signal("Watch", Date_Observed__c=tomorrow)


def test_a_suggestion_may_be_corrected_while_it_waits() -> None:
    """Its severity, say; that decides nothing."""
    office = Office()
    signal = suggest(office)
    office.does.update("Churn_Signal__c", signal, {"Severity__c": "Watch"})
    record = office.record("Churn_Signal__c", signal)
    assert (record["Status__c"], record.get("Accepted_At__c"), record["Severity__c"]) == ("Suggested", None, "Watch")


@pytest.mark.parametrize("verb", ["Accept", "Dismiss"])
def test_one_click_from_the_list_and_from_the_page(verb: str) -> None:
    """A link while it waits, which leads back to the account; an action of the same flow, visible as long."""
    office = Office()
    signal = suggest(office)
    name = f"{verb}_Link__c"
    link = next(field.text("formula") for field in of_type("CustomField") if field.name == name)
    address = f'"/flow/{verb}_Suggested_Signal?recordId=" & CASESAFEID(Id) & "&retURL=/" & CASESAFEID(Account__c)'
    assert address in (link or "")
    assert office.org.value("Churn_Signal__c", office.record("Churn_Signal__c", signal), name) == verb
    office.does.update("Churn_Signal__c", signal, {"Status__c": "Active", **CHOSEN})
    assert office.org.value("Churn_Signal__c", office.record("Churn_Signal__c", signal), name) is None
    action = named("QuickAction", f"Churn_Signal__c.{verb}_Suggestion")
    assert (action.text("type"), action.text("flowDefinition")) == ("Flow", f"{verb}_Suggested_Signal")
    visible = {
        text(item, "value"): texts(item, "visibilityRule/criteria/rightValue")
        for item in every(named("FlexiPage", "Churn_Signal_Page").root, "//valueListItems")
    }
    assert visible[action.name] == ["Suggested"]


def statuses(component: Component) -> set[str]:
    """Give the statuses of signals that a list view or a report shows."""
    found = set(STATUSES)
    for item in (*component.all("filters"), *component.all("filter/criteriaItems")):
        if (text(item, "field") or text(item, "column") or "").endswith("Status__c"):
            words = set((text(item, "value") or "").split(","))
            is_in = (text(item, "operation") or text(item, "operator")) == "equals"
            found = found & words if is_in else found - words
    return found


def test_lists_and_reports_show_suggestions_apart_or_not_at_all() -> None:
    """Each list view of signals, and each report on them."""
    shown = {
        one.name: statuses(one)
        for one in (*of_type("ListView"), *of_type("Report"))
        if one.object == "Churn_Signal__c" or "Churn_Signals" in (one.text("reportType") or "")
    }
    assert {name: found & {*APART} for name, found in shown.items() if found & {*APART}} == {
        "Suggested_Signals": {"Suggested"},
        "Dismissed_Suggestions": {"Dismissed"},
    }
    assert shown["All_Churn_Signals"] == {*STATUSES} - {*APART}
    assert "Signals_by_Category_and_Age" in shown


def test_the_account_page_shows_them_apart_with_their_quotes() -> None:
    """A list of its own with the words of the customer and the two links; the list of signals is without them."""
    lists = {
        text(one, "identifier"): {
            text(part, "name"): texts(part, "valueList/valueListItems/value")
            for part in every(one, "componentInstanceProperties")
        }
        for one in every(named("FlexiPage", "Account_Customer_Health").root, "//componentInstance")
    }
    suggested, logged = lists["lst_suggested_signals"], lists["lst_churn_signals"]
    assert suggested["adminFilters"] == ['Status__c|EQUALS|["Suggested"]']
    assert {"Suggested_Quote__c", "Accept_Link__c", "Dismiss_Link__c"} <= {*suggested["relatedListFieldAliases"]}
    assert logged["adminFilters"] == ['Status__c|NOT_EQUAL|["Suggested","Dismissed"]']
