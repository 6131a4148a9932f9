"""A live score is of all that was folded: every interleaving of folds, claims and scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handlers.fold import claimed_until
from handlers.stores.dynamodb.change import Change
from handlers.stores.dynamodb.checkpoints import Checkpoints
from handlers.stores.dynamodb.memory import Memory
from scoring.instants import SECOND, Instant

DELAY = 60


@dataclass
class Registry:
    """Items in memory, changed as DynamoDB does under the one condition that a claim has."""

    kept: dict[tuple[str, str], Any] = field(default_factory=dict)
    memory: Memory = field(default_factory=lambda: Memory(lambda: "the table"))

    def update(self, partition: str, key: str, change: Change) -> dict[str, Any] | None:
        """Put what a change puts where its condition holds."""
        there, condition = self.kept.get((partition, key)), change.condition
        assert condition is not None
        assert condition.value is not None
        if there is not None and int(there[condition.attribute]["N"]) > int(condition.value["N"]):
            return None
        put: dict[str, Any] = dict(change.put)
        self.kept[partition, key] = put
        return put


@dataclass(frozen=True)
class Fold:
    """One fold: when it begins, how long its merge takes, how long its request is on its way."""

    begins: Instant
    merging: Instant
    sending: Instant

    @property
    def merged(self) -> Instant:
        """Say when its facts are in the store."""
        return self.begins + self.merging


seconds = st.integers(0, 200).map(lambda n: n * SECOND)
folds = st.lists(st.builds(Fold, seconds, seconds, st.integers(0, 4).map(lambda n: n * SECOND)), min_size=1, max_size=8)


@given(folds, st.integers(1, 8))
def test_after_every_merge_there_is_a_score_that_reads_it(happened: list[Fold], processes: int) -> None:
    """Several processes, slow merges, requests on their way: none is left out of the last score."""
    registry = Registry()
    ledgers: Mapping[int, Checkpoints] = {n: Checkpoints(registry) for n in range(processes)}  # type: ignore[arg-type]
    scored = []
    for number, one in enumerate(sorted(happened, key=lambda fold: fold.merged)):
        moment = one.merged
        if ledgers[number % processes].claim("rescore/1", moment, claimed_until(moment, DELAY)):
            scored.append(moment + one.sending + DELAY * SECOND)
    assert all(any(at >= one.merged for at in scored) for one in happened)
