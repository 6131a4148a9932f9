"""A burst of events that the deployed stack drains: how soon, in which order, and beside the store's own speed."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import msgspec

from handlers.clock import now
from handlers.jobs.fold import fold_lines
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from scoring.instants import format_instant
from tests.aws.world import World
from tests.bench.timing import seconds
from tests.live.orgs import CONFIG

MARKS = 50
"""So many marks stand in a burst, one after each like part of it: when one is folded is seen."""

AT_ONCE = 2
"""Functions that fold at once: as many as this machine has cores."""

MOST_TIMES = 4.0
"""A burst is drained, and its accounts scored meanwhile, in so many times the time of the store alone."""

MOST_OVERTAKEN = (AT_ONCE + 1) * 1_000
"""As many events as the functions hold at once, and a batch: so many later ones may be folded before an event."""

DELAY_SECONDS = "30"
"""So long a score waits for more events: half of what template.yaml sets, and more than the 2 s of the tests."""

PATIENCE_SECONDS = 7_200
_SOURCE = "intercom"
_EACH_SECONDS = 1.0


@dataclass(slots=True)
class Drained:
    """When a burst began, how long it took to send and to fold it, in seconds; when each mark was seen."""

    began: float
    size: int
    sent: float = 0.0
    seconds: float = 0.0
    seen: dict[int, float] = field(default_factory=dict)

    @property
    def overtaken(self) -> int:
        """Count the most events by which an event was overtaken: 0 where all came in order of arrival."""
        in_order = sorted(self.seen)
        late = ((one, other) for one in in_order for other in in_order if one < other)
        return max((other - one for one, other in late if self.seen[one] > self.seen[other]), default=0)


def drained(deployed: World, bodies: Sequence[bytes]) -> Drained:
    """Send a burst, with marks in it, and look when each mark is folded."""
    burst = Drained(time.perf_counter(), len(bodies))
    places = {len(bodies) * number // MARKS: f"mark-{uuid4().hex[:8]}-{number}" for number in range(MARKS)}
    _let_finish(deployed)
    deployed.send(_marked(bodies, places))
    burst.sent = time.perf_counter() - burst.began
    deployed.until(partial(_is_done, deployed, burst, places), PATIENCE_SECONDS)
    burst.seconds = time.perf_counter() - burst.began
    return burst


def _let_finish(deployed: World) -> None:
    """Hide what is handed out for as long as template.yaml does: tests let it come again while it is folded."""
    for queue in ("EventQueue", "RescoreQueue"):
        deployed.emulator.client("sqs").set_queue_attributes(
            QueueUrl=deployed.stack.outputs[queue], Attributes={"VisibilityTimeout": HIDDEN_SECONDS}
        )


HIDDEN_SECONDS = "720"


def _marked(bodies: Sequence[bytes], places: dict[int, str]) -> Iterator[bytes]:
    for number, body in enumerate(bodies):
        if number in places:
            said = {"type": "owner.listed", "source": _SOURCE, "owner": places[number], "at": format_instant(now())}
            yield msgspec.json.encode(said)
        yield body


def _is_done(deployed: World, burst: Drained, places: dict[int, str]) -> bool:
    """Note the marks that are there by now; tell whether the queue is empty."""
    unseen = {mark: place for place, mark in places.items() if place not in burst.seen}
    keys = [{"pk": {"S": f"owner/{_SOURCE}"}, "sk": {"S": mark}} for mark in unseen]
    if keys:
        table = f"{deployed.stack.name}-registry"
        asked = deployed.emulator.client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys}})
        known = {unseen[item["sk"]["S"]] for item in asked["Responses"][table]}
        burst.seen |= dict.fromkeys(known, time.perf_counter() - burst.began)
    time.sleep(_EACH_SECONDS)
    return deployed.waiting("EventQueue") == 0 and len(burst.seen) == len(places)


def wrong(burst: Drained, direct_seconds: float, dead: int, unscored: int) -> list[str]:
    """Say what of a burst is not as it should be: beside the store's own seconds, of letters and of scores."""
    found = {
        f"{burst.seconds / direct_seconds:.2f} x the store's own time": burst.seconds > MOST_TIMES * direct_seconds,
        f"overtaken by {burst.overtaken:,}": burst.overtaken > MOST_OVERTAKEN,
        f"{dead:,} dead letters": dead > 0,
        f"{unscored:,} accounts without a score": unscored != 0,
    }
    return [said for said, is_so in found.items() if is_so]


def direct(deployed: World, bodies: Sequence[bytes]) -> float:
    """Fold the same events into other tables of the same store, in this process; give the seconds."""
    client, prefix = deployed.emulator.client("dynamodb"), f"{deployed.stack.name}-direct"
    create_tables(client, Tables(prefix))
    store = DynamoStore(client, prefix, now)

    def fold() -> None:
        for _ in fold_lines(bodies, "direct", store, CONFIG.intake, now()):
            pass

    return seconds(fold)
