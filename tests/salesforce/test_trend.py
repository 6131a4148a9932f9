"""The score on the account page and over 13 months: highlights, lists, the chart of one account, the dashboard."""

import pytest

from tests.salesforce.account_scenarios import SHOWN
from tests.salesforce.package import Component, every, file_of, named, of_type, text, texts
from tests.salesforce.report_references import page_chart_faults

TREND = "Score_Trend_of_13_Months"
PLAN = (
    "Portfolio by Tier",
    "ARR at Risk",
    "Renewals in 120 Days, ARR by Tier",
    "Movers this Month",
    "Open Signals by Category and Age",
    "With and Without Signals, by Tier",
)
"""The views that the plan asks for: six of the portfolio as it is now."""


def page_content() -> str:
    """Give what the page with the chart says."""
    return file_of("pages/Health_Score_Trend.page-meta.xml").with_name("Health_Score_Trend.page").read_text()


def test_the_account_page_begins_with_the_score() -> None:
    """Score, tier, change, coverage and date stand first; then the chart of 13 months, then the months."""
    page = named("FlexiPage", "Account_Customer_Health")
    (main,) = (one for one in page.all("flexiPageRegions") if text(one, "name") == "main")
    assert texts(main, "itemInstances/componentInstance/identifier")[:3] == [
        "flexipage_fieldSection_health",
        "flexipage_visualforcePage_trend",
        "lst_health_scores",
    ]
    facets = [one for one in page.all("flexiPageRegions") if (text(one, "name") or "").startswith("Facet-health-")]
    shown = {
        name.removeprefix("Record.") for one in facets for name in texts(one, "itemInstances/fieldInstance/fieldItem")
    }
    assert shown >= SHOWN.keys()


def test_lists_and_highlights_show_the_score() -> None:
    """A compact layout of our own, which changes nobody's until it is made primary; two lists with all of it."""
    layout = next(one for one in of_type("CompactLayout") if one.object == "Account")
    assert set(texts(layout.root, "fields")) >= SHOWN.keys()
    assert "Account" not in {one.name for one in of_type("CustomObject")}
    lists = {one.name: set(texts(one.root, "columns")) for one in of_type("ListView") if one.object == "Account"}
    assert all(lists[name] >= SHOWN.keys() for name in ("My_Accounts_Health", "Accounts_At_Risk"))


@pytest.mark.parametrize("report", [TREND, "Tiers_over_13_Months"])
def test_a_trend_is_of_13_months(report: str) -> None:
    """The 12 months before this one and this one: 13 months that were closed, with the running one beside them.

    A month is closed on the first day of the next: the day that its record bears.
    """
    (item,) = named("Report", report).all("filter/criteriaItems")
    said = [text(item, name) for name in ("column", "operator", "value")]
    assert said == ["Account.Health_Scores__r$Scoring_Date__c", "greaterOrEqual", "LAST_N_MONTHS:12"]
    assert named("Report", report).text("groupingsDown/field") == "Account.Health_Scores__r$Scoring_Period__c"


def test_the_chart_is_of_scores_from_0_to_100() -> None:
    """The same scale for every account: a fall of two points is not drawn as a cliff."""
    chart = named("Report", TREND).all("chart")[0]
    said = [text(chart, f"summaryAxis{name}") for name in ("Range", "ManualRangeStart", "ManualRangeEnd")]
    assert said == ["Manual", "0.0", "100.0"]
    assert (text(chart, "chartType"), text(chart, "chartSummaries/aggregate")) == ("Line", "Average")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (f'developerName="{TREND}"', 'developerName="Movers_This_Month"', "is no report with a chart"),
        ("column:'Account.Id'", "column:'Account.Number'", "Account.Number is no column"),
        ('filter="', 'other="', "the chart is of all records"),
        ('hideOnError="false"', 'hideOnError="true"', "would say nothing"),
    ],
)
def test_a_chart_that_would_be_wrong_is_found(old: str, new: str, fault: str) -> None:
    """Another report, a column that is not there, all accounts at once, an error that nobody sees."""
    page = named("ApexPage", "Health_Score_Trend")
    assert list(page_chart_faults(page, page_content())) == []
    assert old in page_content()
    assert any(fault in said for said in page_chart_faults(page, page_content().replace(old, new)))


def test_people_may_open_the_chart() -> None:
    """Whoever sees the account page sees what is on it."""
    for people in ("CSM", "CS_Leader", "Admin"):
        granted = named("PermissionSet", f"Health_Score_{people}")
        assert texts(granted.root, "pageAccesses/apexPage") == ["Health_Score_Trend"]


def test_the_dashboard_has_the_views_of_the_plan_and_says_what_is_ours() -> None:
    """Six by their names, two of the trend, and one of data quality, which is ours."""
    headers = [text(one, "header") or "" for one in every(_dashboard().root, "//dashboardComponent")]
    assert tuple(headers[:6]) == PLAN
    assert [one.partition(":")[0] for one in headers[6:]] == ["Trend", "Trend", "Data Quality"]


def _dashboard() -> Component:
    return named("Dashboard", "Customer_Health")


@pytest.mark.parametrize("header", [*PLAN[:4], PLAN[5]])
def test_a_view_of_today_is_of_current_scores(header: str) -> None:
    """Thirteen months of an account would count it thirteen times."""
    place = next(one for one in every(_dashboard().root, "//dashboardComponent") if text(one, "header") == header)
    report = named("Report", (text(place, "report") or "").rpartition("/")[2])
    filters = {text(one, "column"): text(one, "value") for one in report.all("filter/criteriaItems")}
    assert filters["Account.Health_Scores__r$Is_Current__c"] == "1"


@pytest.mark.parametrize("report", [one.name for one in of_type("Report")])
def test_a_report_of_scores_links_to_them_by_title(report: str) -> None:
    """The name opens the record, the title says which it is; signals have a name of their own."""
    columns = texts(named("Report", report).root, "columns/field")
    detail = {"Account.Health_Scores__r", "Account.Churn_Signals__r"} & {one.partition("$")[0] for one in columns}
    (table,) = detail
    assert f"{table}$Name" in columns
    assert table == "Account.Churn_Signals__r" or f"{table}$Title__c" in columns
