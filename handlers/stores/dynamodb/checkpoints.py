"""The checkpoints in DynamoDB: what was asked for and is not due yet, and how far a run has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.stores.dynamodb.change import Change, Condition, number, text, texts
from scoring.instants import DAY, SECOND

if TYPE_CHECKING:
    from handlers.stores.dynamodb.change import Value
    from handlers.stores.dynamodb.registry import Registry
    from scoring.instants import Instant

_CLAIMS = "claim"
_CLOSED = "closed"
_SUMS = "sum"
_KEPT = 60 * DAY
"""How long a run is remembered."""


class Checkpoints:
    """Small marks that expire; every method raises StoreError where DynamoDB cannot be used."""

    def __init__(self, registry: Registry) -> None:
        """Keep the checkpoints in a registry."""
        self._registry = registry
        self._until: dict[str, Instant] = registry.memory.keep({})

    def claim(self, name: str, now: Instant, until: Instant) -> bool:
        """Claim a name until an instant; tell whether nobody had it at `now`.

        What this process saw claimed is not asked for again while that claim lasts.
        """
        if self._until.get(name, now) > now:
            return False
        change = Change(
            put={"until": number(until), "expires": _expiry(until)}, condition=Condition("until", "<=", number(now))
        )
        claimed = self._registry.update(f"{_CLAIMS}/{name}", name, change) is not None
        if claimed:
            self._until[name] = until
        return claimed

    def release(self, name: str) -> None:
        """Give up a claim, so that whoever comes next may have the name."""
        self._until.pop(name, None)
        self._registry.update(f"{_CLAIMS}/{name}", name, Change(put={"until": number(0)}))

    def finish(self, run: str, part: str, summary: str, now: Instant) -> None:
        """Note that a part of a run is done, with what came of it."""
        kept = {"text": text(summary), "expires": _expiry(now + _KEPT)}
        self._registry.update(f"run/{run}", part, Change(put=kept))

    def finished(self, run: str) -> dict[str, str]:
        """Give what came of the parts of a run that are done."""
        return {item["sk"]["S"]: item["text"]["S"] for item in self._registry.partition(f"run/{run}")}

    def reserve(self, name: str, amount: int, most: int, until: Instant) -> bool:
        """Add an amount to a sum, kept until an instant, unless it would come above the most; tell whether it was.

        DynamoDB decides it in one write, so processes side by side never come above it together.
        """
        if amount > most:
            return False
        change = Change(
            put={"expires": _expiry(until)},
            add={"sum": number(amount)},
            condition=Condition("sum", "<=", number(most - amount)),
        )
        return self._registry.update(f"{_SUMS}/{name}", name, change) is not None

    def settle(self, name: str, difference: int) -> None:
        """Add what a reserved amount turned out to be more than reserved, or less."""
        self._registry.update(f"{_SUMS}/{name}", name, Change(add={"sum": number(difference)}))

    def close(self, period: str, shard: str) -> None:
        """Note that a shard of a period is closed."""
        self._registry.update(_CLOSED, period, Change(add={"shards": texts([shard])}))

    def closed(self, period: str) -> frozenset[str]:
        """Name the shards of a period that are closed."""
        items = self._registry.items(_CLOSED, [period])
        return frozenset(shard for item in items for shard in item["shards"]["SS"])


def _expiry(instant: Instant) -> Value:
    return number(-(-instant // SECOND))
