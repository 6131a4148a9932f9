"""What the clients of remote systems share and others know of: their error, their patience; no client is loaded."""

import html
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Self
from urllib.parse import quote, quote_plus

CALL_SECONDS = 300.0
"""A call with all its retries takes no longer, or as long as its own timeout where that is longer."""


class SourceError(Exception):
    """A remote system could not be used; the text names it, says what happened and what to do."""


class UnavailableError(SourceError):
    """A remote system cannot be used now, and may well be later: it is down, busy, or its limits are used up.

    `seconds` is how long the system asks to be left alone; 0 where it does not say.
    """

    seconds: float = 0.0

    def after(self, seconds: float) -> Self:
        """Note how long the system asks to be left alone."""
        self.seconds = max(0.0, seconds)
        return self


def wait_after(error: Exception) -> float | None:
    """Say after how many seconds what failed may go; None where waiting does not mend it."""
    return error.seconds if isinstance(error, UnavailableError) else None


def blotted(text: str, *secrets: str) -> str:
    """Blot secrets out of what another side said, however it wrote them, and what cannot be printed."""
    once = {written for secret in secrets for written in _writings(secret)}
    twice = {again for written in once for again in _writings(written)} - {""}
    if twice:
        forms = "|".join(re.escape(form) for form in sorted(twice, key=len, reverse=True))
        text = re.sub(forms, "(secret)", text, flags=re.IGNORECASE)
    return "".join(character if character.isprintable() else " " for character in text)


def _writings(secret: str) -> set[str]:
    """Write a secret as addresses, forms, JSON, pages and logs do."""
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    texts = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    return {secret, html.escape(secret), *quoted, *texts}


@dataclass(frozen=True, slots=True)
class Patience:
    """How to wait between tries, and until when in all: `until` is an instant of `clock`, in seconds."""

    pause: float = 0.5
    wait: Callable[[float], None] = time.sleep
    until: float = inf
    clock: Callable[[], float] = time.monotonic

    def left(self) -> float:
        """Give the seconds that are left, 0 or less where the time is over."""
        return self.until - self.clock()

    def within(self, seconds: float) -> "Patience":
        """Give the patience for one part: so many seconds from now on, and never beyond the whole."""
        return replace(self, until=min(self.until, self.clock() + seconds))

    def call(self, timeout: float) -> "Patience":
        """Give the patience for one call and its retries, of which each waits `timeout` seconds for an answer."""
        return self.within(max(CALL_SECONDS, timeout))
