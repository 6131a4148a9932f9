"""What customers wrote in Intercom: parts of a conversation by a user, lead or contact that are messages.

A webhook bears the part that it tells of, a conversation re-read by its id all of the latest 500. Both bear the first
message apart, as `source` (`conversation_message` in API 1.x), which has no instant of its own: the conversation's.
Admins, bots and teams write parts, too, and so do workflows in their names; of notes no customer knows.
"""

import re
from collections.abc import Iterator

from config.source import INTERCOM
from handlers.sources.reading import Json, key, members, seconds, shown, take, word
from handlers.sources.written import LONGEST_BODY, Authored
from scoring.instants import Instant
from scoring.observations import Subject

SOURCE = INTERCOM.name
_CUSTOMERS = frozenset({"user", "lead", "contact"})
_MESSAGES = frozenset({"comment", "open", "assignment", "close", "source"})
"""Types of parts that bear what was written; an answer that opens a closed conversation again is of the type open."""
_NO_MESSAGES = frozenset({"note", "note_and_reopen", "quick_reply", "away_mode_assignment"})
"""Types of parts whose body is no sentence of a customer's: the label of a button, what a teammate notes."""
_READ = ("id", "part_type", "created_at", "author", "body", "redacted")
_BEGINS = "conversation.user.created"
_REDACTED = "conversation_part.redacted"
_DELETED = re.compile(r"\s*(?:<p>)?\s*(?:<i>)?\s*This message was deleted\s*(?:</i>)?\s*(?:</p>)?\s*")
"""What Intercom writes instead of a part that was redacted; older versions of its API say it in no other way."""


def authored(message: Json, remarks: list[str]) -> list[Authored]:
    """List what a customer wrote in a notification or a conversation that was re-read, the first message first."""
    topic = message.get("topic")
    whole = members(message.get("conversation")) or members(members(message.get("data")).get("item"))
    conversation = take(whole, "id", key, [])
    if conversation is None or whole.get("type") not in (None, "conversation"):
        return []
    subject = Subject(SOURCE, "conversation", conversation)
    first = _first(subject, whole, remarks, is_repeated=topic is not None and topic != _BEGINS)
    return [*first, *_parts(subject, whole, remarks, redacts=topic == _REDACTED)]


def parts_by_customers(conversation: Json) -> list[Json]:
    """Give the parts of a conversation that a customer wrote, with what is read of them."""
    listed = members(conversation.get("conversation_parts")).get("conversation_parts")
    parts = map(members, listed if isinstance(listed, list) else ())
    return [{name: part.get(name) for name in _READ} for part in parts if _is_by_customer(part)]


def _is_by_customer(part: Json) -> bool:
    author = members(part.get("author"))
    return author.get("type") in _CUSTOMERS and author.get("from_ai_agent") is not True


def _first(subject: Subject, whole: Json, remarks: list[str], *, is_repeated: bool) -> Iterator[Authored]:
    """Read the message that began a conversation, where a customer did."""
    source = members(whole.get("source")) or members(whole.get("conversation_message"))
    at = take(whole, "created_at", seconds, [])
    if at is None or take(source, "delivered_as", word, []) not in (None, "customer_initiated"):
        return
    for part in _written(subject, {"part_type": "source", **source}, at, remarks):
        yield Authored(
            subject,
            part.part,
            at,
            part.author,
            part.body,
            begins=True,
            is_repeated=is_repeated and not part.redacted,
            redacted=part.redacted,
        )


def _parts(subject: Subject, whole: Json, remarks: list[str], *, redacts: bool) -> Iterator[Authored]:
    listed = members(whole.get("conversation_parts")).get("conversation_parts")
    for part in map(members, listed if isinstance(listed, list) else ()):
        at = take(part, "created_at", seconds, remarks)
        if at is not None:
            yield from _written(subject, {**part, "redacted": True} if redacts else part, at, remarks)


def _written(subject: Subject, part: Json, at: Instant, remarks: list[str]) -> Iterator[Authored]:
    if not _is_by_customer(part):
        return
    told = part.get("body")
    body = told[:LONGEST_BODY] if isinstance(told, str) else ""
    redacted = part.get("redacted") is True or _DELETED.fullmatch(body[:100]) is not None
    identity = take(part, "id", key, remarks)
    if identity is not None and (redacted or (body.strip() and _is_message(part, remarks))):
        by = take(members(part.get("author")), "id", key, []) or ""
        yield Authored(subject, identity, at, by, "" if redacted else body, redacted=redacted)


def _is_message(part: Json, remarks: list[str]) -> bool:
    """Tell whether a part is a message by its type; one that we never heard of is remarked, and not read."""
    kind = take(part, "part_type", word, [])
    if kind in _MESSAGES:
        return True
    if kind is not None and kind not in _NO_MESSAGES:
        remarks.append(f"unknown:part_type={shown(kind)}")
    return False
