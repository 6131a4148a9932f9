"""What a customer's words may be a signal of, and the languages that have rules."""

from typing import Literal, TypeAlias, get_args

Category: TypeAlias = Literal[
    "cancellation",
    "executive_escalation",
    "security_compliance",
    "competitor",
    "internal_build",
    "champion_leaving",
    "budget",
    "unresolved_bug",
    "product_gap",
]

Language: TypeAlias = Literal["en", "de", "fr", "es", "it", "pt"]

CATEGORIES: tuple[Category, ...] = get_args(Category)
"""What a message may be a signal of, the gravest first."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages that have rules."""
