"""What the desk of a stack offers besides its pages: dead letters of its queues, closes and scores by its functions."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass

import msgspec

from config.loader import Config
from handlers.clients.github.client import github_proposals
from handlers.clients.remote import Patience
from handlers.cloud.closes import AskedCloses
from handlers.cloud.dead_letters import DeadQueue, QueueLetters
from handlers.cloud.queue import Outgoing, Queue, client
from handlers.cloud.settings import DoorSettings
from handlers.desk.services import Services, SuggestionPlace
from handlers.settings import load_settings
from handlers.sinks.choice import CRMS
from handlers.sinks.conversation_links import conversation_links
from handlers.sinks.suggested import SuggestionSink
from handlers.sinks.suggested_choice import suggestion_sink
from handlers.stores.protocol import Store, StoreError
from handlers.words.figures import count
from scoring.instants import Instant

LONGEST_SECONDS = 20
"""So long an answer to a suggestion is tried in all: the page itself ends after 30 seconds."""


def services_of(settings: DoorSettings, config: Config, clock: Callable[[], Instant]) -> Services:
    """Give what the stack of some settings offers."""
    sqs = client()
    queues = [
        DeadQueue("events", settings.dead_events, settings.events),
        DeadQueue("requests for scores", settings.dead_rescores, settings.rescores),
        DeadQueue("scheduled calls", settings.dead_calls),
    ]
    closes = AskedCloses(settings.machine, CRMS[config.sink], clock)
    asked = AskedScores(Queue(sqs, settings.rescores))
    proposals = github_proposals(os.environ)
    return Services(QueueLetters(sqs, queues), closes, asked, proposals, suggestions=_suggestions(config))


def _suggestions(config: Config) -> SuggestionPlace:
    """Say where suggestions are answered: in Salesforce, which a desk without its secrets cannot."""
    salesforce, links = load_settings(os.environ, ("salesforce",)).salesforce, conversation_links(os.environ)
    if salesforce is None:
        return SuggestionPlace(links=links, counts=False)

    def sink(store: Store, now: Instant) -> SuggestionSink:
        return suggestion_sink(salesforce, config, store, now, Patience().within(LONGEST_SECONDS))

    return SuggestionPlace(sink, links, counts=False)


@dataclass(frozen=True, slots=True)
class AskedScores:
    """Asks for scores: another function makes them within a minute."""

    queue: Queue

    def rescore(self, accounts: Collection[str]) -> str:
        """Ask for the scores of accounts; raises StoreError where the queue does not take all of them."""
        left = self.queue.send_all([_request(one) for one in accounts])
        if left:
            failed = f"{len(left)} of {len(accounts)} scores could not be asked for"
            raise StoreError(f"{failed}: what was decided is kept, and the next event or close brings them")
        return f"{count(len(accounts), 'score')} asked for: made within a minute."


def _request(account: str) -> Outgoing:
    return Outgoing(msgspec.json.encode({"account_id": account, "reason": "identity"}).decode())
