"""What customers write: whether it is read, how readily it becomes a suggestion, and what the CRM calls it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from config.suggested_fields import SUGGESTED_FIELDS, SuggestedFields
from config.words_model import ModelTerms
from scoring.categories import CATEGORIES, Category
from scoring.suggestion_terms import DAYS, MUTING, Muting, SuggestionDays

WORDS = "words.yaml"

DetectorChoice: TypeAlias = Literal["off", "rules", "rules_and_model"]
Sensitivity: TypeAlias = Literal["off", "low", "normal", "high"]

CRM_WORDS: Mapping[Category, str] = MappingProxyType(
    {
        "cancellation": "Cancellation",
        "executive_escalation": "Executive escalation",
        "security_compliance": "Security or compliance",
        "competitor": "Competitive",
        "internal_build": "Internal build",
        "champion_leaving": "Champion left",
        "budget": "Budget",
        "unresolved_bug": "Service issue",
        "product_gap": "Product gap",
    }
)
"""What the product's own picklist of Churn_Signal__c calls each category."""


@dataclass(frozen=True, slots=True)
class CategoryTerms:
    """How readily words count as a signal of a category, and what the CRM's picklist calls it."""

    sensitivity: Sensitivity
    crm: str


USUAL_CATEGORIES: Mapping[Category, CategoryTerms] = MappingProxyType(
    {name: CategoryTerms("normal", CRM_WORDS[name]) for name in CATEGORIES}
)


@dataclass(frozen=True, slots=True)
class WordsTerms:
    """How what customers write is read; `categories` has every category.

    `samples_a_month` is how many messages without a finding are put before a CSM each month; `model` says when a
    language model is asked.
    """

    detector: DetectorChoice = "off"
    categories: Mapping[Category, CategoryTerms] = field(default_factory=lambda: USUAL_CATEGORIES)
    days: SuggestionDays = DAYS
    mute: Muting = MUTING
    samples_a_month: int = 10
    model: ModelTerms = field(default_factory=ModelTerms)
    salesforce: SuggestedFields = SUGGESTED_FIELDS

    @property
    def crm_words(self) -> Mapping[str, str]:
        """Give what the CRM calls each category."""
        return {name: terms.crm for name, terms in self.categories.items()}

    @property
    def on(self) -> bool:
        """Tell whether messages are read at all."""
        return self.detector != "off"

    @property
    def active(self) -> frozenset[Category]:
        """Name the categories that may become suggestions."""
        return frozenset(name for name, terms in self.categories.items() if terms.sensitivity != "off")


USUAL_WORDS = WordsTerms()
"""The figures of a folder without words.yaml: nothing is read."""
