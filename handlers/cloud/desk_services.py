"""What the desk of a stack offers besides its pages: dead letters of its queues, closes and scores by its functions."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass

import msgspec

from config.record_map import Sink
from handlers.clients.github.client import github_proposals
from handlers.cloud.closes import AskedCloses
from handlers.cloud.dead_letters import DeadQueue, QueueLetters
from handlers.cloud.queue import Outgoing, Queue, client
from handlers.cloud.settings import DoorSettings
from handlers.desk.services import Services
from handlers.sinks.choice import CRMS
from handlers.stores.protocol import StoreError
from handlers.words.figures import count
from scoring.instants import Instant


def services_of(settings: DoorSettings, sink: Sink, clock: Callable[[], Instant]) -> Services:
    """Give what the stack of some settings offers."""
    sqs = client()
    queues = [
        DeadQueue("events", settings.dead_events, settings.events),
        DeadQueue("requests for scores", settings.dead_rescores, settings.rescores),
        DeadQueue("scheduled calls", settings.dead_calls),
    ]
    closes = AskedCloses(settings.finalise, settings.machine, CRMS[sink], clock)
    asked = AskedScores(Queue(sqs, settings.rescores))
    return Services(QueueLetters(sqs, queues), closes, asked, github_proposals(os.environ))


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
