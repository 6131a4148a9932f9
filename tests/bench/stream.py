"""(e) A long stream of events into a SQLite store: its peak of memory, and its speed throughout."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from config.intake import Intake
from config.loader import load_config
from handlers.jobs.fold import fold_lines
from handlers.stores.protocol import FactStore
from handlers.stores.sqlite.store import SqliteStore
from tests.bench.load import NOW, events_of, parse_all, store_path
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.timing import Lap, fresh, peak_mb, seconds

_SAMPLE = 50
"""Of so many events one is parsed by `json.loads`, to compare with."""
_PARTS = 10


class Stretch(NamedTuple):
    """A stretch of the stream: its events, the seconds that generating them took, and the lap of folding them."""

    events: int
    generated: float
    lap: Lap


class Tap:
    """Passes lines on; takes the time that generating them takes, and keeps a sample of them."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Begin a stream."""
        self._lines = iter(lines)
        self.reset()

    def reset(self) -> None:
        """Begin a stretch."""
        self.generated = 0.0
        self.passed = 0
        self.sample: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        """Pass the lines on."""
        while (line := self._next()) is not None:
            if self.passed % _SAMPLE == 0:
                self.sample.append(line)
            self.passed += 1
            yield line

    def _next(self) -> bytes | None:
        start = perf_counter()
        line = next(self._lines, None)
        self.generated += perf_counter() - start
        return line


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure memory, and the events per second in each tenth of the stream."""
    peak, batches = fresh(fill, folder, sizes.portfolios[-1])
    tenths = list(_parts(batches))
    what = f"ingest {sizes.events:,} events"
    yield Row("e", f"{what}: peak of memory", "MB", spread([peak]), goal=Goal("<=", 400))
    rates = spread([part.events / part.lap.ours for part in tenths])
    yield Row("e", f"{what}, tenth by tenth", "events/s", rates, spread([part.lap.ratio for part in tenths]))
    micros = spread([1_000_000 * part.generated / part.events for part in tenths])
    yield Row("e", "  apart from that, to generate an event", "us", micros)


def fill(folder: Path, accounts: int) -> tuple[float, list[Stretch]]:
    """Fill the store of a portfolio; give this process's peak of memory in MB, and the batches."""
    path = store_path(folder, accounts)
    unfinished = path.with_suffix(".part")
    store = SqliteStore(unfinished)
    batches = list(_batches(Tap(events_of(accounts)), store, load_config().intake))
    store.close()
    unfinished.rename(path)
    return peak_mb(), batches


def _batches(tap: Tap, store: FactStore, intake: Intake) -> Iterator[Stretch]:
    start = perf_counter()
    for tally in fold_lines(tap, "stream", store, intake, NOW):
        if tally.dead_letters:
            raise ValueError(tally.dead_letters[0].reason)
        ours = perf_counter() - start - tap.generated
        theirs = seconds(partial(parse_all, tap.sample)) * tap.passed / len(tap.sample)
        yield Stretch(tap.passed, tap.generated, Lap(ours, theirs))
        tap.reset()
        start = perf_counter()


def _parts(batches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Join batches to ten stretches at most."""
    size = -(-len(batches) // _PARTS)
    for start in range(0, len(batches), size):
        events, generated, some = zip(*batches[start : start + size], strict=True)
        lap = Lap(sum(lap.ours for lap in some), sum(lap.theirs for lap in some))
        yield Stretch(sum(events), sum(generated), lap)
