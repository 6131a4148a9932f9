"""Intercom: webhook notifications and conversations re-read over REST (contracts.md 1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.intake import Intake
from config.source import INTERCOM
from handlers.sources.attributes import attributes_of
from handlers.sources.intercom_messages import authored
from handlers.sources.intercom_shapes import Notification, Reread, WideNotification, WideReread
from handlers.sources.intercom_topics import COMPANY_TOPICS, CONVERSATION_TOPICS, SILENT_TOPICS, TOPICS
from handlers.sources.kinds import OTHER, Kind
from handlers.sources.reading import (
    Json,
    Taken,
    UnreadableError,
    brief,
    count,
    few,
    json_object,
    key,
    members,
    moment,
    name_of,
    need,
    rating,
    seconds,
    shown,
    take,
    text,
    word,
    yes_no,
)
from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import Instant
from scoring.observations import NOBODY, Conversation, Observation, Subject, Tombstone

SOURCE = INTERCOM.name
_MOST_TAGS = 500
_MERGED = "merged_secondary_conversation"


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
    _add_snapshot(item, _company(item, look.taken.remarks), look)


def _read_unheard_of(event: Json, item: Json, look: _Look) -> None:
    kind = item.get("type")
    if kind == "conversation" and "updated_at" in item and "created_at" in item:
        _add_snapshot(item, _company(item, look.taken.remarks), look)
    elif kind == "company":
        _read_company(event, item, look.taken)


def _read_company(event: Json, item: Json, taken: Taken) -> None:
    company = members(item.get("company")) or item
    ids = _company_ids(company, taken.remarks)
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
    company = _company(item, taken.remarks)
    resolved = take(message, "company_id", key, taken.remarks)
    if not company.ids and resolved is not None:
        company = _Company((resolved,), None, resolved=True)
    _add_snapshot(item, company, _Look(intake, taken, read_at))
    return taken


@dataclass(frozen=True, slots=True)
class _Company:
    """The company that a conversation names, or that we `resolved`; without ids none is named.

    `is_said` tells a conversation that says that it has no company from one that says nothing of it.
    """

    ids: tuple[str, ...]
    name: str | None
    resolved: bool = False
    is_said: bool = True

    @property
    def owner(self) -> str | None:
        """Give the owner as observations bear it."""
        return self.ids[0] if self.ids else NOBODY if self.is_said else None


def _company(item: Json, remarks: list[str]) -> _Company:
    company = _part(item, "company", remarks)
    ids = _company_ids(company, remarks)
    is_empty = "company" in item and item["company"] is None
    return _Company(ids, name_of(company, remarks) if ids else None, is_said=bool(ids) or is_empty)


def _company_ids(company: Json, remarks: list[str]) -> tuple[str, ...]:
    """Give the id that the company's own systems set, then Intercom's own."""
    found = (take(company, name, key, remarks) for name in ("company_id", "id") if company.get(name) != "")
    return tuple(dict.fromkeys(company_id for company_id in found if company_id is not None))


def _add_snapshot(item: Json, company: _Company, look: _Look) -> None:
    at = need(item, "updated_at", seconds)
    subject = Subject(SOURCE, "conversation", need(item, "id", key))
    taken = look.taken
    known_at = None if look.known_at == at else look.known_at
    snapshot = _snapshot(item, known_at, taken.remarks, resolved=company.resolved)
    _remark_unknown(snapshot, look.intake.known_words, taken.remarks)
    taken.statements.append(Observation(subject, at, snapshot, company.owner))
    merged_at = _merged_at(item, snapshot, at)
    if merged_at is not None:
        taken.statements.append(Observation(subject, merged_at, Tombstone(merged=True)))
    if company.ids:
        taken.statements.append(Naming(SOURCE, company.ids, at, company.name))


def _merged_at(item: Json, snapshot: Conversation, at: Instant) -> Instant | None:
    """Say when a conversation was merged into another.

    It then bears a part of the type `merged_secondary_conversation`; where parts are not given (a
    search), a closed one bears the custom attribute `Merged`.
    """
    merges = merge_parts(item)
    if merges:
        told = (take(part, "created_at", seconds, []) for part in merges)
        return min((instant for instant in told if instant is not None), default=at)
    attribute = members(item.get("custom_attributes")).get("Merged")
    return at if snapshot.state == "closed" and str(attribute).lower() == "true" else None


def merge_parts(conversation: Json) -> list[Json]:
    """Give the parts that say that a conversation was merged into another: it goes on there."""
    parts = members(conversation.get("conversation_parts")).get("conversation_parts")
    listed = map(members, parts if isinstance(parts, list) else ())
    return [part for part in listed if part.get("part_type") == _MERGED]


def _customer_wrote(item: Json, statistics: Json, begun_by: str | None, remarks: list[str]) -> Instant | None:
    """Say when the customer first wrote in a conversation that somebody else began."""
    if begun_by in (None, "customer_initiated"):
        return None
    first = take(_part(item, "first_contact_reply", remarks), "created_at", seconds, remarks)
    return take(statistics, "first_contact_reply_at", seconds, remarks) if first is None else first


def _snapshot(item: Json, known_at: Instant | None, remarks: list[str], *, resolved: bool) -> Conversation:
    statistics = _part(item, "statistics", remarks)
    agent = _part(item, "ai_agent", remarks)
    begun_by = take(_part(item, "source", remarks), "delivered_as", word, remarks)
    return Conversation(
        created=need(item, "created_at", seconds),
        state=_state(item, remarks),
        delivered_as=begun_by,
        priority=take(item, "priority", word, remarks),
        tags=_tags(item, remarks),
        first_admin_reply=take(statistics, "first_admin_reply_at", seconds, remarks),
        last_close=take(statistics, "last_close_at", seconds, remarks),
        reopens=take(statistics, "count_reopens", count, remarks),
        parts=_parts(item, statistics, remarks),
        agent_took_part=take(item, "ai_agent_participated", yes_no, remarks) is True,
        agent_source=take(agent, "source_type", word, remarks),
        agent_resolution=take(agent, "resolution_state", word, remarks),
        agent_rating=take(agent, "rating", rating, remarks),
        rating=take(_part(item, "conversation_rating", remarks), "rating", rating, remarks),
        customer_wrote=_customer_wrote(item, statistics, begun_by, remarks),
        known_at=known_at,
        resolved=resolved,
    )


def _part(item: Json, name: str, remarks: list[str]) -> Json:
    part = item.get(name)
    if part is not None and not isinstance(part, dict):
        remarks.append(f"dropped:{name}")
    return members(part)


def _parts(item: Json, statistics: Json, remarks: list[str]) -> int | None:
    """Count the parts; a REST conversation without statistics lists them."""
    counted = take(statistics, "count_conversation_parts", count, remarks)
    return take(_part(item, "conversation_parts", []), "total_count", count, []) if counted is None else counted


def _state(item: Json, remarks: list[str]) -> str | None:
    """Read the state; API 1.x has only `open`."""
    if item.get("state") is not None:
        return take(item, "state", word, remarks)
    is_open = take(item, "open", yes_no, remarks)
    return None if is_open is None else ("open" if is_open else "closed")


def _tags(item: Json, remarks: list[str]) -> tuple[str, ...]:
    """Read the names of tags; API 1.x tells those of the last part apart."""
    told = [*_tag_names(item, "tags", remarks), *_tag_names(item, "tags_added", remarks)]
    return few(tuple(sorted(set(told))), _MOST_TAGS, "tags", remarks)


def _tag_names(item: Json, member: str, remarks: list[str]) -> Iterable[str]:
    tags = _part(item, member, remarks).get("tags")
    if not tags:
        return ()
    listed = tags if isinstance(tags, list) else [None]
    names = [take(members(tag), "name", word, []) for tag in listed]
    if None in names:
        remarks.append(f"dropped:{member}")
    return [name for name in names if name is not None]


def _remark_unknown(snapshot: Conversation, known: Mapping[str, frozenset[str]], remarks: list[str]) -> None:
    told = (
        ("conversation.state", snapshot.state),
        ("conversation.priority", snapshot.priority),
        ("conversation.delivered_as", snapshot.delivered_as),
        ("conversation.agent_source", snapshot.agent_source),
        ("conversation.agent_resolution", snapshot.agent_resolution),
    )
    for name, value in told:
        if value is not None and value not in known.get(name, (value,)):
            remarks.append(f"unknown:{name}={shown(value)}")


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
)
REREAD = Kind(read_conversation, type="intercom.conversation", shape=Reread, authored=authored, wide=WideReread)
KINDS = (NOTIFICATION, REREAD)
