"""Intercom's conversation, key by key as captured, of three API versions and over REST."""

from handlers.demo.intercom import company
from handlers.demo.threads import ADMINS, API_2_14, FIN, OPERATOR, Era, Part, Person, Thread
from handlers.demo.wire import Json, maybe, seconds
from scoring.instants import SECOND, Instant

_URL = "https://guests.example.com/help"
_IDLE: Json = {
    "title": "",
    "topics": {"type": "topic.list", "topics": [], "total_count": 0},
    "ticket": None,
    "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
}
_ATTRIBUTES = {
    "Has attachments": False,
    "Imported via standalone": False,
    "Auto-translated": False,
    "Fin AI Agent: Preview": False,
    "Fin AI Agent: Image used in reply": False,
    "Copilot used": False,
}


def conversation(thread: Thread, part: Part, era: Era, *, names_company: bool = True) -> Json:
    """Write a conversation as it stands, with the part that set the notification off."""
    item: Json = {
        "type": "conversation",
        "id": thread.id,
        "created_at": seconds(thread.created),
        "updated_at": seconds(thread.updated),
        "waiting_since": seconds(thread.created) if thread.first_reply is None and thread.state == "open" else None,
        "snoozed_until": maybe(seconds, thread.snoozed_until),
        "source": _source(thread, era),
        "contacts": {"type": "contact.list", "contacts": [_reference(thread.contact)]},
        "first_contact_reply": _first_contact_reply(thread),
        "admin_assignee_id": None if thread.admin is None else int(thread.admin.id),
        "team_assignee_id": None,
        "open": thread.state != "closed",
        "state": thread.state,
        "read": thread.first_reply is not None,
        "tags": {"type": "tag.list", "tags": [_tag(name, thread, era) for name in thread.tags]},
        "priority": _priority(thread, era),
        "sla_applied": _sla(thread),
        "statistics": _statistics(thread, era),
        "conversation_rating": _rating(thread, era),
        "teammates": _teammates(thread, era),
        **_IDLE,
        "custom_attributes": _ATTRIBUTES,
        "ai_agent": _agent(thread, era),
        "ai_agent_participated": thread.agent != "",
        "conversation_parts": _parts(thread, part, era),
    }
    if era.names_company:
        item["company"] = company(thread.company, thread.created) if names_company else None
    return item


def _source(thread: Thread, era: Era) -> Json:
    guest = thread.delivered_as == "customer_initiated"
    greeter = OPERATOR if thread.delivered_as == "operator_initiated" else thread.admin or ADMINS[0]
    author = thread.contact if guest else greeter
    return {
        "type": "conversation",
        "id": thread.id[3:],
        "delivered_as": thread.delivered_as,
        "subject": "",
        "body": _text(thread.body, era),
        "author": {"type": author.type, "id": author.id, "name": author.name, "email": author.email},
        "attachments": [],
        "url": _URL if guest else None,
        "redacted": False,
    }


def _text(body: str | None, era: Era) -> str | None:
    """Write a body: HTML over REST and of old versions, plain text in newer webhooks."""
    return f"<p>{body}</p>" if body is not None and (era.rest or era is API_2_14) else body


def _reference(person: Person) -> Json:
    return {"type": "contact", "id": person.id, "external_id": person.external_id}


def _first_contact_reply(thread: Thread) -> Json | None:
    if thread.first_contact is None:
        return None
    return {"created_at": seconds(thread.first_contact), "type": "conversation", "url": _URL}


def _tag(name: str, thread: Thread, era: Era) -> Json:
    tag: Json = {"type": "tag", "id": str(100_000 + sum(name.encode())), "name": name}
    if era.rest:
        by = {"type": "admin", "id": (thread.admin or ADMINS[0]).id}
        return {**tag, "applied_at": seconds(thread.updated), "applied_by": by}
    return tag


def _priority(thread: Thread, era: Era) -> str:
    if thread.priority is None:
        return _pick(era.calm, thread)
    return era.urgent if thread.priority == "urgent" else thread.priority


def _pick(words: tuple[str, ...], thread: Thread) -> str:
    return words[int(thread.id) % len(words)]


def _sla(thread: Thread) -> Json | None:
    if thread.sla is None:
        return None
    return {"type": "conversation_sla_summary", "sla_name": thread.sla, "sla_status": "active"}


def _statistics(thread: Thread, era: Era) -> Json:
    def when(at: Instant | None) -> str | int | None:
        return maybe(era.when, at)

    to_reply = _office_time(thread.created, thread.first_reply)
    return {
        "type": "conversation_statistics",
        "time_to_assignment": _office_time(thread.created, thread.assigned),
        "time_to_admin_reply": to_reply,
        "time_to_first_close": _office_time(thread.created, thread.first_close),
        "time_to_last_close": _office_time(thread.created, thread.last_close),
        "median_time_to_reply": to_reply,
        "first_contact_reply_at": when(thread.first_contact),
        "first_assignment_at": when(thread.assigned),
        "first_admin_reply_at": when(thread.first_reply),
        "first_close_at": when(thread.first_close),
        "last_assignment_at": when(thread.assigned),
        "last_assignment_admin_reply_at": when(thread.first_reply),
        "last_contact_reply_at": when(thread.last_contact),
        "last_admin_reply_at": when(thread.last_reply),
        "last_close_at": when(thread.last_close),
        "last_closed_by_id": None if thread.last_close is None or thread.admin is None else thread.admin.id,
        "count_reopens": thread.reopens,
        "count_assignments": thread.assignments,
        "count_conversation_parts": thread.parts,
        "assigned_team_first_response_time": [],
        "assigned_team_first_response_time_in_office_hours": [],
        "handling_time": None if thread.last_close is None else 60 * thread.parts,
        "adjusted_handling_time": None,
    }


def _office_time(start: Instant, end: Instant | None) -> int | None:
    """Say how many of the seconds between fell into office hours: about a third."""
    return None if end is None else (end - start) // SECOND // 3


def _rating(thread: Thread, era: Era) -> Json | None:
    if thread.rating is None:
        return {} if era is API_2_14 else None
    return {
        "rating": thread.rating,
        "remark": "Took too long" if thread.rating < 3 else None,
        "created_at": seconds(thread.rated),
        "updated_at": seconds(thread.rated),
        "contact": _reference(thread.contact),
        "teammate": None if thread.admin is None else {"type": "admin", "id": thread.admin.id},
    }


def _teammates(thread: Thread, era: Era) -> Json:
    team = [] if thread.admin is None else [{"type": "admin", "id": thread.admin.id}]
    return {"type": "admin.list", "teammates" if era.rest else "admins": team}


def _agent(thread: Thread, era: Era) -> Json | None:
    if not thread.agent:
        return None
    states = {
        "resolved": "confirmed_resolution",
        "assumed": "assumed_resolution",
        "handed_over": _pick(era.handed_over, thread),
    }
    return {
        "source_type": "workflow_preview" if thread.agent == "preview" else "workflow",
        "source_title": "Guest desk",
        "last_answer_type": "ai_answer",
        "resolution_state": states.get(thread.agent),
        "rating": thread.agent_rating,
        "rating_remark": None,
        "created_at": seconds(thread.agent_at),
        "updated_at": seconds(thread.updated),
        "content_sources": {"type": "content_source.list", "total_count": 0, "content_sources": []},
    }


def _parts(thread: Thread, part: Part, era: Era) -> Json:
    author = part.author
    one: Json = {
        "type": "conversation_part",
        "id": f"{thread.id[4:]}{thread.parts:03d}",
        "part_type": part.type,
        "body": _text(part.body, era),
        "created_at": seconds(thread.updated),
        "updated_at": seconds(thread.updated),
        "notified_at": seconds(thread.updated),
        "assigned_to": None,
        "author": {
            "id": author.id,
            "type": author.type,
            "name": author.name,
            "email": author.email,
            "from_ai_agent": author is FIN,
            "is_ai_answer": author is FIN,
        },
        "attachments": [],
        "external_id": None,
        "redacted": False,
        "metadata": {},
        "email_message_metadata": None,
        "state": thread.state,
        "tags": [] if part.tag is None else [_tag(part.tag, thread, era)],
        "event_details": {},
        "app_package_code": None,
    }
    return {"type": "conversation_part.list", "conversation_parts": [one], "total_count": 1}
