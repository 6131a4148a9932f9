"""What may be spent on a language model in a day: reserved before each question, settled by what it cost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

from handlers.clients.bedrock.errors import ModelError
from handlers.stores.protocol import StoreError
from scoring.instants import DAY, Instant, format_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.words_model import ModelTerms

_UNSEEN_TOKENS = 1_000
"""What Bedrock itself may put before a question, for a schema or a tool."""

_KEPT = 40 * DAY
"""How long the sum of a day is kept."""


class Sums(Protocol):
    """Sums by name, in a place that all processes share."""

    def reserve(self, name: str, amount: int, most: int, until: Instant) -> bool:
        """Add an amount to a sum unless it would come above the most; tell whether it was added."""

    def settle(self, name: str, difference: int) -> None:
        """Add what an amount turned out to be more (or less) than reserved."""


class OwnSums:
    """Sums of one process alone: for a command that a person runs."""

    def __init__(self) -> None:
        """Begin with nothing spent."""
        self.sums: dict[str, int] = {}

    def reserve(self, name: str, amount: int, most: int, until: Instant) -> bool:  # noqa: ARG002 - it ends with the process
        """Add an amount unless it would come above the most."""
        fits = self.sums.get(name, 0) + amount <= most
        if fits:
            self.settle(name, amount)
        return fits

    def settle(self, name: str, difference: int) -> None:
        """Add a difference."""
        self.sums[name] = self.sums.get(name, 0) + difference


@dataclass(frozen=True, slots=True)
class Reserved:
    """Money put aside for one question, in millionths of a dollar."""

    name: str
    amount: int


class Spending:
    """Keeps a day's questions within the cap: nobody asks without money that nobody else has reserved.

    Sums are in millionths of a US dollar; the price of a million tokens in dollars is that of one token in these.
    """

    def __init__(self, sums: Sums, terms: ModelTerms, tries: int, now: Callable[[], Instant]) -> None:
        """Keep these sums; each question may be sent `tries` times."""
        self._sums, self._terms, self._tries, self._now = sums, terms, tries, now

    def reserve(self, question_bytes: int) -> Reserved:
        """Put the most aside that a question can cost: a token a byte, the longest answer, every try.

        Raises ModelError where the day has no such money left, or where it cannot be counted.
        """
        today = self._now()
        name, most = f"words-model/{format_date(today)}", int(self._terms.cap_a_day * 1_000_000)
        amount = self._tries * self._price(question_bytes + _UNSEEN_TOKENS, self._terms.most_tokens)
        try:
            fits = self._sums.reserve(name, amount, most, Instant(today + _KEPT))
        except StoreError as error:
            raise ModelError("uncounted") from error
        if not fits:
            raise ModelError("capped")
        return Reserved(name, amount)

    def settle(self, reserved: Reserved, response: Mapping[str, Any]) -> None:
        """Count what a question cost: the tokens of its answer, as often as it was sent.

        Where that cannot be written, the whole reservation stays counted.
        """
        usage, sent = response["usage"], 1 + response["ResponseMetadata"].get("RetryAttempts", 0)
        cached = usage.get("cacheReadInputTokens", 0) + usage.get("cacheWriteInputTokens", 0)
        self._settle(reserved, sent * self._price(usage["inputTokens"] + cached, usage["outputTokens"]))

    def release(self, reserved: Reserved) -> None:
        """Give money back that was surely not spent."""
        self._settle(reserved, 0)

    def _settle(self, reserved: Reserved, cost: int) -> None:
        with suppress(StoreError):
            self._sums.settle(reserved.name, cost - reserved.amount)

    def _price(self, tokens_in: int, tokens_out: int) -> int:
        return ceil(tokens_in * self._terms.price_of_input + tokens_out * self._terms.price_of_output)
