"""What a suggested signal is about, in words: for the CRM, the desk and mails."""

from collections.abc import Mapping

from handlers.words.figures import count
from scoring.suggestions import Suggestion

CATEGORY_WORDS: Mapping[str, str] = {
    "cancellation": "Wants to cancel or not to renew",
    "executive_escalation": "Escalates to management",
    "security_compliance": "Worried about security or compliance",
    "competitor": "Looks at a competitor",
    "internal_build": "Builds something of its own",
    "champion_leaving": "A champion leaves",
    "budget": "Budget is cut or in question",
    "unresolved_bug": "A problem stays unsolved",
    "product_gap": "Lacks something in the product",
}
"""What a person reads of each category, in a few words."""

VENDORS = {"intercom": "Intercom", "zendesk": "Zendesk"}


def waiting_said(every: int, cancellations: int) -> str:
    """Say how many suggestions wait for an answer; empty where none does."""
    if not every:
        return ""
    of_these = f" ({count(cancellations, 'cancellation')})" if cancellations else ""
    return f"{count(every, 'suggested signal')} {'waits' if every == 1 else 'wait'} for an answer{of_these}"


def in_words(one: Suggestion) -> str:
    """Say what a suggestion is about, and in which conversation it was found."""
    about = CATEGORY_WORDS.get(one.category, one.category)
    return f"{about} ({VENDORS.get(one.source, one.source)} conversation {one.conversation})"
