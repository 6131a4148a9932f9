"""A portfolio of hotels, one for each check: its events, and what its score must say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from scoring.ids import to_18
from scoring.instants import SECOND, parse_instant
from tests.messages import Message

FEEDS: tuple[Message, ...] = (
    {"type": "feed.covered", "source": "salesforce", "since": "2025-01-01T00:00:00Z"},
    {"type": "feed.covered", "source": "intercom", "since": "2025-01-01T00:00:00Z"},
    {"type": "feed.heard", "source": "salesforce", "at": "2026-10-31T23:00:00Z"},
    {"type": "feed.heard", "source": "intercom", "at": "2026-10-31T23:00:00Z"},
)
OPENED = "2025-01-01T00:00:00Z"
ASKED = "2026-10-20T09:00:00Z"
UPDATED = "2026-10-20T09:30:00Z"
RELAY = "aws.partner/salesforce.com/00DXX000000Fake2AC/0YLXX0000004Fake4AE"


def milliseconds(text: str) -> int:
    """Give an instant in Unix milliseconds."""
    return parse_instant(text) // (SECOND // 1000)


def seconds(text: str) -> int:
    """Give an instant in Unix seconds."""
    return parse_instant(text) // SECOND


@dataclass(slots=True)
class Hotel:
    """One account with a company in Intercom, and what is sent about it."""

    number: int
    name: str
    segment: str = "paid"
    events: list[Message] = field(default_factory=list)
    expected: dict[str, Any] = field(default_factory=dict)
    customer: str = ""

    @property
    def id(self) -> str:
        """Give the account's id."""
        return to_18(f"001XX0000{self.number:06d}")

    @property
    def company(self) -> str:
        """Give the company's id."""
        return f"hotel-{self.number}"

    @property
    def row(self) -> str:
        """Give its row of the mapping."""
        return f"{self.id},{self.company},{self.customer},Hotel {self.number},{self.segment}\n"

    def record_id(self, prefix: str, number: int = 1) -> str:
        """Give the id of one of its records."""
        return to_18(f"{prefix}XX{self.number:06d}{number:04d}")

    def change(
        self, entity: str, record_id: str, kind: str, at: str, changed: Iterable[str] = (), /, **fields: object
    ) -> None:
        """Send a change event as the relay does."""
        header = {
            "entityName": entity,
            "recordIds": [record_id],
            "changeType": kind,
            "commitTimestamp": milliseconds(at),
            "changedFields": list(changed),
        }
        self.events.append({"source": RELAY, "detail": {"payload": {"ChangeEventHeader": header, **fields}}})

    def create(self, entity: str, record_id: str, at: str, **fields: object) -> None:
        """Send the event of a record's creation."""
        created = milliseconds(at) // 1000 * 1000
        owner = {} if entity == "Account" else {"AccountId" if not entity.endswith("__c") else "Account__c": self.id}
        self.change(entity, record_id, "CREATE", at, CreatedDate=created, **owner | fields)

    def reread(self, entity: str, record_id: str, read_at: str, stamp: str, **fields: object) -> None:
        """Send a record that was read again over REST."""
        system = {"Id": record_id, "SystemModstamp": stamp, "IsDeleted": False}
        self.events.append(
            {"type": "salesforce.record", "object": entity, "read_at": read_at, "record": system | fields}
        )

    def converse(self, sent: str | None = None, read_at: str | None = None, **members: object) -> None:
        """Send a conversation, by webhook or as it was read again."""
        item = self._conversation() | members
        if read_at is not None:
            self.events.append({"type": "intercom.conversation", "read_at": read_at, "conversation": item})
            return
        at = item["updated_at"] if sent is None else seconds(sent)
        told = {"topic": "conversation.admin.closed", "created_at": at, "first_sent_at": at}
        self.events.append({"type": "notification_event", **told, "data": {"item": item}})

    def _conversation(self) -> dict[str, Any]:
        return {
            "type": "conversation",
            "id": f"{self.number}001",
            "created_at": seconds(ASKED),
            "updated_at": seconds(UPDATED),
            "state": "open",
            "priority": "none",
            "source": {"delivered_as": "customer_initiated"},
            "tags": {"tags": []},
            "statistics": statistics(),
            "company": {"type": "company", "id": f"ic{self.number}", "company_id": self.company},
        }


def statistics(**members: object) -> Message:
    """Give the statistics of a conversation that nobody answered yet."""
    return {
        "first_admin_reply_at": None,
        "last_close_at": None,
        "count_reopens": 0,
        "count_conversation_parts": 3,
        **members,
    }


@dataclass(slots=True)
class Hotels:
    """All hotels, in the order in which they were made."""

    hotels: list[Hotel] = field(default_factory=list)

    def open(self, name: str, segment: str = "paid", *, known: bool = True, **fields: object) -> Hotel:
        """Make a hotel; its account is created long ago, unless Salesforce never named it."""
        hotel = Hotel(len(self.hotels) + 1, name, segment)
        self.hotels.append(hotel)
        if known:
            account = {"Name": name, "ARR__c": 300000, "Success_Tier__c": "Paid"} | fields
            hotel.create("Account", hotel.id, OPENED, **account)
        hotel.events.append({"type": "owner.listed", "source": "intercom", "owner": hotel.company, "at": OPENED})
        return hotel

    def lines(self) -> list[bytes]:
        """Give all events as lines."""
        return [msgspec.json.encode(event) for event in (*FEEDS, *(e for h in self.hotels for e in h.events))]

    def mapping(self) -> str:
        """Give the mapping of all hotels."""
        header = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
        return header + "".join(hotel.row for hotel in self.hotels)

    def expected(self) -> Mapping[str, tuple[str, dict[str, Any]]]:
        """Give by account the name of its check, and what must be so."""
        return {hotel.id: (hotel.name, hotel.expected) for hotel in self.hotels}
