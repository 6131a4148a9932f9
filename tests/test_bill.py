"""The bill of a small company, counted from the template; and that a small bill is not had by hearing less."""

import json
from pathlib import Path

import pytest

from tests.bench.bill import EVERYTHING, LARGE, SMALL, USUAL, alarm_metrics, bill, own_metrics, table, with_free
from tests.templates import evaluated, references, resources, shown

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
    "ExecutionFailedAlarm": "ExecutionsFailed",
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
    "SweepBrokenAlarm": "Errors",
    "SweepIntercomFailedAlarm": "SweepAgeHours",
    "SweepLookerFailedAlarm": "SweepAgeHours",
    "SweepMissingAlarm": "Invocations",
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
    assert alarm_metrics(EVERYTHING) == len(alarms)
    assert 0 < alarm_metrics(USUAL) < alarm_metrics(EVERYTHING)
    assert 0 < own_metrics(USUAL) < own_metrics(EVERYTHING) < len(alarms)
    assert not resources("AWS::CloudWatch::CompositeAlarm")
    assert len(resources("AWS::CloudWatch::Dashboard")) == 1


def test_the_page_has_the_bill_as_it_is_counted() -> None:
    """Written by python -m tests.bench.bill."""
    assert table() in SCALE


def test_what_an_alarm_heard_is_heard() -> None:
    """Each of the twenty-one that there were, by an alarm that there is."""
    alarms = resources("AWS::CloudWatch::Alarm")
    assert len(HEARD) == 21
    assert {name for heard in HEARD.values() for name in heard.values()} <= alarms.keys()
    listed = {name: alarm["Properties"].get("MetricName") for name, alarm in alarms.items()}
    assert HEARS.items() <= listed.items()


def test_where_no_sweep_runs_an_alarm_sounds() -> None:
    """Silence is no good news: no value at all is trouble; and where each sweep breaks down, that is heard, too."""
    alarms = resources("AWS::CloudWatch::Alarm")
    missing, broken = (alarms[f"Sweep{one}Alarm"]["Properties"] for one in ("Missing", "Broken"))
    assert missing["TreatMissingData"] == "breaching"
    assert (missing["Threshold"], missing["ComparisonOperator"]) == (1, "LessThanThreshold")
    assert (broken["Threshold"], broken["ComparisonOperator"]) == (2, "GreaterThanThreshold")
    assert missing["Period"] == broken["Period"] == 10_800, "three sweeps of an hour each, and one try more of each"


@pytest.mark.parametrize("name", sorted(HEARS.keys() - {"UnsignedAlarm"}))
def test_a_small_company_reaches_the_threshold(name: str) -> None:
    """With one event an hour: of a sum three values at most are asked for (unsigned has two)."""
    told = resources("AWS::CloudWatch::Alarm")[name]["Properties"]
    if told["Statistic"] == "Sum":
        hours = told["Period"] / 3600
        assert told["Threshold"] <= 2
        assert told["Threshold"] == 0 or hours >= 1


def test_whoever_tells_of_trouble_may_write_to_the_topic() -> None:
    """A policy of one's own takes the place of the usual one: alarms, events and budgets are each let in."""
    told = resources("AWS::SNS::TopicPolicy")["AlarmsPolicy"]["Properties"]
    statements = told["PolicyDocument"]["Statement"]
    services = {one["Principal"]["Service"]: one["Condition"]["ArnLike"]["aws:SourceArn"] for one in statements}
    assert services.keys() == {"cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com"}
    assert all("${AWS::AccountId}" in shown(arn) for arn in services.values())
    names = [shown(alarm["Properties"]["AlarmName"]) for alarm in resources("AWS::CloudWatch::Alarm").values()]
    assert all(name.startswith("${Prefix}-") for name in names)
    rule = resources("AWS::Events::Rule")["ExecutionEnded"]["Properties"]
    assert shown(rule["Name"]).startswith("${Prefix}-")
    assert rule["EventPattern"]["detail"]["status"] == ["TIMED_OUT", "ABORTED"]
    assert "docs/operations.md, execution failed" in rule["Targets"][0]["InputTransformer"]["InputTemplate"]


def test_a_budget_is_told_and_can_be_changed() -> None:
    """At 80 and 100 percent, and by forecast; without a name, for each change replaces it, and names are unique."""
    budget = resources("AWS::Budgets::Budget")["Budget"]
    assert budget["Condition"] == "HasBudget"
    assert budget["DependsOn"] == "AlarmsPolicy"
    assert budget["Properties"]["Budget"].keys() == {"BudgetType", "TimeUnit", "BudgetLimit"}
    notices = budget["Properties"]["NotificationsWithSubscribers"]
    said = [(one["Notification"]["NotificationType"], one["Notification"]["Threshold"]) for one in notices]
    assert said == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert all(one["Subscribers"] == [{"SubscriptionType": "SNS", "Address": {"Ref": "Alarms"}}] for one in notices)


@pytest.mark.parametrize("stage", ["WebhookStage", "DeskStage"])
def test_the_access_log_says_what_happened_and_not_to_whom(stage: str) -> None:
    """A line is JSON; no address, path, query, header or person is in it. It is kept as long as the others."""
    told = resources("AWS::ApiGatewayV2::Stage")[stage]["Properties"]["AccessLogSettings"]
    line = shown(told["Format"])
    said = json.loads(line)
    assert {"service", "requestId", "status", "responseLatency", "integrationStatus", "error"} <= said.keys()
    assert all(isinstance(value, str) for value in said.values()), "what is missing is a dash, and no number"
    assert "essage" not in line, "its quotes would not be escaped"
    assert said["service"] == "${Prefix}"
    private = ("ip", "agent", "user", "path", "query", "header", "caller", "authorizer", "identity", "domain")
    assert not [word for word in private if word in line.lower().replace("description", "")]
    group = resources("AWS::Logs::LogGroup")[shown(told["DestinationArn"]).removesuffix(".Arn")]["Properties"]
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert shown(group["LogGroupName"]).startswith("/aws/vendedlogs/")


def test_a_flood_at_one_path_leaves_the_others_alone() -> None:
    """Each route that there is has a throttle of its own; the stage is made after its routes, else AWS refuses it."""
    told = resources("AWS::ApiGatewayV2::Stage")["WebhookStage"]["Properties"]
    routes = {shown(one["Properties"]["RouteKey"]): name for name, one in resources("AWS::ApiGatewayV2::Route").items()}
    for intercom, zendesk in ((True, True), (True, False), (False, True)):
        known = {"HasIntercom": intercom, "HasZendeskWebhook": zendesk}
        settings = evaluated(told["RouteSettings"], known)
        assert isinstance(settings, dict)
        paths = ["/intercom"] * intercom + ["/zendesk"] * zendesk
        assert settings.keys() == {f"{method} {path}" for path in paths for method in ("HEAD", "POST")}
        posts = [one["ThrottlingRateLimit"] for key, one in settings.items() if key.startswith("POST")]
        assert sum(posts) <= told["DefaultRouteSettings"]["ThrottlingRateLimit"]
        before = set(references(evaluated(told["StageVariables"], known)))
        assert {routes[key] for key in settings} <= before
    ingest = resources("AWS::Serverless::Function")["Ingest"]["Properties"]
    assert ingest["ReservedConcurrentExecutions"]["Fn::If"][0] == "HasIngestConcurrency"


def test_what_is_throttled_is_counted_from_the_access_log() -> None:
    """API Gateway has one figure for all of 4xx; the dimension is a member of the line, since a filter has no other."""
    told = resources("AWS::Logs::MetricFilter")["Throttled"]["Properties"]
    assert told["FilterPattern"] == '{ ($.status = "429") && ($.routeKey != "HEAD*") }', "a probe is no loss"
    (metric,) = told["MetricTransformations"]
    assert metric["Dimensions"] == [{"Key": "service", "Value": "$.service"}]
    assert "DefaultValue" not in metric, "a value for each line would cost each hour"
    alarm = resources("AWS::CloudWatch::Alarm")["ThrottledAlarm"]["Properties"]
    assert (metric["MetricNamespace"], metric["MetricName"]) == (alarm["Namespace"], alarm["MetricName"])


def test_the_state_machine_leaves_traces_and_its_errors() -> None:
    """Errors alone, without what the steps were given."""
    told = resources("AWS::StepFunctions::StateMachine")["Shardwise"]["Properties"]
    assert told["TracingConfiguration"] == {"Enabled": True}
    assert (told["LoggingConfiguration"]["Level"], told["LoggingConfiguration"]["IncludeExecutionData"]) == (
        "ERROR",
        False,
    )
    role = json.dumps(resources("AWS::IAM::Role")["ShardwiseRole"])
    assert "xray:PutTraceSegments" in role
    assert "logs:CreateLogDelivery" in role
