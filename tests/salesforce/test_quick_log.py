"""The Quick-Log: every signal of every category can be logged, and what is missing is asked for."""

import pytest

from handlers.demo.years import CATEGORIES
from tests.salesforce.flow_parts import flow, screen_fields
from tests.salesforce.office import Office
from tests.salesforce.package import every, named, text
from tests.salesforce.schema import find
from tests.salesforce.screens import Answers, Said, Stopped, choices

PARTS = flow(named("Flow", "Quick_Log_Churn_Signal"))
SEVERITIES = {"Critical", "Moderate", "Watch"}


def offered() -> list[tuple[str, str, str]]:
    """Give every category, the field that lists its signals, and each of these."""
    found = []
    for name, field in screen_fields(PARTS).items():
        for rule in every(field, "visibilityRule/conditions"):
            category = text(rule, "rightValue/stringValue") or ""
            found += [(category, name, signal) for signal in choices(PARTS, field)]
    return found


def log(office: Office, category: str, field: str, signal: str, **context: str) -> list[str]:
    """Log a signal, by default with a context."""
    answers: Answers = {
        "Choose_Category": {"Category": category},
        "Choose_Signal": {field: signal, "Source": "Customer"},
        "Add_Context": {"Context": "They said so.", **context},
    }
    return office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)


@pytest.mark.parametrize(("category", "field", "signal"), offered())
def test_every_signal_can_be_logged(category: str, field: str, signal: str) -> None:
    """In three screens, with a severity that is suggested."""
    office = Office()
    path = log(office, category, field, signal)
    assert path == ["Choose_Category", "Choose_Signal", "Add_Context", "Save_Signal", "Saved"]
    (saved,) = office.org.of("Churn_Signal__c")
    assert (saved["Signal_Category__c"], saved["Signal_Detail__c"]) == (category, signal)
    assert saved["Severity__c"] in SEVERITIES


def test_every_category_has_its_signals() -> None:
    """Each value of the picklist opens a list of its own, and no list belongs to none."""
    picklist = find("Churn_Signal__c", "Signal_Category__c")
    assert picklist is not None
    assert sorted({category for category, _, _ in offered()}) == sorted(picklist.words or ())
    signals = [signal for _, _, signal in offered()]
    assert len(signals) == len(set(signals))


def test_the_demo_logs_what_can_be_chosen() -> None:
    """Its categories are those of the picklist: what it shows can be logged in an org."""
    assert set(CATEGORIES) <= {category for category, _, _ in offered()}


def test_every_severity_is_suggested_for_some_signal() -> None:
    """The suggestion is not always the same."""
    office = Office()
    for line in offered():
        log(office, *line)
    assert {one["Severity__c"] for one in office.org.of("Churn_Signal__c")} == SEVERITIES


def test_a_critical_signal_needs_context() -> None:
    """The screen does not let go on; nor would the record be saved."""
    with pytest.raises(Stopped, match="a Critical signal caps"):
        log(Office(), "Budget", "SignalBudget", "Budget cut", Context="")


@pytest.mark.parametrize(
    ("category", "field", "signal", "message"),
    [
        ("Nonsense", "SignalBudget", "Budget cut", "Nonsense cannot be chosen"),
        ("Budget", "SignalCompetitive", "Competitor named", "SignalBudget is required"),
        ("Budget", "SignalBudget", "Competitor named", "Competitor named cannot be chosen"),
    ],
)
def test_what_does_not_go_together_cannot_be_chosen(category: str, field: str, signal: str, message: str) -> None:
    """A signal is one of its category."""
    with pytest.raises(Stopped, match=message):
        log(Office(), category, field, signal)


def go_back(office: Office, first: str, again: str, *contexts: Said) -> list[str]:
    """Choose a signal of Budget, go on, go back, and choose another one."""
    answers: Answers = {
        "Choose_Category": {"Category": "Budget"},
        "Choose_Signal": [{"SignalBudget": first}, {"SignalBudget": again}],
        "Add_Context": contexts,
    }
    return office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)


@pytest.mark.parametrize(
    ("first", "again", "severity"),
    [
        ("Budget cut", "Asks for a discount", "Watch"),
        ("Asks for a discount", "Budget cut", "Critical"),
        ("Budget cut", "Budget under review", "Moderate"),
    ],
)
def test_another_signal_suggests_its_own_severity(first: str, again: str, severity: str) -> None:
    """What was suggested, or chosen, for the signal before does not stay."""
    for chosen in ({}, {"Severity": "Moderate"}):
        office = Office()
        go_back(office, first, again, {**chosen, "Previous": ""}, {"Context": "They said so."})
        (saved,) = office.org.of("Churn_Signal__c")
        assert (saved["Signal_Detail__c"], saved["Severity__c"]) == (again, severity)


def test_another_category_leaves_nothing_of_the_first() -> None:
    """A hidden field holds nothing; the signal is one of the second category."""
    office = Office()
    answers: Answers = {
        "Choose_Category": [{"Category": "Budget"}, {"Category": "Internal build"}],
        "Choose_Signal": [{"SignalBudget": "Budget cut", "Previous": ""}, {"SignalInternalBuild": "Builds its own"}],
        "Add_Context": {"Context": "They said so."},
    }
    office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)
    (saved,) = office.org.of("Churn_Signal__c")
    assert (saved["Signal_Category__c"], saved["Signal_Detail__c"]) == ("Internal build", "Builds its own")


class Once(set[str]):
    """What is refused, the first time alone."""

    def __contains__(self, deed: object) -> bool:
        """Tell whether a deed is refused, and refuse it no more."""
        found = super().__contains__(deed)
        self -= {str(deed)}
        return found


def test_what_was_not_saved_is_kept_and_saved_once() -> None:
    """Back from the screen that says so, all is as it was entered, the severity too; there is one signal then."""
    office = Office()
    office.org.refusing = Once({"Quick_Log_Churn_Signal.Save_Signal"})
    answers: Answers = {
        "Choose_Category": {"Category": "Budget"},
        "Choose_Signal": {"SignalBudget": "Budget cut"},
        "Add_Context": [{"Context": "They said so.", "Severity": "Moderate"}, {}],
        "Not_Saved": {"Previous": ""},
    }
    path = office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)
    failed = ["Save_Signal", "Keep_Fault", "Log_Fault", "Not_Saved"]
    assert path[2:] == ["Add_Context", *failed, "Add_Context", "Save_Signal", "Saved"]
    (saved,) = office.org.of("Churn_Signal__c")
    assert (saved["Severity__c"], saved["Context__c"]) == ("Moderate", "They said so.")
    (fault,) = office.org.of("Health_Fault__c")
    assert (fault["Flow__c"], fault["Record__c"]) == ("Quick-Log Churn Signal", office.account)


def test_there_is_no_way_back_to_what_was_saved() -> None:
    """Or it would be saved twice."""
    office = Office()
    answers: Answers = {
        "Choose_Category": {"Category": "Budget"},
        "Choose_Signal": {"SignalBudget": "Budget cut"},
        "Add_Context": {"Context": "They said so."},
        "Saved": {"Previous": ""},
    }
    with pytest.raises(Stopped, match="no way back"):
        office.does.screens("Quick_Log_Churn_Signal", answers, recordId=office.account)
    assert len(office.org.of("Churn_Signal__c")) == 1


def test_it_is_an_action_of_accounts() -> None:
    """The action hands over the account, as Salesforce does, by the name recordId."""
    action = named("QuickAction", "Account.Log_Churn_Signal")
    assert (action.text("type"), action.text("flowDefinition")) == ("Flow", "Quick_Log_Churn_Signal")
    assert {name for name, one in PARTS.resources.items() if text(one, "isInput") == "true"} == {"recordId"}
