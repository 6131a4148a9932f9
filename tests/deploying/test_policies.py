"""The policies of IAM: whatever a deployment, an operator or a reader calls is allowed, on our names alone."""

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session
from click.testing import CliRunner

from handlers.cli import cli
from handlers.deploying import policies
from handlers.deploying.environment import Environment
from handlers.deploying.finding import DeployingError
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.tables import Tables, create_tables
from tests.deploying.types_of_stack import NEEDS
from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.service import in_memory
from tests.golden.test_golden import items_of
from tests.test_releases import deployed

ROOT = Path(__file__).parents[2]
TOLD = policies.values(Environment("hs-Staging", "staging"), "p" * 31, "ap-southeast-2", "123456789012")
MOST = 6144
"""Characters of a managed policy, without white space."""

SERVICES = {"deploy": "codedeploy", "lambda": "lambda", "sesv2": "ses", "stepfunctions": "states"}
"""What IAM calls services that the command line calls otherwise."""

OTHERWISE = {
    "apigatewayv2:UpdateApi": ["apigateway:PATCH"],
    "apigatewayv2:UpdateStage": ["apigateway:PATCH"],
    "lambda:Invoke": ["lambda:InvokeFunction"],
    "logs:Tail": ["logs:FilterLogEvents"],
    "s3:Cp": ["s3:GetObject", "s3:ListBucket"],
    "s3:ListObjectsV2": ["s3:ListBucket"],
    "sqs:SendMessageBatch": ["sqs:SendMessage"],
    "s3:ListBuckets": ["s3:ListAllMyBuckets"],
    "s3:GetBucketTagging": ["s3:GetBucketTagging"],
    "cloudformation:Wait": ["cloudformation:DescribeStacks"],
    "dynamodb:Wait": ["dynamodb:DescribeTable"],
    "dynamodb:TransactWriteItems": ["dynamodb:PutItem", "dynamodb:DeleteItem"],
    "dynamodb:TransactGetItems": ["dynamodb:GetItem"],
}
"""Calls that IAM knows by another name."""

UNASKED = {"sts:GetCallerIdentity", "sso:Login", "configure:ListProfiles", "aws:Cli", "s3:Rb", "iam:CreatePolicy"}
"""Calls that need no right, or are an administrator's: a bucket is removed by hand once nobody wants it."""


def statements(*names: str) -> list[dict[str, Any]]:
    """Give the statements of policies, filled in."""
    return [one for name in names for one in policies.policy(name, TOLD)["Statement"]]


def actions(*names: str) -> set[str]:
    """Give all that policies allow."""
    return {action for one in statements(*names) for action in one["Action"]}


EVERY = policies.names()
ACCOUNT = ("001AA0000000001YAA", "--period", "2026-10")
DEPLOYS = ("deploy", "deploy-store")


@pytest.mark.parametrize("name", EVERY)
def test_a_policy_fits_and_names_each_action_and_our_names(name: str) -> None:
    """No wildcard among actions; any resource only where an action knows none, or a condition limits it."""
    assert len("".join(json.dumps(policies.policy(name, TOLD)).split())) <= MOST
    for one in statements(name):
        assert not any("*" in action for action in one["Action"])
        if one["Resource"] == "*":
            assert one["Sid"] == "NoName" or "Condition" in one
        else:
            resources = one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
            assert all(resource.startswith("arn:aws:") and "${" not in resource for resource in resources)


SERVICE_WIDE = {"budgets:budget/*", "cloudformation:stack/*", "codedeploy:deploymentconfig:*", "kms:key/*"}


@pytest.mark.parametrize("name", EVERY)
def test_resources_bear_the_prefix_or_the_stack_of_the_environment(name: str) -> None:
    """Another environment of the same account is out of reach, but for what AWS itself names."""
    ours = ("p" * 31, "hs-Staging", "hs-staging", "healthscore/staging", "aws-sam-cli", "aws.partner", "transform/")
    for one in statements(name):
        for resource in one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]:
            wide = any(
                resource.endswith(kind.partition(":")[2]) and kind.split(":")[0] in resource for kind in SERVICE_WIDE
            )
            assert resource == "*" or wide or "apigateway" in resource or any(mark in resource for mark in ours), (
                resource
            )


def test_every_kind_of_resource_of_the_stack_can_be_made_changed_and_removed() -> None:
    """CloudFormation acts with the rights of whoever deploys; a new kind in the template asks for its actions here."""
    kinds = {one["Type"] for one in deployed()["Resources"].values()}
    assert kinds <= NEEDS.keys()
    assert {action for kind in kinds for action in NEEDS[kind]} - actions(*DEPLOYS) == set()


def test_roles_may_be_given_the_policies_of_aws_that_they_have_and_no_others() -> None:
    """Whoever deploys cannot attach an administrator's policy."""
    roles = [one["Properties"] for one in deployed()["Resources"].values() if one["Type"] == "AWS::IAM::Role"]
    attached = {
        arn if isinstance(arn, str) else str(arn) for role in roles for arn in role.get("ManagedPolicyArns", [])
    }
    (statement,) = [one for one in statements("deploy") if one["Sid"] == "RolesOfAws"]
    allowed = statement["Condition"]["ArnLike"]["iam:PolicyARN"]
    assert {arn for arn in attached if not any(fnmatchcase(arn, one) for one in allowed)} == set()


def test_no_table_is_deleted_by_whoever_deploys() -> None:
    """Tables outlive their stack; a deployment never needs that right."""
    assert "dynamodb:DeleteTable" not in actions(*DEPLOYS)


def called(*paths: Path) -> Iterator[str]:
    """List the actions that modules call: methods by the names of operations of the services that they ask for."""
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text()))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    methods = {node.attr for node in nodes if isinstance(node, ast.Attribute)} | texts
    for service in sorted(SERVICES_ASKED & texts):
        for operation in Session().get_service_model(service).operation_names:
            if xform_name(operation) in methods:
                yield f"{SERVICES.get(service, service)}:{operation}"


SERVICES_ASKED = set(
    "cloudformation dynamodb events iam lambda logs s3 secretsmanager sesv2 sns sqs stepfunctions sts".split()
)


def wanted(found: str) -> list[str]:
    """Give what IAM calls a call."""
    return OTHERWISE.get(found, [found])


def test_whatever_make_deploy_itself_calls_is_allowed() -> None:
    """The preflight and the adoption ask AWS too."""
    found = {action for path in (ROOT / "handlers/deploying").glob("*.py") for action in called(path)}
    assert {"cloudformation:CreateChangeSet", "dynamodb:DescribeTable", "sqs:GetQueueUrl"} <= found
    assert {action for one in found - UNASKED for action in wanted(one)} - actions(*DEPLOYS) == set()


def test_every_command_of_the_operations_page_is_allowed_to_operators_or_to_who_deploys() -> None:
    """Whoever is woken at night has the rights that the page asks for."""
    page = (ROOT / "docs" / "operations.md").read_text()
    found, known = set(), Session().get_available_services()
    for service, verb in re.findall(r"\baws ([a-z0-9]+) ([a-z0-9]+(?:-[a-z0-9]+)*)", page):
        if service in SERVICES or service in known:
            camel = "".join(word.capitalize() for word in verb.split("-"))
            found.add(f"{SERVICES.get(service, service)}:{camel}")
    assert "sqs:StartMessageMoveTask" in found
    assert {one for told in found - UNASKED for one in wanted(told)} - actions("operate", *DEPLOYS) == set()


def test_whatever_the_store_calls_is_allowed_to_operators() -> None:
    """Commands of healthscore on a store in DynamoDB."""
    operations = {xform_name(one): one for one in Session().get_service_model("dynamodb").operation_names}
    methods = {
        node.attr
        for path in (ROOT / "handlers/stores/dynamodb").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    found = {f"dynamodb:{operations[name]}" for name in methods & operations.keys()}
    assert {"dynamodb:UpdateItem", "dynamodb:Query"} <= found
    assert {one for told in found for one in wanted(told)} - actions("operate") == set()


FUNCTIONS_ALONE = {"s3:PutObject"}
"""What functions do with roles of their own, and no command."""


def test_whatever_commands_do_with_queues_and_functions_is_allowed_to_operators() -> None:
    """Dead letters, rescores that are asked for, a close that is asked for."""
    found = set(called(*(ROOT / "handlers/cloud").glob("*.py")))
    assert {"sqs:SendMessage", "sqs:ReceiveMessage", "lambda:Invoke"} <= found
    assert {one for told in found - UNASKED for one in wanted(told)} - actions("operate") - FUNCTIONS_ALONE == set()


def test_status_and_explain_need_no_more_than_a_reader_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls are counted as they are made."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    with in_memory() as memory:
        client = connect()
        create_tables(client, Tables("golden"))
        for table, item in items_of(ROOT / "tests/golden/8"):
            client.put_item(TableName=f"golden-{table}", Item=item)
        # Whoever lists a store of an older version first makes its summaries: an operator, or the desk.
        CliRunner().invoke(cli, ["--store", "dynamodb://golden", "explain", *ACCOUNT])
        memory.asked.clear()
        for words in (["status"], ["explain", *ACCOUNT]):
            answer = CliRunner().invoke(cli, ["--store", "dynamodb://golden", *words])
            assert answer.exit_code == 0, answer.stderr
        found = {f"dynamodb:{one}" for one in memory.asked}
    assert {one for told in found for one in wanted(told)} <= actions("read")


def test_placeholders_are_filled_for_the_partition_of_the_region() -> None:
    """China's ARNs begin otherwise; a bucket's name is the stack's in small letters."""
    told = policies.values(Environment("Hs"), "hs", "cn-north-1", "123456789012")
    (reports,) = [one for one in policies.policy("operate", told)["Statement"] if one["Sid"] == "Reports"]
    assert reports["Resource"] == "arn:aws-cn:s3:::hs-*"
    with pytest.raises(DeployingError, match="WHO is one of deploy, deploy-store, operate, read"):
        policies.policy("nobody", told)


def test_what_is_limited_is_really_matched() -> None:
    """The names that the template makes lie within the policies' patterns."""
    tables = next(one for one in statements("deploy-store") if one["Sid"] == "Tables")["Resource"]
    assert fnmatchcase(f"arn:aws:dynamodb:ap-southeast-2:123456789012:table/{'p' * 31}-facts", tables)
