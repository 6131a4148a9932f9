"""What a detector says of one message, and what a detector is."""

from dataclasses import dataclass
from typing import Protocol

from scoring.categories import Category


@dataclass(frozen=True, slots=True)
class Hit:
    """A possible churn signal: `quote` is a substring of the text, `rule` names what found it."""

    category: Category
    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class Detected:
    """What a detector says of a message: its language (None: unknown), its hits, the likeliest first."""

    language: str | None
    hits: tuple[Hit, ...] = ()


class DetectorError(Exception):
    """A detector could not read a message, which says nothing of the message; `reason` is one word for counting.

    No text of the message is ever in it.
    """

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(f"the message could not be read: {reason}")
        self.reason = reason

    @property
    def is_for_all(self) -> bool:
        """Tell whether every other message would fail alike."""
        return False

    @property
    def is_passing(self) -> bool:
        """Tell whether the same message may be read later."""
        return False


class Detector(Protocol):
    """Reads plain text that a customer wrote; knows no vendor and keeps nothing."""

    @property
    def version(self) -> str:
        """Name the state of the figures that it detects by."""

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Read a text, in a language that is said or else found out. May raise DetectorError."""
