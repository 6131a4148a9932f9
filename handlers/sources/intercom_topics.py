"""Intercom's webhook topics, by what is read from them (contracts.md 1.2)."""


def _topics(family: str, names: str) -> frozenset[str]:
    return frozenset(f"{family}.{name}" for name in names.split())


CONVERSATION_TOPICS = _topics(
    "conversation",
    "user.created user.replied admin.single.created admin.replied admin.replied.translated admin.assigned "
    "admin.open.assigned admin.noted admin.closed admin.opened admin.snoozed admin.unsnoozed operator.replied "
    "priority.updated rating.added read company.updated",
) | _topics("conversation_part", "tag.created redacted")
"""Topics that carry a conversation as it stands."""

COMPANY_TOPICS = _topics("company", "created updated deleted contact.attached contact.detached")
"""Topics that name a company."""

SILENT_TOPICS = frozenset({"ping", "job.completed", "event.created", "visitor.signed_up"}).union(
    _topics("conversation", "contact.attached contact.detached"),
    _topics(
        "contact",
        "user.created user.updated user.tag.created user.tag.deleted lead.created lead.updated lead.signed_up "
        "lead.added_email lead.tag.created lead.tag.deleted email.updated merged archived unarchive deleted "
        "subscribed unsubscribed",
    ),
    _topics(
        "ticket",
        "created state.updated closed resolved rating.provided attribute.updated admin.assigned team.assigned "
        "admin.replied contact.replied note.created contact.attached contact.detached",
    ),
)
"""Topics that say nothing of health: they only show that the feed lives."""

TOPICS = CONVERSATION_TOPICS | COMPANY_TOPICS | SILENT_TOPICS | {"conversation.deleted"}
"""Every topic we have heard of."""
