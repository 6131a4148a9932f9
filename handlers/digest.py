"""Schedule: what is new this morning is told to the channels of Slack or Teams."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from config.desk import load_desk
from config.digest import load_digest
from handlers.clock import now
from handlers.cloud.deployment import Deployment
from handlers.cloud.settings import DigestSettings, digest_settings
from handlers.cloud.telemetry import log, traced
from handlers.jobs.digest import latest_digest
from handlers.jobs.digest_told import deliver
from handlers.jobs.digest_waits import waiting_now
from handlers.sinks.channels.choice import Channels

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class NotTakenError(Exception):
    """A channel did not take what was told; the text says why, and names no address."""


@traced
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Tell what is new; gives of how many accounts, in how many messages.

    Raises NotTakenError where a channel did not take it: what others took is noted, so the next try tells the rest.
    """
    deployed, moment = _deployed(), now()
    store, config = deployed.store, deployed.config
    waiting = waiting_now(store, config, store.portfolio.accounts(), moment)
    found = latest_digest(store, config.model, load_desk(deployed.folder), moment, waiting)
    if found is None:
        log.warning("no account has a record yet")
        return {"accounts": 0, "messages": 0}
    period, digest = found
    channels = Channels(load_digest(deployed.folder), _settings().addresses)
    done = deliver(store, digest, period, channels)
    log.info("digest", extra={"accounts": done.accounts, "messages": done.messages, "failed": sorted(done.failed)})
    if done.failed:
        raise NotTakenError("; ".join(done.failed.values()))
    return {"accounts": done.accounts, "messages": done.messages}


@cache
def _settings() -> DigestSettings:
    return digest_settings(os.environ)


@cache
def _deployed() -> Deployment:
    return Deployment(_settings().store, _settings().config)
