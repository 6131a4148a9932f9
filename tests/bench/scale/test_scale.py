"""The table of scale counts what DynamoDB charges, of all sizes alike; and a figure that grows is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from config.loader import load_config
from handlers.clock import now
from handlers.demo import generate
from handlers.identity.edits import adopting
from handlers.jobs.finalise import finalise
from handlers.jobs.records import Terms
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from scoring.periods import period_end
from tests.bench.metering import Meter
from tests.bench.scale import past
from tests.bench.scale.counts import Count, Result
from tests.bench.scale.jobs import JOBS, PULLS, Pace, run
from tests.bench.scale.report import judged, table
from tests.bench.scale.service import CountingDynamoDB
from tests.bench.timing import fresh
from tests.fakes.dynamodb.alone import alone_in_memory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ALIKE, MONTHS = 6, 1
SIZES = 200, 2_000
PACE = Pace(shard=40, done=40, messages=50, sampled=8)


@pytest.fixture(scope="module", name="file")
def _file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scale") / "past"
    past.keep(path, ALIKE, MONTHS)
    return path


@pytest.fixture(scope="module", name="results")
def _results(file: Path) -> list[Result]:
    """Do all jobs at both sizes; those that pull have owners of their own, so they have a process of their own."""
    reading = [job for job in JOBS if job not in PULLS]
    kinds = (reading, sorted(PULLS))
    return [one for jobs in kinds for size in SIZES for one in fresh(run, jobs, file, size, MONTHS, PACE)]


def test_each_job_is_counted_at_each_size(results: list[Result]) -> None:
    """Each has a line, and has asked the store and whom else it must."""
    assert {(one.job, one.accounts) for one in results} == {(job, size) for job in JOBS for size in SIZES}
    assert len(list(table(results))) == 2 + len(results)
    assert all(one.count.of("DynamoDB") and one.count.seconds > 0 and one.dollars > 0 for one in results)
    asked = {"close": "Salesforce", "usage": "Looker", "sweep": "Intercom"}
    assert all(one.count.of(asked[one.job]) for one in results if one.job in asked)


def test_what_a_job_costs_by_account_does_not_grow_with_the_portfolio(results: list[Result]) -> None:
    """Calls, units and rows: within a tenth."""
    assert judged(results) == []


def test_a_figure_that_grows_is_named() -> None:
    """Such as rows that are asked for by each chunk anew."""
    small, large = (
        Result("close", size, 1, Count(Counter({"rows of Salesforce": size * size // 100}), 4.0 * size), 1.0)
        for size in (200, 2_000)
    )
    assert judged([small, large]) == ["close of 2,000: rows of Salesforce 20.000 an account, 2.000 at 200"]


def test_units_are_those_that_the_engine_tells(dynamodb_url: str) -> None:
    """The same work on both: the same units, read and written, but for what is not there, of which it tells none."""
    meters: list[Meter] = []
    _do(f"{dynamodb_url.removeprefix('dynamodb://')}-{uuid4().hex[:8]}", lambda client: meters.append(Meter(client)))
    told = meters[0].take()
    with alone_in_memory() as memory:
        counting = CountingDynamoDB(memory.tables)
        memory.answer = counting.answer  # type: ignore[method-assign]  # it answers in the place of the other
        _do("counted", lambda _: None)
    charged = counting.charges
    assert charged.reads - charged.absent == pytest.approx(told["R"], rel=0.02)
    assert charged.writes == pytest.approx(told["W"], rel=0.03)


def _do(prefix: str, met: Callable[[DynamoDBClient], object]) -> None:
    """Fold and close a small portfolio, once somebody has met the client that it is done by."""
    portfolio, config = generate(7, period_end("2026-10"), 8, 8), load_config()
    client = connect()
    create_tables(client, Tables(prefix))
    met(client)
    with closing(DynamoStore(client, prefix, now)) as store:
        past.fold(store, portfolio.lines())
        store.portfolio.put(adopting(portfolio.accounts), "tests", now())
        close = Terms("2026-10", period_end("2026-10"), config.model, "final", now())
        finalise(portfolio.accounts, store, past.Nowhere(), close)
