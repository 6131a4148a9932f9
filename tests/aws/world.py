"""The emulated cloud with the stack in it, and a fake Salesforce beside it."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hmac import digest
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from config.portfolio import load_portfolio
from handlers.clock import now
from handlers.deploying.references import pinned
from handlers.identity.edits import adopting
from handlers.stores.dynamodb.store import DynamoStore
from tests.aws.emulator import Emulator
from tests.aws.stack import Stack, deploy
from tests.fakes.salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce
from tests.fakes.server import serving
from tests.live.orgs import CONFIG

VAULTED = "healthscore/tests"
"""The secret of Secrets Manager that the stack refers to."""

SECRET, OLD_SECRET = "the-secret-of-the-app", "the-secret-before-it"
RELAY = "aws.partner/salesforce.com/00D000000000001AAA/0YL000000000001AAA"
PATIENCE_SECONDS = 300
VISIBILITY_SECONDS = 5
MOST_RECEIVES = 1_000
RESCORE_DELAY_SECONDS = 2
_AT_ONCE = 2
"""As many of a function as this machine has cores: each more would have to be started, and would wait."""


@dataclass(slots=True)
class World:
    """The stack, the org that it writes to, and the mapping of its portfolio."""

    stack: Stack
    org: FakeSalesforce
    mapping: Path

    @property
    def emulator(self) -> Emulator:
        """Give the emulator."""
        return self.stack.emulator

    def post(self, body: bytes, signature: str | None = None, method: str = "POST") -> int:
        """Send a notification to the webhook's address, signed unless told how; give the status."""
        signed = "sha1=" + digest(SECRET.encode(), body, "sha1").hex()
        host = urlsplit(self.stack.outputs["WebhookUrl"]).netloc.split(".")[0]
        headers = {
            "Host": f"{host}.execute-api.localhost:{self.emulator.port}",
            "Content-Type": "application/json",
            "X-Hub-Signature": signature or signed,
        }
        with closing(HTTPConnection("127.0.0.1", self.emulator.port, timeout=60)) as connection:
            connection.request(method, "/intercom", body or None, headers)
            return connection.getresponse().status

    def post_all(self, bodies: Sequence[bytes]) -> list[int]:
        """Send notifications, some at once; give the statuses."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self.post, bodies))

    def send(self, bodies: Iterable[bytes]) -> None:
        """Put messages on the queue of events."""
        sqs, remaining = self.emulator.client("sqs"), iter(bodies)
        while some := list(islice(remaining, 10)):
            entries = [{"Id": str(number), "MessageBody": body.decode()} for number, body in enumerate(some)]
            answer = sqs.send_message_batch(QueueUrl=self.stack.outputs["EventQueue"], Entries=entries)
            assert not answer.get("Failed"), answer

    def waiting(self, queue: str) -> int:
        """Count the messages of a queue, those under way and put off among them."""
        names = ("", "NotVisible", "Delayed")
        told = self.emulator.client("sqs").get_queue_attributes(
            QueueUrl=self.stack.outputs[queue],
            AttributeNames=[f"ApproximateNumberOfMessages{name}" for name in names],
        )
        return sum(int(value) for value in told["Attributes"].values())

    def fold(self) -> None:
        """Wait until all events are folded."""
        self.until(lambda: self.waiting("EventQueue") == 0)

    def drain(self) -> None:
        """Wait until all events are folded and all rescores done."""
        self.until(lambda: self.waiting("EventQueue") == 0 and self.waiting("RescoreQueue") == 0)

    def until(self, done: Callable[[], bool], patience_seconds: int = PATIENCE_SECONDS) -> None:
        """Wait until something is so; AssertionError where it does not come to be."""
        deadline = time.monotonic() + patience_seconds
        while not done():
            assert time.monotonic() < deadline, f"not within {patience_seconds} s: see {self.emulator.log}"
            time.sleep(0.1)

    def take(self, queue: str) -> list[dict[str, Any]]:
        """Take all messages off a queue."""
        sqs, url, taken = self.emulator.client("sqs"), self.stack.outputs[queue], []
        while messages := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=0
        ).get("Messages"):
            taken += messages
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    @contextmanager
    def through(self, url: str, timeout: int) -> Iterator[None]:
        """Let fold reach its store through a proxy, in so many seconds a call."""
        before = self.stack.configuration("fold")
        variables = before["Environment"]["Variables"]
        changed = {"Variables": variables | {"AWS_ENDPOINT_URL_DYNAMODB": url}}
        self.stack.configure("fold", Environment=changed, Timeout=timeout)
        try:
            yield
        finally:
            self.stack.configure("fold", Environment={"Variables": variables}, Timeout=before["Timeout"])

    def execute(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Run the state machine of the close; describe how it ended."""
        machines = self.emulator.client("stepfunctions")
        (machine,) = machines.list_state_machines()["stateMachines"]
        started = machines.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(event))
        arn = started["executionArn"]
        self.until(lambda: machines.describe_execution(executionArn=arn)["status"] != "RUNNING", patience_seconds=900)
        ended: dict[str, Any] = machines.describe_execution(executionArn=arn)
        return ended

    def workers(self, function: str) -> list[int]:
        """Name the processes that run a function."""
        mark = f"ministack-lambda-{self.stack.function(function)}-".encode()
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _read(path)]

    def failed_batches(self, function: str) -> int:
        """Count the batches of a queue in the middle of which a function failed, or was ended."""
        return self.emulator.log.read_text().count(f"Lambda {self.stack.function(function)} failed processing")

    def metric(self, function: str, name: str) -> float:
        """Add up what a function said of a metric in its log."""
        return sum(sum(line[name]) for line in self._said(function) if "_aws" in line and name in line)

    def lines(self, function: str, message: str) -> list[dict[str, Any]]:
        """Give the lines of a function's log that have a message."""
        return [line for line in self._said(function) if line.get("message") == message]

    def emf(self, function: str) -> list[dict[str, Any]]:
        """Give the lines of a function's log that are metrics."""
        return [line for line in self._said(function) if "_aws" in line]

    def _said(self, function: str) -> list[dict[str, Any]]:
        group = f"/aws/lambda/{self.stack.function(function)}"
        told = self.emulator.client("logs").filter_log_events(logGroupName=group)["events"]
        return [json.loads(event["message"]) for event in told if event["message"].startswith("{")]

    def scan(self, table: str) -> list[dict[str, Any]]:
        """Read all items of a table."""
        pages = self.emulator.client("dynamodb").get_paginator("scan").paginate(TableName=f"{self.stack.name}-{table}")
        return [item for page in pages for item in page["Items"]]


@contextmanager
def world(
    folder: Path, mapping: Path, *, at_once: int = _AT_ONCE, has_whole_batches: bool = False, **parameters: str
) -> Iterator[World]:
    """Bring up the emulator and the fake Salesforce, and deploy the stack; EngineMissingError without the emulator.

    Of each function so many run `at_once`, where a queue calls it, with batches as AWS's queue gives them if they are
    to be whole.
    """
    org = FakeSalesforce()
    org.declare_intake(CONFIG.intake)
    org.declare_record(CONFIG.record_map)
    with serving(org, folder) as trusted:
        trusting = {name: str(trusted) for name in ("REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE")}
        emulator = Emulator(folder, trusting, has_whole_batches)
        try:
            emulator.start()
            stack = deploy(emulator, f"hs-{uuid4().hex[:6]}", _referring(emulator, _parameters(org)) | parameters)
            _know(stack, mapping)
            _hurry(stack)
            _limit(stack, at_once)
            yield World(stack, org, mapping)
        finally:
            emulator.remove()


def _referring(emulator: Emulator, parameters: Mapping[str, str]) -> dict[str, str]:
    """Put Salesforce's secret into Secrets Manager, and refer to it, as `make deploy` does."""
    name, vault = "SalesforceClientSecret", emulator.client("secretsmanager")
    vault.create_secret(Name=VAULTED, SecretString=json.dumps({name: parameters[name]}))
    return pinned({**parameters, name: f"{{{{resolve:secretsmanager:{VAULTED}:SecretString:{name}}}}}"}, lambda: vault)


def _know(stack: Stack, mapping: Path) -> None:
    """Put the accounts of a mapping into the store."""
    with closing(DynamoStore(stack.emulator.client("dynamodb"), stack.name, now)) as store:
        store.portfolio.put(adopting(load_portfolio(mapping)), "tests", now())


def _hurry(stack: Stack) -> None:
    """Let what was under way when a function or the emulator died come again soon: minutes on AWS.

    On a busy machine it comes while it is still under way, however often: that makes it no dead letter.
    """
    sqs = stack.emulator.client("sqs")
    for queue in ("EventQueue", "RescoreQueue"):
        url = stack.outputs[queue]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
        policy = json.loads(told["RedrivePolicy"]) | {"maxReceiveCount": MOST_RECEIVES}
        sqs.set_queue_attributes(
            QueueUrl=url,
            Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": json.dumps(policy)},
        )


def _read(path: Path) -> bytes:
    """Read what may be gone meanwhile."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _limit(stack: Stack, at_once: int) -> None:
    functions = stack.emulator.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": at_once})


def _parameters(org: FakeSalesforce) -> dict[str, str]:
    return {
        "SalesforceUrl": org.url,
        "SalesforceClientId": CLIENT_ID,
        "SalesforceClientSecret": CLIENT_SECRET,
        "SalesforceEventSource": RELAY,
        "IntercomClientSecret": SECRET,
        "IntercomOldClientSecret": OLD_SECRET,
        "RescoreDelaySeconds": str(RESCORE_DELAY_SECONDS),
    }
