"""Schedule: what no event brings is asked for, and sent to the queue of events."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.clock import now
from handlers.cloud.deployment import Deployment
from handlers.cloud.lateness import say_lateness
from handlers.cloud.queue import Queue, client
from handlers.cloud.requests import read_sweep
from handlers.cloud.sending import sending
from handlers.cloud.settings import SweepSettings, sweep_settings
from handlers.cloud.telemetry import log, traced, trouble
from handlers.jobs.faults import UnfinishedError, place
from handlers.jobs.learning import learn_daily
from handlers.jobs.retention import look_weekly
from handlers.jobs.samples import draw_last_month
from handlers.jobs.sweep import Sweeper, take_in
from handlers.jobs.systems import clients_of
from handlers.jobs.usage import is_begun
from handlers.settings import configured, load_settings
from handlers.sinks.reports import record_figures
from handlers.stores.accounts import Everyone
from scoring.instants import Instant
from scoring.roles import playing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from aws_lambda_powertools.utilities.typing import LambdaContext

LEFT_TO_TELL_MILLISECONDS = 60_000
"""No system is asked with less time left than this: what came of the sweep is yet to be said."""

LEFT_TO_LOOK_MILLISECONDS = 240_000
"""The store is not looked through with less time left than this: the next sweep does it, or goes on."""

NOT_SET = "the environment does not say how it is reached"


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Sweep the systems that are asked for; gives how many messages went to the queue, and what failed.

    How far a system was read is kept once its messages are in the queue. A system that fails is
    named, and the others go on; so is one that is asked for by name and that the environment lacks,
    and one that does not answer within its share of the function's time. UnfinishedError where usage is
    read in part: AWS asks again, and it goes on.
    """
    systems, moment = read_sweep(event).systems, now()
    seconds = (context.get_remaining_time_in_millis() - LEFT_TO_TELL_MILLISECONDS) / 1000
    clients = clients_of(load_settings(os.environ), systems, seconds=seconds)
    config, store = _deployed().config, _deployed().store
    everyone, words = Everyone(store.portfolio), config.words.on
    sweeper = Sweeper(clients, config.intake, config.looker, everyone, store, moment, words=words)
    failures = {name: NOT_SET for name in event.get("systems", ()) if getattr(clients, name) is None}
    pulled: dict[str, int] = {}
    send = sending(Queue(client(), _settings().events), with_words=words)
    for name, tally in take_in(sweeper.sweep(), send, store, failures):
        source = name.partition("/")[0]
        pulled[source] = pulled.get(source, 0) + tally.messages
    if "salesforce" in systems:
        _learn(moment)
        if context.get_remaining_time_in_millis() > LEFT_TO_LOOK_MILLISECONDS:
            _let_go(moment, lambda: context.get_remaining_time_in_millis() < LEFT_TO_TELL_MILLISECONDS)
    if sweeper.remarks:
        log.warning("remarked", extra={"remarks": dict(Counter(sweeper.remarks))})
    _say([name for name in systems if name in failures or getattr(clients, name) is not None], pulled, failures, moment)
    if "looker" in failures and is_begun(store, moment):
        raise UnfinishedError(
            "usage: some parts of the customers are read, and others are not: asked again, it goes on"
        )
    return {"pulled": pulled, "failed": sorted(failures)}


def _learn(moment: Instant) -> None:
    """Mute the categories of suggestions that were too often wrong, once a day; the sweep does not hang on it.

    The messages that the desk puts before people are drawn here, too: the desk itself may not look through all.
    """
    store, config = _deployed().store, _deployed().config
    try:
        muted = learn_daily(store, config, moment)
        if config.words.on:
            draw_last_month(store, playing("support", config.model.roles), config.words.samples_a_month, moment)
    except Exception as error:  # noqa: BLE001 - what was swept is safe, and the next sweep learns
        log.error("nothing was learned", extra={"error": place(error)})
        trouble("WordsFailed")
        return
    if muted:
        log.warning("categories of suggestions have muted themselves", extra={"categories": list(muted)})


def _let_go(moment: Instant, is_over: Callable[[], bool]) -> None:
    """Let go of what retention.yaml no longer keeps, once a week; the sweep does not hang on it.

    What its time does not suffice for is left to the next sweep.
    """
    store, config = _deployed().store, _deployed().config
    try:
        looked = look_weekly(store, Everyone(store.portfolio), config.retention, config.model, moment, is_over)
    except UnfinishedError as unfinished:
        log.info("retention goes on with the next sweep", extra={"looked": str(unfinished)})
        return
    except Exception as error:  # noqa: BLE001 - what was swept is safe, and the next sweep looks
        log.error("retention was not looked after", extra={"error": place(error)})
        trouble("StoreTrouble")
        return
    if looked is not None:
        log.info("retention", extra={"looked": msgspec.to_builtins(looked)})


def _say(systems: Collection[str], pulled: dict[str, int], failures: dict[str, str], moment: Instant) -> None:
    for source, reason in failures.items():
        log.error("not swept", extra={"source": source, "error": reason})
    watched = configured(os.environ) | failures.keys()
    heard = say_lateness(_deployed().store, watched, frozenset(systems) - failures.keys(), moment)
    log.info("swept", extra={"pulled": pulled, "failed": sorted(failures), "heard_hours": heard})
    if _settings().figures is not None:
        told: dict[str, int | str] = {"messages": sum(pulled.values()), "errors": len(failures)}
        record_figures(_settings().figures or "", "healthscore.sweep", moment, told)


@cache
def _settings() -> SweepSettings:
    return sweep_settings(os.environ)


@cache
def _deployed() -> Deployment:
    return Deployment(_settings().store, _settings().config)
