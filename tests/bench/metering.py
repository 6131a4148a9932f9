"""What DynamoDB would charge for: calls and units of a client, told by DynamoDB itself."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from botocore.client import BaseClient

from scoring.record import Record

CHARGED: Final = {
    "PutItem": "W",
    "UpdateItem": "W",
    "DeleteItem": "W",
    "GetItem": "R",
    "BatchGetItem": "R",
    "Query": "R",
    "Scan": "R",
}


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
