"""(c) A file of events into a new SQLite store, from its opening to its closing."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from config.intake import Intake
from config.loader import load_config
from handlers.jobs.fold import fold_lines
from handlers.stores.sqlite.store import SqliteStore
from tests.bench.load import NOW, events_of, parse_all
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import EVENTS_PER_ACCOUNT, Sizes
from tests.bench.timing import Lap, fresh, laps


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure the events per second."""
    path = folder / "events.jsonl"
    size = _write(islice(events_of(-(-sizes.lines // EVENTS_PER_ACCOUNT)), sizes.lines), path)
    rounds = fresh(_measure, path, sizes.file_rounds)
    rates = spread([sizes.lines / lap.ours for lap in rounds])
    what = f"ingest a file: {sizes.lines:,} events of {size / sizes.lines / 1000:.1f} KB"
    yield Row("c", what, "events/s", rates, spread([lap.ratio for lap in rounds]), Goal(">=", 8_000))


def _write(lines: Iterable[bytes], path: Path) -> int:
    """Write lines to a file; give its bytes."""
    with path.open("wb") as file:
        return sum(file.write(line + b"\n") for line in lines)


def _measure(path: Path, rounds: int) -> list[Lap]:
    return laps(partial(ingest, path, load_config().intake), partial(_parse, path), rounds)


def ingest(path: Path, intake: Intake) -> None:
    """Fold a file into a new store, which takes the place of the last round's."""
    for left in path.parent.glob("rounds.db*"):
        left.unlink()
    store = SqliteStore(path.with_name("rounds.db"))
    with path.open("rb") as lines:
        for tally in fold_lines(lines, path.name, store, intake, NOW):
            if tally.dead_letters:
                raise ValueError(tally.dead_letters[0].reason)
    store.close()


def _parse(path: Path) -> None:
    with path.open("rb") as lines:
        parse_all(lines)
