"""What DynamoDB would charge for: units of folding recorded events, and of closing a month from them.

Asks the endpoint that the environment names (AWS_ENDPOINT_URL_DYNAMODB), in tables that are made and removed:

    python -m tests.bench.units EVENTS.jsonl MAPPING.csv 2026-10 [EVENTS A BATCH]

Without arguments: what an account costs to be read and closed after one, four and thirteen months.
"""

import json
import sys
import time
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from uuid import uuid4

from config.loader import load_config
from config.portfolio import load_portfolio
from handlers.clock import now
from handlers.jobs.finalise import finalise
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import Terms
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from scoring.periods import period_end
from tests.bench.metering import Meter, Nowhere
from tests.bench.months import ages
from tests.bench.timing import count

AGED_ACCOUNTS = 10


def measure(events: Path, mapping: Path, period: str, batch: int) -> dict[str, object]:
    """Fold the events, a batch at a time as queues deliver them, and close a period."""
    config, client, prefix = load_config(), connect(), f"bench-{uuid4().hex[:8]}"
    create_tables(client, Tables(prefix))
    store, meter = DynamoStore(client, prefix, now), Meter(client)
    try:
        messages, start = 0, time.perf_counter()
        with events.open("rb") as lines:
            while some := list(islice(lines, batch)):
                messages += sum(tally.messages for tally in fold_lines(some, "", store, config.intake, now()))
        folded = {"events": messages, "seconds": round(time.perf_counter() - start, 1), **meter.take()}
        accounts = load_portfolio(mapping)
        start = time.perf_counter()
        close = Terms(period, period_end(period), config.model, "final", now())
        run = finalise(accounts, store, Nowhere(), close, reads_at_once=8)
        seconds = round(time.perf_counter() - start, 1)
        return {
            "fold": folded,
            "close": {"accounts": len(accounts), "failed": len(run.failed), "seconds": seconds, **meter.take()},
        }
    finally:
        store.drop()
        store.close()


def main(arguments: list[str] | None = None) -> None:
    """Measure what the arguments ask for, a line of JSON each."""
    parser = ArgumentParser(prog="python -m tests.bench.units", description="What DynamoDB would charge for.")
    parser.add_argument("events", type=Path, nargs="?", metavar="EVENTS.jsonl", help="default: lives of three ages")
    parser.add_argument("mapping", type=Path, nargs="?", metavar="MAPPING.csv", help="the accounts of the events")
    parser.add_argument("month", nargs="?", metavar="YYYY-MM", help="the month to close")
    parser.add_argument(
        "batch", type=count, nargs="?", default=1_000, metavar="N", help="events that are folded at once"
    )
    asked = parser.parse_args(arguments)
    if asked.events is None:
        for line in ages(AGED_ACCOUNTS):
            sys.stdout.write(json.dumps(line) + "\n")
        return
    if asked.month is None:
        parser.error("EVENTS.jsonl takes MAPPING.csv and YYYY-MM after it")
    sys.stdout.write(json.dumps(measure(asked.events, asked.mapping, asked.month, asked.batch)) + "\n")


if __name__ == "__main__":
    main()
