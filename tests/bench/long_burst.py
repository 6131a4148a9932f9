"""`python -m tests.bench.long_burst`: a burst beyond the emulator, folded and scored by the real handlers.

The queues keep SQS's rules as template.yaml sets them, time is simulated as in `overload`, and the store keeps all that
is written: so it is seen that every account is scored by what the burst said. Its measure is the store's own speed: one
process that folds the same events into other tables of the same store, at the same price of a second and of a call.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import closing, redirect_stdout
from itertools import islice
from time import process_time
from typing import Final

from config.loader import load_config
from handlers.clock import now
from handlers.jobs.fold import fold_lines
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from tests.bench.overload import (
    AT_ONCE,
    CALL_SECONDS,
    CALLS_AT_ONCE,
    SHARE,
    Message,
    Told,
    drain,
    rules,
    working,
)
from tests.bench.scale import past
from tests.bench.scale.jobs import fresh_events
from tests.bench.scale.past import PREFIX, Past
from tests.bench.scale.world import World, world

ALIKE: Final = 40
SAMPLE: Final = 10
"""Of the events one in so many is folded by the store alone, to know its speed."""

MOST_TIMES: Final = 1.0
"""Ten functions drain a burst at least as soon as the store alone takes its events."""

RESCORES: Final = rules("RescoresRequests", "Rescores")
DELAY: Final = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Drain a burst, score whom it touched; print what became of it, and give 1 where something is not right."""
    parser = ArgumentParser(prog="python -m tests.bench.long_burst", description="A burst, simulated to its scores.")
    parser.add_argument("--burst", type=int, default=100_000, metavar="N", help="events that come at once")
    asked = parser.parse_args(arguments)
    wrong: list[str] = []
    for line in measured(asked.burst, wrong):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    return 1 if wrong else 0


def measured(events: int, wrong: list[str]) -> Iterator[str]:
    """Fold a burst, score the accounts that it touched, and fold some of it by the store alone; note what is wrong."""
    told_of = past.past(ALIKE, 1)
    with world(told_of, ALIKE, is_kept=True) as whole, open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
        bodies = list(islice(fresh_events(told_of), events))
        with redirect_stdout(nowhere):
            folded, scored = _drained(whole, bodies)
            direct = _direct(whole, bodies[::SAMPLE]) * len(bodies) / len(bodies[::SAMPLE])
        without = _without_score(whole, told_of)
    overtaken = AT_ONCE * rules("FoldsEvents", "Events").batch
    found = {
        f"{folded.seconds / direct:.2f} x the store's own time": folded.seconds > MOST_TIMES * direct,
        f"overtaken by {folded.overtaken:,}": folded.overtaken > overtaken,
        f"{folded.dead + scored.dead} dead letters": folded.dead + scored.dead > 0,
        f"{events - len(set(folded.done)):,} not folded": len(set(folded.done)) < events,
        f"{len(without)} accounts without a score of it": bool(without),
    }
    wrong += [said for said, is_so in found.items() if is_so]
    times, rate = folded.seconds / direct, events / folded.seconds
    yield f"burst of {events:,} of {ALIKE} accounts: folded in {folded.seconds:,.0f} s, {rate:,.0f}/s;"
    yield f"  the store alone {direct:,.0f} s, {events / direct:,.0f}/s: {times:.2f} x (at most {MOST_TIMES})"
    yield f"  order: overtaken by at most {folded.overtaken:,} (at most {overtaken:,}); oldest {folded.oldest:,.0f} s"
    scores = f"{scored.messages} asked for, {ALIKE - len(without)} of {ALIKE} accounts have one"
    yield f"  scores: {scores}, {DELAY + scored.seconds:,.0f} s later"
    yield f"  dead letters: {folded.dead + scored.dead}"
    yield from (f"  NOT as it should be: {one}" for one in wrong)


def _drained(whole: World, bodies: Sequence[bytes]) -> tuple[Told, Told]:
    """Fold all, then score what was asked for: each request waits for its delay, so none comes before the last fold."""
    from handlers.fold import handler as fold  # noqa: PLC0415  reads its environment once
    from handlers.rescore import handler as rescore  # noqa: PLC0415  reads its environment once

    folded = drain(_at_once(bodies), working(whole, fold), AT_ONCE, _all)
    asked = [one.encode() for one in whole.around.rescores]
    return folded, drain(_at_once(asked), working(whole, rescore), AT_ONCE, _all, RESCORES)


def _direct(whole: World, bodies: Sequence[bytes]) -> float:
    """Fold events into other tables of the store by one process; give the seconds, as those of a function."""
    client, intake = connect(), load_config().intake
    create_tables(client, Tables("direct"))
    with closing(DynamoStore(client, "direct", now)) as store:
        whole.around.take()
        whole.store.charges.take()
        begun = process_time()
        for _ in fold_lines(bodies, "direct", store, intake, now()):
            pass
        seconds = process_time() - begun - whole.around.take()
    return seconds / SHARE + sum(whole.store.charges.take().calls.values()) * CALL_SECONDS / CALLS_AT_ONCE


def _without_score(whole: World, told_of: Past) -> list[str]:
    """Name the accounts of whom no live score stands that was made after the burst."""
    scores = whole.store.tables[f"{PREFIX}-scores"].all()
    live = {item["account_id"]["S"] for item in scores if item["period"]["S"] > told_of.period}
    return [one.id for one in told_of.accounts if one.id not in live]


def _at_once(bodies: Sequence[bytes]) -> list[Message]:
    return [Message(number, 0.0, body) for number, body in enumerate(bodies)]


def _all(_: float) -> int:
    return AT_ONCE


if __name__ == "__main__":
    sys.exit(main())
