"""The bill of a small company, counted from the template; and that a small bill is not had by hearing less."""

from pathlib import Path

import pytest

from tests.bench.bill import EVERYTHING, LARGE, SMALL, USUAL, alarm_metrics, bill, own_metrics, table, with_free
from tests.templates import resources

SCALE = (Path(__file__).parents[1] / "docs" / "scale.md").read_text()

HEARD = {
    "DeadEvents": {"dead": "DeadEventsAlarm"},
    "DeadRescores": {"dead": "DeadRescoresAlarm"},
    "DeadSuggestions": {"dead": "DeadSuggestionsAlarm"},
    "DeadCalls": {"dead": "DeadCallsAlarm"},
    "OldEvents": {"old": "OldEventsAlarm"},
    "SilentSalesforce": {"silent": "SilentSalesforceAlarm", "no sweep at all": "SweepMissingAlarm"},
    "SilentIntercom": {"silent": "SilentIntercomAlarm", "no sweep at all": "SweepMissingAlarm"},
    "SilentZendesk": {"silent": "SilentZendeskAlarm", "no sweep at all": "SweepMissingAlarm"},
    "SilentLooker": {"silent": "SilentLookerAlarm", "no sweep at all": "SweepMissingAlarm"},
    "SweepSalesforceFailed": {
        "failing, or not called": "SweepSalesforceFailedAlarm",
        "none at all": "SweepMissingAlarm",
    },
    "SweepIntercomFailed": {"failing, or not called": "SweepIntercomFailedAlarm", "none at all": "SweepMissingAlarm"},
    "SweepZendeskFailed": {"failing, or not called": "SweepZendeskFailedAlarm", "none at all": "SweepMissingAlarm"},
    "SweepLookerFailed": {"failing, or not called": "SweepLookerFailedAlarm", "none at all": "SweepMissingAlarm"},
    "FinaliserFailed": {"an error": "FinaliserFailedAlarm"},
    "CloseHeld": {"held": "CloseHeldAlarm"},
    "LiveScores": {"trouble": "LiveScoresAlarm"},
    "WordsModel": {"ten an hour": "WordsModelAlarm"},
    "WordsFailed": {"ten an hour": "WordsFailedAlarm"},
    "FinaliserMissing": {"not closed": "FinaliserMissingAlarm"},
    "Unsigned": {"many": "UnsignedAlarm"},
    "DeskFailed": {"six in five minutes": "DeskFailedAlarm"},
}
"""What each alarm heard while every figure was a metric, and the alarm that hears it since only trouble is one."""

HEARS = {
    "CloseHeldAlarm": "CloseHeld",
    "DeadCallsAlarm": "ApproximateNumberOfMessagesVisible",
    "DeadEventsAlarm": "ApproximateNumberOfMessagesVisible",
    "DeadRescoresAlarm": "ApproximateNumberOfMessagesVisible",
    "DeadSuggestionsAlarm": "ApproximateNumberOfMessagesVisible",
    "DeskFailedAlarm": "5xx",
    "ExecutionAbortedAlarm": "ExecutionsAborted",
    "ExecutionFailedAlarm": "ExecutionsFailed",
    "ExecutionTimedOutAlarm": "ExecutionsTimedOut",
    "FinaliserFailedAlarm": "Errors",
    "FinaliserMissingAlarm": "FinaliserMissing",
    "LiveScoresAlarm": "LiveTrouble",
    "NotTakenAlarm": "Notifications",
    "OldEventsAlarm": "ApproximateAgeOfOldestMessage",
    "OldRescoresAlarm": "ApproximateAgeOfOldestMessage",
    "ReportAlarm": "ReportFailures",
    "SilentIntercomAlarm": "FeedAgeHours",
    "SilentLookerAlarm": "FeedAgeHours",
    "SilentSalesforceAlarm": "FeedAgeHours",
    "SilentZendeskAlarm": "FeedAgeHours",
    "StoreAlarm": "StoreTrouble",
    "SuggestionsAlarm": "SuggestionTrouble",
    "SweepIntercomFailedAlarm": "SweepAgeHours",
    "SweepLookerFailedAlarm": "SweepAgeHours",
    "SweepSalesforceFailedAlarm": "SweepAgeHours",
    "SweepZendeskFailedAlarm": "SweepAgeHours",
    "ThrottledAlarm": "Throttled",
    "UnsignedAlarm": "Notifications",
    "UnsignedForHoursAlarm": "Notifications",
    "WebhookFailedAlarm": "5xx",
    "WordsFailedAlarm": "WordsFailed",
    "WordsModelAlarm": "ModelFailures",
}


def test_two_hundred_accounts_cost_less_than_five_dollars_a_month() -> None:
    """Without anything that AWS gives for nothing; and the largest part are alarms."""
    dollars = bill(SMALL)
    assert sum(dollars.values()) < 5
    assert max(dollars, key=lambda name: dollars[name]) == "alarms"
    assert sum(with_free(dollars).values()) < sum(dollars.values())
    assert sum(bill(LARGE).values()) < 60


def test_the_bill_counts_each_alarm_and_each_metric_of_the_template() -> None:
    """By condition: an alarm that is not deployed costs nothing."""
    alarms = resources("AWS::CloudWatch::Alarm")
    assert alarm_metrics(EVERYTHING) == len(alarms) + 1, "sweep missing listens to two metrics"
    assert 0 < alarm_metrics(USUAL) < alarm_metrics(EVERYTHING)
    assert 0 < own_metrics(USUAL) < own_metrics(EVERYTHING) < len(alarms)
    assert not resources("AWS::CloudWatch::CompositeAlarm")
    assert len(resources("AWS::CloudWatch::Dashboard")) == 1


def test_the_page_has_the_bill_as_it_is_counted() -> None:
    """Written by python -m tests.bench.bill."""
    assert table() in SCALE


def test_what_an_alarm_heard_is_heard() -> None:
    """Each of the twenty-one that there were, by an alarm that there is; and each that there is is listed."""
    alarms = resources("AWS::CloudWatch::Alarm")
    assert len(HEARD) == 21
    assert {name for heard in HEARD.values() for name in heard.values()} <= alarms.keys()
    listed = {name: alarm["Properties"].get("MetricName") for name, alarm in alarms.items()}
    assert {name: metric for name, metric in listed.items() if metric} == HEARS
    assert alarms.keys() - HEARS == {"SweepMissingAlarm"}


def test_where_no_sweep_runs_an_alarm_sounds() -> None:
    """Silence is no good news: no value at all is trouble, and so is that each sweep fails."""
    told = resources("AWS::CloudWatch::Alarm")["SweepMissingAlarm"]["Properties"]
    assert told["TreatMissingData"] == "breaching"
    assert [one["Expression"] for one in told["Metrics"] if "Expression" in one] == ["called - failed"]
    assert (told["Threshold"], told["ComparisonOperator"]) == (1, "LessThanThreshold")


@pytest.mark.parametrize("name", sorted(HEARS))
def test_a_small_company_reaches_the_threshold(name: str) -> None:
    """With one event an hour: of a sum three values at most are asked for, in as many hours as bring them."""
    if name == "UnsignedAlarm":
        pytest.skip("the quick one of two; UnsignedForHoursAlarm is the small company's")
    told = resources("AWS::CloudWatch::Alarm")[name]["Properties"]
    if told["Statistic"] == "Sum":
        hours = told["Period"] / 3600
        assert told["Threshold"] < max(hours, 1) or told["Threshold"] <= 2
        assert told["Threshold"] == 0 or hours >= 1
