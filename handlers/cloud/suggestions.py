"""What is suggested of an account that was just scored: asked for by a message, so that no score waits for a CRM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from handlers.clock import now
from handlers.cloud.queue import Outgoing, Queue, QueueError
from handlers.cloud.telemetry import log, trouble
from handlers.jobs.faults import place
from handlers.jobs.suggestions import Suggesting
from handlers.sinks.conversation_links import ConversationLinks

if TYPE_CHECKING:
    from config.loader import Config
    from handlers.stores.protocol import Store
    from scoring.account import AccountFacts


class _Asked(msgspec.Struct):
    account_id: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks for the suggestions of accounts; without a queue, or where messages are not read, for nothing."""

    store: Store
    config: Config
    queue: Queue | None

    def look(self, facts: AccountFacts) -> None:
        """Ask for an account of which a suggestion is due; whatever goes wrong, its score stands and stays as it is."""
        if self.queue is None or not self.config.words.on:
            return
        try:
            if Suggesting(self.store, self.config, ConversationLinks({}), now()).due(facts):
                self.queue.send(Outgoing(msgspec.json.encode(_Asked(facts.account.id)).decode()))
        except QueueError as error:
            log.error("suggestions cannot be asked for", extra={"account": facts.account.id, "error": str(error)})
            trouble("SuggestionTrouble")
        except Exception as error:  # noqa: BLE001 - a score does not hang on what may be suggested
            log.error("nothing can be suggested", extra={"account": facts.account.id, "error": place(error)})
            trouble("SuggestionTrouble")


def asked_of(body: str) -> str:
    """Read which account a message asks for; raises ValueError."""
    return msgspec.json.decode(body, type=_Asked).account_id
