"""(i) A backtest from the records of a store: how long it takes, and how much memory the largest holds."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from config.loader import load_config
from handlers.jobs.score_lines import LineTerms, StoredLines, stored_lines
from handlers.stores.codec import encode_record
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Question, backtest
from scoring.instants import DAY, HOUR, Instant
from scoring.model import Model
from scoring.outcomes import Outcome
from scoring.periods import period_end, periods_to
from scoring.record import Record
from scoring.score import grade
from tests.bench.load import SEED, parse_all
from tests.bench.rows import Goal, Row, Spread, spread
from tests.bench.sizes import Sizes
from tests.bench.timing import Lap, fresh, peak_mb, seconds
from tests.scoring.cells import measurements

_LAST = "2026-10"
_NOW = Instant(period_end(_LAST) + DAY)
_SHAPES = 997
"""So many different accounts are there; the others are like them."""
_CHURNED, _RENEWED = 8, 2
"""Every 8th account churned, every 2nd other one renewed."""
_LONG, _SHORT = 24, 13
_MOST_SECONDS = 10
_SAMPLE = 2_000


class Turn(NamedTuple):
    """One backtest: reading and backtest in seconds, beside `json.loads` of all records; lines; peak of memory."""

    reading: Lap
    testing: Lap
    lines: int
    peak: float


def rows(sizes: Sizes, folder: Path) -> Iterator[Row]:
    """Hold two portfolios against outcomes: one of two years, and a large one of a year."""
    for accounts, months in ((sizes.portfolios[0], _LONG), (sizes.portfolios[-1], _SHORT)):
        path = folder / f"{accounts}x{months}.db"
        fresh(_fill, path, accounts, months)
        turns = [fresh(_turn, path, accounts) for _ in range(sizes.closings)]
        yield from _rows(f"{accounts:,} x {months}", turns, is_small=months == _LONG)


def _rows(what: str, turns: list[Turn], *, is_small: bool) -> Iterator[Row]:
    micros = spread([1_000_000 * turn.reading.ours / turn.lines for turn in turns])
    parsed = spread([turn.reading.ratio for turn in turns])
    yield Row("i", f"score lines of {what} from records: a line", "us", micros, parsed)
    goal = Goal("<=", _MOST_SECONDS) if is_small else None
    whole = spread([turn.reading.ours + turn.testing.ours for turn in turns])
    yield Row("i", f"backtest of {what} from the store, 500 resamples", "s", whole, _beside(turns), goal)
    yield Row("i", f"backtest of {what}: peak of memory", "MB", spread([turn.peak for turn in turns]))


def _beside(turns: list[Turn]) -> Spread:
    return spread([(turn.reading.ours + turn.testing.ours) / turn.reading.theirs for turn in turns])


def _fill(path: Path, accounts: int, months: int) -> None:
    """Keep a final record of every account and month, as each would have been written when the month had ended."""
    store, model = SqliteStore(path, durable=False), load_config().model
    periods = periods_to(_LAST, months)
    shapes = cycle(list(_shapes(model)))
    for number in range(accounts):
        store.put_records(
            _record(shape, _name(number), period) for shape, period in zip(islice(shapes, months), periods, strict=True)
        )
    store.close()


def _shapes(model: Model) -> Iterator[Record]:
    rng = Random(SEED)  # noqa: S311 - no secret
    for one in measurements(rng, model, _SHAPES):
        yield Record(_LAST, "final", _NOW, one, grade(one, model))


def _record(shape: Record, account_id: str, period: str) -> Record:
    end = period_end(period)
    score = replace(shape.score, account_id=account_id, as_of=end)
    measured = replace(shape.measurements, account_id=account_id, as_of=end)
    return replace(shape, period=period, scored_at=Instant(end + 6 * HOUR), score=score, measurements=measured)


def _name(number: int) -> str:
    return f"001{number:012d}AAA"


def _turn(path: Path, accounts: int) -> Turn:
    store, model = SqliteStore(path), load_config().model
    portfolio = [Account(_name(number), {}) for number in range(accounts)]
    found: list[StoredLines] = []
    reading = seconds(lambda: found.append(stored_lines(store, portfolio, LineTerms(model, _NOW))))
    ((lines,),) = (found,)
    if lines.counts["as_known_now"] or lines.failed:
        raise ValueError(f"not all lines are of records: {lines.counts}, {len(lines.failed)} failed")
    testing = seconds(partial(_backtest, lines, accounts))
    peak = peak_mb()
    some = [encode_record(record).encode() for record in islice(store.records(), _SAMPLE)]
    count = sum(map(len, lines.lines.values()))
    parsed = seconds(partial(parse_all, some)) * count / len(some)
    store.close()
    return Turn(Lap(reading, parsed), Lap(testing, parsed), count, peak)


def _backtest(found: StoredLines, accounts: int) -> None:
    tested = backtest(found.lines, list(_outcomes(accounts)), Question(AlertTerms("steady")))
    chance = Random(SEED)  # noqa: S311 - no secret
    if not tested.landmark_figures(chance) or tested.warning_figures(chance).churns == 0:
        raise ValueError("the backtest counts no churn")


def _outcomes(accounts: int) -> Iterator[Outcome]:
    for number in range(accounts):
        effective = Instant(period_end(_LAST) - number % 150 * DAY)
        if number % _CHURNED == 0:
            yield Outcome(_name(number), "churned", effective, Instant(effective - 60 * DAY), 1_000.0)
        elif number % _RENEWED == 0:
            yield Outcome(_name(number), "renewed", effective, None, 1_000.0)
