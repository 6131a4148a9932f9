"""What is there already under the names of a stack: adopted where it is ours, refused by name where it is not."""

import json
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from handlers.deploying.adoption import template_of
from handlers.deploying.aws import Aws
from handlers.deploying.contents import content
from handlers.deploying.existing import Place, There
from handlers.deploying.given import effective
from handlers.deploying.judging import Adoption, Refusal, findings, judge, judged
from handlers.deploying.names import Resource, resources
from handlers.deploying.stack import Stack
from handlers.deploying.template import read_template
from handlers.stores.dynamodb.tables import Tables, create_tables
from tests.deploying.cloud import ACCOUNT, cloud
from tests.templates import resources as of_template

PREFIX = "acme"
GIVEN = {"Prefix": PREFIX, "SalesforceUrl": "https://a", "SalesforceClientId": "i", "SalesforceClientSecret": "s"}
GOLDEN = Path(__file__).parents[1] / "golden"


def placed(aws: Aws, stack: Stack | None = None) -> Place:
    """Give where it is looked."""
    return Place(aws, ACCOUNT, "aws", "hs", stack)


@pytest.fixture(name="aws")
def _aws() -> Iterator[Aws]:
    with cloud() as reached:
        yield reached


def seen(aws: Aws, stack: Stack | None = None, **given: str) -> tuple[list[Adoption], list[Refusal]]:
    """Look at what is there under the names of the template."""
    template = read_template()
    return judged(placed(aws, stack), list(resources(template, effective({**GIVEN, **given}, stack, template))))


def test_of_an_empty_account_no_name_is_taken(aws: Aws) -> None:
    """Nothing is said but that."""
    assert seen(aws) == ([], [])
    (told,) = findings([], [])
    assert told.verdict == "fine"


def test_tables_that_the_command_line_made_are_adopted_as_they_are(aws: Aws) -> None:
    """Empty, with our keys: imported without the settings that only the template has, which the deployment adds."""
    create_tables(aws.client("dynamodb"), Tables(PREFIX))
    adopted, refused = seen(aws)
    assert refused == []
    assert sorted(one.identifier["TableName"] for one in adopted) == sorted(Tables(PREFIX).every)
    facts = next(one for one in adopted if one.logical_id == "Facts")
    wanted = of_template("AWS::DynamoDB::Table")["Facts"]["Properties"]
    for name in ("AttributeDefinitions", "KeySchema", "BillingMode"):
        assert facts.properties[name] == wanted[name]
    assert "TimeToLiveSpecification" not in facts.properties
    assert "it is empty" in facts.found


def test_a_time_to_live_that_is_there_is_imported_too(aws: Aws) -> None:
    """Else the deployment would turn it on a second time, which DynamoDB refuses."""
    client = aws.client("dynamodb")
    create_tables(client, Tables(PREFIX))
    lives = {"AttributeName": "expires", "Enabled": True}
    client.update_time_to_live(TableName=f"{PREFIX}-facts", TimeToLiveSpecification=lives)
    facts = next(one for one in seen(aws)[0] if one.logical_id == "Facts")
    assert facts.properties["TimeToLiveSpecification"] == lives


def test_a_table_of_another_key_is_refused_by_name(aws: Aws) -> None:
    """It is left as it is."""
    aws.client("dynamodb").create_table(
        TableName=f"{PREFIX}-facts",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    adopted, (refusal,) = seen(aws)
    assert adopted == []
    assert refusal.found == "the table acme-facts is another's: its key is id (N), ours would be subject (S)"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({"pk": "user#1", "sk": "order#2"}, "the table acme-registry is another's: none of 1 items"),
        ({"pk": "owner/intercom", "sk": "acme"}, None),
    ],
)
def test_a_table_of_our_key_is_looked_into(aws: Aws, item: dict[str, str], said: str | None) -> None:
    """Many programs call their keys pk and sk."""
    client = aws.client("dynamodb")
    create_tables(client, Tables(PREFIX))
    client.put_item(TableName=f"{PREFIX}-registry", Item={key: {"S": value} for key, value in item.items()})
    adopted, refused = seen(aws)
    assert len(adopted) == (4 if said is None else 3)
    assert [one.found.startswith(said or "") for one in refused] == ([] if said is None else [True])


def samples(form: str) -> dict[str, list[dict[str, Any]]]:
    """Read the items of a golden store by the logical id of their table."""
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (GOLDEN / form / "items.txt").read_text().splitlines():
        table, _, item = line.partition(" ")
        tables[table.capitalize()].append({name: typed(value) for name, value in json.loads(item).items()})
    return tables


def typed(value: dict[str, Any]) -> dict[str, Any]:
    """Give an attribute as the client gives it."""
    return {"B": b64decode(value["B"])} if "B" in value else value


@pytest.mark.parametrize("form", ["7", "8"])
def test_items_of_every_released_form_are_known_as_ours(form: str) -> None:
    """A table of an older version needs no step: it is adopted."""
    for logical_id, items in samples(form).items():
        assert content(logical_id, items)[0] == "ours", logical_id


def test_what_a_newer_version_wrote_is_refused() -> None:
    """This version could not read it."""
    fact = {"subject": {"S": "a"}, "o#x": {"B": bytes([30 << 3 | 7])}}
    kind, said = content("Facts", [fact])
    assert kind == "newer"
    assert "form 30" in said


def test_what_the_stack_itself_made_is_passed_over(aws: Aws) -> None:
    """A deployment of a stack that stands finds its own names taken, by itself."""
    create_tables(aws.client("dynamodb"), Tables(PREFIX))
    url = aws.client("sqs").create_queue(QueueName="acme-events")["QueueUrl"]
    made = {name.removeprefix("acme-").capitalize(): name for name in Tables(PREFIX).every}
    made["Events"] = url.replace(url.split("/")[2], "eu-west-1.queue.amazonaws.com")  # its address of former days
    assert seen(aws, Stack("arn:id", "UPDATE_COMPLETE", resources=made)) == ([], [])


def test_what_another_stack_has_is_refused_with_its_name(aws: Aws) -> None:
    """Two environments may not have one prefix."""
    arn = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/other/5e1"
    told = {"StackId": arn, "StackName": "other", "StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-11-01"}
    queue = Resource("DeadEvents", "AWS::SQS::Queue", "acme-events-dead", is_kept=True)
    with Stubber(aws.client("cloudformation")) as cloudformation:
        cloudformation.add_response("describe_stacks", {"Stacks": [told]}, {"StackName": arn})
        cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": []}, {"StackName": arn})
        verdict = judge(placed(aws), There(queue, {"QueueUrl": "https://q"}, {}, arn))
    assert verdict.found == "acme-events-dead belongs to the stack other"


def test_what_our_own_stack_left_when_a_part_was_switched_off_is_adopted(aws: Aws) -> None:
    """It bears the stack's tag, but is in it no more."""
    arn = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/hs/5e1"
    told = {"StackId": arn, "StackName": "hs", "StackStatus": "UPDATE_COMPLETE", "CreationTime": "2026-11-01"}
    queue = Resource("DeadSuggestions", "AWS::SQS::Queue", "acme-suggestions-dead", is_kept=True)
    attributes = {"ApproximateNumberOfMessages": "2", "MessageRetentionPeriod": "1209600"}
    with Stubber(aws.client("cloudformation")) as cloudformation:
        cloudformation.add_response("describe_stacks", {"Stacks": [told]}, {"StackName": arn})
        cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": []}, {"StackName": arn})
        verdict = judge(placed(aws, Stack(arn, "UPDATE_COMPLETE")), There(queue, {"QueueUrl": "q"}, attributes, arn))
    assert verdict.found == "the queue acme-suggestions-dead: 2 messages"


def test_dead_letters_that_were_kept_are_adopted_and_a_live_queue_is_refused(aws: Aws) -> None:
    """A stack takes its live queues with it: one that is there is another's. Suggestions were switched off and on."""
    sqs = aws.client("sqs")
    for name in ("events", "events-dead", "suggestions-dead"):
        sqs.create_queue(QueueName=f"{PREFIX}-{name}")
    adopted, (refusal,) = seen(aws, SuggestSignals="on")
    assert sorted(one.logical_id for one in adopted) == ["DeadEvents", "DeadSuggestions"]
    assert refusal.found.startswith("the queue acme-events is there, with 0 messages")
    assert [one.logical_id for one in seen(aws)[0]] == ["DeadEvents"]


def test_the_bucket_of_an_earlier_stack_is_known_by_its_tags(aws: Aws) -> None:
    """AWS chose its name; one that only looks like it is another's."""
    with Stubber(aws.client("s3")) as s3:
        s3.add_response("list_buckets", {"Buckets": [{"Name": name} for name in ("hs-reports-1", "hs-reports-2", "x")]})
        for bucket, logical in (("hs-reports-1", "Reports"), ("hs-reports-2", "Other")):
            tags = {"aws:cloudformation:stack-name": "hs", "aws:cloudformation:logical-id": logical}
            told = {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
            s3.add_response("get_bucket_tagging", told, {"Bucket": bucket})
        adopted, refused = seen(aws)
    assert ([dict(one.identifier) for one in adopted], refused) == ([{"BucketName": "hs-reports-1"}], [])


def test_a_log_group_is_adopted_and_a_state_machine_refused(aws: Aws) -> None:
    """Log lines do no harm; what runs is somebody's."""
    aws.client("logs").create_log_group(logGroupName="/aws/lambda/acme-fold")
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    aws.client("stepfunctions").create_state_machine(name="acme-finalise", definition="{}", roleArn=role)
    adopted, (refusal,) = seen(aws, Shards="2")
    assert [one.logical_id for one in adopted] == ["FoldLogs"]
    assert refusal.found.startswith("the state machine acme-finalise is there")


def test_an_import_changes_nothing_else_and_says_what_becomes_of_each() -> None:
    """CloudFormation refuses any other change in an import, and one without a deletion policy."""
    one = Adoption("Facts", "AWS::DynamoDB::Table", {"TableName": "t"}, {"TableName": "t"}, "")
    deployed = {"Parameters": {"Prefix": {}}, "Outputs": {"A": {}}, "Resources": {"Fold": {"Type": "F"}}}
    made = template_of(deployed, [one])
    assert (made["Parameters"], made["Outputs"]) == (deployed["Parameters"], deployed["Outputs"])
    assert made["Resources"]["Fold"] == {"Type": "F"}
    assert made["Resources"]["Facts"]["DeletionPolicy"] == "Retain"
