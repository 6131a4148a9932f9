"""Queue: what the messages of accounts suggest becomes suggested signals in Salesforce."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from handlers.clients.remote import Patience
from handlers.clock import now
from handlers.cloud.deployment import Deployment
from handlers.cloud.queue import Delivery, deliveries, failures
from handlers.cloud.settings import SuggestSettings, suggest_settings
from handlers.cloud.suggestions import asked_of
from handlers.cloud.telemetry import log, traced, trouble
from handlers.environment import SettingsError
from handlers.jobs.suggestions import Suggested, Suggesting, crm_owner
from handlers.settings import load_settings
from handlers.sinks.conversation_links import conversation_links
from handlers.sinks.suggested_choice import suggestion_sink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from scoring.account import Account

LEFT_TO_TELL_MILLISECONDS = 10_000


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Suggest what is due of the accounts of a batch, in one call of Salesforce for all of them.

    Answers which are to be tried again: those that Salesforce refused. Asked again, nothing doubles. A message that
    names no account ends in the dead-letter queue.
    """
    asked = [(delivery, _account(delivery)) for delivery in deliveries(event)]
    told = _suggest({account.id: account for _, account in asked if account is not None}, context)
    refused = {one.account_id for one in told.due if one.suggestion.key in told.failed}
    return failures(delivery for delivery, account in asked if account is None or crm_owner(account) in refused)


def _suggest(accounts: Mapping[str, Account], context: LambdaContext) -> Suggested:
    settings = load_settings(os.environ, ("salesforce",)).salesforce
    if settings is None:
        raise SettingsError("SALESFORCE_URL is not set: suggestions have nowhere to go")
    deployed, moment = _deployed(), now()
    seconds = (context.get_remaining_time_in_millis() - LEFT_TO_TELL_MILLISECONDS) / 1000
    sink = suggestion_sink(settings, deployed.config, deployed.store, moment, Patience().within(seconds))
    suggesting = Suggesting(deployed.store, deployed.config, conversation_links(os.environ), moment)
    told = suggesting.suggest(accounts.values(), sink)
    for key, reason in told.failed.items():
        log.error("not suggested", extra={"key": key, "error": reason})
    trouble("SuggestionTrouble", len(told.failed))
    numbers = {"written": len(told.written), "there": len(told.there), "failed": len(told.failed)}
    log.info("suggested", extra={"accounts": told.accounts, **numbers})
    return told


def _account(delivery: Delivery) -> Account | None:
    """Give the account that a message asks for; None where it names none of the portfolio."""
    try:
        found = _deployed().store.portfolio.account(asked_of(delivery.body))
    except ValueError:
        found = None
    if found is None:
        log.warning("no account is asked for", extra={"correlation_id": delivery.correlation_id})
    return found


@cache
def _settings() -> SuggestSettings:
    return suggest_settings(os.environ)


@cache
def _deployed() -> Deployment:
    return Deployment(_settings().store, _settings().config)
