"""What sources tell of hotels up to an instant, so that they can be scored."""

from collections.abc import Iterator

from scoring.instants import DAY, HOUR, SECOND, Instant, format_date, format_instant
from tests.doors.clouds import account
from tests.messages import Message, company, conversation, feed_covered, feed_heard, notification, reading, record


def told(hotel: int, until: Instant) -> Iterator[Message]:
    """Tell of a hotel what a score asks for, all of it before an instant."""
    stamp = format_instant(until - 2 * DAY)
    key, system = account(hotel), {"SystemModstamp": stamp, "LastModifiedDate": stamp}
    yield from told_of_feeds(until)
    yield _with_id(record("Account", Name=f"Hotel {hotel}", ARR__c=100_000, Success_Tier__c="Paid", **system), key)
    renewal = {"Type": "Renewal", "IsClosed": False, "IsWon": False, "CloseDate": format_date(until + 90 * DAY)}
    opportunity = record("Opportunity", AccountId=key, StageName="Open", **renewal, **system)
    yield _with_id(opportunity, f"006{hotel:012d}AAA")
    yield talk(hotel, until)
    values = reading()["values"]
    yield reading(
        customer_id=f"c-{hotel}",
        date=format_date(until - DAY),
        pulled_at=format_instant(until - DAY + HOUR),
        values=values,
    )


def told_of_feeds(until: Instant) -> Iterator[Message]:
    """Tell that all sources were heard to the end."""
    for source in ("intercom", "salesforce", "looker"):
        yield feed_covered(source, format_instant(until - 390 * DAY))
        yield from (feed_heard(source, format_instant(until - day * DAY - HOUR)) for day in range(2))


def talk(hotel: int, until: Instant) -> Message:
    """Tell of a closed conversation of a hotel."""
    of = company(id=f"own-{hotel}", company_id=f"hotel-{hotel}", name=f"Hotel {hotel}")
    start = (until - 5 * DAY) // SECOND
    told_then = {
        "first_admin_reply_at": start + 600,
        "last_close_at": start + 3600,
        "count_reopens": 0,
        "count_conversation_parts": 4,
    }
    item = conversation(
        id=f"talk-{hotel}-{start}",
        created_at=start,
        updated_at=start + 3600,
        company=of,
        statistics=told_then,
        ai_agent=None,
        conversation_rating=None,
    )
    return notification("conversation.admin.closed", item, created_at=start + 3600)


def _with_id(message: Message, key: str) -> Message:
    return message | {"record": message["record"] | {"Id": key}}
