"""Messages in the shapes that the sources really send; what a test does not say stands as in the samples."""

import json
from collections.abc import Iterable
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]
"""One queue body, or a part of one, before it is written as JSON."""

CREATED, UPDATED = 1768031789, 1768036000
"""When the conversation of the samples was begun and last changed (2026-01-10), in Unix seconds."""
ACCOUNT = "001bm000016htgPAAQ"
OPPORTUNITY = "006SM0000001Tb3YAE"
COMMITTED = 1778193010000
"""When the change of the samples was committed (2026-05-07), in Unix milliseconds."""
READ_AT = "2026-05-08T06:00:00Z"
RELAY = "aws.partner/salesforce.com/00DRM000000Fxts2AC/0YLRM0000004Dfg4AE"


def body(message: object) -> bytes:
    """Write a message as one line of JSON, as its source would."""
    return json.dumps(message, ensure_ascii=False).encode()


def notification(topic: str | None, item: object, **members: object) -> Message:
    """Wrap an item as an Intercom webhook notification, created at `UPDATED`."""
    envelope: Message = {
        "type": "notification_event",
        "app_id": "abc123def",
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": "notif_00000000-0000-4000-8000-000000000003",
        "topic": topic,
        "delivery_status": "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": UPDATED + 1,
        "created_at": UPDATED,
        "self": None,
    }
    return envelope | members


def conversation(**members: object) -> Message:
    """Give a conversation as a webhook of API 2.16 carries it: closed, urgent, handed over by the AI agent."""
    item: Message = {
        "type": "conversation",
        "id": "215472621202693",
        "created_at": CREATED,
        "updated_at": UPDATED,
        "waiting_since": None,
        "snoozed_until": None,
        "source": {
            "type": "conversation",
            "id": "3381828792",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p>hello</p>",
            "author": {"type": "lead", "id": "696205460674dbb9050aa7fd", "name": None, "email": ""},
            "attachments": [],
            "url": None,
            "redacted": False,
        },
        "contacts": {"type": "contact.list", "contacts": [_contact_reference()]},
        "first_contact_reply": {"created_at": CREATED, "type": "conversation", "url": None},
        "admin_assignee_id": 9608799,
        "team_assignee_id": None,
        "open": False,
        "state": "closed",
        "read": True,
        "tags": tags("P1"),
        "priority": "high",
        "sla_applied": {"type": "conversation_sla_summary", "sla_name": "Premium", "sla_status": "missed"},
        "statistics": statistics(),
        "conversation_rating": {"rating": 2, "remark": "Slow", "created_at": UPDATED, "contact": _contact_reference()},
        "teammates": {"type": "admin.list", "admins": [{"type": "admin", "id": "9608799"}]},
        "title": "",
        "custom_attributes": {"Copilot used": False},
        "topics": {"type": "topic.list", "topics": [], "total_count": 0},
        "ticket": None,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent": agent(),
        "ai_agent_participated": True,
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [part()], "total_count": 1},
        "company": company(),
    }
    return item | members


def statistics(**members: object) -> Message:
    """Give a conversation's statistics with ISO dates, as webhooks carry them."""
    reply, close = "2026-01-10T08:00:00.000Z", "2026-01-10T09:06:40.000Z"
    told: Message = {
        "type": "conversation_statistics",
        "time_to_assignment": 211,
        "time_to_admin_reply": 211,
        "time_to_first_close": 4200,
        "time_to_last_close": 4200,
        "median_time_to_reply": 211,
        "first_contact_reply_at": "2026-01-10T07:56:29.000Z",
        "first_assignment_at": reply,
        "first_admin_reply_at": reply,
        "first_close_at": close,
        "last_assignment_at": reply,
        "last_assignment_admin_reply_at": reply,
        "last_contact_reply_at": "2026-01-10T07:56:29.000Z",
        "last_admin_reply_at": reply,
        "last_close_at": close,
        "last_closed_by_id": "9608799",
        "count_reopens": 1,
        "count_assignments": 1,
        "count_conversation_parts": 14,
        "assigned_team_first_response_time": [],
        "assigned_team_first_response_time_in_office_hours": [],
        "handling_time": 4000,
        "adjusted_handling_time": None,
    }
    return told | members


def agent(**members: object) -> Message:
    """Give a conversation's AI agent, as of API 2.15 and later."""
    told: Message = {
        "source_type": "workflow",
        "source_title": "My AI Workflow",
        "last_answer_type": "ai_answer",
        "resolution_state": "escalated",
        "rating": 4,
        "rating_remark": "Very helpful!",
        "created_at": CREATED + 311,
        "updated_at": CREATED + 311,
        "content_sources": {"type": "content_source.list", "total_count": 0, "content_sources": []},
    }
    return told | members


def tags(*names: object) -> Message:
    """Give a list of tags by their names."""
    return {"type": "tag.list", "tags": [{"type": "tag", "id": "123456", "name": name} for name in names]}


def part(**members: object) -> Message:
    """Give a conversation part: here, a close."""
    told: Message = {
        "type": "conversation_part",
        "id": "37360000001",
        "part_type": "close",
        "body": None,
        "created_at": UPDATED,
        "updated_at": UPDATED,
        "author": {"id": "9608799", "type": "admin", "name": "John Doe", "email": "admin@example.com"},
        "attachments": [],
        "state": "open",
        "tags": [],
    }
    return told | members


def company(**members: object) -> Message:
    """Give a company as it stands inside a conversation."""
    told: Message = {
        "type": "company",
        "id": "6961d175205cf6a4438f0c21",
        "name": "Blue Sun",
        "app_id": "abc123def",
        "plan": {"type": "plan", "id": "269315", "name": "Pro"},
        "company_id": "blue-sun",
        "remote_created_at": 1663597223,
        "created_at": 1663597223,
        "updated_at": 1663597223,
        "size": 100,
        "custom_attributes": {"paid_subscriber": True, "monthly_spend": 155.5},
        "tags": {"type": "tag.list", "tags": []},
        "segments": {"type": "segment.list", "segments": []},
    }
    return told | members


def company_item(**members: object) -> Message:
    """Give a company as a `company.*` webhook carries it: ISO dates, `tag_ids`."""
    told: Message = {
        "type": "company",
        "company_id": "blue-sun",
        "id": "6961d175205cf6a4438f0c21",
        "app_id": "abc123def",
        "name": "Blue Sun",
        "remote_created_at": None,
        "created_at": "2022-09-19T14:20:23.000+00:00",
        "updated_at": "2026-01-10T09:06:40.000+00:00",
        "monthly_spend": 0,
        "user_count": 4,
        "tag_ids": [],
        "custom_attributes": {},
        "plan": {},
    }
    return told | members


def contact_item(**members: object) -> Message:
    """Give a contact as a `contact.*` webhook carries it."""
    told: Message = {
        "type": "contact",
        "id": "696205460674dbb9050aa7fd",
        "workspace_id": "abc123def",
        "external_id": "70",
        "role": "user",
        "email": "joe@example.com",
        "name": "Joe Bloggs",
        "created_at": "2026-01-10T07:56:29.000+00:00",
        "updated_at": "2026-01-10T07:56:29.000+00:00",
        "custom_attributes": {},
        "tags": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "companies": {"type": "list", "data": [], "total_count": 0, "has_more": False},
    }
    return told | members


def _contact_reference() -> Message:
    return {"type": "contact", "id": "696205460674dbb9050aa7fd", "external_id": "70"}


def ticket_item(**members: object) -> Message:
    """Give a ticket as `ticket.*` webhooks carry it."""
    told: Message = {
        "type": "ticket",
        "id": "215472621300000",
        "ticket_id": "17",
        "ticket_attributes": {"_default_title_": "Room keys", "_default_description_": "They do not open"},
        "ticket_state": {"type": "ticket_state", "id": "7493", "category": "submitted"},
        "open": True,
        "created_at": CREATED,
        "updated_at": UPDATED,
    }
    return told | members


def internal_item() -> Message:
    """Give what `conversation.contact.attached` carries: an internal shape with integer ids."""
    model = {"id": 215472621202693, "app_id": 7421133, "company_id": "-1", "created_at": "2026-01-10T07:56:29.000Z"}
    contact = {"id": 42, "type": "contact", "anonymous": False, "email": "joe@example.com"}
    return {"conversation": {"parts": [], "options": {"locale": "en"}, "model": model}, "contact": contact}


def old_conversation(**members: object) -> Message:
    """Give a conversation in the shape of API 1.x: no state, source, statistics or company."""
    item: Message = {
        "type": "conversation",
        "id": "147",
        "created_at": CREATED,
        "updated_at": UPDATED,
        "user": {"type": "user", "id": "536e564f316c83104c000020", "user_id": "25", "name": "Joe Bloggs"},
        "assignee": {"type": "admin", "id": "25", "name": "Wash", "email": "wash@example.com"},
        "conversation_message": {
            "type": "conversation_message",
            "id": "409820079",
            "subject": "",
            "body": "<p>Hi</p>",
            "author": {"type": "user", "id": "536e564f316c83104c000020"},
            "attachments": [],
        },
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [], "total_count": 0},
        "open": True,
        "read": True,
        "metadata": {},
        "tags": tags("billing"),
        "tags_added": tags("P1"),
        "links": {"conversation_web": None},
    }
    return item | members


def deleted_conversation(conversation_id: object = "215472621202693", **members: object) -> Message:
    """Give the notification of a deleted conversation: its key is `conversation_id`."""
    return notification("conversation.deleted", {"type": "conversation", "conversation_id": conversation_id}, **members)


def ping() -> Message:
    """Give the notification that Intercom's "send test" posts: its id is null."""
    item = {"type": "ping", "message": "something something interzen"}
    return notification("ping", item, id=None, delivery_status=None)


def reread(item: object, **members: object) -> Message:
    """Give a conversation that the sweep read again over REST."""
    return {"type": "intercom.conversation", "read_at": READ_AT, "conversation": item, **members}


def rest_conversation(**members: object) -> Message:
    """Give a conversation as REST gives it: Unix seconds throughout, no company."""
    item = conversation(statistics=statistics(first_admin_reply_at=1768032000, last_close_at=UPDATED))
    del item["company"]
    return item | members


def change(entity: str, kind: str, /, changed: Iterable[object] = (), **fields: object) -> Message:
    """Give the change event of one record, as the relay puts it on EventBridge.

    `fields` stand in the body as they are; the record is `OPPORTUNITY`, or for an Account `ACCOUNT`.
    """
    header: Message = {
        "entityName": entity,
        "recordIds": [ACCOUNT if entity == "Account" else OPPORTUNITY],
        "changeType": kind,
        "changeOrigin": "com/salesforce/api/rest/67.0",
        "transactionKey": "00007e6d-2222-70a0-4379-f4dc745d2b32",
        "sequenceNumber": 1,
        "commitTimestamp": COMMITTED,
        "commitNumber": 1778193010716501507,
        "commitUser": "005bm000005uOROAA2",
        "changedFields": list(changed),
    }
    return {
        "version": "0",
        "id": "11111111-1111-4111-8111-111111111111",
        "detail-type": f"{entity}ChangeEvent",
        "source": RELAY,
        "account": "123456789012",
        "time": "2026-05-07T22:30:11Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {"payload": {**fields, "ChangeEventHeader": header}},
    }


def headed(event: Message, **members: object) -> Message:
    """Give a change event with other members in its header; None as value stands for null."""
    payload = event["detail"]["payload"]
    header = payload["ChangeEventHeader"] | members
    return event | {"detail": event["detail"] | {"payload": payload | {"ChangeEventHeader": header}}}


def appflow_event() -> Message:
    """Give a change event in AppFlow's shape: its header stands directly under `detail`."""
    event = change("Opportunity", "UPDATE", ["StageName"], StageName="Closed Won")
    return event | {
        "source": "aws.partner/appflow/salesforce.com/123456789012/0YL",
        "detail": event["detail"]["payload"],
    }


def record(entity: str, /, **fields: object) -> Message:
    """Give a Salesforce record that the sweep read again over REST."""
    record_id = ACCOUNT if entity == "Account" else OPPORTUNITY
    system = {"attributes": {"type": entity}, "Id": record_id, "SystemModstamp": "2026-05-07T22:30:10.000+0000"}
    return {"type": "salesforce.record", "object": entity, "read_at": READ_AT, "record": system | fields}


def deleted_record(entity: str, record_id: object, **members: object) -> Message:
    """Give a Salesforce record that the sweep found deleted."""
    told = {"type": "salesforce.record", "object": entity, "id": record_id, "read_at": READ_AT, "deleted": True}
    return told | members


def resync(entity: str, read_at: object = READ_AT) -> Message:
    """Say that all of a Salesforce object was read again."""
    return {"type": "salesforce.resync", "object": entity, "read_at": read_at}


def reading(**members: object) -> Message:
    """Give a usage reading of Looker, every value in it."""
    values = {
        "staff_logins_30d": 420,
        "staff_logins_prev_30d": 400,
        "admin_logins_30d": 52,
        "admin_logins_prev_30d": 50,
        "active_modules": 9,
        "available_modules": 12,
        "platform_score": 81.5,
        "platform_score_90d_ago": 79,
        "active_staff": 90,
        "licensed_seats": 100,
        "pillars": {"messaging": 90, "automations": 75, "contactless": 80, "requests": 85, "staff_adoption": 70.5},
    }
    told = {
        "type": "looker.reading",
        "customer_id": "77",
        "date": "2026-05-08",
        "pulled_at": "2026-05-08T05:10:00Z",
        "values": values,
    }
    return told | members


def owner_listed(source: str, owner: object, **members: object) -> Message:
    """Give an owner that a listing named."""
    return {"type": "owner.listed", "source": source, "owner": owner, "at": READ_AT, **members}


def feed_covered(source: str, since: object = "2025-01-01T00:00:00Z") -> Message:
    """Say since when a source has told everything."""
    return {"type": "feed.covered", "source": source, "since": since}


def feed_heard(source: str, at: object = READ_AT) -> Message:
    """Give a sign of life of a source."""
    return {"type": "feed.heard", "source": source, "at": at}
