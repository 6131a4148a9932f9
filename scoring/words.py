"""Words that decide: what a picklist value of the CRM means to the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

NOTHING = "nothing"
"""The meaning of a word that says nothing about health."""

MEANINGS: Mapping[str, tuple[str, ...]] = {
    "account.success_tier": ("Paid", "Standard", NOTHING),
    "opportunity.type": ("renewal", "contraction", NOTHING),
    "opportunity.stage": ("won", "lost", "open"),
    "payment.status": ("failed", NOTHING),
    "event.type": ("qbr", NOTHING),
    "csql.status": ("open", NOTHING),
    "signal.severity": ("Critical", "Moderate", "Watch", NOTHING),
    "signal.confidence": ("Suspected", "Likely", "Confirmed"),
    "signal.status": ("Active", "Monitoring", "Resolved", "Expired", "Suggested", "Dismissed"),
}
"""By kind and field, what a word of that field may mean."""

OPTIONAL_MEANINGS = frozenset({NOTHING, "Suggested", "Dismissed"})
"""Meanings that config need give no word: a CRM may have none of it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one field and what each means; `name` is how flags call the field (`Event.Type`).

    `others` is what every other word means: None, but in models that knew of no word without a meaning.
    """

    name: str
    meanings: Mapping[str, str]
    others: str | None = None

    def meaning(self, word: str | None) -> str | None:
        """Say what a word means; None where config gives it no meaning. No value is the empty word."""
        known = folded(word or "")
        return self.meanings.get(known, self.others if known else None)

    @property
    def flag(self) -> str:
        """Give the flag of a word without a meaning."""
        return f"unknown_word:{self.name}"


@lru_cache(maxsize=1024)
def folded(word: str) -> str:
    """Write a word so that capitals, white space and forms of one character make no difference."""
    return " ".join(normalize("NFKC", word).casefold().split())
