"""A conversation as Intercom shows it: what its members say in our words, and whose it is."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from config.source import INTERCOM
from handlers.sources.reading import (
    Json,
    count,
    few,
    key,
    members,
    name_of,
    need,
    rating,
    seconds,
    shown,
    take,
    word,
    yes_no,
)
from scoring.account import Naming
from scoring.instants import Instant
from scoring.observations import NOBODY, Conversation, Observation, Subject, Tombstone
from scoring.statements import Statement

SOURCE = INTERCOM.name
_MOST_TAGS = 500
MERGED = "merged_secondary_conversation"
"""The type of part by which a conversation says that it goes on in another."""


class Member(NamedTuple):
    """A member of a conversation, or of its object `part`, that says one field of ours as it stands."""

    field: str
    part: str
    name: str
    read: Callable[[object], int | str]


MEMBERS = (
    Member("priority", "", "priority", word),
    Member("delivered_as", "source", "delivered_as", word),
    Member("first_admin_reply", "statistics", "first_admin_reply_at", seconds),
    Member("last_close", "statistics", "last_close_at", seconds),
    Member("reopens", "statistics", "count_reopens", count),
    Member("agent_source", "ai_agent", "source_type", word),
    Member("agent_resolution", "ai_agent", "resolution_state", word),
    Member("agent_rating", "ai_agent", "rating", rating),
    Member("rating", "conversation_rating", "rating", rating),
)
"""What is read member by member, each by itself; `snapshot_of` reads the rest."""

PARTS = tuple(dict.fromkeys(member.part for member in MEMBERS if member.part))


class Company(NamedTuple):
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


def company_of(item: Json, remarks: list[str]) -> Company:
    """Read the company that a conversation names."""
    company = _part(item, "company", remarks)
    ids = company_ids(company, remarks)
    is_empty = "company" in item and item["company"] is None
    return Company(ids, name_of(company, remarks) if ids else None, is_said=bool(ids) or is_empty)


def company_ids(company: Json, remarks: list[str]) -> tuple[str, ...]:
    """Give the id that the company's own systems set, then Intercom's own."""
    set_by_them = _id(company, "company_id", remarks)
    intercoms = _id(company, "id", remarks)
    if set_by_them is None or intercoms in (None, set_by_them):
        only = intercoms if set_by_them is None else set_by_them
        return () if only is None else (only,)
    return set_by_them, intercoms


def _id(company: Json, name: str, remarks: list[str]) -> str | None:
    return None if company.get(name) == "" else take(company, name, key, remarks)


def snapshot_of(item: Json, known_at: Instant | None, remarks: list[str], *, resolved: bool) -> Conversation:
    """Read a whole conversation, member by member: what is no value of its field is remarked, the rest stands."""
    parts = {"": item, **{name: _part(item, name, remarks) for name in PARTS}}
    told: dict[str, Any] = {one.field: take(parts[one.part], one.name, one.read, remarks) for one in MEMBERS}
    statistics = parts["statistics"]
    return Conversation(
        created=need(item, "created_at", seconds),
        state=_state(item, remarks),
        tags=tags_of(item, remarks),
        parts=_parts(item, statistics, remarks),
        agent_took_part=take(item, "ai_agent_participated", yes_no, remarks) is True,
        customer_wrote=customer_wrote(item, statistics, told["delivered_as"], remarks),
        known_at=known_at,
        resolved=resolved,
        **told,
    )


def told_by(
    conversation_id: str, at: Instant, snapshot: Conversation, company: Company, merged_at: Instant | None = None
) -> list[Statement]:
    """Say what a conversation told at an instant: how it stands, where it went, and who its company is."""
    subject = Subject(SOURCE, "conversation", conversation_id)
    told: list[Statement] = [Observation(subject, at, snapshot, company.owner)]
    if merged_at is not None:
        told.append(Observation(subject, merged_at, Tombstone(merged=True)))
    if company.ids:
        told.append(Naming(SOURCE, company.ids, at, company.name))
    return told


def merged_at(item: Json, snapshot: Conversation, at: Instant) -> Instant | None:
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
    return [part for part in listed if part.get("part_type") == MERGED]


def customer_wrote(item: Json, statistics: Json, begun_by: str | None, remarks: list[str]) -> Instant | None:
    """Say when the customer first wrote in a conversation that somebody else began."""
    if begun_by in (None, "customer_initiated"):
        return None
    first = take(_part(item, "first_contact_reply", remarks), "created_at", seconds, remarks)
    return take(statistics, "first_contact_reply_at", seconds, remarks) if first is None else first


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


def tags_of(item: Json, remarks: list[str]) -> tuple[str, ...]:
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


def remark_unknown(snapshot: Conversation, known: Mapping[str, frozenset[str]], remarks: list[str]) -> None:
    """Remark the words of a conversation that nobody has told us of."""
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
