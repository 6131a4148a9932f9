"""Least privilege: what each function does is what template.yaml lets it do, no less and no more."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from handlers import finalise, fold, ingest, rescore, sweep
from scoring.instants import DAY, parse_instant
from tests.doors.clouds import (
    BUCKET,
    FIGURES,
    PREFIX,
    UNREACHABLE,
    Call,
    Cloud,
    Context,
    account,
    client_of_aws,
    delivered,
)
from tests.doors.systems import Systems, served
from tests.doors.telling import talk, told
from tests.doors.test_fold import RELAYED
from tests.doors.test_ingest import PING, call, signed
from tests.messages import Message, change, headed
from tests.templates import evaluated, filled, listed, resources, shown, template

Right: TypeAlias = tuple[str, str]
"""An action, and the resource that it is done to, as the template writes it."""

END = parse_instant("2025-11-01")
SENDER = "health@example.com"
FUNCTIONS = ("Ingest", "Fold", "Rescore", "Sweep", "Finalise")
SENDS = {"SendMessageBatch": "sqs:SendMessage", "DeleteMessageBatch": "sqs:DeleteMessage"}
"""Calls of SQS whose right has another name."""
FOLDERS = {"${Reports.Arn}/dry-runs/*", "${Reports.Arn}/closes/*"}
TABLE_OF_FIGURES = "table/${CustomMetricsTable}"
MODEL = "${WordsModelArns}"
SES_IDENTITIES = "identity/*"
"""The addresses and domains that SES knows: it asks for the right to each that a message names, in the sandbox also a
recipient's; what narrows it is the sender."""

WITHOUT_A_CALL: dict[str, dict[Right, str]] = {
    "Ingest": {},
    "Fold": {
        (f"sqs:{action}", "Events.Arn"): "Lambda takes the function's messages in its name"
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    }
    | {("bedrock:InvokeModel", MODEL): "only where words.yaml asks a model (test_model_words.py)"},
    "Rescore": {
        (f"sqs:{action}", "Rescores.Arn"): "Lambda takes the function's messages in its name"
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    }
    | {("sqs:SendMessage", "Suggestions.Arn"): "only where signals are suggested (test_suggest.py)"},
    "Sweep": {("sqs:SendMessage", "DeadCalls.Arn"): "Lambda sends calls that failed there in its name"}
    | {("dynamodb:DeleteItem", "Scores.Arn"): "only of what retention.yaml has an end for (test_retention.py)"}
    | {
        (f"dynamodb:{action}", "Facts.Arn"): "only of facts that no account is mapped to (test_retention.py)"
        for action in ("GetItem", "UpdateItem")
    },
    "Finalise": {
        ("sqs:SendMessage", "DeadCalls.Arn"): "Lambda sends calls that failed there in its name",
        ("dynamodb:GetItem", "Scores.Arn"): "a record that outranks one of the close (test_close_interleavings.py)",
        ("s3:PutObject", "${Reports.Arn}/closes/*"): "the list of several shards (test_template_shards.py)",
        ("dynamodb:PutItem", "Facts.Arn"): "an item that is full is parted, even when usage is folded",
        ("dynamodb:PutItem", "Registry.Arn"): "as above; and live scores note what they sent (test_live_scores.py)",
    },
}
"""What is granted though no call here shows the need, and why."""


def granted(function: str, *without: str) -> set[Right]:
    """Read what the template grants a function where all that can be configured is, without some conditions.

    The key of the secrets is left out: Lambda reads a function's variables in its name (test_secrets.py).
    """
    conditions = {name: name not in (*without, "HasKmsKey") for name in template()["Conditions"]}
    properties = evaluated(template()["Resources"][function]["Properties"], conditions)
    assert isinstance(properties, dict)
    return {right for policy in properties["Policies"] for one in policy["Statement"] for right in _rights(one)}


def _rights(statement: dict[str, Any]) -> Iterator[Right]:
    assert statement["Effect"] == "Allow"
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            text = shown(resource)
            elsewhere = (name for name in (TABLE_OF_FIGURES, SES_IDENTITIES) if text.endswith(f":{name}"))
            yield action, next(elsewhere, text)


def used(cloud: Cloud) -> set[Right]:
    """Tell what was done, and to what."""
    return {_right(one) for one in cloud.calls}


def _right(one: Call) -> Right:
    if one.service == "sqs":
        return SENDS.get(one.operation, f"sqs:{one.operation}"), _queues()[one.params["QueueUrl"].rpartition("/")[2]]
    if one.service == "sesv2":
        assert one.params["FromEmailAddress"] == SENDER
        return f"ses:{one.operation}", SES_IDENTITIES
    if one.service == "s3":
        assert one.params["Bucket"] == BUCKET
        return f"s3:{one.operation}", "${Reports.Arn}/" + one.params["Key"].partition("/")[0] + "/*"
    (name,) = one.params["RequestItems"] if "RequestItems" in one.params else (one.params["TableName"],)
    action = f"dynamodb:{one.operation}"
    if name == FIGURES:
        return action, TABLE_OF_FIGURES
    index = one.params.get("IndexName")
    return action, f"${{{_tables()[name]}.Arn}}/index/{index}" if index else f"{_tables()[name]}.Arn"


def _queues() -> dict[str, str]:
    return {
        filled(queue["Properties"]["QueueName"]): f"{name}.Arn" for name, queue in resources("AWS::SQS::Queue").items()
    }


def _tables() -> dict[str, str]:
    return {filled(table["Properties"]["TableName"]): name for name, table in resources("AWS::DynamoDB::Table").items()}


@pytest.fixture
def systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve three hotels, whose facts are known, up to the end of a month; figures have a table."""
    monkeypatch.setenv("CUSTOM_METRICS_TABLE", FIGURES)
    monkeypatch.setenv("REPORT_RECIPIENTS", "ana@example.com")
    monkeypatch.setenv("REPORT_SENDER", SENDER)
    client_of_aws("sesv2").create_email_identity(EmailIdentity=SENDER)
    for hotel in range(3):
        fold.handler(delivered(told(hotel, END)), Context())
    fold.handler(delivered(_long_ago()), Context())
    cloud.calls.clear()
    with served(Systems(END, 3), certificates, monkeypatch) as given:
        yield given


def _long_ago() -> Iterator[Message]:
    """Tell of a conversation that was one hotel's and then another's, so long ago that only the end counts."""
    for hotel, day in ((0, 1600), (1, 1599), (0, 1598), (0, 1597)):
        message = talk(hotel, END - day * DAY)
        message["data"]["item"]["id"] = "moved"
        yield message


def do_ingest() -> None:
    """Take a notification."""
    ingest.handler(call(PING, signed(PING)), Context())


def do_fold() -> None:
    """Fold what is relayed, what changes its owner, what names none, what cannot be read."""
    fold.handler(RELAYED, Context())
    for message in (talk(5, END), talk(6, END)):
        message["data"]["item"]["id"] = "moves"
        fold.handler(delivered([message]), Context())
    unmapped = change("Opportunity", "CREATE", AccountId=account(99))
    nameless = change("Opportunity", "UPDATE", ["StageName"], StageName="Open")
    fold.handler(delivered([unmapped, nameless, b"{"]), Context())


def do_rescore() -> None:
    """Score an account, and one that is unknown."""
    rescore.handler(delivered([{"account_id": account(0), "period": "2025-10"}, {"account_id": "?"}]), Context())


def do_sweep() -> None:
    """Sweep all systems, a record and a whole object to be read anew."""
    sweep.handler({}, Context())


def before_sweep() -> None:
    """Fold a gap of a record, and one of a whole object."""
    one = headed(change("Account", "GAP_UPDATE"), recordIds=[account(1)], commitTimestamp=END // 1000)
    every = headed(change("Opportunity", "GAP_OVERFLOW"), recordIds=["000000000000000AAA"], commitTimestamp=END // 1000)
    fold.handler(delivered([one, every]), Context())


def do_finalise() -> None:
    """Close a month, again, dry, by shards, and look whether it is closed."""
    some = {"dry_run": True, "accounts": [account(1)]}
    for event in (
        {"run": "r"},
        {"run": "r"},
        {"dry_run": True},
        some,
        {"shard": {"index": 1, "of": 2}},
        {"check": True},
    ):
        finalise.handler({"period": "2025-10", **event}, Context())


DEEDS: dict[str, Callable[[], None]] = {
    "Ingest": do_ingest,
    "Fold": do_fold,
    "Rescore": do_rescore,
    "Sweep": do_sweep,
    "Finalise": do_finalise,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_it_does_and_nothing_else(
    cloud: Cloud, systems: Systems, function: str, restarted: Callable[[], None]
) -> None:
    """Every call it makes is granted; every grant has a call, or a reason."""
    assert systems.hotels == 3
    before_sweep()
    restarted()
    cloud.calls.clear()
    DEEDS[function]()
    done = used(cloud)
    assert done <= granted(function)
    assert granted(function) - done == WITHOUT_A_CALL[function].keys()


def test_no_function_waits_for_a_queue_that_it_may_not_use(cloud: Cloud) -> None:
    """A function that is refused says so at once: what it cannot send is not lost."""
    cloud.fail("SendMessage", UNREACHABLE)
    assert ingest.handler(call(PING, signed(PING)), Context())["statusCode"] == 503
    assert used(cloud) == {("sqs:SendMessage", "Events.Arn")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_grant_is_a_wildcard(function: str) -> None:
    """No action by pattern, and no resource but one by name; of the bucket two folders."""
    for action, resource in granted(function):
        assert "*" not in action
        assert resource in {*FOLDERS, SES_IDENTITIES} or "*" not in resource
        is_elsewhere = resource in {TABLE_OF_FIGURES, SES_IDENTITIES, MODEL}
        assert resource.partition(".")[0].strip("${") in resources_of_ours() or is_elsewhere


def test_mail_goes_out_in_the_name_of_one_sender_alone() -> None:
    """The right to send is bound to the address that the stack is given."""
    properties = template()["Resources"]["Finalise"]["Properties"]
    policies: Any = evaluated(properties["Policies"], dict.fromkeys(template()["Conditions"], True))
    (mail,) = (one for policy in policies for one in policy["Statement"] if one["Action"] == "ses:SendEmail")
    assert shown(mail["Condition"]["StringEquals"]["ses:FromAddress"]) == "${ReportSender}"


def resources_of_ours() -> set[str]:
    """Name the tables, queues and buckets of the stack."""
    kinds = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket")
    return {name for kind in kinds for name in resources(kind)}


def test_no_role_has_a_wildcard() -> None:
    """Nor have the roles of schedules and of the state machine, but for traces and logs, which have no resource.

    The machine reads the lists of shards, and sees to the executions of itself, which have no other names.
    """
    for role in resources("AWS::IAM::Role").values():
        for policy in role["Properties"]["Policies"]:
            statements = evaluated(policy["PolicyDocument"]["Statement"], {"HasDigest": True})
            assert isinstance(statements, list)
            rights = [right for one in statements for right in _rights(one)]
            assert rights
            patterns = [right for right in rights if "*" in "".join(right) and right[1] not in FOLDERS]
            assert not [
                right for right in patterns if not right[0].startswith(("xray:", "logs:")) and not _is_own(right)
            ]
    assert PREFIX


def _is_own(right: Right) -> bool:
    action, resource = right
    return action.startswith("states:") and ":execution:${Prefix}-finalise" in resource
