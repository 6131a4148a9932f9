"""Queues: messages are sent to SQS, in as few calls as they fit in, and taken from what it delivers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef, SendMessageBatchRequestEntryTypeDef

MOST_BYTES = 1_048_576
"""What a message with its attributes, and all messages of one call together, may weigh (SQS quotas)."""


_MOST_MESSAGES = 10
_UNSENDABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_REASON = 1_000
_TRIES = 3
_CALL = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=10)


class QueueError(Exception):
    """Messages could not be sent; the text says why."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent: its body, what is said beside it, and for how many seconds it is held back."""

    body: str = field(repr=False)
    attributes: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: int = 0

    @property
    def size(self) -> int:
        """Weigh the message as SQS does: body, names, types and values of attributes, in bytes."""
        attributes = sum(len(name) + len("String") + len(value.encode()) for name, value in self.attributes.items())
        return len(self.body.encode()) + attributes


def sendable(json: str) -> str:
    """Escape the few characters of a JSON text that SQS takes in no message; it says the same."""
    return _UNSENDABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


class Queue:
    """One SQS queue that messages are sent to."""

    def __init__(self, client: SQSClient, url: str) -> None:
        """Send to the queue of a URL."""
        self._client = client
        self._url = url

    def send(self, message: Outgoing) -> None:
        """Send one message; it is safe in the queue when this returns. Raises QueueError."""
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=message.body, MessageAttributes=_attributes(message)
            )
        except (ClientError, BotoCoreError) as error:
            raise QueueError(f"SQS: {error}") from error

    def send_all(self, messages: Iterable[Outgoing]) -> list[Outgoing]:
        """Send messages, ten or 1 MiB a call; give those that the queue did not take. Raises nothing."""
        return [left for chunk in _chunks(messages) for left in self._send_chunk(chunk)]

    def _send_chunk(self, chunk: list[Outgoing]) -> list[Outgoing]:
        for _ in range(_TRIES):
            chunk = self._try(chunk)
            if not chunk:
                break
        return chunk

    def _try(self, chunk: list[Outgoing]) -> list[Outgoing]:
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=[*map(_entry, range(10), chunk)])
        except (ClientError, BotoCoreError):
            return chunk
        return [chunk[int(failure["Id"])] for failure in answer.get("Failed", [])]


@cache
def client() -> SQSClient:
    """Give the process's client, by the environment that AWS's own tools use."""
    return boto3.client("sqs", config=_CALL)


def _entry(number: int, message: Outgoing) -> SendMessageBatchRequestEntryTypeDef:
    return {
        "Id": str(number),
        "MessageBody": message.body,
        "MessageAttributes": _attributes(message),
        "DelaySeconds": message.delay_seconds,
    }


def _attributes(message: Outgoing) -> Mapping[str, MessageAttributeValueTypeDef]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in message.attributes.items()}


def _chunks(messages: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    chunk: list[Outgoing] = []
    size = 0
    for message in messages:
        if chunk and (len(chunk) == _MOST_MESSAGES or size + message.size > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(message)
        size += message.size
    if chunk:
        yield chunk


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as a queue delivers it: `sent_at` in milliseconds since the epoch, `receives` counted from 1."""

    id: str
    body: str = field(repr=False)
    attributes: Mapping[str, str]
    sent_at: int
    receives: int

    @property
    def door(self) -> str | None:
        """Give the door that the message came through; None where none is open to the outside."""
        return self.attributes.get("door")

    @property
    def correlation_id(self) -> str:
        """Give what the message is followed by through logs: said by its sender, else its own id."""
        return self.attributes.get("correlation_id", self.id)


def deliveries(event: Mapping[str, Any]) -> list[Delivery]:
    """Read the messages that SQS hands to a function."""
    return [_delivery(record) for record in event["Records"]]


def _delivery(record: Mapping[str, Any]) -> Delivery:
    said = record.get("messageAttributes", {})
    told = record["attributes"]
    return Delivery(
        id=record["messageId"],
        body=record["body"],
        attributes={name: value["stringValue"] for name, value in said.items() if "stringValue" in value},
        sent_at=int(told["SentTimestamp"]),
        receives=int(told["ApproximateReceiveCount"]),
    )


def dead_letter(delivery: Delivery, reason: str) -> Outgoing:
    """Make the message that a delivery nobody can read ends as: its body, and beside it the reason."""
    said = "".join(character if character.isprintable() else "?" for character in reason[:_LONGEST_REASON])
    return Outgoing(delivery.body, {**delivery.attributes, "reason": said or "?"})


def failures(failed: Iterable[Delivery]) -> dict[str, list[dict[str, str]]]:
    """Answer which messages are to be delivered again (ReportBatchItemFailures)."""
    return {"batchItemFailures": [{"itemIdentifier": delivery.id} for delivery in failed]}
