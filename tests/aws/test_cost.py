"""What taking in events costs, as DynamoDB itself counts it: write units of real calls on the demo's stream."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import uuid4

from handlers.clock import now
from handlers.cloud.deliveries import Fold
from handlers.cloud.queue import Delivery
from handlers.demo import generate
from handlers.jobs.fold import read_message
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.protocol import Batch
from tests.aws.events import AS_OF
from tests.live.orgs import CONFIG

BATCH = 1_000
"""What the event source mapping of the template hands over at once."""


@dataclass(slots=True)
class Meter:
    """Adds up the write units that the answers tell of, by operation."""

    units: dict[str, float] = field(default_factory=dict)

    def ask(self, params: dict[str, Any], **_: object) -> None:
        """Ask for the units of a call."""
        params["ReturnConsumedCapacity"] = "TOTAL"

    def read(self, parsed: Mapping[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's
        """Read them from its answer; a write that a condition refuses costs one unit."""
        refused = parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException"
        told = 1.0 if refused else parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
        self.units[model.name] = self.units.get(model.name, 0.0) + told


def test_what_a_batch_changes_costs_two_write_units_at_most(dynamodb_url: str) -> None:
    """A subject costs one unit and one of its index, an owner or an hour of a feed one; coalescing spares the rest."""
    prefix, meter = f"{dynamodb_url.removeprefix('dynamodb://')}-{uuid4().hex[:8]}", Meter()
    client = connect()
    create_tables(client, Tables(prefix))
    for operation in ("UpdateItem", "PutItem"):
        client.meta.events.register(f"provide-client-params.dynamodb.{operation}", meter.ask)
        client.meta.events.register(f"after-call.dynamodb.{operation}", meter.read)
    portfolio = generate(2026, AS_OF, accounts=15, pilots=15)
    unreadable = set(portfolio.unreadable)
    bodies = [body for body in portfolio.lines() if body not in unreadable][: 2 * BATCH]
    mapped = {
        (source, key): one.id for one in portfolio.accounts for source in one.owners for key in one.owners[source]
    }
    changed = 0
    with closing(DynamoStore(client, prefix, now)) as store:
        fold = Fold(store, lambda asked: {one: mapped[one] for one in asked if one in mapped}, CONFIG.intake)
        for batch in _batches(bodies):
            assert not fold.fold([_delivery(number, body) for number, body in enumerate(batch)], now()).failed
            changed += _changed(batch)
    units = sum(meter.units.values())
    assert units / changed <= 2
    assert units / len(bodies) <= 1.5


def _batches(bodies: list[bytes]) -> Iterator[list[bytes]]:
    remaining = iter(bodies)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _delivery(number: int, body: bytes) -> Delivery:
    return Delivery(str(number), body.decode(), {}, sent_at=0, receives=1)


def _changed(bodies: list[bytes]) -> int:
    """Count the subjects, owners and hours of feeds that a batch says anything of."""
    batch = Batch()
    for body in bodies:
        for statement in read_message(body, CONFIG.intake, now()).statements:
            batch.add(statement)
    return len(batch.observations) + len(batch.namings) + len(batch.heard)
