"""A cloud for one test: queues, tables and a bucket in moto, what was called, faults on demand."""

import json
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.model import OperationModel

from config.loader import DEFAULT_DIRECTORY
from handlers.clock import now
from handlers.stores.accounts import Edit
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from scoring.ids import to_18
from tests.fakes.dynamodb.service import FakeDynamoDB
from tests.messages import Message, body

REGION: Final = "eu-west-1"
PREFIX = "company"
BUCKET = "company-reports"
FIGURES = "production-custom-metrics"
HOTELS = 7
QUEUES = ("events", "events-dead", "rescores", "rescores-dead", "calls-dead", "suggestions")
SECRET, OLD_SECRET = "the-secret-of-the-app", "the-secret-before-it"

_FILLED = FakeDynamoDB()
"""The tables of a stack that has its accounts, to be copied."""

UNREACHABLE = EndpointConnectionError(endpoint_url="https://nowhere")
BUSY = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "UpdateItem")
REFUSED = ClientError({"Error": {"Code": "ValidationException", "Message": "it cannot be so"}}, "UpdateItem")


def account(number: int) -> str:
    """Give the id of the account of a hotel, counted from 0."""
    return to_18(f"001{number + 1:012d}")


@cache
def client_of_aws(service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes as it runs
    """Give a client that is not the functions' own; made once, for that takes a while."""
    return boto3.session.Session().client(service)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of AWS: service, operation, parameters."""

    service: str
    operation: str
    params: Mapping[str, Any]


@dataclass(slots=True)
class Fault:
    """Calls of an operation whose parameters hold a text fail with an error."""

    operation: str
    holding: str
    error: Exception


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happens just before the next call of an operation whose parameters hold a text."""

    operation: str
    holding: str
    act: Callable[[], None]


@dataclass(slots=True)
class Cloud:
    """What the functions find in AWS; `calls` are those that they made, in order."""

    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    meanwhiles: list[Meanwhile] = field(default_factory=list)

    def fail(self, operation: str, error: Exception, holding: str = "") -> None:
        """Let calls of an operation fail from now on, those alone whose parameters hold a text."""
        self.faults.append(Fault(operation, holding, error))

    def meanwhile(self, operation: str, holding: str, act: Callable[[], None]) -> None:
        """Let something happen just before the next call of an operation that holds a text."""
        self.meanwhiles.append(Meanwhile(operation, holding, act))

    def heal(self) -> None:
        """Let no call fail any more."""
        self.faults.clear()

    def notice(self, params: Mapping[str, Any], model: OperationModel) -> None:
        """Take note of a call before it is made."""
        self.calls.append(Call(model.service_model.service_name, model.name, dict(params)))
        for one in [one for one in self.meanwhiles if one.operation == model.name and one.holding in str(params)]:
            self.meanwhiles.remove(one)
            one.act()
        for fault in self.faults:
            if fault.operation == model.name and fault.holding in str(params):
                raise fault.error

    def url(self, queue: str) -> str:
        """Give the URL of a queue by its short name."""
        return f"https://sqs.{REGION}.amazonaws.com/123456789012/{PREFIX}-{queue}"

    def sent(self, queue: str) -> list[dict[str, Any]]:
        """Give the messages that were sent to a queue, those put off among them."""
        return [message for call in self.calls for message in _messages(call, self.url(queue))]

    def waiting(self, queue: str) -> list[dict[str, Any]]:
        """Take the messages that a queue has to give."""
        sqs = client_of_aws("sqs")
        found: list[dict[str, Any]] = []
        while messages := sqs.receive_message(
            QueueUrl=self.url(queue), MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"]
        ).get("Messages"):
            found += [dict(message) for message in messages]
        return found

    def operations(self, name: str) -> list[Call]:
        """Give the calls of an operation."""
        return [call for call in self.calls if call.operation == name]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Read all items of a table."""
        return list(client_of_aws("dynamodb").scan(TableName=table)["Items"])

    def put(self, table: str, item: dict[str, Any]) -> None:
        """Put an item into a table, whatever is there."""
        client_of_aws("dynamodb").put_item(TableName=table, Item=item)

    def changed(self, table: str) -> list[str]:
        """Give the key of each item that an UpdateItem was made for, in order."""
        return [str(call.params["Key"]) for call in self.operations("UpdateItem") if call.params["TableName"] == table]

    def records(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Read the records in the store, by account and period."""
        items = self.items(f"{PREFIX}-scores")
        return {
            (item["account_id"]["S"], item["period"]["S"]): json.loads(zlib.decompress(item["body"]["B"][1:]))
            for item in items
        }

    def replace(self, *tables: str) -> None:
        """Let empty tables take the place of tables, as a restore from before all that was written does."""
        dynamodb = client_of_aws("dynamodb")
        for table in tables:
            dynamodb.delete_table(TableName=table)
        create_tables(dynamodb, Tables(PREFIX))

    def change(self, *edits: Edit) -> None:
        """Change accounts in the store, as a person does who is not in the cloud; that takes calls."""
        DynamoStore(connect(), PREFIX, now, calls_at_once=1).portfolio.put(edits, "zoe", now())

    def build(self, memory: FakeDynamoDB) -> None:
        """Make what the stack has; the calls that it takes are not remembered.

        Tables are filled once, and then copied.
        """
        for queue in QUEUES:
            client_of_aws("sqs").create_queue(QueueName=f"{PREFIX}-{queue}")
        client_of_aws("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        if not _FILLED.tables:
            self._make_tables()
            _FILLED.tables.update(memory.copy())
        memory.tables.update(_FILLED.copy())
        self.calls.clear()

    def _make_tables(self) -> None:
        create_tables(client_of_aws("dynamodb"), Tables(PREFIX))
        client_of_aws("dynamodb").create_table(
            TableName=FIGURES,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("metric", "timestamp")],
            KeySchema=[
                {"AttributeName": "metric", "KeyType": "HASH"},
                {"AttributeName": "timestamp", "KeyType": "RANGE"},
            ],
        )
        self.change(*hotels(HOTELS))


def _messages(call: Call, url: str) -> list[dict[str, Any]]:
    if call.params.get("QueueUrl") != url:
        return []
    if call.operation == "SendMessageBatch":
        return list(call.params["Entries"])
    return [dict(call.params)] if call.operation == "SendMessage" else []


def environment(folder: Path) -> dict[str, str]:
    """Give the environment that the stack gives its functions, without those of Salesforce, Intercom and Looker."""
    cloud = Cloud()
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "HEALTHSCORE_STORE": f"dynamodb://{PREFIX}",
        "HEALTHSCORE_CONFIG": str(folder),
        "EVENTS_QUEUE_URL": cloud.url("events"),
        "DEAD_EVENTS_QUEUE_URL": cloud.url("events-dead"),
        "RESCORES_QUEUE_URL": cloud.url("rescores"),
        "DEAD_RESCORES_QUEUE_URL": cloud.url("rescores-dead"),
        "DEAD_CALLS_QUEUE_URL": cloud.url("calls-dead"),
        "FINALISE_MACHINE": f"arn:aws:states:eu-central-1:123456789012:stateMachine:{PREFIX}-finalise",
        "RESCORE_DELAY_SECONDS": "60",
        "REPORTS_BUCKET": BUCKET,
        "INTERCOM_CLIENT_SECRET": SECRET,
        "INTERCOM_OLD_CLIENT_SECRET": OLD_SECRET,
    }


def write_config(folder: Path) -> Path:
    """Write the figures as they ship."""
    for path in DEFAULT_DIRECTORY.glob("*.yaml"):
        shutil.copy(path, folder)
    return folder


def write_config_with_words(folder: Path) -> Path:
    """Write the same with the reading of what customers write switched on."""
    shutil.copytree(DEFAULT_DIRECTORY, folder, dirs_exist_ok=True)
    words = folder / "words.yaml"
    words.write_text(words.read_text().replace("detector: off", "detector: rules"))
    return folder


def hotels(number: int) -> list[Edit]:
    """Ask for the accounts of some hotels, as the fake systems know them."""
    return [
        Edit(
            account(n), {"name": f"Hotel {n}", "segment": "paid"}, {"intercom": (f"hotel-{n}",), "looker": (f"c-{n}",)}
        )
        for n in range(number)
    ]


class Context(LambdaContext):
    """What Lambda tells a function of its call: a request id, any where none is given."""

    def __init__(self, request_id: str = "") -> None:
        """Tell of a call."""
        self._function_name = "company-door"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:company-door"
        self._aws_request_id = request_id or str(uuid4())

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell how much time is left: all of it."""
        return 900_000


Sent = Message | bytes


def delivered(
    messages: Iterable[Sent], *, receives: int = 1, attributes: Mapping[str, str] | None = None, sent_at: int = 0
) -> dict[str, Any]:
    """Give the event by which SQS hands messages to a function; their ids are `m0`, `m1` and so on."""
    return {"Records": [_record(n, message, receives, attributes or {}, sent_at) for n, message in enumerate(messages)]}


def _record(number: int, message: Sent, receives: int, attributes: Mapping[str, str], sent_at: int) -> dict[str, Any]:
    text = message.decode() if isinstance(message, bytes) else body(message).decode()
    return {
        "messageId": f"m{number}",
        "receiptHandle": "AQEBexample",
        "body": text,
        "attributes": {
            "ApproximateReceiveCount": str(receives),
            "SentTimestamp": str(sent_at or 1778193011000),
            "SenderId": "AIDAEXAMPLE",
            "ApproximateFirstReceiveTimestamp": "1778193011100",
        },
        "messageAttributes": {
            name: {"stringValue": value, "stringListValues": [], "binaryListValues": [], "dataType": "String"}
            for name, value in attributes.items()
        },
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{PREFIX}-events",
        "awsRegion": REGION,
    }


def again(answer: Mapping[str, Any]) -> list[str]:
    """Name the messages that are to be delivered again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def said_beside(message: Mapping[str, Any]) -> dict[str, str]:
    """Give the attributes of a message."""
    return {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}


def emf(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, str], float]]:
    """Read the metrics among lines of output: name, dimensions, value."""
    for line in lines:
        for told in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in told["Metrics"]:
                (names,) = told["Dimensions"]
                value = line[metric["Name"]]
                yield (
                    metric["Name"],
                    {name: line[name] for name in names},
                    value[0] if isinstance(value, list) else value,
                )
