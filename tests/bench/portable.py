"""(l) A whole store out to a file, and the file into an empty store."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path

from config.loader import load_config
from handlers.jobs.portable.exporting import export
from handlers.jobs.portable.importing import ExportFile
from handlers.stores.sqlite.whole import SqliteWhole
from tests.bench.ingest import ingest
from tests.bench.load import NOW, events_of, parse_all
from tests.bench.rows import Row, spread
from tests.bench.sizes import EVENTS_PER_ACCOUNT, Sizes
from tests.bench.timing import Lap, fresh, laps


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure the rows per second, both ways."""
    within = folder / "portable"
    within.mkdir()
    events = within / "events.jsonl"
    with events.open("wb") as file:
        file.writelines(line + b"\n" for line in islice(events_of(-(-sizes.lines // EVENTS_PER_ACCOUNT)), sizes.lines))
    ingest(events, within / "rounds.db", load_config().intake)
    held = _out(within)
    measured = fresh(_measure, within, sizes.file_rounds)
    for doing, rounds in zip(("export", "import"), measured, strict=True):
        rates = spread([held / lap.ours for lap in rounds])
        yield Row("l", f"{doing} a whole store: {held:,} rows", "rows/s", rates, spread([lap.ratio for lap in rounds]))


def _measure(within: Path, rounds: int) -> list[list[Lap]]:
    return [laps(partial(work, within), partial(_parse, within), rounds) for work in (_out, _into)]


def _parse(within: Path) -> None:
    with (within / "store.jsonl").open("rb") as lines:
        parse_all(lines)


def _out(within: Path) -> int:
    with closing(SqliteWhole(within / "rounds.db")) as store, (within / "store.jsonl").open("wb") as out:
        return export(store, "here", NOW, out, lambda _: None).lines


def _into(within: Path) -> int:
    for left in within.glob("new.db*"):
        left.unlink()
    with closing(SqliteWhole(within / "new.db")) as store, (within / "store.jsonl").open("rb") as lines:
        taken = ExportFile("store.jsonl", lines)
        store.take_in(taken, NOW, lambda _: None)
        return sum(taken.counts.values())
