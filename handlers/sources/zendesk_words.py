"""Zendesk's words in those of the support role: states, priorities, ratings, and who began a ticket."""

from collections.abc import Mapping

DELETED, SCRUBBED = "deleted", "scrubbed"
"""The status of a ticket in the bin, from which it may come back, and of one that is gone for good."""

STATES: Mapping[str, str] = {
    "new": "open",
    "open": "open",
    "pending": "snoozed",
    "hold": "snoozed",
    "solved": "closed",
    "closed": "closed",
    "archived": "closed",
}
"""Pending waits for the customer and hold for a third party: neither is closed, so both still wait."""

PRIORITIES: Mapping[str, str] = {"normal": "medium"}
"""Its other words (low, high, urgent) are ours."""

SCORES: Mapping[str, int | None] = {"good": 5, "bad": 1, "offered": None, "unoffered": None}
"""A rating of two words stands for the ends of the scale; one that is only asked for is none."""

_AUTOMATIC = frozenset("monitor_event rule sample_interactive_ticket sample_ticket".split())
_OUTBOUND = frozenset("api_phone_call_outbound phone_call_outbound side_conversation".split())
_DESK = frozenset("api batch import lotus mobile web web_form web_service".split())
"""Where an agent writes for a customer, too: who submitted the ticket tells who began it."""

_CUSTOMERS = frozenset(
    """answer_bot answer_bot_api answer_bot_for_agents answer_bot_for_sdk answer_bot_for_slack
    answer_bot_for_web_widget any_channel api_phone_call_inbound api_voicemail apple_business_chat
    business_messaging_slack_connect chat chat_offline_message chat_transcript closed_ticket connect_mail connect_sms
    email facebook facebook_message facebook_post google_business_messages google_rcs help_center helpcenter
    instagram_dm iphone kakaotalk line mail mailgun messagebird_sms messaging mobile_sdk native_messaging
    phone_call_inbound recovered_from_suspended_tickets sms sunshine_conversations_api
    sunshine_conversations_facebook_messenger sunshine_conversations_twitter_dm telegram text_message twilio_sms
    twitter twitter_dm viber voice voicemail web_widget wechat whatsapp""".split()
)

CHANNELS = _AUTOMATIC | _OUTBOUND | _DESK | _CUSTOMERS
"""Every channel that we have heard of."""

FOLLOW_UP = frozenset({"closed_ticket", "follow_up"})
"""The channel, or the relation, of a ticket that follows a closed one; it bears the tags of that one."""


def begun_by(channel: str | None, relation: str | None, submitter: str | None, requester: str | None) -> str | None:
    """Say who began a ticket, as `delivered_as` does; None where that cannot be told.

    Whoever submits a ticket for somebody else at the desk is an agent who reaches out, or writes down
    a wish that came some other way. In a customer's own channel (an agent forwards a mail, takes a
    call) the customer began.
    """
    if channel in _AUTOMATIC:
        return "automated"
    if channel in _OUTBOUND or (channel == "voice" and relation == "outbound"):
        return "admin_initiated"
    if channel in _CUSTOMERS:
        return "customer_initiated"
    if submitter is None or requester is None:
        return None
    if submitter == requester:
        return "customer_initiated"
    return "admin_initiated" if channel in _DESK else None
