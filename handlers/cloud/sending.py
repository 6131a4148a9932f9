"""Messages of our own go to the queue of events, as an alternative to folding them at once."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from handlers.cloud.queue import MOST_BYTES, Outgoing, Queue, QueueError, sendable
from handlers.jobs.fold import Tally
from handlers.jobs.sweep import Taker
from handlers.sources.messages import message_of

_AT_ONCE = 500


def sending(queue: Queue, *, with_words: bool = False) -> Taker:
    """Take in messages by sending them to a queue; raises QueueError where it does not take them."""

    def send(messages: Iterable[bytes], _: str) -> Iterator[Tally]:
        remaining = iter(messages)
        while some := [_outgoing(message, with_words=with_words) for message in islice(remaining, _AT_ONCE)]:
            unsent = queue.send_all(some)
            if unsent:
                raise QueueError(f"{len(unsent)} of {len(some)} messages were not taken by the queue of events")
            yield Tally(messages=len(some))

    return send


def _outgoing(message: bytes, *, with_words: bool) -> Outgoing:
    """Make a message; of one too large for a queue only what is read of it is sent, at last without what was written.

    What customers wrote in a conversation that is too large for a queue is not read, then.
    """
    for words in (True, False) if with_words else (False,):
        if len(message) > MOST_BYTES:
            message = msgspec.json.encode(message_of(message, with_words=words)[1])
    return Outgoing(sendable(message.decode()))
