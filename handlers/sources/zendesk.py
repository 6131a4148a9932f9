"""Zendesk: webhook events, and tickets that came over REST with their metrics (docs/zendesk.md)."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.intake import Intake
from config.source import ZENDESK
from handlers.sources.attributes import attributes_of
from handlers.sources.kinds import OTHER, Kind
from handlers.sources.reading import (
    Json,
    Taken,
    UnreadableError,
    count,
    few,
    json_object,
    key,
    listed,
    members,
    moment,
    name_of,
    need,
    rating,
    shown,
    take,
    text,
    word,
    yes_no,
)
from handlers.sources.zendesk_messages import authored
from handlers.sources.zendesk_shapes import Event, TicketRead, WideEvent
from handlers.sources.zendesk_topics import BEGINNING, is_known
from handlers.sources.zendesk_words import (
    CHANNELS,
    DELETED,
    FOLLOW_UP,
    PRIORITIES,
    SCORES,
    SCRUBBED,
    STATES,
    begun_by,
)
from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import SECOND, Instant
from scoring.observations import NOBODY, Conversation, Observation, Subject, Tombstone

SOURCE = ZENDESK.name
MERGED = "closed_by_merge"
_MOST_TAGS = 500
_NO_ORGANIZATION = frozenset({"", "0"})
"""What an event writes where a ticket has no organization; REST writes null."""

_BIN = frozenset({"soft_deleted", "marked_as_spam"})


def read_event(event: Json, intake: Intake) -> Taken:
    """Read a webhook event, which says only what it bears whole.

    It has no metrics of its ticket, so a snapshot of it would wipe what a sweep knew: the first
    reply, the last close, how often it was reopened. Only a ticket that nobody has touched since it
    was created needs none. For the same reason no event is a sign of life: the sweep alone keeps the
    figures right, and without it the feed must not look alive.
    """
    taken = Taken()
    topic = need(event, "type", text).removeprefix(BEGINNING)
    domain, _, deed = topic.partition(".")
    if domain == "ticket":
        _read_ticket_event(deed, event, _Look(intake, taken, need(event, "time", moment)))
    elif domain == "organization" and deed != "deleted":
        _read_organization(event, taken)
    if not is_known(topic):
        taken.remarks.append(f"unknown:topic={shown(topic)}")
    return taken


def read_ticket(message: Json, intake: Intake) -> Taken:
    """Read `zendesk.ticket`: a ticket that came over REST, with its metrics."""
    taken = Taken()
    read_at = need(message, "read_at", moment)
    taken.statements.append(Heard(SOURCE, read_at))
    item = need(message, "ticket", json_object)
    metrics = take(message, "metrics", json_object, taken.remarks)
    if not _add_ticket(item, metrics, _Look(intake, taken, read_at)):
        raise UnreadableError("metrics are missing: without them a ticket says less than may be known of it")
    return taken


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a ticket: what is known of words, what is taken from it, when it was seen."""

    intake: Intake
    taken: Taken
    known_at: Instant


def _read_ticket_event(deed: str, event: Json, look: _Look) -> None:
    detail = need(event, "detail", json_object)
    subject, at = _subject(detail), look.known_at
    if deed == "permanently_deleted":
        look.taken.statements.append(Observation(subject, at, Tombstone()))
    elif deed == "merged":
        if _was_merged(detail, event, look.taken.remarks):
            look.taken.statements.append(Observation(subject, at, Tombstone(merged=True)))
    elif deed in _BIN:
        look.taken.statements.append(_binned(detail, at, look))
    else:
        _add_ticket(detail, None, look)


def _was_merged(detail: Json, event: Json, remarks: list[str]) -> bool:
    """Tell whether an event is of the ticket that was merged: it is closed, and another goes on.

    What is hidden stays hidden, so it must be proved; else the sweep says it.
    """
    target = take(members(event.get("event")), "target_ticket_id", key, remarks)
    closed = take(detail, "status", word, remarks) in ("closed", "archived")
    return closed and target is not None and target != take(detail, "id", key, [])


def _read_organization(event: Json, taken: Taken) -> None:
    detail = need(event, "detail", json_object)
    at, attributes = need(event, "time", moment), attributes_of({"external_id": detail.get("external_id")})
    taken.statements.append(Naming(SOURCE, (need(detail, "id", key),), at, name_of(detail, taken.remarks), attributes))


def _add_ticket(item: Json, metrics: Json | None, look: _Look) -> bool:
    """Add what a ticket says; tell whether it says all that is known of it."""
    created, at = need(item, "created_at", _stamp), need(item, "updated_at", _stamp)
    status = need(item, "status", word)
    if status == SCRUBBED or take(item, "scrubbed", yes_no, look.taken.remarks):
        look.taken.statements.append(Observation(_subject(item), at, Tombstone()))
    elif status == DELETED:
        look.taken.statements.append(_binned(item, at, look))
    elif metrics is None and (created != at or STATES.get(status) == "closed"):
        return False
    else:
        _add_snapshot(item, at, metrics, look)
    return True


def _add_snapshot(item: Json, at: Instant, metrics: Json | None, look: _Look) -> None:
    snapshot, remarks = _snapshot(item, metrics, _known_at(at, look), look.taken.remarks), look.taken.remarks
    _remark_unknown(snapshot, look.intake.known_words, remarks)
    subject, owner = _subject(item), _owner(item, remarks)
    look.taken.statements.append(Observation(subject, at, snapshot, owner))
    if _is_merged(item, snapshot):
        closed = take(members(metrics), "status_updated_at", moment, [])
        look.taken.statements.append(Observation(subject, min(at, closed or at), Tombstone(merged=True)))
    if owner:
        look.taken.statements.append(Naming(SOURCE, (owner,), at))


def _binned(item: Json, at: Instant, look: _Look) -> Observation:
    """Say of a ticket in the bin that it is nobody's: it may come back, which a tombstone would not allow."""
    snapshot = _snapshot(item, None, _known_at(at, look), look.taken.remarks)
    return Observation(_subject(item), at, snapshot, NOBODY)


def _known_at(at: Instant, look: _Look) -> Instant | None:
    return None if look.known_at == at else look.known_at


def _stamp(value: object) -> Instant:
    """Read an instant of a ticket in whole seconds: REST has no finer ones, and one stamp must be one instant."""
    return Instant(moment(value) // SECOND * SECOND)


def _subject(item: Json) -> Subject:
    return Subject(SOURCE, "conversation", need(item, "id", key))


def _owner(item: Json, remarks: list[str]) -> str | None:
    """Name the organization; NOBODY where the ticket says that it has none, None where it says nothing of it."""
    if "organization_id" not in item:
        return None
    if item["organization_id"] is None or str(item["organization_id"]).strip() in _NO_ORGANIZATION:
        return NOBODY
    return take(item, "organization_id", key, remarks)


def _snapshot(item: Json, metrics: Json | None, known_at: Instant | None, remarks: list[str]) -> Conversation:
    """Give a ticket as a conversation; one without metrics has not been answered, solved or reopened yet."""
    told: Json = {"reopens": 0} if metrics is None else metrics
    created, status = need(item, "created_at", _stamp), take(item, "status", word, remarks)
    state = None if status is None else "closed" if status == DELETED else STATES.get(status, status)
    return Conversation(
        created=created,
        state=state,
        delivered_as=_begun_by(item, remarks),
        priority=_priority(item, remarks),
        tags=_tags(item, remarks),
        first_admin_reply=_first_reply(created, told, remarks),
        last_close=_last_close(state, told, remarks),
        reopens=take(told, "reopens", count, remarks),
        rating=_rating(members(item.get("satisfaction_rating")), remarks),
        known_at=known_at,
    )


def _priority(item: Json, remarks: list[str]) -> str | None:
    told = take(item, "priority", word, remarks)
    return PRIORITIES.get(told, told) if told else None


def _first_reply(created: Instant, metrics: Json, remarks: list[str]) -> Instant | None:
    """Say when an agent first replied: a wait after the creation, by the calendar, in minutes unless seconds are told.

    Business hours are not looked at: they leave out hours in which the customer waited.
    """
    seconds = take(members(metrics.get("reply_time_in_seconds")), "calendar", count, remarks)
    minutes = take(members(metrics.get("reply_time_in_minutes")), "calendar", count, remarks)
    waited = seconds if seconds is not None else None if minutes is None else minutes * 60
    return None if waited is None else created + waited * SECOND


def _last_close(state: str | None, metrics: Json, remarks: list[str]) -> Instant | None:
    """Say when a ticket was last solved; one that was closed without that, when its status last changed."""
    solved = take(metrics, "solved_at", moment, remarks)
    return take(metrics, "status_updated_at", moment, remarks) if solved is None and state == "closed" else solved


def _rating(told: Json, remarks: list[str]) -> int | None:
    score = told.get("score")
    if not isinstance(score, str):
        return take(told, "score", rating, remarks)
    if score.lower() not in SCORES:
        remarks.append(f"unknown:satisfaction_rating.score={shown(score)}")
    return SCORES.get(score.lower())


def _tags(item: Json, remarks: list[str]) -> tuple[str, ...]:
    """Read tags: a list, or one text in which blanks part them."""
    tags = item.get("tags")
    told = {"tags": tags.split()} if isinstance(tags, str) else item
    return few(tuple(sorted(set(listed(told, "tags", word, remarks)))), _MOST_TAGS, "tags", remarks)


def _begun_by(item: Json, remarks: list[str]) -> str | None:
    via = members(item.get("via"))
    channel, relation = take(via, "channel", word, remarks), _relation(via)
    if channel is not None and channel not in CHANNELS:
        remarks.append(f"unknown:via.channel={shown(channel)}")
    submitter, requester = (take(item, name, key, remarks) for name in ("submitter_id", "requester_id"))
    return begun_by(channel, relation, submitter, requester)


def _relation(via: Json) -> str | None:
    return take(members(via.get("source")), "rel", word, [])


def _is_merged(item: Json, snapshot: Conversation) -> bool:
    """Tell whether a ticket was merged into another: it is closed, and has the tag of its own, not a parent's."""
    via = members(item.get("via"))
    follows = {take(via, "channel", word, []), _relation(via)} & FOLLOW_UP
    return snapshot.state == "closed" and MERGED in snapshot.tags and not follows


def _remark_unknown(snapshot: Conversation, known: Mapping[str, frozenset[str]], remarks: list[str]) -> None:
    for name in ("state", "priority", "delivered_as"):
        told, place = getattr(snapshot, name), f"conversation.{name}"
        if told is not None and told not in known.get(place, (told,)):
            remarks.append(f"unknown:{place}={shown(told)}")


def _topic(event: Json) -> str:
    topic = str(event.get("type")).removeprefix(BEGINNING)
    return topic if is_known(topic) and topic.partition(".")[0] in ("ticket", "organization") else OTHER


EVENT = Kind(read_event, type_begins=BEGINNING, shape=Event, topic=_topic, authored=authored, wide=WideEvent)
TICKET = Kind(read_ticket, type=f"{SOURCE}.ticket", shape=TicketRead)
KINDS = (EVENT, TICKET)
