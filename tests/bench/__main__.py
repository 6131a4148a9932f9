"""`python -m tests.bench`: measure, and print each figure beside its goal."""

import os
import platform
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tests.bench import (
    ages,
    backtests,
    bundles,
    closing,
    crowds,
    desks,
    ingest,
    pasts,
    people,
    portable,
    scores,
    starts,
    stream,
    webhooks,
    words,
)
from tests.bench.rows import TITLES, Row, lined_up, shown
from tests.bench.sizes import FULL, QUICK, Sizes

Benchmark: TypeAlias = Callable[[Sizes, Path], Iterator[Row]]


def _desk(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure the desk's pages one by one, then many people at once, on the same stores."""
    yield from desks.rows(sizes, folder)
    yield from crowds.rows(sizes, folder)


def _starts(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure what the functions import, then the cold start of their bundles."""
    yield from starts.rows(sizes, folder)
    yield from bundles.rows(sizes, folder)


BENCHMARKS: Mapping[str, Benchmark] = {
    "a": webhooks.rows,
    "b": scores.rows,
    "c": ingest.rows,
    "e": stream.rows,
    "d": closing.rows,
    "f": _starts,
    "g": people.rows,
    "h": pasts.rows,
    "i": backtests.rows,
    "j": _desk,
    "k": words.rows,
    "l": portable.rows,
    "m": ages.rows,
}
"""In the order in which they run: the store that (e) fills is one of those that (d) reads."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line, or these arguments of it, ask for."""
    parser = ArgumentParser(prog="python -m tests.bench", description="Measure speed and memory against their goals.")
    parser.add_argument("--quick", action="store_true", help="small sizes, under 20 s; goals are for the full ones")
    parser.add_argument("--only", default=",".join(BENCHMARKS), metavar="a,b", help="some of the benchmarks a to m")
    asked = parser.parse_args(arguments)
    chosen = asked.only.split(",")
    if not BENCHMARKS.keys() >= set(chosen):
        parser.error(f"--only takes some of {','.join(sorted(BENCHMARKS))}, with commas between them")
    run(QUICK if asked.quick else FULL, chosen)


def run(sizes: Sizes, chosen: Collection[str] = BENCHMARKS.keys()) -> None:
    """Run the chosen benchmarks and print their rows as they come."""
    with TemporaryDirectory(prefix="healthscore-bench-") as folder:
        for line in _header(sizes, folder):
            _say(line)
        _say(lined_up(TITLES))
        for row in (row for key in BENCHMARKS if key in chosen for row in BENCHMARKS[key](sizes, Path(folder))):
            _say(shown(row))


def _header(sizes: Sizes, folder: str) -> Iterator[str]:
    load, portfolios = os.getloadavg()[0], ", ".join(f"{size:,}" for size in sizes.portfolios)
    yield f"machine  {platform.platform()}, {os.cpu_count()} cores, load {load:.1f}; files in {folder}"
    yield f"python   {platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield f"rounds   a: {sizes.rounds} of {sizes.webhooks:,} webhooks; b: {sizes.rounds} of {sizes.scored} accounts;"
    yield f"         c: {sizes.file_rounds} of {sizes.lines:,} events, half as many of {sizes.shared:,} on all cores;"
    yield f"         d: {sizes.closings} of {portfolios} accounts"
    yield "compare  x json.loads: how often json.loads of the same bytes would have been done, in the same round"
    yield ""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
