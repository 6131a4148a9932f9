"""Calls of Bedrock's Converse: with retries, timeouts, and the form of answer that the model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from handlers.clients.bedrock.errors import ModelError, reason_of
from handlers.clients.bedrock.forms import Form
from handlers.clients.bedrock.settings import CALLS_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.clients.bedrock.settings import ModelSettings

TRIES = 3
"""How often one question is sent at most: what is throttled, fails or times out is sent again."""

_CONNECT_SECONDS = 3


class Client(Protocol):
    """What is used of boto3's client."""

    meta: Any

    def converse(self, **request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as boto3 has it
        """Ask a model."""


def connect(region: str, seconds: float) -> Client:
    """Make a client for a region, by the credentials that AWS's own tools use; raises ModelError without."""
    config = Config(
        region_name=region,
        retries={"mode": "adaptive", "total_max_attempts": TRIES},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=seconds,
        max_pool_connections=CALLS_AT_ONCE,
    )
    try:
        made: Client = boto3.session.Session().client("bedrock-runtime", config=config)
    except BotoCoreError as error:
        raise ModelError(reason_of(error)) from error
    return made


class Converse:
    """One model. The form of answer that it takes is found out by asking, and remembered.

    A schema is tried first. A model (or botocore) that does not know it, and one that still compiles the schema when
    the time is over, is made to use a tool.
    """

    def __init__(self, client: Client, model: ModelSettings, most_tokens: int) -> None:
        """Ask a model through a client for answers of so many tokens at most."""
        self._client, self._model, self._most_tokens = client, model.model, most_tokens
        self._form = Form(structured=_knows_schemas(client))
        self._answered = False

    def ask(self, data: str) -> tuple[Mapping[str, Any], Form]:
        """Ask about a message set as data; give the response, and the form that it is in. Raises ModelError."""
        form: Form | None = self._form
        while form is not None:
            try:
                response = self._client.converse(**form.request(self._model, data, self._most_tokens))
            except ClientError as error:
                form = _next_form(form, error)
            except BotoCoreError as error:
                self._note_timeout(error)
                raise ModelError(reason_of(error)) from None
            else:
                self._form, self._answered = form, True
                return response, form
        raise ModelError("invalid")

    def _note_timeout(self, error: BotoCoreError) -> None:
        if isinstance(error, ReadTimeoutError) and not self._answered:
            self._form = Form(structured=False, steady=self._form.steady)


def _next_form(form: Form, error: ClientError) -> Form | None:
    said = error.response["Error"]
    if said["Code"] != "ValidationException":
        raise ModelError(reason_of(error)) from None
    return form.without(said.get("Message", ""))


def _knows_schemas(client: Client) -> bool:
    asked = client.meta.service_model.operation_model("Converse").input_shape
    return "outputConfig" in asked.members
