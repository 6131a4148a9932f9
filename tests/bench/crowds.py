"""(j) Ten people at once: 50 requests at a time at a desk that really runs, what they wait for, and its memory."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from time import monotonic, perf_counter, sleep
from urllib.parse import urlsplit

from tests.bench.desks import addresses, store_of
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.starts import ROOT

AT_ONCE = 50
MOST_GROWTH = 1.2
"""So many times as much memory as after a sixth of the time the desk may have at its end."""

_COMMAND = "from handlers.start import main; main()"
_PATIENCE_SECONDS = 180


@dataclass
class Crowd:
    """What 50 connections met: seconds of each request, and what was no page."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Ask for pages of the largest portfolio as many at a time, for a minute."""
    crowd = _met(store_of(folder, sizes.portfolios[-1]), sizes.seconds)
    cuts = [1_000 * cut for cut in quantiles(crowd.waits, n=100)]
    what = f"{AT_ONCE} at a time, {sizes.portfolios[-1]:,} accounts, {sizes.seconds} s"
    yield Row("j", f"{what}: no page", "requests", spread([float(len(crowd.errors))]), goal=Goal("<=", 0))
    yield Row("j", "pages", "a second", spread([len(crowd.waits) / sizes.seconds]))
    for part in (50, 95):
        yield Row("j", f"p{part}, by the clock", "ms", spread([cuts[part - 1]]))
    first, last = crowd.memory[len(crowd.memory) // 6], crowd.memory[-1]
    yield Row("j", "memory at the end", "MB", spread([last]))
    yield Row("j", "beside that after a sixth", "x", spread([last / first]), goal=Goal("<=", MOST_GROWTH))


def _met(store: Path, seconds: float) -> Crowd:
    """Run a desk, sign in, and let a crowd ask."""
    words = ("--store", f"sqlite:///{store}", "desk", "--port", "0", "--no-browser")
    command = (sys.executable, "-c", _COMMAND, *words)
    asked, crowd = addresses(store), Crowd()
    starts = [number % len(asked) for number in range(AT_ONCE)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as desk:  # noqa: S603
        try:
            assert desk.stdout is not None
            entrance = urlsplit(desk.stdout.readline().decode().strip())
            host, cookie = entrance.netloc, _signed_in(entrance.netloc, f"{entrance.path}?{entrance.query}")
            with closing(HTTPConnection(host, timeout=_PATIENCE_SECONDS)) as first:
                for address in asked:
                    _ask(first, address, cookie, Crowd())
            end = monotonic() + seconds
            with ThreadPoolExecutor(AT_ONCE) as people:
                begun = [people.submit(_ask_on, host, cookie, (*asked[n:], *asked[:n]), end, crowd) for n in starts]
                while monotonic() < end:
                    crowd.memory.append(_memory_mb(desk.pid))
                    sleep(min(1, seconds / 6))
                for one in begun:
                    one.result()
        finally:
            desk.terminate()
    return crowd


def _signed_in(host: str, entrance: str) -> str:
    with closing(HTTPConnection(host, timeout=_PATIENCE_SECONDS)) as line:
        line.request("GET", entrance)
        answer = line.getresponse()
        answer.read()
    return (answer.getheader("set-cookie") or "").partition(";")[0]


def _ask_on(host: str, cookie: str, addresses: Sequence[str], end: float, crowd: Crowd) -> None:
    with closing(HTTPConnection(host, timeout=_PATIENCE_SECONDS)) as line:
        for address in cycle(addresses):
            if monotonic() >= end:
                return
            _ask(line, address, cookie, crowd)


def _ask(line: HTTPConnection, address: str, cookie: str, crowd: Crowd) -> None:
    begun = perf_counter()
    line.request("GET", address, headers={"cookie": cookie, "accept-encoding": "gzip"})
    answer = line.getresponse()
    body = answer.read()
    crowd.waits.append(perf_counter() - begun)
    if answer.status != 200 or not body:
        crowd.errors.append(f"{address}: {answer.status}")


def _memory_mb(process: int) -> float:
    told = subprocess.run(  # noqa: S603 - ours
        ("ps", "-o", "rss=", "-p", str(process)),  # noqa: S607 - of the system
        check=True,
        capture_output=True,
        text=True,
    )
    return int(told.stdout) * 1_024 / 1_000_000
