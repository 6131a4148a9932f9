"""What DynamoDB would charge for: units of folding recorded events, and of closing a month from them.

Asks the endpoint that the environment names (AWS_ENDPOINT_URL_DYNAMODB), in tables that are made and removed:

    python -m tests.bench.units EVENTS.jsonl MAPPING.csv 2026-10 [EVENTS A BATCH]
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from botocore.client import BaseClient

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
from scoring.record import Record

CHARGED: Final = {"PutItem": "W", "UpdateItem": "W", "GetItem": "R", "BatchGetItem": "R", "Query": "R"}


class Meter:
    """Adds up calls and units of a client, reads and writes apart."""

    def __init__(self, client: BaseClient) -> None:
        """Have each call say what it costs, and listen."""
        self.units: defaultdict[str, float] = defaultdict(float)
        for call in CHARGED:
            client.meta.events.register(f"provide-client-params.dynamodb.{call}", self._ask)  # type: ignore[arg-type]  # it may answer
            client.meta.events.register(f"after-call.dynamodb.{call}", self._listen)

    def _ask(self, params: dict[str, Any], **_: object) -> dict[str, Any]:
        return params | {"ReturnConsumedCapacity": "TOTAL"}

    def _listen(self, parsed: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401
        told = parsed.get("ConsumedCapacity", [])
        kind = CHARGED[model.name]
        for one in told if isinstance(told, list) else [told]:
            self.units[kind] += one["CapacityUnits"]
        self.units[f"calls {kind}"] += 1

    def take(self) -> dict[str, float]:
        """Give what was added up, and begin anew."""
        taken: dict[str, float] = dict(self.units)
        self.units.clear()
        return taken


class Nowhere:
    """Takes records, so that they are made and stored, and leaves it at that."""

    def write(self, records: Iterable[Record]) -> None:
        """Take all of them."""
        for _ in records:
            pass


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


if __name__ == "__main__":
    file, mapping_file, month, *rest = sys.argv[1:]
    size = int(rest[0]) if rest else 1_000
    sys.stdout.write(json.dumps(measure(Path(file), Path(mapping_file), month, size)) + "\n")
