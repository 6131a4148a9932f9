"""What a language model claims of a message, and what of it may be believed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from handlers.detection.detected import CATEGORIES, Hit
from handlers.detection.quotes import found_quote

Stance: TypeAlias = Literal["asserted", "negated", "hypothetical", "past", "third_party", "question"]
STANCES: tuple[str, ...] = get_args(Stance)
NONE = "none"
"""The category by which a model says that a message is no signal: saying nothing is no answer."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: the message says something of a category, in a stance, in the words of a quote."""

    category: str
    stance: str
    quote: str


@dataclass(frozen=True, slots=True)
class Believed:
    """The hits that stand, the gravest first; `dropped` counts the claims that do not, by what is wrong with them.

    That is an unknown `category` or `stance`, another stance than asserted (`unasserted`), a `quote` that the
    message does not have, or a second claim of the same category (`doubled`).
    """

    hits: tuple[Hit, ...] = ()
    dropped: Counter[str] = field(default_factory=Counter)


def believed(claims: Iterable[Claim], text: str, rule: str) -> Believed:
    """Believe what is asserted, of a known category, and quoted from the text: one hit a category."""
    hits: dict[str, Hit] = {}
    dropped: Counter[str] = Counter()
    for claim in [claim for claim in claims if claim.category != NONE]:
        fault = _fault(claim)
        quote = found_quote(text, claim.quote) if fault is None else None
        if fault is not None or quote is None:
            dropped.update([fault or "quote"])
        elif claim.category in hits:
            dropped.update(["doubled"])
        else:
            hits[claim.category] = Hit(claim.category, quote, rule)
    return Believed(tuple(sorted(hits.values(), key=lambda hit: CATEGORIES.index(hit.category))), dropped)


def _fault(claim: Claim) -> str | None:
    if claim.category not in CATEGORIES:
        return "category"
    if claim.stance not in STANCES:
        return "stance"
    return None if claim.stance == "asserted" else "unasserted"
