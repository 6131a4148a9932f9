"""What a customer wrote in one part of a conversation, in memory alone: as the vendor sends it, and as it was read."""

from dataclasses import dataclass, field

from scoring.instants import Instant
from scoring.observations import Message, Subject

FAILED = "words:failed"
"""What is remarked of a part that could not be read, with the place of the error."""

UNKNOWN_LANGUAGE = "words:language_unknown"
"""What is remarked of a part that no language with rules is sure of: nothing is said of it, which is no good news."""


LONGEST_BODY = 131_072
"""A longer body is cut: a picture may stand in it, letter by letter."""


@dataclass(frozen=True, slots=True)
class Authored:
    """A part of a conversation by a customer, as the vendor sends it: its body is HTML, or plain text.

    `author` is the vendor's id of who wrote it. `begins` tells the first message of the conversation; `is_repeated`
    one that an earlier event gave already. A part that is `redacted` has no words any more.
    """

    subject: Subject
    part: str
    at: Instant
    author: str
    body: str = field(repr=False)
    begins: bool = False
    is_repeated: bool = False
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it was read: its words, and what the rules read in them."""

    subject: Subject
    at: Instant
    text: str = field(repr=False)
    message: Message
