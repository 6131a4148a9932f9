"""(j) What a page of the desk costs, on a small portfolio and a large one."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

from handlers.jobs.portfolio import latest_period
from tests.bench.rows import Goal, Row, Spread, spread
from tests.bench.sizes import Sizes
from tests.bench.starts import ROOT
from tests.bench.timing import fresh
from tests.desk.places import Visitor, place_of
from tests.desk.widened import widen

_COMMAND = "from handlers.start import main; main()"
_FEWEST, _MOST = 6, 24
PAGES: Sequence[tuple[str, int, int]] = (
    ("/?view=all", 15, 60),
    ("/?view=all&sort=score&page=3", 15, 60),
    ("/?view=all&q=lisboa&tier=Healthy", 15, 60),
    ("/export.csv?view=all", 30, 600),
    ("/accounts/{account}", 40, 40),
    ("/quality", 60, 400),
    ("/report/{period}", 100, 800),
)
"""Addresses, and the milliseconds of CPU that one may take with 200 and with 20,000 accounts."""


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure each page at the smallest and the largest portfolio, once what is kept has been read, and that too."""
    few, many = sizes.portfolios[0], sizes.portfolios[-1]
    small, large = (fresh(_costs, store_of(folder, size), sizes.file_rounds) for size in (few, many))
    for address, least, most in PAGES:
        for size, costs, budget in ((few, small, least), (many, large, most)):
            yield Row("j", f"{address} of {size:,}: CPU", "ms", costs[address], goal=Goal("<=", budget))
        times = costs[address].median / small[address].median
        yield Row("j", "the same, beside the smaller portfolio", "x", spread([times]))
    yield Row("j", f"first page of {many:,}, nothing kept: CPU", "ms", large["first"])


def store_of(folder: Path, accounts: int) -> Path:
    """Give a store of a year with so many accounts: a small demo, and copies of its accounts in all lists."""
    store, demo = folder / f"desk-{accounts}.db", folder / "desk-demo" / "healthscore.db"
    if not demo.exists():
        words = ("--quiet", "demo", "--size", str(min(_MOST, max(_FEWEST, accounts))), "--output", str(demo.parent))
        subprocess.run((sys.executable, "-c", _COMMAND, *words), cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    if not store.exists():
        shutil.copy(demo, store)
        widen(store, accounts)
    return store


def addresses(store: Path) -> Sequence[str]:
    """Fill in an account that has a record, and its month."""
    with place_of(store).store() as opened:
        period = latest_period(opened) or ""
        account = next(account_id for account_id, month in opened.record_keys() if month == period)
    return [address.format(account=account, period=period) for address, _, _ in PAGES]


def _costs(store: Path, rounds: int) -> dict[str, Spread]:
    visitor, costs = place_of(store).visitor(), dict[str, Spread]()
    costs["first"] = spread([_milliseconds(visitor, "/")])
    for (name, _, _), address in zip(PAGES, addresses(store), strict=True):
        visitor.get(address)
        costs[name] = spread([_milliseconds(visitor, address) for _ in range(rounds)])
    return costs


def _milliseconds(visitor: Visitor, address: str) -> float:
    begun = process_time()
    visitor.get(address)
    return 1_000 * (process_time() - begun)
