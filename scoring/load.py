"""Support load: the conversations that customers began, and the words of conversations that nobody knows."""

from collections.abc import Iterable
from operator import attrgetter

from msgspec import structs

from scoring.instants import DAY, Instant
from scoring.model import Model
from scoring.observations import Conversation

WORDS = ("state", "priority", "delivered_as")
"""Of a conversation, the fields whose words decide if and how it counts."""
_said = attrgetter(*WORDS)


def load(conversation: Conversation, as_of: Instant, model: Model) -> Conversation | None:
    """Give a conversation where it is support load: from when the customer first wrote on."""
    begun_by = conversation.delivered_as
    if begun_by is None or begun_by in model.rules.customer_started:
        return conversation
    wrote = conversation.customer_wrote
    if begun_by not in model.rules.greetings or wrote is None or wrote >= as_of:
        return None
    return structs.replace(conversation, created=wrote)


def unknown_words(conversations: Iterable[Conversation], as_of: Instant, model: Model) -> set[str]:
    """Flag words that nobody knows, of conversations that a metric would look at if they were known."""
    every = list(conversations)
    if not _flags(every, model):
        return set()
    start = as_of - int(model.windows.trend_days * DAY)
    return _flags([one for one in every if not _is_over(one, start)], model)


def _flags(conversations: Iterable[Conversation], model: Model) -> set[str]:
    spoken = {(name, word) for said in set(map(_said, conversations)) for name, word in zip(WORDS, said, strict=True)}
    known = ((model.words.get(f"conversation.{name}"), word) for name, word in spoken if word)
    return {words.flag for words, word in known if words is not None and words.meaning(word) is None}


def _is_over(conversation: Conversation, start: Instant) -> bool:
    closed = conversation.last_close
    return conversation.state == "closed" and (conversation.created if closed is None else closed) < start
