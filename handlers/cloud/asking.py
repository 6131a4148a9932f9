"""What a person's change of accounts asks of a stack: scores of those that changed; and who that person is to AWS."""

from collections.abc import Collection

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.cloud.queue import Outgoing, Queue, QueueError, client

_NO_QUEUE = frozenset({"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"})
_QUICK = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=5)


def ask_rescores(prefix: str, accounts: Collection[str]) -> int:
    """Ask a stack to score accounts anew; give how many were asked for, none where there is no stack.

    Raises QueueError where its queue does not take all of them.
    """
    url = _queue_of(prefix)
    if url is None or not accounts:
        return 0
    left = Queue(client(), url).send_all([_request(one) for one in sorted(accounts)])
    if left:
        raise QueueError(f"SQS did not take {len(left)} of {len(accounts)} requests")
    return len(accounts)


def _request(account: str) -> Outgoing:
    return Outgoing(msgspec.json.encode({"account_id": account, "reason": "accounts"}).decode())


def _queue_of(prefix: str) -> str | None:
    try:
        return client().get_queue_url(QueueName=f"{prefix}-rescores")["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"] in _NO_QUEUE:
            return None
        raise QueueError(f"SQS: {error}") from error
    except BotoCoreError as error:
        raise QueueError(f"SQS: {error}") from error


def principal() -> str | None:
    """Say who this is to AWS, by an ARN; None where AWS does not say."""
    try:
        arn: str = boto3.client("sts", config=_QUICK).get_caller_identity()["Arn"]
    except (ClientError, BotoCoreError):
        return None
    return arn
