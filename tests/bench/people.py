"""What a person waits for: a list of the whole portfolio, and a command's begin. CPU seconds of fresh processes."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from config.compiled import compile_config, this_program
from config.loader import DEFAULT_DIRECTORY
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.summaries import encode_summary
from scoring.customer import Csm
from scoring.drivers import Driver
from scoring.ids import to_18
from scoring.instants import DAY, Instant
from scoring.periods import period_end
from scoring.record import Moved
from scoring.summary import Summary
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.starts import ROOT, Start, started

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
_COMMAND = "from handlers.start import main; main()"
_EXPLAINS = """
from pathlib import Path
from handlers import cli
from handlers.commands import proof
from handlers.commands.session import Session
Session("sqlite:///none.db", Path({!r}), quiet=True).config()
"""
_DRIVERS = (
    Driver("metric", -3.6, ("p1_p2_volume",), 1.0, 4.0),
    Driver("metric", -2.6, ("close_time_hours",), 9.0, 30.0),
    Driver("came", 1.6, ("failed_payments", "business_reviews")),
)


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Measure a list of as many accounts as the largest portfolio has, beside one of a single account; then starts."""
    accounts = sizes.portfolios[-1]
    many, one = (_filled(folder / f"people-{number}.db", number) for number in (accounts, 1))
    for form in ("--json", "--table"):
        pairs = [[called("--store", url, "portfolio", form) for url in (many, one)] for _ in range(sizes.closings)]
        beyond = spread([whole.seconds - start.seconds for whole, start in pairs])
        what = f"portfolio {form} of {accounts:,}"
        yield Row("g", f"{what}: CPU beyond its start", "s", beyond, goal=Goal("<=", 1))
        yield Row("g", f"{what}: CPU with its start", "s", spread([whole.seconds for whole, _ in pairs]))
        yield Row("g", f"{what}: memory", "MB", spread([whole.memory_mb for whole, _ in pairs]), goal=Goal("<=", 200))
    for words, goal in ((("--version",), Goal("<=", 120)), (("--help",), None), (("explain", "--help"), None)):
        begun = [called(*words).seconds * 1_000 for _ in range(sizes.starts)]
        yield Row("g", f"healthscore {' '.join(words)}: CPU", "ms", spread(begun), goal=goal)
    figures = shutil.copytree(
        DEFAULT_DIRECTORY, folder / "figures", ignore=shutil.ignore_patterns("*.py", "__pycache__")
    )
    compile_config(figures, this_program())
    code = _EXPLAINS.format(str(figures))
    loads = [started([sys.executable, "-c"], code, {}, ROOT).seconds * 1_000 for _ in range(sizes.starts)]
    yield Row("g", "healthscore explain: all it loads, CPU", "ms", spread(loads), goal=Goal("<=", 220))


def called(*words: str) -> Start:
    """Give a command in a process of its own, as the console script does; say what it took."""
    command: Sequence[str] = (sys.executable, "-c", _COMMAND, *words)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1_000_000
    return Start(used.ru_utime + used.ru_stime, memory)


def _filled(path: Path, accounts: int) -> str:
    """Make a store of the summaries of four months, without the records that they sum up; give its URL."""
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        for period in MONTHS:
            made = (_summary(number, period) for number in range(accounts))
            written = ((period, one.account_id, encode_summary(one)) for one in made)
            db.executemany("INSERT INTO summaries VALUES (?, ?, ?)", written)
    return f"sqlite:///{path}"


def _summary(number: int, period: str) -> Summary:
    score, as_of = number % 1_000 / 10, period_end(period)
    return Summary(
        account_id=to_18(f"001Qy0000{number:06d}"),
        account_name=f"Four Seasons Hotel {number}",
        segment="paid",
        csm=Csm(f"005Qy0000{number % 20:06d}AAA", f"Ana Lopes {number % 20}", "ana@example.com", is_active=True),
        period=period,
        status="final",
        as_of=as_of,
        model_version="4b72ae31b71e",
        final_score=score,
        tier=("Critical", "At Risk", "Healthy", "Champion")[number % 4],
        low=score,
        high=score,
        coverage_pct=100.0,
        cap=None,
        moved=Moved(period, 50.0, "Healthy", _DRIVERS),
        arr=1_000.0 * number,
        currency="USD",
        renewal=Instant(as_of + number % 400 * DAY),
        flags=("partial", "small_sample:close_time_hours"),
    )
