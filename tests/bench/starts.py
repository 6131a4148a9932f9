"""How long a function takes to begin, each in a fresh process: CPU seconds and memory of its imports."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes

ROOT = Path(__file__).parents[2]
DOORS = ("ingest", "fold", "rescore", "sweep", "finalise")
MOST_TIMES_ALONE = 1.2
"""So many times as dear as its client and its logger ingest may be."""

_CLIENT = "client('sqs', config=Config(retries={'mode': 'standard', 'total_max_attempts': 3}))"
_LOGGER = "from aws_lambda_powertools import Logger; Logger()"
ALONE = f"from boto3 import client; from botocore.config import Config; {_CLIENT}; {_LOGGER}"
INGEST = "import handlers.ingest, handlers.cloud.queue; handlers.cloud.queue.client()"

_MEASURED = """
import time
begun = {since}
{code}
spent = time.process_time() - begun
import pathlib, resource, sys
status = pathlib.Path("/proc/self/status")
if status.exists():  # getrusage would give what the process was forked from, where that was larger
    memory = 1024 * int(status.read_text().partition("VmHWM:")[2].split()[0])
else:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print("\\n", spent, memory)
"""
AWS = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


@dataclass(frozen=True, slots=True)
class Start:
    """CPU seconds, user's and system's, and the memory that the process held at most, in MB."""

    seconds: float
    memory_mb: float


def start(code: str) -> Start:
    """Run some imports in a fresh process, as in Lambda but without tracing."""
    return _measured([sys.executable, "-c"], _MEASURED.format(code=code, since="time.process_time()"), AWS, ROOT)


def started(command: Sequence[str], code: str, given: Mapping[str, str], folder: Path) -> Start:
    """Run code in a fresh process of a command; its CPU counts from where the interpreter begins."""
    return _measured(command, _MEASURED.format(code=code, since="0"), given, folder)


def _measured(command: Sequence[str], code: str, given: Mapping[str, str], folder: Path) -> Start:
    """Run it where Python may keep what it compiles: else each process would compile all it imports."""
    unset = ("AWS_", "COV_", "COVERAGE", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unset)} | dict(given)
    called = [*command, code]
    told = subprocess.run(called, cwd=folder, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    seconds, memory = told.stdout.split()[-2:]
    return Start(float(seconds), float(memory) / 1_000_000)


def side_by_side(first: str, second: str, rounds: int) -> Sequence[tuple[Start, Start]]:
    """Run two in turn, so that a machine that slows down slows both; a first round fills the caches."""
    return [(start(first), start(second)) for _ in range(rounds + 1)][1:]


def rows(sizes: Sizes, _: Path) -> Iterator[Row]:
    """Measure ingest beside its client and logger alone, then the imports of each function."""
    pairs = side_by_side(INGEST, ALONE, sizes.starts)
    ours, theirs = [pair[0].seconds for pair in pairs], [pair[1].seconds for pair in pairs]
    goal = Goal("<=", MOST_TIMES_ALONE)
    yield Row(
        "f",
        "ingest begins: times client and logger",
        "x",
        spread([spread(ours).median / spread(theirs).median]),
        goal=goal,
    )
    for door in DOORS:
        starts = [start(f"import handlers.{door}") for _ in range(sizes.starts)]
        yield Row("f", f"{door}: imports, CPU", "ms", spread([one.seconds * 1_000 for one in starts]))
        yield Row("f", f"{door}: memory then", "MB", spread([one.memory_mb for one in starts]))
