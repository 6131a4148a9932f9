"""`python -m tests.bench.overload`: more events than there are functions for, by the queue's rules and our own code.

The emulator has no limit of functions, so time is simulated: a batch takes what the real handler needs of the
processor, at a function's share of a core, and so long for each call of the store. What a queue hands out is hidden for
its visibility timeout, counted each time, and dead after so many receives: as template.yaml says.
"""

import heapq
import os
import sys
from argparse import ArgumentParser
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from time import process_time
from typing import Any, Final, NamedTuple

from tests.bench.scale import past
from tests.bench.scale.jobs import fresh_events
from tests.bench.scale.world import World, world
from tests.bench.timing import count
from tests.doors.clouds import Context, delivered
from tests.templates import resources

AT_ONCE: Final[int] = resources("AWS::Lambda::EventSourceMapping")["FoldsEvents"]["Properties"]["ScalingConfig"][
    "MaximumConcurrency"
]
OLD: Final[float] = resources("AWS::CloudWatch::Alarm")["OldEventsAlarm"]["Properties"]["Threshold"]
SHARE: Final = 512 / 1_769
"""Of a core, that a function of 512 MB has."""
CALL_SECONDS: Final = 0.004
"""A call of the store, assumed; eight are under way at once."""
CALLS_AT_ONCE: Final = 8
INVOCATION_BYTES: Final = 6_000_000
"""No more is handed to a function at once."""


@dataclass(slots=True)
class Message:
    """A message: its number in the order of arrival, when it came, its body, how often it was handed out."""

    number: int
    at: float
    body: bytes
    receives: int = 0


@dataclass(slots=True)
class Told:
    """What became of a burst: seconds until it was drained, dead letters, the oldest age, what was overtaken.

    `processor` are the seconds that one function alone would have needed.
    """

    messages: int
    seconds: float = 0.0
    dead: int = 0
    oldest: float = 0.0
    backlog: int = 0
    refused: int = 0
    overtaken: int = 0
    processor: float = 0.0
    done: list[int] = field(default_factory=list)


Work = Callable[[Sequence[Message]], tuple[float, set[int]]]
"""Does a batch; gives the seconds that a function needs for it, and the places of messages to be handed out again."""


class Rules(NamedTuple):
    """What a queue hands out at once, how long it waits for more, and hides it, in seconds; how often at most."""

    batch: int
    window: float
    hidden: float
    receives: int


def rules(mapping: str, queue: str) -> Rules:
    """Read the rules of a queue from template.yaml."""
    source = resources("AWS::Lambda::EventSourceMapping")[mapping]["Properties"]
    kept = resources("AWS::SQS::Queue")[queue]["Properties"]
    window = source.get("MaximumBatchingWindowInSeconds", 0)
    return Rules(source["BatchSize"], window, kept["VisibilityTimeout"], kept["RedrivePolicy"]["maxReceiveCount"])


EVENTS: Final = rules("FoldsEvents", "Events")
BATCH, WINDOW, HIDDEN, RECEIVES = EVENTS


def drain(
    messages: Sequence[Message], work: Work, at_once: int, allowed: Callable[[float], int], by: Rules = EVENTS
) -> Told:
    """Let functions drain a queue, `at_once` at most, of which the account allows so many at a time.

    A batch that finds no function goes back when its visibility is over: it was handed out all the same.
    """
    told, clock = Told(len(messages)), 0.0
    coming, waiting = deque(messages), deque[Message]()
    ends: list[tuple[float, int, list[Message], bool]] = []
    turn, busy = 0, 0
    while coming or waiting or ends:
        while coming and coming[0].at <= clock:
            waiting.append(coming.popleft())
        told.backlog = max(told.backlog, len(waiting))
        if (
            waiting
            and len(ends) < at_once
            and (len(waiting) >= by.batch or not coming or clock >= waiting[0].at + by.window)
        ):
            batch, turn = _taken(waiting, by.batch), turn + 1
            told.oldest = max(told.oldest, clock - batch[0].at)
            if busy >= allowed(clock):
                told.refused += 1
                heapq.heappush(ends, (clock + by.hidden, turn, batch, False))
                continue
            seconds, again = work(batch)
            told.processor += seconds
            busy += 1
            heapq.heappush(ends, (clock + seconds, turn, [batch[place] for place in sorted(again)], True))
            told.done += [one.number for place, one in enumerate(batch) if place not in again]
            continue
        steps = [ends[0][0]] if ends else []
        steps += [coming[0].at] if coming else []
        steps += [waiting[0].at + by.window] if waiting and len(ends) < at_once else []
        clock = max(clock, min(steps))
        while ends and ends[0][0] <= clock:
            _, _, left, was_done = heapq.heappop(ends)
            busy -= was_done
            told.dead += sum(one.receives >= by.receives for one in left)
            waiting.extendleft(reversed([one for one in left if one.receives < by.receives]))
    told.seconds, told.overtaken = clock, _overtaken(told.done)
    return told


def _taken(waiting: deque[Message], most: int) -> list[Message]:
    """Take what one function is handed: so many messages, or so many bytes."""
    batch: list[Message] = []
    room = INVOCATION_BYTES
    while waiting and len(batch) < most and room >= len(waiting[0].body):
        batch.append(waiting.popleft())
        batch[-1].receives += 1
        room -= len(batch[-1].body)
    return batch


def _overtaken(done: Sequence[int]) -> int:
    """Count the most by which an earlier message was folded after a later one had been begun."""
    latest, worst = -1, 0
    for number in done:
        worst = max(worst, latest - number)
        latest = max(latest, number)
    return worst


def main(arguments: Sequence[str] | None = None) -> None:
    """Drain a burst, and ten times what the functions can take; print what became of each."""
    parser = ArgumentParser(prog="python -m tests.bench.overload", description="More events than functions, simulated.")
    parser.add_argument("--burst", type=count, default=10_000, metavar="N", help="events that come at once")
    asked = parser.parse_args(arguments)
    for line in measured(asked.burst):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def measured(events: int) -> Iterator[str]:
    """Fold a burst, then a quarter of it ten times as fast as it can be folded, then with one function of ten."""
    told_of = past.past(_ALIKE, 1)
    with world(told_of, len(told_of.accounts)) as whole, open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
        bodies = [body for _, body in zip(range(events + BATCH), fresh_events(told_of), strict=False)]
        with redirect_stdout(nowhere):
            work = _folding(whole)
            work([Message(0, 0.0, body, 1) for body in bodies[-BATCH:]])  # the first call reads the config
            burst = drain(_arriving(bodies[:events], 0.0), work, AT_ONCE, _all)
            alone = burst.processor
            part = bodies[: events // 4]
            each = alone / events / AT_ONCE
            flood = drain(_arriving(part, each / TIMES), work, AT_ONCE, _all)
            starved = drain(_arriving(part, each), work, AT_ONCE, lambda _: 1)
    yield f"simulated: {AT_ONCE} functions of 512 MB, batches of {BATCH:,}; one alone folds {events / alone:,.0f}/s"
    yield f"a burst of {events:,}: {_said(burst)}; {burst.seconds / alone:.2f} x one function alone"
    yield f"{TIMES} times as many as they can take, {len(part):,}: {_said(flood)}; an alarm from {OLD:,.0f} s on"
    yield f"the account lets one of {AT_ONCE} run, {len(part):,}: {_said(starved)}; found none: {starved.refused}"


_ALIKE: Final = 6
TIMES: Final = 10


def _said(told: Told) -> str:
    rate = told.messages / told.seconds
    return (
        f"drained in {told.seconds:,.0f} s, {rate:,.0f}/s, backlog {told.backlog:,}, oldest {told.oldest:,.0f} s, "
        f"overtaken by {told.overtaken:,}, dead {told.dead}, folded {len(set(told.done)):,}"
    )


def _all(_: float) -> int:
    return AT_ONCE


def _arriving(bodies: Sequence[bytes], apart: float) -> list[Message]:
    """Let messages come one after the other, so many seconds apart."""
    return [Message(number, number * apart, body) for number, body in enumerate(bodies)]


def _folding(whole: World) -> Work:
    """Do batches by the real handler."""
    from handlers.fold import handler  # noqa: PLC0415  reads its environment once

    return working(whole, handler)


def working(whole: World, handler: Callable[[dict[str, Any], Any], dict[str, Any]]) -> Work:
    """Do batches by a handler; a second of it is one of a whole core."""

    def work(batch: Sequence[Message]) -> tuple[float, set[int]]:
        whole.around.take()
        whole.store.charges.take()
        event = delivered([one.body for one in batch], receives=max(one.receives for one in batch))
        begun = process_time()
        answer = handler(event, Context())
        seconds = process_time() - begun - whole.around.take()
        calls = sum(whole.store.charges.take().calls.values())
        again = {int(one["itemIdentifier"].removeprefix("m")) for one in answer["batchItemFailures"]}
        return seconds / SHARE + calls * CALL_SECONDS / CALLS_AT_ONCE, again

    return work


if __name__ == "__main__":
    main()
