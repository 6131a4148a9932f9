"""HTTP: takes vendors' webhooks, a path a source. Verifies the signature on the raw bytes, enqueues, answers."""

from __future__ import annotations

import base64
import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from config.source import SOURCES, Source, Webhook
from handlers.cloud.queue import MOST_BYTES, Outgoing, Queue, QueueError, client, sendable
from handlers.cloud.settings import IngestSettings, ingest_settings
from handlers.cloud.telemetry import log, observed, trouble
from handlers.sources.signature import is_signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

TROUBLE = {"unsigned": "unsigned", "unreadable": "refused", "too_large": "refused"}
"""What an alarm hears, besides answers of 5xx, which API Gateway counts; what was signed and refused is one trouble."""


@observed
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Answer one call of the HTTP API (payload format 2.0).

    200 once the queue has the event, and for HEAD; 401 without a good signature; 400 for what is
    no event of the path's source; 404 for a path that no source has; 413 for what no queue can take
    (the sweep brings it); 503 where the queue cannot be reached, so that the vendor sends it once
    more. Never 410, which would end a subscription.
    """
    status, outcome = _take(event)
    log.info("notification", extra={"outcome": outcome, "status": status, "correlation_id": _correlation_id(event)})
    if outcome in TROUBLE:
        trouble("Notifications", outcome=TROUBLE[outcome])
    return {"statusCode": status, "body": ""}


def _take(event: Mapping[str, Any]) -> tuple[int, str]:
    http = event["requestContext"]["http"]
    source = SOURCES.get(http["path"].rpartition("/")[2])
    if source is None or source.webhook is None:
        return 404, "unknown_path"
    if http["method"] == "HEAD":
        return 200, "probe"
    body = _raw(event)
    if body is None or not _is_genuine(body, event["headers"], source, source.webhook):
        return 401, "unsigned"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return 400, "unreadable"
    if not _may_enter(text, source.webhook):
        return 400, "unreadable"
    return _enqueue(Outgoing(sendable(text), {"correlation_id": _correlation_id(event), "door": source.name}))


def _may_enter(text: str, webhook: Webhook) -> bool:
    """Tell whether a body is what the vendor sends: nothing else comes through its door, however well signed."""
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return isinstance(said, dict) and webhook.takes(said.get("type"))


def _raw(event: Mapping[str, Any]) -> bytes | None:
    """Give the bytes that were sent, or None where they cannot be decoded."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        return None


def _is_genuine(body: bytes, headers: Mapping[str, str], source: Source, webhook: Webhook) -> bool:
    secrets = _settings().secrets.get(source.name, ())
    return any(is_signed(body, headers, webhook.signature, secret) for secret in secrets)


def _enqueue(message: Outgoing) -> tuple[int, str]:
    if message.size > MOST_BYTES:
        return 413, "too_large"
    try:
        _queue().send(message)
    except QueueError as error:
        log.error("the queue did not take a notification", extra={"reason": str(error)})
        return 503, "unavailable"
    return 200, "queued"


def _correlation_id(event: Mapping[str, Any]) -> str:
    return str(event["requestContext"]["requestId"])


@cache
def _settings() -> IngestSettings:
    return ingest_settings(os.environ)


@cache
def _queue() -> Queue:
    return Queue(client(), _settings().events)
