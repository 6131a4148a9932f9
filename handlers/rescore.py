"""Queue: one account now, because its events changed or somebody asks."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from handlers.clock import now
from handlers.cloud.deployment import Deployment
from handlers.cloud.queue import Delivery, Queue, client, dead_letter, deliveries, failures
from handlers.cloud.requests import RescoreRequest, read_rescore
from handlers.cloud.settings import RescoreSettings, rescore_settings
from handlers.cloud.suggestions import Asking
from handlers.cloud.telemetry import log, traced, trouble
from handlers.jobs.faults import FAILURES, place, without_values
from handlers.jobs.rescore import rescore
from handlers.sources.reading import UnreadableError
from handlers.stores.protocol import StoreError
from scoring.instants import DAY, NO_TIME, SECOND
from scoring.record import Record

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

FEEDS_KEPT = 60 * SECOND
"""Feeds are months of days heard, and the same for every account: they are read once a minute."""

SAME_STANDS = DAY
"""A live record that says the same stands so long; a request that comes again writes it, for it may be half written."""


@traced
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Score the accounts of a batch; answers which requests are to be delivered again.

    The record of a running month is provisional. A request that cannot be read, or whose account
    is not in the portfolio, goes to the dead-letter queue with its reason.
    """
    _deployed().keep_model()
    return failures(delivery for delivery in deliveries(event) if not _is_done(delivery))


def _is_done(delivery: Delivery) -> bool:
    try:
        request = read_rescore(delivery.body, _deployed().store.portfolio.account, now())
    except UnreadableError as error:
        return _bury(delivery, str(error))
    except StoreError as error:
        log.error("the store cannot be read", extra={"correlation_id": delivery.correlation_id, "error": str(error)})
        trouble("StoreTrouble")
        return False
    except Exception as error:  # noqa: BLE001 - one request fails alone, whatever is wrong with it
        return _give_up(delivery, error)
    try:
        config = _deployed().config
        terms = request.close(config)
        stands_for = SAME_STANDS if delivery.receives == 1 else NO_TIME
        record = rescore(request.account, _deployed().store, terms, _asking().look, stands_for=stands_for)
    except FAILURES as error:
        log.error("not scored", extra=_about(request, delivery) | {"error": f"{type(error).__name__}: {error}"})
        trouble("StoreTrouble", isinstance(error, StoreError))
        return False
    except Exception as error:  # noqa: BLE001 - as above, after a try alone
        return delivery.receives > 1 and _give_up(delivery, error)
    _say(record, request, delivery)
    return True


def _give_up(delivery: Delivery, error: Exception) -> bool:
    log.error("an unexpected error", exc_info=(type(error), error, error.__traceback__))
    return _bury(delivery, f"unexpected: {place(error)}")


def _bury(delivery: Delivery, reason: str) -> bool:
    log.warning(
        "a request cannot be read", extra={"correlation_id": delivery.correlation_id, "error": without_values(reason)}
    )
    return not Queue(client(), _settings().dead_rescores).send_all([dead_letter(delivery, reason)])


def _say(record: Record, request: RescoreRequest, delivery: Delivery) -> None:
    score = record.score
    told = {"period": record.period, "final_score": score.final_score, "tier": score.tier, "flags": list(score.flags)}
    counted = _lag(delivery) | {"unscored": int(score.final_score is None)}
    log.info("scored", extra=_about(request, delivery) | told | counted)


def _lag(delivery: Delivery) -> dict[str, int]:
    """Say how long it took from the event to the score; nothing of a request that no event made."""
    sent_at = delivery.attributes.get("event_sent_at", "")
    return {"lag_ms": now() // 1000 - int(sent_at)} if sent_at.isdecimal() else {}


def _about(request: RescoreRequest, delivery: Delivery) -> dict[str, object]:
    return {"account": request.account.id, "reason": request.reason, "correlation_id": delivery.correlation_id}


@cache
def _asking() -> Asking:
    url, deployed = _settings().suggestions, _deployed()
    return Asking(deployed.store, deployed.config, None if url is None else Queue(client(), url))


@cache
def _settings() -> RescoreSettings:
    return rescore_settings(os.environ)


@cache
def _deployed() -> Deployment:
    return Deployment(_settings().store, _settings().config, feeds_kept=FEEDS_KEPT)
