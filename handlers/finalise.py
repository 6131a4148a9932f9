"""Monthly schedule: close the period for all accounts, or for one shard of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from handlers.clients.remote import Patience, SourceError
from handlers.clock import now
from handlers.cloud.close_said import counted, say_held, say_seen, scored
from handlers.cloud.close_steps import FinaliseError, asks_again, ended, gave_up, plan, say_failed, waiter_of
from handlers.cloud.deployment import Deployment
from handlers.cloud.live import Call, live_scores
from handlers.cloud.requests import FinaliseRequest, asked_of, read_finalise
from handlers.cloud.settings import FinaliseSettings, finalise_settings
from handlers.cloud.telemetry import log, traced, trouble
from handlers.environment import SettingsError
from handlers.jobs.closes import finish, noted
from handlers.jobs.closing import Closing
from handlers.jobs.crm_waits import Waiter, waiting
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, Totals
from handlers.jobs.unwritten import Unwritten, due_of
from handlers.jobs.usage import is_begun, pull_usage
from handlers.settings import HubSpotSettings, SalesforceSettings, Settings, load_settings, sink_settings
from handlers.sinks.choice import CRMS, Sinks, crm_writer
from handlers.sinks.reports import BucketCsv, keep_in, record_figures
from handlers.sinks.spoken import spoken
from handlers.stores.accounts import Everyone
from handlers.stores.models import kept_model
from scoring.account import Account
from scoring.instants import Instant, format_instant, parse_instant
from scoring.record import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

READS_AT_ONCE = 8
LEAST_MILLISECONDS = 240_000
"""No chunk is begun with less time left than this."""

LEFT_TO_TELL_MILLISECONDS = 20_000
"""Salesforce is asked for nothing with less time left: what became of the accounts is yet to be said."""

LEFT_TO_CLOSE_MILLISECONDS = 2 * LEAST_MILLISECONDS
"""The usage is waited for no longer than leaves so much: a source that hangs keeps no month open."""


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Close a period; gives what became of it, in numbers.

    Asked again with the same `run` (as AWS does after an error or a time-out), it resumes where it
    stopped. Fails where any account did, when all others are closed. With `dry_run` a CSV file goes
    to the bucket of reports, and nothing to the CRM. `plan` gives the requests of so many
    shards, once the usage is pulled; `check` says only whether the period is closed. A close that a
    guard holds writes nothing outside and says so, until `confirm` names the guard. `live` closes nothing: it
    brings the running month's scores into Salesforce.
    """
    request = read_finalise(event)
    if request.live:
        return live_scores(Call(request, context, _deployed(), _crm(), now()))
    period, as_of = request.closing(now())
    if request.check:
        return _check(period)
    if request.step == "end":
        return ended(request, _deployed().store, period, CRMS[_deployed().config.sink])
    status: Status = "provisional" if request.dry_run else "final"
    if not _deployed().store.portfolio.is_used:
        raise FinaliseError("the store has no accounts: put them in with healthscore accounts import FILE")
    config, confirmed = _deployed().config, frozenset(request.confirm)
    days, kept = config.alerts.notice_days, config.retention.superseded_observations
    began = None if request.since is None else parse_instant(request.since)
    close = Terms(period, as_of, config.model, status, now(), confirmed, days, kept, began)
    _deployed().keep_model()
    run = request.run or context.aws_request_id
    writing, pulling = (_patience(context, left) for left in (LEFT_TO_TELL_MILLISECONDS, LEFT_TO_CLOSE_MILLISECONDS))
    trouble = _pull_usage(request, close, pulling)
    if request.plan:
        if trouble:
            raise FinaliseError(f"no usage: {trouble}")
        return plan(request, period, run, partial(keep_in, _settings().reports))
    name = f"{period}/{close.status}/{run}/{request.shard.name}" + ("/without-usage" if trouble else "")
    resumable = Resumable(name, _deployed().store.checkpoints, partial(_is_late, context), close.now)
    return _Call(request, close, resumable, writing, trouble, waiter_of(request, period, run, close.now)).act()


def _is_late(context: LambdaContext) -> bool:
    return context.get_remaining_time_in_millis() < LEAST_MILLISECONDS


def _patience(context: LambdaContext, left: int) -> Patience:
    """Wait for no answer longer than leaves so many milliseconds of the call."""
    return Patience().within((context.get_remaining_time_in_millis() - left) / 1000)


@dataclass(frozen=True, slots=True)
class _Call:
    """One call: a whole close, or one of its steps."""

    request: FinaliseRequest
    close: Terms
    resumable: Resumable
    patience: Patience
    trouble: str | None
    waiter: Waiter

    def act(self) -> dict[str, Any]:
        closing, step = self._closing(), self.request.step
        if self.request.dry_run:
            return self._tried(closing)
        if step == "score":
            return scored(self.close, closing.score())
        if step == "close":
            closing.score()
        if step in ("close", "guard") and not self.request.accounts:
            held, alerts, drift = closing.look()
            say_seen(self.close, alerts, drift)
        else:
            held, alerts = [], None
        if held or step == "guard":
            return say_held(self.close, held) | counted(alerts)
        return self._told(closing.write()) | counted(alerts)

    def _tried(self, closing: Closing) -> dict[str, Any]:
        """Try a close; the guards look at a dry run of the whole portfolio in one call, which no shard is."""
        if self.request.step == "guard":
            return say_held(self.close, [])
        closed = closing.attempt()
        whole = self.request.shard.of == 1 and not self.request.accounts
        would = {"would_hold": dict(closed.held)} if whole and closed.is_judged else {}
        return self._told(closed.run) | would | counted(closed.alerts)

    def _told(self, totals: Totals) -> dict[str, Any]:
        """Say what became of it; a shard that waits for the CRM says when to ask again."""
        store, told_at = _deployed().store, now()
        again = asks_again(self.waiter, store, totals, CRMS[_deployed().config.sink], told_at)
        if again is not None:
            return again
        if self.request.since is not None and not self.request.dry_run:
            self._keep_end(totals, told_at)
        return _told(self, totals)

    def _keep_end(self, totals: Totals, at: Instant) -> None:
        failed = totals.all_failed
        if failed:
            self.waiter.give_up(_deployed().store, at, (len(failed), next(iter(failed.values()))))
        else:
            self.waiter.end(_deployed().store)

    def _closing(self) -> Closing:
        """Give the driver of the close; a close of some accounts is no close of the period."""
        deployed, refused = _deployed(), dict[str, str]()
        return Closing(
            Everyone(deployed.store.portfolio),
            asked_of(self.request, deployed.store.portfolio, refused),
            deployed.store,
            self.close,
            deployed.config.guards,
            deployed.config.alerts,
            self.resumable,
            self._sinks,
            READS_AT_ONCE,
            refused,
        )

    def _sinks(self, part: str, chunk: Sequence[Account]) -> Sinks:
        config, name = _deployed().config, f"{self.resumable.name}/{part}"
        models = partial(kept_model, _deployed().store)
        if self.request.dry_run:
            columns = spoken(config.model, config.record_map, models)
            return Sinks(csv=BucketCsv(_settings().reports, f"dry-runs/{name}.csv", columns))
        may_lose = "unscored" in self.request.confirm
        crm = crm_writer(_crm(), config, self.patience, models=models, replace_scored=may_lose)
        unwritten = Unwritten(_deployed().store, _deployed().store.portfolio.some, config.sink, part)
        return Sinks(crm=crm, due=due_of(unwritten, chunk, self.close.period))


def _check(period: str) -> dict[str, Any]:
    """Say whether every shard of a period is closed, and count one missing where it is not."""
    said = noted(_deployed().store, period)
    whole = _is_whole(period) and (said is None or said.stage == "closed")
    trouble("FinaliserMissing", 0 if whole else 1)
    wait = waiting(_deployed().store, period, now())
    told = (
        {} if wait is None else {"waits_since": format_instant(wait.since), "again_at": format_instant(wait.again_at)}
    )
    log.info("checked", extra={"period": period, "closed": whole, **told})
    return {"period": period, "closed": whole}


def _is_whole(period: str) -> bool:
    """Tell whether every shard of a period is closed."""
    shards = [shard.split("/") for shard in _deployed().store.checkpoints.closed(period)]
    return any(sum(of == every for _, of in shards) == int(every) for _, every in shards)


def _pull_usage(request: FinaliseRequest, close: Terms, patience: Patience) -> str | None:
    """Pull the usage of the day that the period ends on; give what went wrong. The period is closed all the same.

    Where the call is one that is made again (`plan`), and some is read, UnfinishedError is raised: it goes on.
    """
    if not request.usage or request.step != "close":
        return None
    try:
        everyone = Everyone(_deployed().store.portfolio)
        pull_usage(_environment(), _deployed().config, everyone, _deployed().store, close, patience)
    except SourceError as error:
        if request.plan and is_begun(_deployed().store, close.as_of):
            raise UnfinishedError(f"some of the usage is read: asked again, it goes on ({error})") from error
        log.error("no usage", extra={"period": close.period, "error": str(error)})
        return str(error)
    return None


def _crm() -> SalesforceSettings | HubSpotSettings:
    sink = _deployed().config.sink
    settings = sink_settings(os.environ, sink)
    if settings is None:
        needed = "SALESFORCE_URL" if sink == "salesforce" else "HUBSPOT_ACCESS_TOKEN"
        raise SettingsError(f"{needed} is not set: records have nowhere to go")
    return settings


def _told(call: _Call, totals: Totals) -> dict[str, Any]:
    request, close, trouble = call.request, call.close, call.trouble
    say_failed(totals.all_failed, close.period)
    numbers = {
        "accounts": totals.accounts,
        "scored": totals.scored,
        "unscored": len(totals.unscored),
        "deleted": len(totals.deleted),
        "outranked": len(totals.outranked),
        "failed": len(totals.all_failed),
    }
    log.info("closed", extra={"period": close.period, "status": close.status, **numbers})
    failed = bool(totals.all_failed or trouble)
    whole = request.step in ("close", "write") and not request.dry_run and not request.accounts
    if whole and not failed:
        _deployed().store.checkpoints.close(close.period, request.shard.name)
        if _is_whole(close.period):
            finish(_deployed().store, close.period)
            _mail(close)
    _record(close, numbers, failed=failed)
    if failed:
        raise gave_up(totals, trouble)
    said = {"period": close.period, "status": close.status, "model_version": close.model.version, "is_waiting": False}
    return said | numbers


def _mail(close: Terms) -> None:
    """Mail the report of a month, where somebody is to get it."""
    if "REPORT_RECIPIENTS" in os.environ:
        from handlers.cloud.report_mail import mail_report  # noqa: PLC0415  only where there is somebody

        mail_report(_deployed(), _settings().config, close.period, close.now)


def _record(close: Terms, numbers: dict[str, int], *, failed: bool) -> None:
    table = _settings().figures
    if table is not None:
        told: dict[str, int | str] = {"period": close.period, "as_of": format_instant(close.as_of), **numbers}
        record_figures(table, "healthscore.finalise", close.now, told | {"status": "failed" if failed else "ok"})


@cache
def _settings() -> FinaliseSettings:
    return finalise_settings(os.environ)


@cache
def _environment() -> Settings:
    return load_settings(os.environ, ("looker",))


@cache
def _deployed() -> Deployment:
    return Deployment(_settings().store, _settings().config)
