"""The five jobs, as the stack runs them: its own functions are called with the events that they would get."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import boto3
import msgspec

from handlers.clock import now
from handlers.demo.load import Owner, Stream
from handlers.jobs.guards import GUARDS
from handlers.stores.accounts import places
from scoring.instants import DAY, Duration, format_instant
from scoring.periods import period_end
from tests.bench.scale.counts import Count, Result
from tests.bench.scale.listed import Companies, Days, conversations
from tests.bench.scale.past import Past, read
from tests.bench.scale.tables import account_id
from tests.bench.scale.world import World, world
from tests.bench.timing import peak_mb
from tests.doors.clouds import Context, delivered

RESCORES: Final = 10
"""Requests of a batch, as template.yaml has it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of a portfolio is really done: the whole structure, and of accounts as many as `done` at most.

    A `shard` is one chunk of a close, and one bulk job. A batch of fold has `messages`; so many accounts, spread over
    the portfolio, are `sampled` by rescore.
    """

    shard: int = 5_000
    done: int = 5_000
    messages: int = 1_000
    sampled: int = 200

    def every(self, size: int) -> int:
        """Say of how many shards, or accounts, one is done."""
        return max(1, size // max(self.done, 1))

    def shards(self, size: int) -> int:
        """Say in how many shards a portfolio is closed."""
        return max(1, size // self.shard)


Job: TypeAlias = Callable[[World, Past, Pace], Count]


def run(jobs: Sequence[str], path: Path, size: int, months: int, pace: Pace) -> list[Result]:
    """Do jobs for a portfolio of a size, in a process of its own: pulls, or else those that read accounts."""
    past = read(path)
    results = []
    with world(past, size, has_own=not PULLS.isdisjoint(jobs)) as whole:
        for job in jobs:
            before = peak_mb()
            count = JOBS[job](whole, past, pace)
            results.append(Result(job, size, months, count, peak_mb() - before, pace.every(size)))
    return results


def close(whole: World, past: Past, pace: Pace) -> Count:
    """Close a month by the steps of the state machine; of the shards some are scored and written."""
    from handlers.finalise import handler  # noqa: PLC0415  reads its environment once

    shards, every = pace.shards(whole.portfolio.size), pace.every(whole.portfolio.size)
    asked = {"period": past.period, "run": "scale", "plan": shards, "usage": False, "since": format_instant(now())}
    total = Count()
    with whole.counted() as planning:
        plan = handler(asked, Context("scale"))
    total.add(planning)
    parts = _listed(plan, total) or plan["writes"]
    done = parts[::every]
    for step in ("score", "guard", "write"):
        for asked in [plan[step]] if step == "guard" else [{**plan[step], **part} for part in done]:
            with _seen(whole, done), whole.counted() as made:
                said = handler({**asked, "confirm": list(GUARDS)}, Context("scale"))
                times = whole.portfolio.size / len(whole.portfolio.numbers)
            assert not said.get("is_held"), said
            total.add(made, times)
            _forget_rows(whole)
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


def _seen(whole: World, done: Sequence[Mapping[str, Any]]) -> AbstractContextManager[None]:
    """Let the portfolio be the shards that are done: the guard looks at the whole month, and others have no score."""
    shards = ((one["shard"]["index"], one["shard"]["of"]) for one in done)
    return whole.portfolio.only([places(shard) for shard in shards])


def _forget_rows(whole: World) -> None:
    """Keep of what the org has what is asked for again: the fields of a query, and not fifty others of each row."""
    for row in whole.org.records["Health_Score__c"].values():
        for name in [name for name, value in row.items() if isinstance(value, str) and len(value) > _LONG]:
            del row[name]


_LONG: Final = 60


def states(shards: int) -> int:
    """Count the states that a close goes through: nine, three of each shard that is scored, four of each written."""
    return 9 + 2 * shards + 3 * shards


def fold(whole: World, past: Past, pace: Pace) -> Count:
    """Fold full batches of new messages; it is by message what it is for any portfolio, so some of it stand for a day.

    The messages are of the accounts of whom there is a past, as many as come for each in a day.
    """
    from handlers.fold import handler  # noqa: PLC0415  reads its environment once

    stream, total = fresh_events(past), Count()
    with whole.counted():
        handler(delivered(islice(stream, RESCORES)), Context())  # the first call reads the config, and whom it knows
    for _turn in range(2):
        with whole.counted() as made:
            answer = handler(delivered(list(islice(stream, pace.messages))), Context())
        assert answer == {"batchItemFailures": []}, answer
        total.add(made, MESSAGES_A_DAY * whole.portfolio.size / (2 * pace.messages))
    return total


MESSAGES_A_DAY: Final = 95 / 30
"""Messages to fold, of an account and day: docs/scale.md reckons them."""


def fresh_events(past: Past) -> Iterator[bytes]:
    """Give events that come after a past, about its accounts, without end."""
    owners = [_owner(one.id, one.owners) for one in past.accounts]
    return Stream(owners, period_end(past.period), Duration(DAY // 100), _ROUNDS).lines(1)


_ROUNDS: Final = 1_000
"""So close together do the notifications of a conversation come as in a stream of so many rounds."""


def _owner(account: str, owners: Mapping[str, tuple[str, ...]]) -> Owner:
    company, customer = (owners.get(source, ("none",))[0].encode() for source in ("intercom", "looker"))
    return Owner(account.encode(), company, company, customer, b"Hotel")


def rescore(whole: World, past: Past, pace: Pace) -> Count:
    """Score accounts that are spread over the portfolio, one each, ten a call."""
    from handlers.rescore import handler  # noqa: PLC0415  reads its environment once

    done = min(pace.sampled, whole.portfolio.size)
    step = whole.portfolio.size // done
    numbers = [place * step + place % step for place in range(done)]  # of each that are alike some
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


def usage(whole: World, past: Past, pace: Pace) -> Count:
    """Pull the use of a day, as the plan of a close does."""
    from handlers.finalise import handler  # noqa: PLC0415  reads its environment once

    whole.looker.days = Days(whole.portfolio, period_end(past.period))  # type: ignore[assignment]  # as many as a list
    every, total = pace.every(whole.portfolio.size), Count()
    with whole.portfolio.thinned(every), whole.counted() as made:
        handler({"period": past.period, "run": "scale", "plan": 1, "usage": True}, Context("scale"))
    total.add(made, every)
    return total


def sweep(whole: World, _: Past, pace: Pace) -> Count:
    """Sweep Intercom for a day on which companies are as they were listed the day before, but for a share of them.

    Once with the listing of all companies, 23 times for what changed in an hour alone.
    """
    every, total = pace.every(whole.portfolio.size), Count()
    _listed_companies(whole, every)
    whole.let_pass(DAY)
    total.add(_listed_companies(whole, every), every)
    total.add(_swept(whole, every), (HOURS - 1) * every)
    return total


def first_sweep(whole: World, _: Past, pace: Pace) -> Count:
    """List all companies for the first time: each is told, as each was on every day before digests were kept."""
    every, total = pace.every(whole.portfolio.size), Count()
    total.add(_listed_companies(whole, every), every)
    return total


def _listed_companies(whole: World, every: int) -> Count:
    """Sweep with a listing of the companies."""
    whole.intercom.companies = Companies(whole.portfolio)  # type: ignore[assignment]  # as many as a list
    return _swept(whole, every)


def _swept(whole: World, every: int) -> Count:
    from handlers.sweep import handler  # noqa: PLC0415  reads its environment once

    with whole.portfolio.thinned(every), whole.counted() as made:
        whole.intercom.conversations = conversations(whole.portfolio)
        answer = handler({"systems": ["intercom"]}, Context())
    assert answer["failed"] == [], answer
    return made


HOURS: Final = 24
PULLS: Final = frozenset({"usage", "first sweep", "sweep"})
JOBS: Final[Mapping[str, Job]] = {
    "close": close,
    "fold": fold,
    "rescore": rescore,
    "usage": usage,
    "first sweep": first_sweep,
    "sweep": sweep,
}
