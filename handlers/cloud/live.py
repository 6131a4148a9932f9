"""The daily call of finalise: the running month's scores go to Salesforce, of the accounts that look different now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from handlers.clients.remote import Patience
from handlers.cloud.requests import asked_of
from handlers.cloud.telemetry import log, trouble
from handlers.environment import SettingsError
from handlers.jobs.crew import Crew
from handlers.jobs.crm_waits import waiting
from handlers.jobs.live import Live, Lived
from handlers.jobs.live_sent import Sent
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable, scoring
from handlers.settings import SalesforceSettings
from handlers.sinks.choice import crm_writer
from handlers.stores.models import kept_model
from scoring.instants import Instant
from scoring.periods import period_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from handlers.cloud.deployment import Deployment
    from handlers.cloud.requests import FinaliseRequest
    from handlers.settings import HubSpotSettings

READS_AT_ONCE = 8
LEAST_MILLISECONDS = 240_000
"""No chunk and no collection is begun with less time left than this."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call for live scores: what is asked, of what is deployed, by which settings, when."""

    request: FinaliseRequest
    context: LambdaContext
    deployed: Deployment
    settings: SalesforceSettings | HubSpotSettings
    now: Instant

    @property
    def name(self) -> str:
        """Name the run: made again by AWS, the call has the same name."""
        return f"{period_of(self.now)}/live/{self.request.run or self.context.aws_request_id}"

    def is_late(self) -> bool:
        """Tell whether nothing more is begun."""
        return self.context.get_remaining_time_in_millis() < LEAST_MILLISECONDS

    @property
    def patience(self) -> Patience:
        """Wait for no answer longer than the call has time."""
        left = self.context.get_remaining_time_in_millis() - LEAST_MILLISECONDS / 2
        return Patience().within(left / 1000)


def live_scores(call: Call) -> dict[str, Any]:
    """Score the running month and write what looks different; gives what became of it, in numbers.

    A call that runs out of time fails, and resumes when AWS makes it again. What Salesforce refuses is counted
    and tried again the next day.
    """
    if not isinstance(call.settings, SalesforceSettings):
        raise SettingsError("live scores go to Salesforce alone: the config's sink is another (record.yaml)")
    config, store = call.deployed.config, call.deployed.store
    call.deployed.keep_model()
    period, confirmed = period_of(call.now), frozenset(call.request.confirm)
    days, kept = config.alerts.notice_days, config.retention.superseded_observations
    terms = Terms(period, call.now, config.model, "final", call.now, confirmed, days, kept)
    refused: dict[str, str] = {}
    accounts = asked_of(call.request, store.portfolio, refused)
    crm = crm_writer(call.settings, config, call.patience, models=partial(kept_model, store))
    live = Live(accounts, store, terms, config.guards, crm, Sent(store, call.now, config.sink), call.is_late)
    lived = Lived(period, len(accounts), waits=live.waits())
    if lived.waits and waiting(store, live.before, call.now) is not None:
        return _follow(lived, live.before)
    if not lived.waits:
        run = Resumable(call.name, store.checkpoints, call.is_late, call.now)
        lived = live.write(run.each("score", accounts, scoring(Crew(store), terms, READS_AT_ONCE)))
    lived.failed |= refused
    lived.accounts += len(refused)
    return _told(lived)


def _follow(lived: Lived, before: str) -> dict[str, Any]:
    """Say that the close before waits for the CRM, as this does: no alarm, for it ends by itself or leaves a letter."""
    log.warning("live scores follow a close that waits for the CRM", extra={"period": lived.period, "close": before})
    return {"period": lived.period, "waits": lived.waits}


def _told(lived: Lived) -> dict[str, Any]:
    """Log and count what became of it: an alarm goes by what failed, is held or waits."""
    if lived.waits:
        log.error("live scores wait", extra={"period": lived.period, "seen": lived.waits})
    for guard, seen in lived.held:
        log.error("live scores are held", extra={"period": lived.period, "guard": guard, "seen": seen})
    for account, reason in lived.failed.items():
        log.error("not live", extra={"account": account, "period": lived.period, "error": reason})
    for account in lived.lost:
        log.warning("no score any more", extra={"account": account, "period": lived.period})
    numbers = {
        "accounts": lived.accounts,
        "written": lived.written,
        "same": lived.same,
        "lost": len(lived.lost),
        "outranked": len(lived.outranked),
        "failed": len(lived.failed),
    }
    trouble("LiveTrouble", len(lived.failed) + len(lived.held) + bool(lived.waits))
    log.info("live", extra={"period": lived.period, **numbers})
    return {"period": lived.period, "held": dict(lived.held), "waits": lived.waits, **numbers}
