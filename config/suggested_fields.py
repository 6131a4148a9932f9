"""What Salesforce calls the fields of a suggestion that are only written, and the source that it names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SuggestedFields:
    """The fields that hold the quote, the link to the conversation, and who decided on the desk.

    One that is None, or that the org lacks, is not written. `source` is the word of who reported it.
    """

    quote: str | None = "Suggested_Quote__c"
    link: str | None = "Conversation_Link__c"
    decided_for: str | None = "Decided_For__c"
    source: str = "Customer"


SUGGESTED_FIELDS = SuggestedFields()
