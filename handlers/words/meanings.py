"""The lines that sources.yaml needs, so that a word of a source gets a meaning."""

import json
from collections.abc import Mapping

from scoring.words import MEANINGS, NOTHING

CONVERSATION = "conversation"
"""The kind whose words stand under `known_words`: they need no meaning, only to be known."""

TO_START_WITH: Mapping[str, str] = {
    "account.success_tier": NOTHING,
    "opportunity.type": NOTHING,
    "opportunity.stage": "open",
    "payment.status": "failed",
    "event.type": NOTHING,
    "csql.status": NOTHING,
    "signal.severity": "Critical",
    "signal.confidence": "Confirmed",
    "signal.status": "Active",
}
"""The meaning that is written behind a word before a person has said which is right: never good news."""

COUNTS_EMPTY = frozenset({"opportunity.type", "payment.status", "event.type", "csql.status"})
"""Where an empty field is a word like any other, and flagged without a meaning."""


def where(place: str) -> str:
    """Name the part of sources.yaml that holds the words of a place such as `event.type`."""
    return f"{'known_words' if place.startswith(CONVERSATION) else 'words'}.{place}"


def config_line(place: str, word: str, told: str | None = None, label: str | None = None) -> str:
    """Write the line that a word needs; `told` is the meaning that the source gives it, `label` what people read."""
    quoted = json.dumps(word, ensure_ascii=False)
    if place not in MEANINGS:
        return f"- {quoted}"
    meaning = told or TO_START_WITH[place]
    others = [] if told else [one for one in MEANINGS[place] if one != meaning]
    labelled = f'shown as "{label}"' if label not in {None, word} else ""
    comment = "; ".join(part for part in (labelled, f"or {', '.join(others)}" if others else "") if part)
    return f"{quoted}: {meaning}" + (f"   # {comment}" if comment else "")
