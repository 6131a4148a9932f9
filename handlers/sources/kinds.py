"""Kinds of messages: how each is recognised, which of its members are read, and by what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import msgspec

from config.intake import Intake
from handlers.sources.reading import Json, Taken
from handlers.sources.written import Authored

Reader: TypeAlias = Callable[[Json, Intake], Taken]
OTHER = "other"
"""The topic of what has none that we know."""


@dataclass(frozen=True)
class Kind:
    """A kind of message, by what its `type` or its EventBridge `source` says.

    `type` is the whole of it, `type_begins` and `source_begins` what it begins with. With a `shape`
    (a TypedDict of all that the reader asks for) the decoder passes over every other member; without
    one nothing is passed over. `topic` names a message of the kind for counting; by default it is
    the type. `authored` lists what customers wrote in it, with remarks; for that the decoder needs the `wide` shape.
    `usual` reads at once what comes nearly always, as `read` would; it gives None of anything else.
    """

    read: Reader
    type: str = ""
    type_begins: str = ""
    source_begins: str = ""
    shape: Any = Any
    topic: Callable[[Json], str] | None = None
    authored: Callable[[Json, list[str]], Sequence[Authored]] | None = None
    wide: Any = Any
    usual: Callable[[bytes, Intake], Taken | None] | None = None

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(self.shape)

    @cached_property
    def _wide_decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(self.shape if self.authored is None else self.wide)

    def decode(self, body: bytes, *, with_words: bool = False) -> object:
        """Decode what is read of a message of this kind, with what customers wrote only where that is asked for.

        Raises msgspec.DecodeError where it is not JSON. One in which an object is no object is decoded whole: the
        reader says by name what it dropped.
        """
        try:
            return (self._wide_decoder if with_words else self._decoder).decode(body)
        except msgspec.ValidationError:
            return msgspec.json.decode(body)

    def is_of(self, kind: object, source: object) -> bool:
        """Tell whether a message with this `type` and `source` is of the kind."""
        by_type = isinstance(kind, str) and (kind == self.type or _begins(kind, self.type_begins))
        return by_type or _begins(source, self.source_begins)

    def topic_of(self, message: Json) -> str:
        """Name a readable message of the kind for counting."""
        return self.type or OTHER if self.topic is None else self.topic(message)


def _begins(name: object, beginning: str) -> bool:
    return isinstance(name, str) and beginning != "" and name.startswith(beginning)


def own(read: Callable[[Json], Taken], kind: str) -> Kind:
    """Make a kind of our own messages, whose reader needs no config."""
    return Kind(lambda message, _: read(message), type=kind)
