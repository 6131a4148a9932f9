"""`python -m tests.bench.scale`: count what the five jobs cost at each size, and fail where a figure grows."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.scale import past
from tests.bench.scale.counts import Result
from tests.bench.scale.jobs import JOBS, Pace, run
from tests.bench.scale.report import judged, line, table
from tests.bench.timing import count, counts, fresh

SIZES = "200,20000,200000,1000000"
ALIKE = 20
"""So many accounts are there; the others are like them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Count what the command line asks for; give 1 where a figure by account grows with the portfolio."""
    parser = ArgumentParser(prog="python -m tests.bench.scale", description="Count what each job costs, by account.")
    parser.add_argument("--sizes", type=counts, default=SIZES, metavar="N,N", help=f"portfolios (default {SIZES})")
    parser.add_argument(
        "--months", type=counts, default="13", metavar="N,N", help="how long their pasts are (default 13)"
    )
    parser.add_argument("--jobs", default=",".join(JOBS), metavar="a,b", help=f"some of {','.join(JOBS)}")
    parser.add_argument("--done", type=count, default=500, metavar="N", help="accounts of a portfolio that are done")
    parser.add_argument("--full", action="store_true", help="do all accounts: hours for a million")
    asked = parser.parse_args(arguments)
    if not JOBS.keys() >= set(asked.jobs.split(",")):
        parser.error(f"--jobs takes some of {','.join(JOBS)}, with commas between them")
    done = max(asked.sizes) if asked.full else asked.done
    results = list(_measured(asked.sizes, asked.months, asked.jobs.split(","), Pace(shard=min(5_000, done), done=done)))
    for said in ("", *table(results), "", *judged(results)):
        _say(said)
    return 1 if judged(results) else 0


def _measured(sizes: Sequence[int], months: Sequence[int], jobs: Sequence[str], pace: Pace) -> Iterator[Result]:
    """Do each job at each size from each past, in a process of its own; print each as it comes."""
    with TemporaryDirectory(prefix="healthscore-scale-") as folder:
        for age in months:
            path = Path(folder) / f"{age}.past"
            fresh(past.keep, path, ALIKE, age)
            for job in jobs:
                for size in sizes:
                    for result in fresh(run, (job,), path, size, age, pace):
                        _say(line(result))
                        yield result


def _say(said: str) -> None:
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
