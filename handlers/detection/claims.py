"""What a language model claims of a message, and what of it may be believed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from handlers.detection.detected import Hit
from handlers.detection.quotes import Quotable
from scoring.categories import CATEGORIES, Category

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


def believed(claims: Iterable[Claim], stretches: Sequence[str], rule: str) -> Believed:
    """Believe what is asserted, of a known category, and quoted from one of the message's stretches: one a category."""
    hits: dict[Category, Hit] = {}
    dropped: Counter[str] = Counter()
    texts = [Quotable(stretch) for stretch in stretches]
    for claim in [claim for claim in claims if claim.category != NONE]:
        found = _hit(claim, texts, rule)
        if isinstance(found, str):
            dropped.update([found])
        elif found.category in hits:
            dropped.update(["doubled"])
        else:
            hits[found.category] = found
    return Believed(tuple(sorted(hits.values(), key=lambda hit: CATEGORIES.index(hit.category))), dropped)


def _hit(claim: Claim, texts: Sequence[Quotable], rule: str) -> Hit | str:
    """Give the hit of a claim, or what is wrong with it."""
    category = _CATEGORIES.get(claim.category)
    if category is None:
        return "category"
    if claim.stance not in STANCES:
        return "stance"
    if claim.stance != "asserted":
        return "unasserted"
    quotes = (text.find(claim.quote) for text in texts)
    quote = next((found for found in quotes if found is not None), None)
    return "quote" if quote is None else Hit(category, quote, rule)


_CATEGORIES: Mapping[str, Category] = {name: name for name in CATEGORIES}
