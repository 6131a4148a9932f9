"""Messages of our own go to the queue of events, as an alternative to folding them at once."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from handlers.cloud.queue import MOST_BYTES, Outgoing, Queue, QueueError, sendable
from handlers.jobs.fold import Tally
from handlers.jobs.sweep import Taker
from handlers.sources.messages import message_of

_AT_ONCE = 500


def sending(queue: Queue) -> Taker:
    """Take in messages by sending them to a queue; raises QueueError where it does not take them."""

    def send(messages: Iterable[bytes], _: str) -> Iterator[Tally]:
        remaining = iter(messages)
        while some := [_outgoing(message) for message in islice(remaining, _AT_ONCE)]:
            unsent = queue.send_all(some)
            if unsent:
                raise QueueError(f"{len(unsent)} of {len(some)} messages were not taken by the queue of events")
            yield Tally(messages=len(some))

    return send


def _outgoing(message: bytes) -> Outgoing:
    """Make a message; of one too large for a queue only what is read of it is sent."""
    whole = message if len(message) <= MOST_BYTES else msgspec.json.encode(message_of(message)[1])
    return Outgoing(sendable(whole.decode()))
