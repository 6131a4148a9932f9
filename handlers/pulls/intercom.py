"""Intercom over REST as messages of our queue: conversations, deletions, companies, the feed's state."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from handlers.clients.intercom.client import IntercomClient
from handlers.pulls.ids import ids_of
from handlers.pulls.listed import Listed, Message
from handlers.sources.intercom_conversation import merge_parts
from handlers.sources.intercom_messages import parts_by_customers
from handlers.sources.reading import Json, key, members, seconds, take
from scoring.instants import DAY, SECOND, Instant, format_instant

CompanyOf: TypeAlias = Callable[[Json], str | None]
"""Gives the company of a conversation that names none itself; None where it cannot be known."""

OVERLAP = 15 * 60 * SECOND
"""A sweep begins so long before its cursor: Intercom's search index may lag by minutes, clocks by seconds."""
BACKFILL_DAYS = 100
"""The volume trend looks back 90 days; the rest lets the days before the first run be scored too."""


WORDS_DAYS = 3
"""Of so many days what customers wrote is read by a sweep, where no webhook brought it: a call a conversation."""


def sweep(
    client: IntercomClient, since: Instant, now: Instant, company_of: CompanyOf, *, words: bool = False
) -> Iterator[Message]:
    """Tell what changed since an instant, then that the feed was heard; with `words` what customers wrote, too."""
    yield from conversations(client, since, now, company_of, words=words)
    yield from deletions(client, since)
    yield heard(now)


def backfill(
    client: IntercomClient,
    since: Instant,
    now: Instant,
    company_of: CompanyOf,
    reached: Instant | None = None,
    *,
    words: bool = False,
) -> Iterator[Message]:
    """Tell all there is since an instant: companies, conversations, older ones that are still open.

    Of conversations only those that were not `reached` by a backfill before, the longest unchanged
    first. The last messages say that the feed is covered since then: only who takes in all others
    may take in these.
    """
    yield from companies(client, now)
    yield from still_open(client, since, now, company_of)
    yield from conversations(client, since if reached is None else reached, now, company_of, words=words)
    yield from deletions(client, since)
    yield heard(now)
    yield covered(since)


def reached_by(message: Message, since: Instant) -> Instant | None:
    """Give the last update of the conversation that a message tells; None where it was before an instant."""
    at = take(members(message.get("conversation")), "updated_at", seconds, [])
    return None if at is None or at < since else at


def backfill_since(now: Instant) -> Instant:
    """Give the instant from which a backfill begins where none is asked for."""
    return now - BACKFILL_DAYS * DAY


def conversations(
    client: IntercomClient, since: Instant, now: Instant, company_of: CompanyOf, *, words: bool = False
) -> Iterator[Message]:
    """Tell every conversation updated since an instant, less the overlap.

    With `words` those in which a customer wrote since then are read one by one: a search gives no parts. What was
    written more than a few days ago is left to a look back, so that a sweep comes to its end.
    """
    found = client.search_conversations(since - OVERLAP, now)
    recent = max(since - OVERLAP, now - WORDS_DAYS * DAY)
    whole = (_with_parts(client, one, recent) for one in found) if words else found
    return _told(whole, now, company_of, words=words)


def _with_parts(client: IntercomClient, found: Message, since: Instant) -> Message:
    statistics = members(found.get("statistics"))
    wrote = take(statistics, "last_contact_reply_at", seconds, []) or take(found, "updated_at", seconds, [])
    if wrote is not None and wrote < since:
        return found
    return client.conversation(str(found.get("id"))) or found


def still_open(client: IntercomClient, before: Instant, now: Instant, company_of: CompanyOf) -> Iterator[Message]:
    """Tell conversations that are open or snoozed and were last updated before an instant."""
    return _told(client.search_conversations(Instant(0), before, still_open=True), now, company_of)


def rereads(
    client: IntercomClient, ids: Iterable[str], now: Instant, company_of: CompanyOf, *, words: bool = False
) -> Iterator[Message]:
    """Tell single conversations again, such as those without a company; those that are gone are passed over."""
    found = (client.conversation(conversation_id) for conversation_id in ids)
    return _told((conversation for conversation in found if conversation is not None), now, company_of, words=words)


def unattributed(
    client: IntercomClient, known: Mapping[str, Instant], now: Instant, company_of: CompanyOf, *, words: bool = False
) -> Iterator[Message]:
    """Tell conversations without a company again, where there is more to tell than at their last `known` update.

    Read again every day, they would say the same every day.
    """
    for message in rereads(client, known, now, company_of, words=words):
        conversation = members(message["conversation"])
        is_whose = "company_id" in message or bool(_ids(members(conversation.get("company"))))
        at = take(conversation, "updated_at", seconds, [])
        if is_whose or merge_parts(conversation) or at != known.get(str(conversation.get("id"))):
            yield message


def _told(found: Iterable[Message], now: Instant, company_of: CompanyOf, *, words: bool = False) -> Iterator[Message]:
    read_at = format_instant(now)
    for conversation in found:
        short = _short(conversation, words=words)
        message: Message = {"type": "intercom.conversation", "read_at": read_at, "conversation": short}
        company = None if _ids(members(conversation.get("company"))) else company_of(conversation)
        yield message if company is None else message | {"company_id": company}


def _short(conversation: Message, *, words: bool) -> Message:
    """Leave out the parts but for their number and a merge: the others say nothing, and queues have limits.

    With `words` those that a customer wrote stay.
    """
    parts = conversation.get("conversation_parts")
    if not isinstance(parts, dict):
        return conversation
    merges = [{name: part.get(name) for name in ("part_type", "created_at")} for part in merge_parts(conversation)]
    kept = merges + parts_by_customers(conversation) if words else merges
    told = {name: value for name, value in parts.items() if name != "conversation_parts"}
    return conversation | {"conversation_parts": told | ({"conversation_parts": kept} if kept else {})}


def deletions(client: IntercomClient, since: Instant) -> Iterator[Message]:
    """Tell every conversation deleted since an instant, less the overlap, as its webhook would."""
    for deleted in client.deleted_conversations(since - OVERLAP):
        item = {"type": "conversation", "conversation_id": deleted.get("id")}
        yield {
            "type": "notification_event",
            "topic": "conversation.deleted",
            "created_at": deleted.get("deleted_at"),
            "data": {"type": "notification_event_data", "item": item},
        }


def attribution(client: IntercomClient, mapped: Collection[str]) -> CompanyOf:
    """Resolve a conversation to a company by its contacts; each contact is asked for once.

    Their only company, else the only one of which an id is among `mapped`, else none; none where not
    all of them are listed.
    """
    asked: dict[str, tuple[tuple[str, ...], ...]] = {}

    def companies_of(contact: str) -> tuple[tuple[str, ...], ...]:
        if contact not in asked:
            asked[contact] = tuple(ids for company in client.contact_companies(contact) if (ids := _ids(company)))
        return asked[contact]

    def company_of(conversation: Json) -> str | None:
        found = {ids for contact in _contacts(conversation) for ids in companies_of(contact)}
        candidates = found if len(found) == 1 else {ids for ids in found if not set(ids).isdisjoint(mapped)}
        return next(iter(candidates))[0] if len(candidates) == 1 else None

    return company_of


def _contacts(conversation: Json) -> list[str]:
    told = members(conversation.get("contacts"))
    listed = told.get("contacts")
    if not isinstance(listed, list) or told.get("has_more") is True or _is_less(told.get("total_count"), listed):
        return []
    ids = (take(members(contact), "id", key, []) for contact in listed)
    return [contact_id for contact_id in ids if contact_id is not None]


def _is_less(total: object, listed: list[object]) -> bool:
    return isinstance(total, int) and len(listed) < total


def _ids(company: Json) -> tuple[str, ...]:
    """Give a company's ids: the one that its own systems set, then Intercom's."""
    found = (take(company, name, key, []) for name in ("company_id", "id"))
    return tuple(dict.fromkeys(company_id for company_id in found if company_id is not None))


def companies(client: IntercomClient, now: Instant) -> Iterator[Message]:
    """List every company as an owner: it is known since its creation, and its name and attributes as of now."""
    return (message for company in listed(client) for message in company.messages(now))


def listed(client: IntercomClient) -> Iterator[Listed]:
    """List every company."""
    for company in client.companies():
        yield Listed("intercom", _ids(company), company.get("created_at"), company.get("name"), _attributes(company))


def _attributes(company: Json) -> Message:
    """Give what may tell who the company is elsewhere: its website, and its own attributes that look like ids."""
    ids = ids_of(members(company.get("custom_attributes")))
    return {"website": company.get("website"), "custom_attributes": ids}


def heard(now: Instant) -> Message:
    """Tell that Intercom answered."""
    return {"type": "feed.heard", "source": "intercom", "at": format_instant(now)}


def covered(since: Instant) -> Message:
    """Tell since when all conversations are known."""
    return {"type": "feed.covered", "source": "intercom", "since": format_instant(since)}
