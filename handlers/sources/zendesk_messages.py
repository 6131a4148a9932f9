"""What customers wrote in Zendesk: public comments by people who are no staff, as webhook events tell them.

An event bears its comment whole. A ticket that is read over REST brings none.
"""

from config.source import ZENDESK
from handlers.sources.reading import Json, key, members, moment, take
from handlers.sources.written import LONGEST_BODY, Authored
from handlers.sources.zendesk_topics import BEGINNING
from scoring.instants import Instant
from scoring.observations import Subject

SOURCE = ZENDESK.name
_ADDED, _REDACTED = f"{BEGINNING}ticket.comment_added", f"{BEGINNING}ticket.comment_redacted"


def authored(event: Json, remarks: list[str]) -> list[Authored]:
    """List what a customer wrote in an event, or what was redacted: one comment, or none."""
    topic = event.get("type")
    comment = members(members(event.get("event")).get("comment"))
    ticket = take(members(event.get("detail")), "id", key, [])
    at = take(event, "time", moment, [])
    if topic not in (_ADDED, _REDACTED) or ticket is None or at is None:
        return []
    part = take(comment, "id", key, remarks)
    subject = Subject(SOURCE, "conversation", ticket)
    if part is None:
        return []
    redacted = Authored(subject, part, at, "", "", redacted=True)
    return [redacted] if topic == _REDACTED else _said(subject, part, at, comment)


def _said(subject: Subject, part: str, at: Instant, comment: Json) -> list[Authored]:
    """Give a comment where it is a customer's: who is not said to be no staff is taken for staff."""
    author, body = members(comment.get("author")), comment.get("body")
    if author.get("is_staff") is not False or comment.get("is_public") is not True or not isinstance(body, str):
        return []
    by = take(author, "id", key, []) or ""
    return [Authored(subject, part, at, by, body[:LONGEST_BODY])] if body.strip() else []
