"""Intercom: webhook notifications and conversations re-read over REST (contracts.md 1)."""

from dataclasses import dataclass

from config.intake import Intake
from handlers.sources.attributes import attributes_of
from handlers.sources.intercom_conversation import (
    SOURCE,
    Company,
    company_ids,
    company_of,
    merged_at,
    remark_unknown,
    snapshot_of,
    told_by,
)
from handlers.sources.intercom_messages import authored
from handlers.sources.intercom_shapes import Notification, Reread, WideNotification, WideReread
from handlers.sources.intercom_topics import COMPANY_TOPICS, CONVERSATION_TOPICS, SILENT_TOPICS, TOPICS
from handlers.sources.intercom_usual import read_usual
from handlers.sources.kinds import OTHER, Kind
from handlers.sources.reading import (
    Json,
    Taken,
    UnreadableError,
    brief,
    json_object,
    key,
    members,
    moment,
    name_of,
    need,
    seconds,
    shown,
    take,
    text,
)
from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import Instant
from scoring.observations import Observation, Subject, Tombstone


def read_notification(event: Json, intake: Intake) -> Taken:
    """Read a webhook notification; topics that say nothing of health only show that the feed lives."""
    taken = Taken()
    topic = need(event, "topic", text)
    heard = take(event, "created_at", seconds, taken.remarks)
    if heard is not None:
        taken.statements.append(Heard(SOURCE, heard))
    sent = take(event, "first_sent_at", seconds, taken.remarks)
    look = _Look(intake, taken, heard if sent is None else sent)
    item = members(members(event.get("data")).get("item"))
    if topic == "conversation.deleted":
        _read_deletion(event, item, taken)
    elif topic in CONVERSATION_TOPICS:
        _read_conversation_item(topic, item, look)
    elif topic in COMPANY_TOPICS:
        _read_company(event, item, taken)
    elif topic not in SILENT_TOPICS:
        taken.remarks.append(f"unknown:topic={shown(topic)}")
        _read_unheard_of(event, item, look)
    return taken


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a conversation: what is known of words, what is taken from it, when it was seen."""

    intake: Intake
    taken: Taken
    known_at: Instant | None


def _read_deletion(event: Json, item: Json, taken: Taken) -> None:
    conversation_id = need(item, "id" if item.get("conversation_id") is None else "conversation_id", key)
    at = need(event, "created_at", seconds)
    taken.statements.append(Observation(Subject(SOURCE, "conversation", conversation_id), at, Tombstone()))


def _read_conversation_item(topic: str, item: Json, look: _Look) -> None:
    kind = item.get("type")
    if kind == "conversation_part" and topic.startswith("conversation_part."):
        return
    if kind not in (None, "conversation"):
        raise UnreadableError(f"data.item is no conversation but {brief(kind)}")
    _add_snapshot(item, company_of(item, look.taken.remarks), look)


def _read_unheard_of(event: Json, item: Json, look: _Look) -> None:
    kind = item.get("type")
    if kind == "conversation" and "updated_at" in item and "created_at" in item:
        _add_snapshot(item, company_of(item, look.taken.remarks), look)
    elif kind == "company":
        _read_company(event, item, look.taken)


def _read_company(event: Json, item: Json, taken: Taken) -> None:
    company = members(item.get("company")) or item
    ids = company_ids(company, taken.remarks)
    if not ids:
        raise UnreadableError("the company has neither company_id nor id")
    at = need(event, "created_at", seconds)
    website = attributes_of({"website": company.get("website")})
    taken.statements.append(Naming(SOURCE, ids, at, name_of(company, taken.remarks), website))


def read_conversation(message: Json, intake: Intake) -> Taken:
    """Read `intercom.conversation`: a conversation re-read over REST, perhaps with its company resolved."""
    taken = Taken()
    read_at = take(message, "read_at", moment, taken.remarks)
    if read_at is not None:
        taken.statements.append(Heard(SOURCE, read_at))
    item = need(message, "conversation", json_object)
    company = company_of(item, taken.remarks)
    resolved = take(message, "company_id", key, taken.remarks)
    if not company.ids and resolved is not None:
        company = Company((resolved,), None, resolved=True)
    _add_snapshot(item, company, _Look(intake, taken, read_at))
    return taken


def _add_snapshot(item: Json, company: Company, look: _Look) -> None:
    at = need(item, "updated_at", seconds)
    conversation_id = need(item, "id", key)
    remarks = look.taken.remarks
    known_at = None if look.known_at == at else look.known_at
    snapshot = snapshot_of(item, known_at, remarks, resolved=company.resolved)
    remark_unknown(snapshot, look.intake.known_words, remarks)
    look.taken.statements += told_by(conversation_id, at, snapshot, company, merged_at(item, snapshot, at))


def _topic(notification: Json) -> str:
    topic = notification.get("topic")
    return topic if isinstance(topic, str) and topic in TOPICS else OTHER


NOTIFICATION = Kind(
    read_notification,
    type="notification_event",
    shape=Notification,
    topic=_topic,
    authored=authored,
    wide=WideNotification,
    usual=read_usual,
)
REREAD = Kind(read_conversation, type="intercom.conversation", shape=Reread, authored=authored, wide=WideReread)
KINDS = (NOTIFICATION, REREAD)
