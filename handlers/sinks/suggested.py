"""What a sink of suggested signals must do, and what it is given: a CRM, or the store alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from config.intake import CrmObject
from config.suggested_fields import SuggestedFields
from handlers.clients.crm import Json
from scoring.instants import format_date
from scoring.suggestions import Suggestion

SOURCE, KIND = "salesforce", "signal"
"""Where signals stand, and what they are called there, also where there is no CRM."""

MOST_WORDS = 255


@dataclass(frozen=True, slots=True)
class Wanted:
    """A suggestion that is to become a signal of an account.

    `category` is the CRM's word, `in_words` what a person reads, `link` opens the conversation.
    """

    account_id: str
    suggestion: Suggestion
    category: str
    in_words: str
    link: str | None = None


@dataclass(slots=True)
class Created:
    """What became of suggestions, by key: those written, those that are there already, why the others are not.

    `messages` are all records that were found to be there, each as a message that is taken in like one read again.
    """

    written: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)


Verdict: TypeAlias = Literal["accepted", "dismissed"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides of a suggestion: its record, the verdict, new values by our names, and who decides."""

    record_id: str
    verdict: Verdict
    values: Mapping[str, str]
    person: str


class UndecidedError(Exception):
    """The suggestion waits no longer, so nothing was changed; the text says what it is now.

    `messages` tell the record as it is.
    """

    def __init__(self, reason: str, messages: Sequence[Json] = ()) -> None:
        """Say why, and how the record was found."""
        super().__init__(reason)
        self.messages = messages


class SuggestionSink(Protocol):
    """Where suggestions go: each is created once, and changed no more but by a person's decision."""

    def create(self, wanted: Sequence[Wanted]) -> Created:
        """Create signals of status Suggested; what is there already is left alone. Raises nothing for rows or calls."""

    def decide(self, decision: Decision) -> Sequence[Json]:
        """Write a decision where the suggestion still waits, and tell the record as it then is.

        Raises UndecidedError where it waits no longer, SourceError where nothing can be written.
        """


@dataclass(frozen=True, slots=True)
class Names:
    """How suggestions are written: the CRM's object, the fields that are only written, the word for Suggested."""

    crm_object: CrmObject
    fields: SuggestedFields
    suggested: str

    @property
    def apis(self) -> Mapping[str, str]:
        """Give the API name of each field, by ours."""
        return {field.name: api_name for api_name, field in self.crm_object.fields.items()}


def row_of(one: Wanted, names: Names) -> dict[str, object]:
    """Write a suggestion as a row of the CRM; severity and confidence are empty until a person chooses them."""
    found = one.suggestion
    told: dict[str, object] = {
        "category": one.category,
        "detail": one.in_words[:MOST_WORDS],
        "reported_by": names.fields.source,
        "severity": None,
        "confidence": None,
        "status": names.suggested,
        "date_observed": format_date(found.at),
        "suggestion_key": found.key,
    }
    row = {names.apis[name]: value for name, value in told.items() if name in names.apis}
    if names.crm_object.owner_field is not None:
        row[names.crm_object.owner_field] = one.account_id
    return row


def only_written(one: Wanted, fields: SuggestedFields) -> dict[str, object]:
    """Give the values of the fields that are written and never read."""
    told = {fields.quote: one.suggestion.quote, fields.link: one.link}
    return {name: value for name, value in told.items() if name is not None and value is not None}
