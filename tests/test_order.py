"""Promise 1, end to end: the same events in any order, repeated or split, give the same bytes."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import load_config
from handlers.commands.lines import score_line
from handlers.demo import Demo, generate
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader
from handlers.stores.opening import throwaway_store
from handlers.stores.protocol import Store
from scoring.instants import parse_instant
from scoring.measurement import score

AS_OF = parse_instant("2026-11-01")
NOW = parse_instant("2026-11-22")
CONFIG = load_config(Path(__file__).parents[1] / "config")


VARIATIONS: dict[str, Callable[[list[bytes], random.Random], list[bytes]]] = {
    "backwards": lambda lines, _: lines[::-1],
    "sorted": lambda lines, _: sorted(lines),
    "shuffled": lambda lines, rng: rng.sample(lines, len(lines)),
    "doubled": lambda lines, rng: rng.sample(lines * 2, len(lines) * 2),
}


@pytest.fixture(scope="module")
def portfolio() -> Demo:
    """Give a small portfolio."""
    return generate(11, AS_OF, accounts=9, pilots=6)


def replay(portfolio: Demo, lines: list[bytes], batch: int, store: Store) -> bytes:
    """Fold lines so many at a time into a fresh store, and score all accounts."""
    for start in range(0, len(lines), batch):
        for _ in fold_lines(lines[start : start + batch], "stream", store, CONFIG.intake, NOW):
            pass
    reader = AccountReader(store)
    scores = (score(reader.read(account), AS_OF, CONFIG.model) for account in portfolio.accounts)
    return b"\n".join(score_line(each) for each in scores)


def in_sqlite(portfolio: Demo, lines: list[bytes], batch: int) -> bytes:
    """Replay in a throw-away SQLite store."""
    with throwaway_store("sqlite:///replay.db", lambda: NOW) as store:
        return replay(portfolio, lines, batch, store)


@pytest.fixture(scope="module")
def scores(portfolio: Demo) -> bytes:
    """Give the scores of the stream as it came."""
    lines = list(portfolio.lines())
    return in_sqlite(portfolio, lines, len(lines))


@pytest.mark.parametrize(
    ("variation", "batch"), [("backwards", 10), ("sorted", 1_000), ("shuffled", 1), ("doubled", 1_000)]
)
def test_order_repetition_and_split_make_no_difference(
    portfolio: Demo, scores: bytes, variation: str, batch: int
) -> None:
    """The whole stream in other orders, doubled, one by one or in batches: the same bytes."""
    varied = VARIATIONS[variation](list(portfolio.lines()), random.Random(3))  # noqa: S311 - no secret
    assert in_sqlite(portfolio, varied, batch) == scores


@pytest.mark.parametrize("batch", [1, 10, 1_000])
def test_both_stores_give_the_same_bytes(portfolio: Demo, batch: int, dynamodb_url: str) -> None:
    """A part of the stream, shuffled and doubled, one by one or in batches, on SQLite and DynamoDB."""
    rng = random.Random(batch)  # noqa: S311 - no secret
    part = rng.sample(list(portfolio.lines()), min(300, 100 * batch))
    varied = VARIATIONS["doubled"](part, rng)
    with throwaway_store(dynamodb_url, lambda: NOW) as store:
        in_dynamodb = replay(portfolio, varied, batch, store)
    assert in_dynamodb == in_sqlite(portfolio, part, len(part)) == in_sqlite(portfolio, varied, batch)
