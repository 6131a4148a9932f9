"""template.yaml: its tables are the store's own, its variables those that are read, its parts fit one another."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from handlers.clients.bedrock.settings import model_settings
from handlers.clients.github.settings import github_settings
from handlers.cloud import settings
from handlers.desk.settings import desk_settings
from handlers.environment import SettingsError
from handlers.settings import load_settings, sink_settings
from handlers.sinks.conversation_links import conversation_links
from handlers.sinks.mail import mail_settings
from handlers.stores.dynamodb.tables import Tables, create_tables
from tests.templates import (
    PATH,
    PREFIX,
    Resource,
    filled,
    listed,
    references,
    resources,
    shown,
    template,
)

OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"
MAPPINGS = {
    "FoldsEvents": ("Fold", "Events"),
    "RescoresRequests": ("Rescore", "Rescores"),
    "SuggestsRequests": ("Suggest", "Suggestions"),
}
"""Event source mappings: which function takes the messages of which queue."""

DEAD = {"Events": "DeadEvents", "Rescores": "DeadRescores", "Suggestions": "DeadSuggestions"}


SILENT = ("FoldLettersAlarm", "RescoreLettersAlarm")
"""Alarms that stop a release and mail nobody: of the same letters another one does."""


def deployed() -> dict[str, Resource]:
    """Give the properties of each table of the template by its name."""
    tables = resources("AWS::DynamoDB::Table").values()
    return {filled(table["Properties"]["TableName"]): table["Properties"] for table in tables}


def test_the_template_is_read_here_as_its_linter_reads_it() -> None:
    """The short form of each function, and no text as a date."""
    import cfnlint.decode  # noqa: PLC0415  it takes two seconds to load, in each process that collects tests

    decoded, problems = cfnlint.decode.decode(str(PATH))
    assert problems == []
    assert json.loads(json.dumps(decoded)) == template()


@pytest.fixture(name="client")
def _client(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("dynamodb", region_name="eu-west-1")


def test_the_template_deploys_the_tables_that_the_store_makes(client: DynamoDBClient) -> None:
    """A store opened on deployed tables finds their keys and indexes as it would have made them."""
    create_tables(client, Tables(PREFIX))
    assert sorted(client.list_tables()["TableNames"]) == sorted(deployed())
    for name, properties in deployed().items():
        made = client.describe_table(TableName=name)["Table"]
        assert made["KeySchema"] == properties["KeySchema"]
        assert made["AttributeDefinitions"] == properties["AttributeDefinitions"]
        indexes = [
            {key: index[key] for key in ("IndexName", "KeySchema", "Projection")}
            for index in made.get("GlobalSecondaryIndexes", [])
        ]
        assert indexes == properties.get("GlobalSecondaryIndexes", [])


@pytest.mark.parametrize("name", sorted(deployed()))
def test_a_table_is_paid_by_request_backed_up_and_encrypted(name: str) -> None:
    """Each table costs what it is used, and can be had back as it was at any moment of late."""
    properties = deployed()[name]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_what_the_ledger_writes_expires() -> None:
    """The table of claims and runs lets items go by the attribute that they bear; records and accounts never go."""
    expiring = {"AttributeName": "expires", "Enabled": True}
    lives = {name: properties.get("TimeToLiveSpecification") for name, properties in deployed().items()}
    kept = dict.fromkeys(("company-scores", "company-accounts"))
    assert lives == {"company-facts": expiring, "company-registry": expiring, **kept}


def test_no_table_goes_with_its_stack() -> None:
    """Removing or replacing the stack leaves the tables where they are."""
    tables = resources("AWS::DynamoDB::Table").values()
    assert {(table["DeletionPolicy"], table["UpdateReplacePolicy"]) for table in tables} == {("Retain", "Retain")}


@pytest.mark.parametrize(("queue", "dead"), DEAD.items())
def test_a_message_that_keeps_failing_ends_in_a_dead_letter_queue_that_keeps_it_longer(queue: str, dead: str) -> None:
    """A dead letter's age counts from when it was first sent: it must not expire as it arrives."""
    queues = resources("AWS::SQS::Queue")
    source, target = queues[queue]["Properties"], queues[dead]["Properties"]
    assert shown(source["RedrivePolicy"]["deadLetterTargetArn"]) == f"{dead}.Arn"
    assert target["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert source["MessageRetentionPeriod"] <= target["MessageRetentionPeriod"] - 7 * 24 * 3600
    assert source["RedrivePolicy"]["maxReceiveCount"] >= 5


@pytest.mark.parametrize("queue", ["Events", "Rescores"])
def test_what_finds_no_function_is_no_dead_letter_within_two_hours_and_none_is_lost(queue: str) -> None:
    """An account without a free function is handed batches all the same; they are dead before they would expire."""
    settings = resources("AWS::SQS::Queue")[queue]["Properties"]
    tried = settings["RedrivePolicy"]["maxReceiveCount"] * settings["VisibilityTimeout"]
    assert 2 * 3600 <= tried <= settings["MessageRetentionPeriod"] / 4


@pytest.mark.parametrize("name", sorted(MAPPINGS))
def test_a_queue_is_asked_for_no_more_than_functions_may_run(name: str) -> None:
    """What waits is then not handed out, and does not count as tried."""
    mapping = resources("AWS::Lambda::EventSourceMapping")[name]["Properties"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] <= 10


def test_every_queue_is_encrypted_and_dead_letters_stay() -> None:
    """Also when the stack goes."""
    queues = resources("AWS::SQS::Queue")
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues.values())
    assert {queue["DeletionPolicy"] for name, queue in queues.items() if name.startswith("Dead")} == {"Retain"}


@pytest.mark.parametrize("name", sorted(MAPPINGS))
def test_a_queue_waits_until_its_function_must_be_done_and_hears_which_messages_failed(name: str) -> None:
    """Six times the function's timeout, and the window; failed messages alone come again."""
    function, queue = MAPPINGS[name]
    mapping = resources("AWS::Lambda::EventSourceMapping")[name]["Properties"]
    assert (shown(mapping["FunctionName"]), shown(mapping["EventSourceArn"])) == (
        f"${{{function}.Alias}}",
        f"{queue}.Arn",
    )
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    timeout = template()["Resources"][function]["Properties"]["Timeout"]
    visible = template()["Resources"][queue]["Properties"]["VisibilityTimeout"]
    assert visible >= 6 * timeout
    assert visible >= timeout + mapping.get("MaximumBatchingWindowInSeconds", 0)


def test_no_other_mapping_is_there() -> None:
    """The two queues are taken by one function each."""
    assert resources("AWS::Lambda::EventSourceMapping").keys() == MAPPINGS.keys()


FITTING = {
    "REPORT_RECIPIENTS": "ana@example.com",
    "REPORT_SENDER": "health@example.com",
    "HUBSPOT_API_VERSION": "v3",
    "DESK_SCOPES": "openid",
    "DESK_SECRET": "s" * 32,
    "DESK_OLD_SECRET": "s" * 32,
    "DIGEST_CSM_WEBHOOKS": "{}",
    "WORDS_MODEL_REGION": "eu-central-1",
    "GITHUB_REPOSITORY": "acme/scores",
    "GITHUB_CONFIG_FOLDER": "config",
    "INTERCOM_WORKSPACE": "ab12cd34",
}
"""Values of a form of their own."""


class Asked(Mapping[str, str]):
    """An environment that has whatever is asked for, and notes it."""

    def __init__(self) -> None:
        """Note nothing yet."""
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        """Give a value that fits the name."""
        self.names.add(name)
        if name.endswith(("_SECONDS", "_TIMEOUT")):
            return "60"
        if name in FITTING:
            return FITTING[name]
        return "us" if name.endswith("_REGION") else "https://given"

    def __iter__(self) -> Iterator[str]:
        """Name what was asked for."""
        return iter(self.names)

    def __len__(self) -> int:
        """Count what was asked for."""
        return len(self.names)


READERS: Mapping[str, tuple[Callable[[Mapping[str, str]], object], ...]] = {
    "Ingest": (settings.ingest_settings,),
    "Fold": (settings.fold_settings, model_settings),
    "Rescore": (settings.rescore_settings,),
    "Suggest": (
        settings.suggest_settings,
        lambda environ: load_settings(environ, ("salesforce",)),
        conversation_links,
    ),
    "Sweep": (settings.sweep_settings, load_settings),
    "Finalise": (
        settings.finalise_settings,
        lambda environ: load_settings(environ, ("looker",)),
        lambda environ: sink_settings(environ, "salesforce"),
        lambda environ: sink_settings(environ, "hubspot"),
        mail_settings,
    ),
    "Desk": (
        settings.door_settings,
        desk_settings,
        github_settings,
        lambda environ: load_settings(environ, ("salesforce",)),
        conversation_links,
    ),
    "Digest": (settings.digest_settings,),
}
NOT_READ_BY_US = ("POWERTOOLS_", "DD_")


def variables(function: str) -> dict[str, object]:
    """Give the variables of a function, those of all functions among them."""
    everywhere: dict[str, object] = template()["Globals"]["Function"]["Environment"]["Variables"]
    own: dict[str, object] = template()["Resources"][function]["Properties"]["Environment"]["Variables"]
    return everywhere | own


def test_all_functions_are_looked_at() -> None:
    """None is left out below."""
    assert resources("AWS::Serverless::Function").keys() == READERS.keys()


@pytest.mark.parametrize("function", sorted(READERS))
def test_a_function_is_given_the_variables_that_it_reads_and_no_other(function: str) -> None:
    """A variable that is missing is found here, one that nobody reads as well."""
    asked = Asked()
    for read in (*READERS[function], settings.report_settings):
        read(asked)
    given = {name for name in variables(function) if not name.startswith(NOT_READ_BY_US)}
    assert given == asked.names


@pytest.mark.parametrize("function", sorted(READERS))
def test_the_values_that_a_function_is_given_can_be_read(function: str) -> None:
    """Fixed ones and the defaults of parameters are of the kind that settings take."""
    parameters = template()["Parameters"]
    environ = {name: _value(value, parameters) for name, value in variables(function).items()}
    for read in READERS[function]:
        try:
            read({name: value or _stand_in(name) for name, value in environ.items()})
        except SettingsError as error:
            pytest.fail(str(error))


def _value(value: object, parameters: Resource) -> str:
    if isinstance(value, dict) and value.keys() == {"Ref"}:
        return str(parameters.get(value["Ref"], {}).get("Default", ""))
    return "" if isinstance(value, dict) else str(value)


def _stand_in(name: str) -> str:
    return FITTING.get(name, "https://given" if name.endswith(("URL", "ADDRESS", "ISSUER")) else "given")


def test_no_secret_stands_in_the_open() -> None:
    """Each parameter that is a secret, token or key is not echoed, and has no default that is one."""
    secret = {name for name in template()["Parameters"] if name.endswith(("Secret", "Token", "ApiKey"))}
    assert len(secret) == 15
    for name in secret:
        parameter = template()["Parameters"][name]
        assert parameter["NoEcho"] is True
        assert not parameter.get("Default")


def test_every_parameter_is_used_and_asked_for_in_a_group() -> None:
    """A person who deploys is asked for each, under a heading."""
    parameters = template()["Parameters"].keys()
    body = {name: template()[name] for name in ("Resources", "Outputs", "Conditions", "Globals")}
    groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert parameters <= set(references(body))
    asked = sorted(name for group in groups for name in group["Parameters"])
    assert asked == sorted(parameters - {"Release"})  # which `make deploy` names itself


def test_the_month_is_closed_on_the_first_and_looked_at_on_the_second() -> None:
    """In UTC, with the moment that it was due, so that a late call closes the same month."""
    schedules = {name: one["Properties"] for name, one in resources("AWS::Scheduler::Schedule").items()}
    assert schedules["CloseMonth"]["ScheduleExpression"] == "cron(0 6 1 * ? *)"
    assert schedules["CheckClosed"]["ScheduleExpression"] == "cron(0 6 2 * ? *)"
    assert all("ScheduleExpressionTimezone" not in one for one in schedules.values())
    assert all(shown(one["Target"]["DeadLetterConfig"]["Arn"]) == "DeadCalls.Arn" for one in schedules.values())
    for name in ("CloseMonth", "CheckClosed"):
        assert '"time": "<aws.scheduler.scheduled-time>"' in schedules[name]["Target"]["Input"]


def test_every_alarm_is_sent_somewhere_and_has_a_section_to_read() -> None:
    """Its description names a heading of docs/operations.md."""
    alarms = resources("AWS::CloudWatch::Alarm")
    sections = set()
    for name, alarm in alarms.items():
        told, _, section = alarm["Properties"]["AlarmDescription"].partition(" See docs/operations.md, ")
        assert told.endswith(".")
        mailed = listed(alarm["Properties"].get("AlarmActions", []))
        assert mailed == ([] if name in SILENT else [{"Ref": "Alarms"}])
        sections.add(section.rstrip(".").lower())
    assert "" not in sections
    if not OPERATIONS.exists():
        pytest.skip("docs/operations.md is not written yet")
    lines = OPERATIONS.read_text().splitlines()
    headings = {line.lstrip("# ").strip().lower() for line in lines if line.startswith("#")}
    assert sections <= headings
