"""Fold lets a language model read what customers wrote, after the events are taken in: nothing waits for it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from handlers.clients.bedrock.detector import model_detector
from handlers.clients.bedrock.settings import model_settings
from handlers.clock import now
from handlers.cloud.telemetry import log, trouble
from handlers.detection.detected import DetectorError
from handlers.detection.gate import gate_of
from handlers.environment import SettingsError
from handlers.jobs.model_reading import Limits, ModelReading
from handlers.stores.protocol import Batch, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.cloud.deployment import Deployment
    from handlers.jobs.model_reading import ReadByModel
    from handlers.sources.written import Part

_LEFT_SECONDS = 30
"""So much of the function's time is left untouched, for writing what was found and for the answer to the queue."""

_FINE = frozenset({"answered", "asked_before", "left"})


def read_by_model(parts: Sequence[Part], deployed: Deployment, left_milliseconds: int) -> None:
    """Ask the model about parts whose events are folded, and keep what it adds; what fails is counted and logged.

    Raises nothing that a model, a store or the settings do.
    """
    terms = deployed.config.words.model
    seconds = min(terms.batch_seconds, left_milliseconds / 1000 - _LEFT_SECONDS)
    try:
        found = _reading(deployed).read(parts, seconds)
        _keep(found, deployed)
    except (DetectorError, SettingsError) as error:
        _fail(str(error), error.reason if isinstance(error, DetectorError) else "unset")


def _keep(found: ReadByModel, deployed: Deployment) -> None:
    batch = Batch()
    for observation in found.observations:
        batch.add(observation)
    try:
        if found.observations:
            deployed.store.merge(batch)
    except StoreError as error:
        found.outcomes["unstored"] += len(found.observations)
        log.error("what a model found could not be stored", extra={"error": str(error)})
    _say(found)


def _say(found: ReadByModel) -> None:
    failures = {outcome: times for outcome, times in found.outcomes.items() if outcome not in _FINE}
    trouble("ModelFailures", sum(failures.values()))
    if found.outcomes:
        said = {"outcomes": dict(found.outcomes), "dropped": dict(found.dropped), "added": len(found.observations)}
        log.info("read by a model", extra=said)


def _fail(error: str, outcome: str) -> None:
    trouble("ModelFailures")
    log.error("no model can be asked", extra={"error": error, "outcome": outcome})


@cache
def _reading(deployed: Deployment) -> ModelReading:
    model, words = model_settings(os.environ), deployed.config.words
    if model is None:
        raise SettingsError("WORDS_MODEL is not set: words.yaml asks a model, and none is set up for the stack")
    terms, claims = words.model, deployed.store.checkpoints
    return ModelReading(
        model_detector(model, terms, claims, now),
        gate_of(terms),
        claims,
        Limits(terms.batch_most, words.days.expire, words.active),
        now,
    )
