"""The five jobs, as the stack runs them: its own functions are called with the events that they would get."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import boto3
import msgspec

from handlers.clock import now
from handlers.demo.load import Owner, Stream
from scoring.instants import DAY, Duration, format_instant
from scoring.periods import period_end
from tests.bench.scale.counts import Count, Result
from tests.bench.scale.past import Past, read
from tests.bench.scale.tables import account_id
from tests.bench.scale.world import World, world
from tests.bench.timing import peak_mb
from tests.doors.clouds import Context, delivered

ACCOUNTS_A_SHARD: Final = 5_000
"""A shard is one chunk of a close, and one bulk job."""

SAMPLED: Final = 400
"""Fold and rescore do so many accounts, spread over the portfolio: of each the cost is the same, whichever."""

BATCH: Final = 1_000
"""Messages of a batch, and of a rescore's, as template.yaml has them."""
RESCORES: Final = 10

Job: TypeAlias = Callable[[World, Past, int], Count]


def run(job: str, path: Path, size: int, months: int, every: int) -> Result:
    """Do a job for a portfolio of a size, in a process of its own; of its shards one in so many."""
    past = read(path)
    with world(past, size) as whole:
        before = peak_mb()
        count = JOBS[job](whole, past, every)
        return Result(job, size, months, count, peak_mb() - before, every)


def close(whole: World, past: Past, every: int) -> Count:
    """Close a month by the steps of the state machine; of the shards one in `every` is scored and written."""
    from handlers.finalise import handler  # noqa: PLC0415  reads its environment once

    shards = max(1, whole.portfolio.size // ACCOUNTS_A_SHARD)
    asked = {"period": past.period, "run": "scale", "plan": shards, "usage": False, "since": format_instant(now())}
    total = Count()
    with whole.counted() as planning:
        plan = handler(asked, Context("scale"))
    total.add(planning)
    listed = _listed(plan, total)
    for step, each in (("score", listed or plan["scores"]), ("write", listed or plan["writes"])):
        for shard in each[::every]:
            with whole.counted() as made:
                handler({**plan[step], **shard}, Context("scale"))
            total.add(made, len(each) / len(each[::every]))
            _forget_rows(whole)
        if step == "score":
            total.add(_guard(whole, plan, handler, every))
    total.calls["states"] = states(shards)
    return total


def _listed(plan: Mapping[str, Any], total: Count) -> list[dict[str, Any]]:
    """Read the list of the shards as each of the two distributed maps does, where they do not stand in the plan."""
    if not plan["is_listed"]:
        return []
    where = plan["list"]
    body = boto3.client("s3").get_object(Bucket=where["bucket"], Key=where["key"])["Body"].read()
    total.calls["S3"] += 2
    return msgspec.json.decode(body, type=list[dict[str, Any]])


def _guard(whole: World, plan: Mapping[str, Any], handler: Callable[..., dict[str, Any]], every: int) -> Count:
    """Look at the whole month; of so large a portfolio at one account in `every`."""
    with _thinned(whole, every), whole.counted() as looking:
        said = handler(
            {**plan["guard"], "confirm": ["fewer_scored", "tier_changes", "metric_shift", "drift"]}, Context("scale")
        )
    assert not said.get("is_held"), said
    total = Count()
    total.add(looking, every)
    return total


@contextmanager
def _thinned(whole: World, every: int) -> Iterator[None]:
    """Let the portfolio have one account in so many meanwhile."""
    there = whole.portfolio.places, whole.portfolio.numbers
    whole.portfolio.places, whole.portfolio.numbers = there[0][::every], there[1][::every]
    try:
        yield
    finally:
        whole.portfolio.places, whole.portfolio.numbers = there


def _forget_rows(whole: World) -> None:
    """Keep of what the org has what is asked for again: the fields of a query, and not fifty others of each row."""
    for row in whole.org.records["Health_Score__c"].values():
        for name in [name for name, value in row.items() if isinstance(value, str) and len(value) > _LONG]:
            del row[name]


_LONG: Final = 60


def states(shards: int) -> int:
    """Count the states that a close goes through: nine, three of each shard that is scored, four of each written."""
    return 9 + 2 * shards + 3 * shards


def fold(whole: World, past: Past, _: int) -> Count:
    """Fold full batches of new messages; it is by message what it is for any portfolio, so some of it stand for a day.

    The messages are of the accounts of whom there is a past, as many as come for each in a day.
    """
    from handlers.fold import handler  # noqa: PLC0415  reads its environment once

    owners = [_owner(one.id, one.owners) for one in past.accounts]
    start = period_end(past.period)
    stream = Stream(owners, start, Duration(DAY // 100), BATCH).lines(1)
    total = Count()
    with whole.counted():
        handler(delivered(islice(stream, RESCORES)), Context())  # the first call reads the config, and whom it knows
    for _turn in range(2):
        with whole.counted() as made:
            answer = handler(delivered(list(islice(stream, BATCH))), Context())
        assert answer == {"batchItemFailures": []}, answer
        total.add(made, MESSAGES_A_DAY * whole.portfolio.size / (2 * BATCH))
    return total


MESSAGES_A_DAY: Final = 153 / 30
"""Messages to fold, of an account and day: docs/scale.md reckons them."""


def _owner(account: str, owners: Mapping[str, tuple[str, ...]]) -> Owner:
    company, customer = (owners.get(source, ("none",))[0].encode() for source in ("intercom", "looker"))
    return Owner(account.encode(), company, company, customer, b"Hotel")


def rescore(whole: World, past: Past, _: int) -> Count:
    """Score accounts that are spread over the portfolio, one each, ten a call."""
    from handlers.rescore import handler  # noqa: PLC0415  reads its environment once

    done = min(SAMPLED, whole.portfolio.size)
    numbers = range(0, whole.portfolio.size, whole.portfolio.size // done)
    as_of = format_instant(period_end(past.period))
    asked = [
        msgspec.json.encode({"account_id": account_id(n), "period": past.period, "as_of": as_of, "reason": "events"})
        for n in numbers
    ]
    total = Count()
    for start in range(0, len(asked), RESCORES):
        with whole.counted() as made:
            answer = handler(delivered(asked[start : start + RESCORES]), Context())
        assert answer == {"batchItemFailures": []}, answer
        total.add(made, whole.portfolio.size / len(asked))
    return total


JOBS: Final[Mapping[str, Job]] = {"close": close, "fold": fold, "rescore": rescore}
