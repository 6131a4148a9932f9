"""Dead letters in queues of SQS: looked at, sent back to be tried again, deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from handlers.cloud.queue import Outgoing, Queue, QueueError
from handlers.jobs.letters import Box, Letter, Purged, Retried, error_of, told_by
from handlers.stores.protocol import StoreError
from scoring.instants import Instant

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

T = TypeVar("T")

MOST_SHOWN = 50
"""So many letters of a queue are looked at: SQS gives ten a call."""

MOST_MOVED = 500
"""So many letters of a queue are sent back by one request; the rest stays for the next."""

_HIDDEN_SECONDS = 60
_OF_DEATH = frozenset({"reason", "ERROR_CODE", "ERROR_MESSAGE", "RULE_ARN", "TARGET_ARN", "EXHAUSTED_RETRY_CONDITION"})
"""What stands beside a letter because it died; sent back, it is a message like any other."""


@dataclass(frozen=True, slots=True)
class DeadQueue:
    """A queue of dead letters by its URL, what people call it, and the queue that they go back to (None: to none).

    Of reports, which go back to none, `ask` asks again for what failed, by the letter's body and whom a schedule meant;
    it raises QueueError.
    """

    name: str
    url: str
    back: str | None = None
    ask: Callable[[str, str], None] | None = None

    @property
    def can_retry(self) -> bool:
        """Tell whether its letters can be tried again."""
        return self.back is not None or self.ask is not None


@dataclass(frozen=True)
class QueueLetters:
    """The dead letters of a stack. What is looked at is hidden from others for a moment, and given back."""

    client: SQSClient
    queues: Sequence[DeadQueue]

    @property
    def place(self) -> str:
        """Say where they are."""
        return f"the queues of {', '.join(queue.name for queue in self.queues)}"

    def among(self, place: str) -> QueueLetters:
        """Give the letters of the queues whose name has this: no other queue is asked, nor its letters hidden."""
        return replace(self, queues=[queue for queue in self.queues if place.casefold() in queue.name])

    def count(self) -> int:
        """Count them, as nearly as SQS knows."""
        return sum(self._number(queue) for queue in self.queues)

    def _number(self, queue: DeadQueue) -> int:
        asked = self._call(
            lambda: self.client.get_queue_attributes(
                QueueUrl=queue.url,
                AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
            )
        )
        return sum(int(value) for value in asked["Attributes"].values())

    def box(self) -> Box:
        """Give the letters that can be seen now, the oldest first."""
        found: list[Letter] = []
        for queue in self.queues:
            messages = [one for batch in self._batches(queue, MOST_SHOWN) for one in batch]
            found += [_letter(one, queue) for one in messages]
            self._give_back(queue, messages)
        has_more = len(found) >= MOST_SHOWN and len(found) < self.count()
        return Box(sorted(found, key=lambda one: (one.at or 0, one.id)), has_more)

    def retry(self, wanted: Collection[str] | None) -> Retried:
        """Send letters back, each deleted only when the queue has it: one that is sent twice says nothing new."""
        done, stays, trouble = 0, 0, None
        for queue in self.queues:
            if not queue.can_retry:
                continue
            sent, failed = self._send_back(queue, wanted)
            done, stays, trouble = done + sent, stays + len(failed), trouble or next(iter(failed), None)
        return Retried(done, stays, is_sent=True, trouble=trouble)

    def _send_back(self, queue: DeadQueue, wanted: Collection[str] | None) -> tuple[int, list[str]]:
        """Send letters of a queue back; gives how many, and why others could not be."""
        sent = 0
        kept: list[MessageTypeDef] = []
        failed: list[str] = []
        for message in self._chosen(queue, wanted):
            try:
                self._try_again(queue, message)
            except QueueError as error:
                kept.append(message)
                failed.append(str(error))
            else:
                self._delete(queue, message)
                sent += 1
        self._give_back(queue, kept)
        return sent, failed

    def _try_again(self, queue: DeadQueue, message: MessageTypeDef) -> None:
        """Send a letter back, or ask again for what it reports; raises QueueError."""
        if queue.back is not None:
            Queue(self.client, queue.back).send(Outgoing(message["Body"], _attributes(message)))
        elif queue.ask is not None:
            queue.ask(message["Body"], _said(message, "TARGET_ARN"))

    def drop(self, wanted: Collection[str]) -> Sequence[Letter]:
        """Delete letters."""
        gone = []
        for queue in self.queues:
            for message in self._chosen(queue, wanted):
                self._delete(queue, message)
                gone.append(_letter(message, queue))
        return gone

    def purge(self, is_theirs: Callable[[Letter], bool], *, write: bool) -> Purged:
        """Delete the letters of somebody, or count them; says so where a queue has more than are looked at."""
        gone, full = 0, []
        for queue in self.queues:
            others: list[MessageTypeDef] = []
            met = 0
            for batch in self._batches(queue, MOST_MOVED):
                met += len(batch)
                theirs = [one for one in batch if is_theirs(_letter(one, queue))]
                others += [one for one in batch if one not in theirs or not write]
                gone += len(theirs)
                for one in theirs if write else ():
                    self._delete(queue, one)
            self._give_back(queue, others)
            full += [queue.name] if met >= MOST_MOVED else []
        more = f"more than {MOST_MOVED} letters in {', '.join(full)}: retry or drop them, then run the same again"
        return Purged(gone, more if full else None)

    def _chosen(self, queue: DeadQueue, wanted: Collection[str] | None) -> Iterator[MessageTypeDef]:
        """Receive letters by their ids, until all that are wanted were met; the others are given back."""
        others: list[MessageTypeDef] = []
        met = 0
        for batch in self._batches(queue, MOST_MOVED):
            chosen = [one for one in batch if wanted is None or one["MessageId"] in wanted]
            others += [one for one in batch if one not in chosen]
            yield from chosen
            met += len(chosen)
            if wanted is not None and met >= len(wanted):
                break
        self._give_back(queue, others)

    def _batches(self, queue: DeadQueue, most: int) -> Iterator[list[MessageTypeDef]]:
        """Receive letters, each once, some at a time, until the queue has none to give."""
        seen: set[str] = set()
        receive = partial(
            self.client.receive_message,
            QueueUrl=queue.url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HIDDEN_SECONDS,
            WaitTimeSeconds=1,
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        while len(seen) < most and (some := self._call(receive).get("Messages", [])):
            yield [one for one in some if one["MessageId"] not in seen]
            seen |= {one["MessageId"] for one in some}

    def _give_back(self, queue: DeadQueue, messages: Sequence[MessageTypeDef]) -> None:
        change = self.client.change_message_visibility
        for message in messages:
            self._call(partial(change, QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0))

    def _delete(self, queue: DeadQueue, message: MessageTypeDef) -> None:
        self._call(lambda: self.client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"]))

    @staticmethod
    def _call(asked: Callable[[], T]) -> T:
        try:
            return asked()
        except (ClientError, BotoCoreError) as error:
            raise StoreError(f"the queues of dead letters cannot be used now: {error}") from error


def _attributes(message: MessageTypeDef) -> Mapping[str, str]:
    said = message.get("MessageAttributes", {})
    texts = {name: value["StringValue"] for name, value in said.items() if "StringValue" in value}
    return {name: text for name, text in texts.items() if name not in _OF_DEATH}


def _said(message: MessageTypeDef, name: str) -> str:
    said = message.get("MessageAttributes", {})
    return said[name].get("StringValue", "") if name in said else ""


def _letter(message: MessageTypeDef, queue: DeadQueue) -> Letter:
    reason = _said(message, "reason") or _said(message, "ERROR_CODE") or error_of(message["Body"])
    sent = Instant(int(message["Attributes"]["SentTimestamp"]) * 1000)
    source, _ = told_by(message["Body"])
    unsaid = "It failed each time that it was tried; the log says why."
    return Letter(message["MessageId"], queue.name, reason or unsaid, message["Body"], source, sent, queue.can_retry)
