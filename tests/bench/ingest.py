"""(c) A file of events into a new SQLite store, from its opening to its closing: on one core, and on all."""

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from subprocess import run
from typing import NamedTuple

import msgspec

from config.intake import Intake
from config.loader import load_config
from handlers.cores import cores
from handlers.jobs.fold_file import Recording, Sharing, fold_file
from handlers.stores.sqlite.store import SqliteStore
from tests.bench.load import NOW, events_of, parse_all
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import EVENTS_PER_ACCOUNT, Sizes
from tests.bench.timing import PSS_TOLD, Lap, Watched, fresh, seconds

_ALONE = "import sys; from tests.bench.ingest import tell; tell(*sys.argv[1:])"
"""A process of its own: workers import what the main module of whoever starts them does, and this imports little."""


_HELD = "  all processes at once, what they share once (PSS)" if PSS_TOLD else "  this process at its peak (RSS)"


class Told(NamedTuple):
    """Seconds that a file took, processes and all; the most megabytes of all of them; the bytes of the store."""

    seconds: float
    peak_mb: float
    stored: int


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure the events per second, the memory, and the size of the store."""
    yield from _on(1, sizes.lines, 20_000, sizes.file_rounds, folder)
    yield from _on(cores(), sizes.shared, 40_000, max(sizes.file_rounds // 2, 1), folder)


def _on(shared_by: int, events: int, goal: int, rounds: int, folder: Path) -> Iterator[Row]:
    path = folder / f"{events}-events.jsonl"
    size = _write(islice(events_of(-(-events // EVENTS_PER_ACCOUNT)), events), path)
    told = [_told(path, shared_by) for _ in range(rounds)]
    ratios = spread([Lap(one.seconds, theirs).ratio for one, theirs in zip(told, _parsed(path, rounds), strict=True)])
    where = "one core" if shared_by == 1 else f"{shared_by} cores"
    what = f"ingest {events:,} events of {size / events / 1000:.1f} KB, {where}"
    yield Row("c", what, "events/s", spread([events / one.seconds for one in told]), ratios, Goal(">=", goal))
    yield Row("c", _HELD, "MB", spread([one.peak_mb for one in told]), goal=Goal("<=", 200))
    yield Row("c", "  the store, an event", "bytes", spread([one.stored / events for one in told]))
    path.unlink()


def _write(lines: Iterable[bytes], path: Path) -> int:
    """Write lines to a file; give its bytes."""
    with path.open("wb") as file:
        return sum(file.write(line + b"\n") for line in lines)


def _told(path: Path, shared_by: int) -> Told:
    call = [sys.executable, "-c", _ALONE, str(path), str(shared_by)]
    return msgspec.json.decode(run(call, check=True, capture_output=True).stdout, type=Told)  # noqa: S603


def tell(path: str, shared_by: str) -> None:
    """Fold a file into a new store, which takes the place of the last round's; print what it took."""
    store = Path(path).with_name("rounds.db")
    for left in store.parent.glob("rounds.db*"):
        left.unlink()
    with Watched() as held:
        took = seconds(partial(ingest, Path(path), store, load_config().intake, int(shared_by)))
    sys.stdout.write(msgspec.json.encode(Told(took, held.peak_mb, store.stat().st_size)).decode())


def ingest(path: Path, named: Path, intake: Intake, shared_by: int = 1) -> None:
    """Fold a file into a store."""
    store = SqliteStore(named)
    recording = Recording(path, path.name, intake, NOW)
    for tally, _ in fold_file(recording, store, Sharing(shared_by, shared_from=0)):
        if tally.dead_letters:
            raise ValueError(tally.dead_letters[0].reason)
    store.close()


def _parsed(path: Path, rounds: int) -> list[float]:
    return fresh(_parse, path, rounds)


def _parse(path: Path, rounds: int) -> list[float]:
    def parse() -> None:
        with path.open("rb") as lines:
            parse_all(lines)

    return [seconds(parse) for _ in range(rounds)]
