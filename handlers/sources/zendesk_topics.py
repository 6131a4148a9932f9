"""The types of Zendesk's webhook events, without what they all begin with (docs/zendesk.md)."""

BEGINNING = "zen:event-type:"

TICKETS = frozenset(
    """agent_assignment_changed attachment_linked_to_comment attachment_redacted_from_comment brand_changed
    comment_added comment_made_private comment_redacted created csat_received csat_requested custom_field_changed
    custom_status_changed description_changed email_ccs_changed external_id_changed followers_changed form_changed
    group_assignment_changed marked_as_spam merged next_sla_breach_changed ola_policy_changed organization_changed
    permanently_deleted priority_changed problem_link_changed requester_changed schedule_changed sla_policy_changed
    soft_deleted status_changed subject_changed submitter_changed tags_changed task_due_at_changed type_changed
    undeleted""".split()
)

ORGANIZATIONS = frozenset(
    "created custom_field_changed deleted external_id_changed name_changed tags_changed".split(),
)

OTHERS = frozenset("agent article community_post messaging_ticket omnichannel_config ticket_metrics user".split())
"""What is told of besides tickets and organizations says nothing of health."""


def is_known(topic: str) -> bool:
    """Tell whether an event of this topic (`ticket.created`) has been heard of."""
    domain, _, deed = topic.partition(".")
    if domain == "ticket":
        return deed in TICKETS
    return deed in ORGANIZATIONS if domain == "organization" else domain in OTHERS
