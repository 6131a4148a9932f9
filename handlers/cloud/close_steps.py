"""The steps of the state machine that closes a month: its plan, its waiting for the CRM, its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from handlers.cloud.telemetry import log
from handlers.jobs.crm_waits import Waiter, waits_of
from scoring.instants import SECOND, Instant, format_instant, parse_instant

if TYPE_CHECKING:
    from handlers.cloud.requests import FinaliseRequest
    from handlers.jobs.runs import Totals
    from handlers.stores.protocol import Store


LISTS = "closes/"
"""The folder of the bucket of reports that has the shards of closes."""

Keep: TypeAlias = Callable[[str, bytes], Mapping[str, str]]
"""Keeps bytes under a key, and says in which bucket and under which key they are."""


class FinaliseError(Exception):
    """Some accounts failed, or the usage could not be pulled; the text says which. Retried, the run resumes."""


class CrmUnavailableError(FinaliseError):
    """The CRM could not be used until the time for it was over; the state machine knows this error by its name."""


MOST_IN_STATE = 1
"""So many shards stand in the plan itself; of more there is a list in S3, which a distributed map goes through."""


def plan(request: FinaliseRequest, period: str, run: str, keep: Keep) -> dict[str, Any]:
    """Give the requests of a close in so many shards: what they have in common once, for a state may hold 256 KB.

    A long list of shards is kept elsewhere by `keep`, and the plan says where.
    """
    common = {"period": period, "run": run, "dry_run": request.dry_run, "accounts": request.accounts, "usage": False}
    common |= {"confirm": request.confirm, "since": request.since, "wait_seconds": request.wait_seconds}
    shards = [{"shard": {"index": index, "of": request.plan}} for index in range(request.plan)]
    steps: dict[str, Any] = {step: common | {"step": step} for step in ("score", "guard", "write", "end")}
    if len(shards) > MOST_IN_STATE:
        listed = keep(f"{LISTS}{run}/shards.json", msgspec.json.encode(shards))
        return {**steps, "scores": [], "writes": [], "is_listed": True, "list": listed}
    return {**steps, "scores": [] if request.dry_run else shards, "writes": shards, "is_listed": False}


def waiter_of(request: FinaliseRequest, period: str, run: str, now: Instant) -> Waiter:
    """Say how long a shard of a close may wait for the CRM: not at all where nobody asks again."""
    began = now if request.since is None else parse_instant(request.since)
    patience = 0 if request.since is None else request.wait_seconds * SECOND
    return Waiter(period, request.shard.name, run, began, Instant(began + patience))


def asks_again(waiter: Waiter, store: Store, totals: Totals, crm: str, now: Instant) -> dict[str, Any] | None:
    """Say when the CRM is asked again for what it could not take; None where nothing of a close is to wait.

    What waiting does not mend is in the log at once, with the first try. No alarm counts a close that waits.
    """
    if not totals.waits:
        return None
    if waiter.is_superseded(store, now):
        log.warning("a later close of the month waits in this one's place", extra={"period": waiter.period})
        return _waited(waiter.period, totals, is_waiting=False)
    failed = len(totals.waits), _reason(totals)
    wait = waiter.wait(store, now, failed, max(totals.waits.values()))
    if wait is None:
        return None
    if wait.tries == 1:
        say_failed({one: why for one, why in totals.all_failed.items() if one not in totals.waits}, waiter.period)
    told = {"since": format_instant(wait.since), "again_at": _whole(wait.again_at), "tries": wait.tries}
    log.warning("waits for the CRM", extra={"period": waiter.period, "crm": crm, "error": failed[1], **told})
    return _waited(waiter.period, totals, is_waiting=True) | told


def _waited(period: str, totals: Totals, *, is_waiting: bool) -> dict[str, Any]:
    return {"period": period, "is_waiting": is_waiting, "accounts": totals.accounts, "waiting": len(totals.waits)}


def _reason(totals: Totals) -> str:
    account = next(iter(totals.waits))
    return totals.all_failed[account]


def _whole(instant: Instant) -> str:
    """Write an instant in whole seconds, the next: as a state that waits reads it."""
    return format_instant(Instant(-(-instant // SECOND) * SECOND))


def say_failed(failed: dict[str, str], period: str) -> None:
    """Name in the log each account that is not closed."""
    for account, reason in failed.items():
        log.error("not closed", extra={"account": account, "period": period, "error": reason})


def gave_up(totals: Totals, usage: str | None) -> FinaliseError:
    """Say why a close failed: an error of its own where nothing but the CRM was in its way."""
    text = f"{len(totals.all_failed)} of {totals.accounts} accounts failed; usage: {usage or 'pulled'}"
    if totals.waits:
        return CrmUnavailableError(f"{text}; {_reason(totals)}")
    return FinaliseError(text)


def ended(request: FinaliseRequest, store: Store, period: str, crm: str) -> dict[str, Any]:
    """Say whether each shard is closed; where one is not, what the dead letter says of the close."""
    left = [one for one in request.results if one.error]
    if not left:
        return {"period": period, "is_closed": True}
    mine = [one for one in waits_of(store, period) if one.run == request.run and one.is_over]
    accounts, whys = sum(one.accounts for one in mine), [one.reason for one in mine] or [one.error for one in left]
    many = f"{accounts} accounts are not in {crm}" if accounts else f"{len(left)} shards failed"
    hours = request.wait_seconds / 3600
    waited = f" after {hours:g} hours" if any(one.error == CrmUnavailableError.__name__ for one in left) else ""
    said = f"{period} is not closed{waited}: {many}: {whys[0]} (run {request.run})"
    log.error("the close has failed", extra={"period": period, "run": request.run, "error": said})
    shards = [f"{one.shard.index} of {one.shard.of}" for one in left if one.shard is not None][:_MOST_NAMED]
    letter = {"errorType": left[0].error, "errorMessage": said, "period": period, "run": request.run}
    return {
        "period": period,
        "is_closed": False,
        "letter": letter | {"accounts": accounts, "shards": shards, "reason": whys[0]},
    }


_MOST_NAMED = 20
