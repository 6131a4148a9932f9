"""The queues of dead letters of a stack, found by the prefix of its names."""

from botocore.exceptions import BotoCoreError, ClientError

from handlers.clock import now
from handlers.cloud.calls_again import CallsAgain
from handlers.cloud.dead_letters import DeadQueue, QueueLetters
from handlers.cloud.queue import client
from handlers.stores.protocol import StoreError

_QUEUES = ("events", "rescores", "suggestions", "calls")
_NO_QUEUE = frozenset({"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"})


def stack_letters(prefix: str) -> QueueLetters:
    """Give the dead letters of a stack; a queue that it does not have is left out. Raises StoreError.

    Each goes back to the queue that it died in; of calls, what failed is asked for again.
    """
    found = ((name, _url(f"{prefix}-{name}-dead")) for name in _QUEUES)
    return QueueLetters(client(), [_queue(prefix, name, url) for name, url in found if url is not None])


def _queue(prefix: str, name: str, url: str) -> DeadQueue:
    if name == "calls":
        return DeadQueue(name, url, ask=CallsAgain(now).ask)
    return DeadQueue(name, url, _url(f"{prefix}-{name}"))


def _url(name: str) -> str | None:
    try:
        return client().get_queue_url(QueueName=name)["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"] in _NO_QUEUE:
            return None
        raise StoreError(f"the queue {name} cannot be used: {error}") from error
    except BotoCoreError as error:
        raise StoreError(f"the queue {name} cannot be used: {error}") from error
