"""Every kind of message that is taken in, whatever source it is of."""

from typing import Any

import msgspec

from config.intake import Intake
from config.source import Webhook
from handlers.sources import intercom, looker, looker_usual, own, salesforce, salesforce_usual, zendesk
from handlers.sources.intercom_shapes import Notification, WideNotification
from handlers.sources.kinds import Kind
from handlers.sources.reading import Json, Taken, UnreadableError, brief

KINDS: tuple[Kind, ...] = (*intercom.KINDS, *salesforce.KINDS, *looker.KINDS, *own.KINDS, *zendesk.KINDS)
_USUAL = intercom.NOTIFICATION
"""What comes most often, decoded at once; of every other message its type and source alone are read first."""

_BY_TYPE = {kind.type: kind for kind in KINDS if kind.type}


class _First(Notification, total=False):
    source: Any


class _WideFirst(WideNotification, total=False):
    source: Any


_FIRST = Kind(_USUAL.read, shape=_First, authored=_USUAL.authored, wide=_WideFirst)


_BEGINNING = 64
_ENVELOPE = 320


def read_usual(body: bytes, intake: Intake, door: Webhook | None = None) -> Taken | None:
    """Read a message of a usual kind and shape at once; None where it is another, and is to be read with care.

    A word near the beginning saves a try; nothing hangs on it. Of the kinds that have a quick reader, Intercom's alone
    comes through a door.
    """
    beginning = body[:_BEGINNING]
    if b'"notification_event"' in beginning:
        is_let_in = door is None or door.takes(_USUAL.type)
        return _USUAL.usual(body, intake) if is_let_in and _USUAL.usual is not None else None
    if door is not None:
        return None
    if b'"looker.reading"' in beginning:
        return looker_usual.read_usual(body, intake)
    if salesforce_usual.HINT in body[:_ENVELOPE]:
        return salesforce_usual.read_usual(body, intake)
    return None


def message_of(body: bytes, *, with_words: bool = False) -> tuple[Kind, Json]:
    """Recognise a message, and decode what is read of it; what customers wrote only where that is asked for.

    Raises UnreadableError where it is no JSON object, or nothing says what it is.
    """
    first = _decoded(body, _FIRST, with_words=with_words)
    kind = kind_of(first)
    return kind, first if kind is _USUAL else _decoded(body, kind, with_words=with_words)


def _decoded(body: bytes, kind: Kind, *, with_words: bool) -> Json:
    try:
        message = kind.decode(body, with_words=with_words)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableError(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise UnreadableError(f"expected a JSON object, got {type(message).__name__}")
    return message


def kind_of(message: Json) -> Kind:
    """Recognise a message by its type or source; raises UnreadableError where there is no reader of it."""
    kind, source = message.get("type"), message.get("source")
    known = _BY_TYPE.get(kind) if isinstance(kind, str) else None
    found = known or next((one for one in KINDS if one.is_of(kind, source)), None)
    if found is not None:
        return found
    if kind is None and source is None:
        raise UnreadableError("neither type nor source says what it is")
    raise UnreadableError(f"unknown type {brief(kind)}" if kind is not None else f"unknown source {brief(source)}")
