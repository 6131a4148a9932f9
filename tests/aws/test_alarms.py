"""Alarms on the emulator: trouble of a function makes one sound, and whoever has subscribed hears it."""

import json

import pytest

from tests.aws.story import Story
from tests.aws.world import World

LONG_AGO = "2024-02-02T06:00:00Z"


def test_an_alarm_sounds_by_what_a_function_said_and_by_what_aws_counts(story: Story) -> None:
    """A month that is not closed, and a call that fails; a subscriber of the topic gets the name and where to look."""
    world = story.world
    inbox = _subscribed(world)
    assert not world.stack.invoke("finalise", {"time": LONG_AGO, "check": True})["closed"]
    with pytest.raises(AssertionError):
        world.stack.invoke("finalise", {"no": "request"})
    _extract(world, "finalise")
    sounding = {"finaliser-missing", "finaliser-failed"}
    quiet = {"close-held", "throttled", "words-failed", "store", "silent-salesforce", "dead-events"}
    states = _states(world)
    assert {name: states[name] for name in sounding} == dict.fromkeys(sounding, "ALARM")
    assert not [name for name in quiet if states[name] == "ALARM"]
    told: dict[str, str] = {}

    def is_heard() -> bool:
        told.update(_heard(world, inbox))
        return sounding <= told.keys()

    world.until(is_heard)
    assert all("See docs/operations.md, finaliser." in told[name] for name in sounding)


def _subscribed(world: World) -> str:
    """Subscribe a queue to the alarms."""
    queue, topic = world.emulator.client("sqs"), world.emulator.client("sns")
    url: str = queue.create_queue(QueueName=f"{world.stack.name}-woken")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    (alarms,) = [
        one for one in topic.list_topics()["Topics"] if one["TopicArn"].endswith(f":{world.stack.name}-alarms")
    ]
    topic.subscribe(TopicArn=alarms["TopicArn"], Protocol="sqs", Endpoint=arn)
    return url


def _extract(world: World, function: str) -> None:
    """Take the metrics out of a function's log, as CloudWatch does and the emulator does not."""
    for line in world.emf(function):
        (said,) = line["_aws"]["CloudWatchMetrics"]
        (names,) = said["Dimensions"]
        dimensions = [{"Name": name, "Value": line[name]} for name in names]
        values = [
            {"MetricName": one["Name"], "Value": sum(line[one["Name"]]), "Dimensions": dimensions}
            for one in said["Metrics"]
        ]
        world.emulator.client("cloudwatch").put_metric_data(Namespace=said["Namespace"], MetricData=values)


def _states(world: World) -> dict[str, str]:
    """Give the state of each alarm by its name without the prefix."""
    pages = world.emulator.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    return {alarm["AlarmName"].removeprefix(f"{world.stack.name}-"): alarm["StateValue"] for alarm in alarms}


def _heard(world: World, url: str) -> dict[str, str]:
    """Give what alarms were told to the queue: each with its description."""
    told = world.emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    alarms = [json.loads(json.loads(one["Body"])["Message"]) for one in told]
    return {one["AlarmName"].removeprefix(f"{world.stack.name}-"): one["AlarmDescription"] for one in alarms}
