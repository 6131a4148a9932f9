"""Queue: events become observations, observations facts; asks for a rescore of what they touched."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.clock import now
from handlers.cloud.deliveries import Fold, Folded
from handlers.cloud.deployment import Deployment
from handlers.cloud.queue import Delivery, Outgoing, Queue, client, dead_letter, deliveries, failures
from handlers.cloud.settings import FoldSettings, fold_settings
from handlers.cloud.telemetry import log, traced, trouble
from handlers.jobs.faults import place, remarks_without_values, way, without_values
from handlers.sources.written import FAILED, UNKNOWN_LANGUAGE
from handlers.stores.protocol import StoreError
from scoring.instants import SECOND, Instant

if TYPE_CHECKING:
    from collections import Counter

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from handlers.jobs.fold import WordsReader

_SETTLING_SECONDS = 5
"""What comes in the last seconds before a score asks for another: an index may be so far behind."""


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Fold a batch; answers which messages are to be delivered again.

    An event that cannot be read, or that the store refuses, goes to the dead-letter queue with its
    reason as an attribute. A touched account is asked to be rescored, once within the delay at most.
    What customers wrote is read where words.yaml says so; nothing hangs on it.
    """
    folded = _fold().fold(deliveries(event), now())
    failed = {delivery.id: delivery for delivery in [*folded.failed, *_bury(folded), *_ask(folded, now())]}
    _say(folded, len(failed))
    _read_by_model(folded, context)
    return failures(failed.values())


def _bury(folded: Folded) -> list[Delivery]:
    """Send dead letters to their queue; give those that it did not take."""
    letters = [(delivery, dead_letter(delivery, reason)) for delivery, reason in folded.dead]
    unsent = Queue(client(), _settings().dead_events).send_all([letter for _, letter in letters])
    for delivery, letter in letters:
        reason = without_values(letter.attributes["reason"])
        extra = {"correlation_id": delivery.correlation_id, "reason": reason}
        log.warning("a dead letter", extra=extra)
    return [delivery for delivery, letter in letters if letter in unsent]


def _ask(folded: Folded, moment: Instant) -> list[Delivery]:
    """Ask for rescores of the touched accounts; give the deliveries whose requests the queue did not take.

    `moment` lies after the merge: a claim that still stands then is of a score that is yet to read it.
    """
    until = claimed_until(moment, _settings().delay_seconds)
    asked: list[tuple[str, Delivery, Outgoing]] = []
    left: list[Delivery] = []
    try:
        for account, delivery in folded.touched.items():
            if _deployed().store.checkpoints.claim(_claim(account), moment, until):
                asked.append((account, delivery, _request(account, delivery)))
    except StoreError as error:
        log.error("no rescore can be asked for", extra={"error": str(error)})
        trouble("StoreTrouble")
        left = list(folded.touched.values())
    unsent = Queue(client(), _settings().rescores).send_all([request for *_, request in asked])
    for account, delivery, request in asked:
        if request in unsent:
            left.append(_give_up(account, delivery))
        else:
            log.info("rescore asked for", extra={"account": account, "correlation_id": delivery.correlation_id})
    return left


def claimed_until(moment: Instant, delay_seconds: int) -> Instant:
    """Say until when a claim made at a moment is good: the score that it asks for then still lies ahead."""
    return moment + max(delay_seconds - _SETTLING_SECONDS, 0) * SECOND


def _give_up(account: str, delivery: Delivery) -> Delivery:
    """Leave a request to whoever is delivered the event again."""
    log.error("the queue did not take a request for a rescore", extra={"account": account})
    with suppress(StoreError):
        _deployed().store.checkpoints.release(_claim(account))
    return delivery


def _claim(account: str) -> str:
    return f"rescore/{account}"


def _request(account: str, delivery: Delivery) -> Outgoing:
    body = msgspec.json.encode({"account_id": account, "reason": "events"}).decode()
    attributes = {"correlation_id": delivery.correlation_id, "event_sent_at": str(delivery.sent_at)}
    return Outgoing(body, attributes, _settings().delay_seconds)


def _say(folded: Folded, failed: int) -> None:
    outcomes: dict[str, int] = {}
    for (topic, outcome), times in sorted(folded.counted.items()):
        outcomes[outcome] = outcomes.get(outcome, 0) + times
        log.info("events", extra={"topic": topic, "outcome": outcome, "times": times})
    for fault in folded.faults:
        log.error("an unexpected error", extra={"error": place(fault), "way": way(fault)})
    for error, times in folded.troubles.items():
        log.error("the store did not take events", extra={"error": error, "times": times})
    trouble("StoreTrouble", sum(folded.troubles.values()))
    _say_words(folded.remarks)
    unknown = folded.remarks[UNKNOWN_LANGUAGE]
    said = {"dead": len(folded.dead), "again": failed, "touched": len(folded.touched), "language_unknown": unknown}
    log.info("folded", extra={**said, "outcomes": outcomes, "remarks": remarks_without_values(folded.remarks)})


def _say_words(remarks: Counter[str]) -> None:
    """Say of what customers wrote how much no language or no detector could read, by the place of the error."""
    failures = {remark.partition("=")[2]: times for remark, times in remarks.items() if remark.startswith(FAILED)}
    for error, times in failures.items():
        log.error("what a customer wrote could not be read", extra={"error": error, "times": times})
    if _deployed().config.words.on:
        trouble("WordsFailed", sum(failures.values()) + (_words() is None))


def _read_by_model(folded: Folded, context: LambdaContext) -> None:
    """Let a language model read what the rules have read, where words.yaml asks for one."""
    if not folded.parts or _deployed().config.words.detector != "rules_and_model":
        return
    try:
        from handlers.cloud.model_words import read_by_model  # noqa: PLC0415  slow to import, and off by default

        read_by_model(folded.parts, _deployed(), context.get_remaining_time_in_millis())
    except Exception as error:  # noqa: BLE001 - the events are folded, and must not come again for this
        trouble("ModelFailures")
        log.error("the model's reading failed", extra={"error": place(error)})


@cache
def _settings() -> FoldSettings:
    return fold_settings(os.environ)


@cache
def _fold() -> Fold:
    deployed = _deployed()
    return Fold(deployed.store, deployed.store.portfolio.accounts_of, deployed.config.intake, _words())


@cache
def _words() -> WordsReader | None:
    """Make the reader of what customers write; without one the events are folded all the same."""
    terms = _deployed().config.words
    if not terms.on:
        return None
    try:
        from handlers.jobs.customer_words import customer_words_when_needed  # noqa: PLC0415  slow to import, and off by default

        return customer_words_when_needed(_deployed().folder, terms)
    except Exception as error:  # noqa: BLE001 - no event hangs on it, whatever is wrong with it
        log.error("what customers write cannot be read", extra={"error": place(error)})
        return None


@cache
def _deployed() -> Deployment:
    return Deployment(_settings().store, _settings().config)
