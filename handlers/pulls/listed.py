"""A company as a listing names it, and what our queue is told of it."""

from dataclasses import dataclass
from typing import TypeAlias

from scoring.instants import Instant, format_instant

Message: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Listed:
    """An owner of a source with the ids that it goes by; the rest as the source gave it, whatever it is."""

    source: str
    ids: tuple[object, ...]
    created: object
    name: object
    attributes: Message

    def messages(self, now: Instant) -> tuple[Message, ...]:
        """Say that it is known since its creation, and its name and attributes as of now."""
        first, *others = self.ids or (None,)
        told: Message = {"type": "owner.listed", "source": self.source, "owner": first, "also": others}
        at = format_instant(now)
        return {**told, "at": self.created or at}, {**told, "at": at, "name": self.name, "attributes": self.attributes}
