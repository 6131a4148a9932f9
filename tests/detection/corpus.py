"""The corpus of what must be gone from quotes, as conversations in which customers wrote it."""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

from handlers.detection.detected import Detected, Hit
from scoring.categories import CATEGORIES
from tests.messages import UPDATED, Message, company, conversation, notification, part

UNQUOTED = "The pangolin sleeps beneath our lift."
"""A sentence that no rule finds anything in: it may be nowhere."""


@dataclass(frozen=True, slots=True)
class Row:
    """A text in a language, what must be gone from a quote of it, and what must stay."""

    lang: str
    text: str
    gone: tuple[str, ...]
    stays: tuple[str, ...]


def rows() -> list[Row]:
    """Read the corpus."""
    lines = Path(__file__).with_name("redaction.jsonl").read_text(encoding="utf-8").splitlines()
    told = (json.loads(line) for line in lines)
    return [Row(one["lang"], one["text"], tuple(one["gone"]), tuple(one["stays"])) for one in told]


def secrets() -> list[str]:
    """Give what must be nowhere, in small letters, but for fragments that stand in any file or in an ARN of moto."""
    gone = {piece.casefold() for row in rows() for piece in row.gone if len(piece) >= 5 and piece not in "123456789012"}
    return sorted({*gone, "pangolin"})


def written(number: int, row: Row, at: int = UPDATED) -> Message:
    """Tell of a customer who wrote the text of a row, and a sentence more, in a conversation of a hotel."""
    html = f"<p>{escape(row.text)}</p><p>{UNQUOTED}</p>".replace("\n", "<br>")
    author = {"type": "user", "id": f"u{number}", "name": "Ana Pangolin", "email": "pangolin@hotel.example"}
    said = part(id=f"9{number}", part_type="comment", body=html, author=author, created_at=at, updated_at=at)
    parts = {"type": "conversation_part.list", "conversation_parts": [said], "total_count": 1}
    told = company(id="own-0", company_id="hotel-0", name="Hotel 0")
    item = conversation(id=f"c{number}", company=told, conversation_parts=parts, updated_at=at)
    return notification("conversation.user.replied", item, id=f"n{number}", created_at=at)


class QuotesAll:
    """A detector that finds something in every text, each time of another category, and quotes all that it can."""

    version = "all"

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Quote a text, all but the sentence that may be nowhere."""
        quoted = text.partition(UNQUOTED)[0].strip()
        category = CATEGORIES[len(text) % len(CATEGORIES)]
        return Detected(language or "en", (Hit(category, quoted, f"{category}/all"),))
