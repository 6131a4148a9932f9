"""The maps of the close: what goes through a list in S3 does as what stands in the plan, and may do it."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from handlers.cloud.close_steps import LISTS
from handlers.cloud.requests import Shard
from tests.templates import filled, resources, template

MACHINE: Mapping[str, Any] = resources("AWS::StepFunctions::StateMachine")["Shardwise"]["Properties"]
STATES: Mapping[str, Any] = MACHINE["Definition"]["States"]
ROLE: list[Mapping[str, Any]] = resources("AWS::IAM::Role")["ShardwiseRole"]["Properties"]["Policies"][0][
    "PolicyDocument"
]["Statement"]


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the definition
    """Give a part of a definition with the names of states as the map in the plan has them."""
    if isinstance(value, dict):
        return {plain(name): plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return re.sub(r"^Listed(?=[A-Z])", "", value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", ["Score", "Write"])
def test_a_shard_of_a_list_is_done_as_one_of_the_plan(name: str) -> None:
    """State by state: its calls, retries, waits and ends; and as many side by side."""
    few, many = STATES[name], STATES[f"{name}Listed"]
    inline, distributed = few["ItemProcessor"], plain(many["ItemProcessor"])
    assert distributed["States"] == inline["States"]
    assert (distributed["StartAt"], many["Next"]) == (inline["StartAt"], few["Next"])
    assert distributed["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert inline["ProcessorConfig"] == {"Mode": "INLINE"}
    for same in ("ItemSelector", "ResultPath", "MaxConcurrency"):
        assert many[same] == few[same]
    assert many["ItemReader"]["Parameters"] == {"Bucket.$": "$.list.bucket", "Key.$": "$.list.key"}


def test_the_plan_says_which_map_is_gone_through() -> None:
    """A dry run scores nothing first; what is held is written by neither."""
    assert {STATES[name]["Next"] for name in ("Plan", "PlanWithoutUsage")} == {"Begin"}
    (listed,) = STATES["Begin"]["Choices"]
    said = {one["Variable"]: one["BooleanEquals"] for one in listed["And"]}
    assert (said, listed["Next"]) == ({"$.is_listed": True, "$.score.dry_run": False}, "ScoreListed")
    held, written = STATES["Held"]["Choices"]
    assert (held["Variable"], held["Next"]) == ("$.looked.is_held", "Stopped")
    assert (written["Variable"], written["Next"]) == ("$.is_listed", "WriteListed")
    assert (STATES["Begin"]["Default"], STATES["Held"]["Default"]) == ("Score", "Write")


def allowed(action: str) -> list[str]:
    """Give the resources for which the machine may do something."""
    fits = [one for one in ROLE if action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])]
    return [filled(one["Resource"]) for one in fits]


def test_the_machine_may_start_watch_and_redrive_its_shards_and_no_other() -> None:
    """By its own name: a resource that named it would need this role first."""
    name = filled(MACHINE["StateMachineName"])
    assert [one.split(":")[-2:] for one in allowed("states:StartExecution")] == [["stateMachine", name]]
    for action in ("states:DescribeExecution", "states:StopExecution"):
        assert [one.split(":")[-3:] for one in allowed(action)] == [["execution", name, "*"]]
    assert [one.split(":")[-3:] for one in allowed("states:RedriveExecution")] == [["execution", f"{name}/*", "*"]]


def test_lists_are_written_by_the_function_read_by_the_machine_and_expire() -> None:
    """Under one folder of the bucket of reports."""
    assert [one.endswith(f"/{LISTS}*") for one in allowed("s3:GetObject")] == [True]
    finalise = filled(resources("AWS::Serverless::Function")["Finalise"]["Properties"]["Policies"])
    assert f"/{LISTS}*" in finalise
    rules = resources("AWS::S3::Bucket")["Reports"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert LISTS in {rule["Prefix"] for rule in rules}


def test_as_many_shards_may_be_asked_for_as_a_request_takes() -> None:
    """No more, and no fewer."""
    most = template()["Parameters"]["Shards"]["MaxValue"]
    assert Shard(most - 1, most).name.endswith(f"/{most}")
    assert most == 10_000
