"""What the preflight finds before the build, each with what to do."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from handlers.deploying.account import Caller, check_account, check_names_stay, check_region, check_state
from handlers.deploying.aws import Aws
from handlers.deploying.environment import Environment
from handlers.deploying.folder import ROOT, check_folder
from handlers.deploying.listening import check_alarms
from handlers.deploying.preflight import Deployment, preflight
from handlers.deploying.quotas import check_concurrency, check_event_source, check_roles
from handlers.deploying.reach import addresses, check_reach
from handlers.deploying.stack import Stack
from handlers.deploying.template import read_template
from tests.deploying.cloud import ACCOUNT, cloud
from tests.fakes.server import FakeServer, Request, Response, serving

WHO = Caller(ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ana")


@pytest.fixture(name="aws")
def _aws() -> Iterator[Aws]:
    with cloud() as reached:
        yield reached


def test_another_account_than_the_environments_stops() -> None:
    """Both are named."""
    finding = check_account(Environment("s", "staging", account="999999999999"), WHO)
    assert finding.verdict == "stops"
    assert WHO.arn in finding.found
    assert "999999999999" in finding.found
    assert check_account(Environment("s", "staging", account=ACCOUNT), WHO).verdict == "fine"


def test_another_region_than_the_shells_stops(aws: Aws) -> None:
    """What is done by hand beside the deployment would go elsewhere."""
    finding = check_region(Environment("s", "staging"), aws, "us-east-1")
    assert (finding.verdict, "export AWS_REGION=eu-west-1" in finding.remedy) == ("stops", True)
    assert check_region(Environment("s", "staging"), aws, "").verdict == "fine"


def test_another_prefix_than_the_deployed_stops() -> None:
    """Every table would be made anew, and be empty."""
    stack = Stack("arn", "UPDATE_COMPLETE", parameters={"Prefix": "old"})
    (finding,) = check_names_stay(Environment("s", "staging", prefix="new"), stack)
    assert (finding.verdict, finding.found) == (
        "stops",
        "the stack s is deployed with the prefix old, the file says new",
    )
    assert list(check_names_stay(Environment("s", "staging", prefix="old"), stack)) == []


@pytest.mark.parametrize(
    ("status", "verdict", "remedy"),
    [
        ("UPDATE_COMPLETE", "fine", ""),
        ("IMPORT_COMPLETE", "fine", ""),
        ("UPDATE_ROLLBACK_COMPLETE", "fine", ""),
        ("ROLLBACK_COMPLETE", "stops", "aws cloudformation delete-stack --stack-name hs"),
        ("UPDATE_ROLLBACK_FAILED", "stops", "aws cloudformation continue-update-rollback --stack-name hs"),
        ("UPDATE_IN_PROGRESS", "stops", "wait until it has ended"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "stops", "wait until it has ended"),
        ("DELETE_FAILED", "stops", "aws cloudformation delete-stack --stack-name hs"),
    ],
)
def test_the_state_of_the_stack_says_whether_it_can_be_changed(status: str, verdict: str, remedy: str) -> None:
    """Where not, the command that helps is there, with the stack's name."""
    finding = check_state("hs", Stack("arn", status, "why"))
    assert finding.verdict == verdict
    assert remedy in finding.remedy


def limits(whole: int, code: int = 80_000_000_000) -> dict[str, Any]:
    """Give what Lambda says of an account."""
    return {
        "AccountLimit": {
            "ConcurrentExecutions": whole,
            "UnreservedConcurrentExecutions": whole,
            "TotalCodeSize": code,
            "CodeSizeUnzipped": 262144000,
            "CodeSizeZipped": 52428800,
        },
        "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": 0},
    }


@pytest.mark.parametrize(("whole", "verdict"), [(10, "look"), (1000, "fine")])
def test_a_new_accounts_few_invocations_are_named(aws: Aws, whole: int, verdict: str) -> None:
    """Accounts begin with 10 at once: the queues alone take more, and webhooks are throttled."""
    with Stubber(aws.client("lambda")) as stub:
        stub.add_response("get_account_settings", limits(whole))
        assert [one.verdict for one in check_concurrency(aws, read_template(), {})] == [verdict]


def test_what_is_to_be_reserved_must_be_free(aws: Aws) -> None:
    """AWS refuses the function in the middle of the deployment."""
    template: Mapping[str, Any] = {
        "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"ReservedConcurrentExecutions": 5}}}
    }
    with Stubber(aws.client("lambda")) as stub:
        stub.add_response("get_account_settings", limits(10))
        (finding,) = check_concurrency(aws, template, {})
    assert finding.verdict == "stops"


def test_what_is_reserved_for_webhooks_must_be_free_but_once(aws: Aws) -> None:
    """By the parameter; what the deployed stack has reserved is taken already."""
    wanted, deployed = (
        {"IngestConcurrency": "20"},
        Stack("arn", "UPDATE_COMPLETE", parameters={"IngestConcurrency": "20"}),
    )
    for stack, verdicts in ((None, ["stops"]), (deployed, ["look"])):
        with Stubber(aws.client("lambda")) as stub:
            stub.add_response("get_account_settings", limits(25))
            assert [one.verdict for one in check_concurrency(aws, read_template(), wanted, stack)] == verdicts


@pytest.mark.parametrize(("whole", "verdict"), [(119, "stops"), (120, "fine")])
def test_aws_keeps_a_hundred_invocations_for_functions_that_reserve_none(aws: Aws, whole: int, verdict: str) -> None:
    """It refuses the function whose reservation leaves fewer."""
    with Stubber(aws.client("lambda")) as stub:
        stub.add_response("get_account_settings", limits(whole))
        (finding,) = check_concurrency(aws, read_template(), {"IngestConcurrency": "20"})
    assert finding.verdict == verdict


def test_alarms_that_nobody_hears_are_named(aws: Aws) -> None:
    """No address, no topic yet, a topic without subscribers, a mail that was not confirmed; a confirmed one is fine."""
    stack, values = Stack("arn", "UPDATE_COMPLETE"), {"Prefix": "hs", "AlarmEmail": ""}
    assert [one.verdict for one in check_alarms(aws, WHO, values, None)] == ["look"]
    assert [one.verdict for one in check_alarms(aws, WHO, values, stack)] == ["look"]
    topic = aws.client("sns").create_topic(Name="hs-alarms")["TopicArn"]
    assert [one.verdict for one in check_alarms(aws, WHO, values, stack)] == ["look"]
    waiting = {"Endpoint": "ana@hotel.example", "SubscriptionArn": "PendingConfirmation"}
    with Stubber(aws.client("sns")) as stub:
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [waiting]}, {"TopicArn": topic})
        (finding,) = check_alarms(aws, WHO, values | {"AlarmEmail": "ana@hotel.example"}, stack)
    assert "ana@hotel.example has not confirmed" in finding.found
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:woken")
    assert list(check_alarms(aws, WHO, values, stack)) == []
    assert list(check_alarms(aws, WHO, values | {"AlarmEmail": "ana@hotel.example"}, None)) == []


def test_no_room_for_code_stops(aws: Aws) -> None:
    """Versions of functions fill it over the years."""
    with Stubber(aws.client("lambda")) as stub:
        stub.add_response("get_account_settings", limits(1000, code=1_000_000))
        assert [one.check for one in check_concurrency(aws, read_template(), {}) if one.verdict == "stops"] == ["code"]


@pytest.mark.parametrize(("roles", "verdicts"), [(995, ["stops"]), (5, [])])
def test_no_room_for_roles_stops(aws: Aws, roles: int, verdicts: list[str]) -> None:
    """Each function has a role of its own."""
    with Stubber(aws.client("iam")) as stub:
        stub.add_response("get_account_summary", {"SummaryMap": {"Roles": roles, "RolesQuota": 1000}})
        assert [one.verdict for one in check_roles(aws)] == verdicts


@pytest.mark.parametrize(
    ("sources", "verdicts"), [([], ["stops"]), ([{"Name": "aws.partner/x", "State": "PENDING"}], [])]
)
def test_an_event_source_that_is_not_there_stops(aws: Aws, sources: list[dict[str, str]], verdicts: list[str]) -> None:
    """Its bus cannot be made."""
    with Stubber(aws.client("events")) as stub:
        stub.add_response("list_event_sources", {"EventSources": sources})
        found = list(check_event_source(aws, {"SalesforceEventSource": "aws.partner/x"}))
    assert [one.verdict for one in found] == verdicts


def test_a_folder_that_lacks_files_is_refused_or_named(tmp_path: Path) -> None:
    """It takes nothing from config/: what must be there stops, in place of what may be the usual values hold."""
    folder = tmp_path / "config" / "staging"
    folder.mkdir(parents=True)
    for name in ("weights.yaml", "thresholds.yaml", "sources.yaml", "record.yaml", "guards.yaml"):
        text = (ROOT / "config" / name).read_text()
        (tmp_path / "config" / name).write_text(text)
        (folder / name).write_text(text)
    assert check_folder("config/staging", tmp_path)[0].verdict == "fine"
    (folder / "guards.yaml").unlink()
    finding = check_folder("config/staging", tmp_path)[0]
    assert (finding.verdict, "no guards.yaml" in finding.found) == ("look", True)
    (folder / "record.yaml").unlink()
    finding = check_folder("config/staging", tmp_path)[0]
    assert (finding.verdict, "config/staging/record.yaml: the file is not readable" in finding.found) == ("stops", True)


@pytest.fixture(name="reached")
def _reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    fake = FakeServer(_answer)
    with serving(fake, tmp_path) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield fake


def _answer(request: Request) -> Response:
    """Answer as Salesforce does to anybody, and as nobody known does elsewhere."""
    return Response(200, [{"version": "66.0"}]) if request.path == "/services/data" else Response(404, {})


def test_each_system_is_reached_without_a_secret(reached: FakeServer) -> None:
    """Salesforce lists its versions to anybody; what answers otherwise is another's address."""
    values = {"SalesforceUrl": reached.url, "SalesforceClientSecret": "hunter2", "DeskIssuer": reached.url}
    verdicts = {one.check: one.verdict for one in check_reach(values, "")}
    assert verdicts == {"Salesforce": "fine", "identity provider": "stops"}
    assert not any(b"hunter2" in call.body or "hunter2" in str(call.headers) for call in reached.calls)


def test_an_address_whose_name_is_unknown_stops() -> None:
    """A typing error is found before anything is built."""
    (finding,) = check_reach({"SalesforceUrl": "https://acme.invalid"}, "")
    assert (finding.verdict, "its name is unknown" in finding.found) == ("stops", True)


def test_only_systems_that_are_set_are_asked() -> None:
    """Of Intercom the address is that of its region; a secret that CloudFormation hides is one all the same."""
    assert [one.system for one in addresses({"SalesforceUrl": "https://a", "IntercomRegion": "eu"}, "")] == [
        "Salesforce"
    ]
    told = {"IntercomToken": "****", "IntercomRegion": "eu", "ZendeskSubdomain": "acme", "LookerUrl": "https://l"}
    assert [one.url for one in addresses(told, "hubspot")] == [
        "https://api.eu.intercom.io",
        "https://acme.zendesk.com",
        "https://l",
        "https://api.hubapi.com",
    ]


def test_without_credentials_nothing_else_is_looked_at(aws: Aws) -> None:
    """One finding says what to do."""
    with Stubber(aws.client("sts")) as stub:
        stub.add_client_error("get_caller_identity", "ExpiredToken")
        (finding,) = preflight(Deployment(Environment("s"), aws, read_template(), {}))
    assert (finding.check, finding.verdict) == ("credentials", "stops")
    assert "aws sso login" in finding.found


def test_what_there_is_no_right_to_see_is_not_known(aws: Aws) -> None:
    """It stops nothing, and names the right."""
    with Stubber(aws.client("lambda")) as stub, Stubber(aws.client("cloudformation")) as cloudformation:
        stub.add_client_error(
            "get_account_settings", "AccessDeniedException", "not authorized: lambda:GetAccountSettings"
        )
        cloudformation.add_client_error("describe_stacks", "ValidationError", "Stack with id s does not exist")
        findings = preflight(Deployment(Environment("s"), aws, read_template(), {}))
        finding = next(one for one in findings if one.check == "concurrency")
    assert (finding.verdict, "lambda:GetAccountSettings" in finding.found) == ("not known", True)
