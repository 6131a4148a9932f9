"""`python -m tests.bench.cloud`: a burst of events, and closes of a growing portfolio, on the emulator of AWS.

Seconds of an emulator say nothing of AWS; how they grow, and the calls, do.
"""

import csv
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from handlers.clock import now
from handlers.demo import load_accounts, load_lines
from handlers.jobs.fold import fold_lines
from handlers.stores.dynamodb.store import DynamoStore
from scoring.account import Account
from tests.aws.world import World, world
from tests.bench import burst
from tests.bench.timing import count, seconds
from tests.live.orgs import CONFIG

EVENTS_AN_ACCOUNT = 20
ACCOUNTS = 200
"""Of a burst."""

_SEED = 1
_HEADER = ("sf_account_id", "intercom_company_id", "looker_customer_id", "account_name", "segment")


def main() -> int:
    """Measure what the command line asks for, and print it line by line; give 1 where a burst is not right."""
    parser = ArgumentParser(prog="python -m tests.bench.cloud", description="Measure the stack on the emulator of AWS.")
    parser.add_argument("--burst", type=count, default=10_000, metavar="N", help="events that come at once")
    parser.add_argument("--accounts", default="200,1000,4000", metavar="N,N", help="portfolios to close; empty: none")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.accounts.split(",") if size]
    wrong: list[str] = []
    for line in chain(_burst(asked.burst, wrong), _closes(sizes)):
        print(line, flush=True)  # noqa: T201 - it is what is asked for
    return 1 if wrong else 0


def _burst(events: int, wrong: list[str]) -> Iterator[str]:
    """Send events at once; say how soon, and in which order, all of them are facts and live scores; note what is wrong.

    The measure is the store itself: how long one process takes to fold the same events into other tables of it.
    """
    with TemporaryDirectory() as name, _deployed_for_bursts(Path(name)) as deployed:
        bodies = list(load_lines(_SEED, events, ACCOUNTS))
        drained = burst.drained(deployed, bodies)
        deployed.until(lambda: deployed.waiting("RescoreQueue") == 0, burst.PATIENCE_SECONDS)
        scored = time.perf_counter() - drained.began
        dead = len(deployed.take("DeadEventQueue")) + len(deployed.take("DeadRescoreQueue"))
        facts, scores = len(deployed.scan("facts")), len(deployed.scan("scores"))
        direct = burst.direct(deployed, bodies)
    wrong += burst.wrong(drained, direct, dead, ACCOUNTS - scores)
    yield f"burst of {events:,} events: sent in {drained.sent:.0f} s, folded after {drained.seconds:.0f} s:"
    yield f"  {events / drained.seconds:,.0f}/s; one process into the same store: {events / direct:,.0f}/s;"
    yield f"  {drained.seconds / direct:.2f} x as long (at most {burst.MOST_TIMES})"
    yield f"  order: an event was overtaken by {drained.overtaken:,} later ones (at most {burst.MOST_OVERTAKEN:,})"
    yield f"  live scores after {scored:.0f} s: {scores} of {ACCOUNTS} accounts; dead letters: {dead}; facts: {facts:,}"
    yield from (f"  NOT as it should be: {one}" for one in wrong)


def _deployed_for_bursts(folder: Path) -> AbstractContextManager[World]:
    """Deploy the stack with the queue's own batches, and the delay of scores that is the template's."""
    return world(
        folder,
        _mapping(folder, load_accounts(ACCOUNTS)),
        at_once=burst.AT_ONCE,
        has_whole_batches=True,
        RescoreDelaySeconds=burst.DELAY_SECONDS,
    )


def _closes(sizes: list[int]) -> Iterator[str]:
    """Close portfolios in one function, then split over shards; say how long an account takes."""
    for size in sizes:
        with (
            TemporaryDirectory() as name,
            world(Path(name), _mapping(Path(name), load_accounts(size)), at_once=10, Shards="4") as deployed,
        ):
            _fill(deployed, size)
            before = len(deployed.org.calls)
            alone = seconds(lambda: deployed.stack.invoke("finalise", {"period": "2026-10", "usage": False}))
            calls = len(deployed.org.calls) - before
            split = seconds(lambda: deployed.execute({"time": "2026-11-01T06:00:00Z"}))
        each = 1_000 * alone / size
        yield f"close of {size:,} accounts: {alone:.1f} s, {each:.1f} ms each, {calls} calls of Salesforce"
        yield f"  the same in 4 shards, 10 at once on 2 cores: {split:.1f} s, {1_000 * split / size:.1f} ms each"


def _fill(deployed: World, size: int) -> None:
    client = deployed.emulator.client("dynamodb")
    with closing(DynamoStore(client, deployed.stack.name, now)) as store:
        for _ in fold_lines(load_lines(_SEED, EVENTS_AN_ACCOUNT * size, size), "load", store, CONFIG.intake, now()):
            pass


def _mapping(folder: Path, accounts: tuple[Account, ...]) -> Path:
    path = folder / "mapping.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(
            (account.id, account.owners["intercom"][0], account.owners["looker"][0], account.name, "")
            for account in accounts
        )
    return path


if __name__ == "__main__":
    sys.exit(main())
