"""The cheap gate before a language model: which messages it is asked about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from config.words_model import ModelTerms
from handlers.detection.authored import own_stretches

_WORD = re.compile(r"\w+")
_ALL = 1 << 64


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets messages through by language, length, and how their words begin; of these a share. Only own words count."""

    languages: frozenset[str]
    least_words: int
    words: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    share: float = 1.0

    def lets_through(self, text: str, language: str | None) -> bool:
        """Tell whether a message is worth a question; asked again, it says the same."""
        if language not in self.languages:
            return False
        own = "".join(own_stretches(text))
        is_long = sum(1 for _ in _WORD.finditer(own)) >= self.least_words
        return is_long and self._has_word(own, language) and _lot(own) < self.share

    def _has_word(self, text: str, language: str | None) -> bool:
        pattern = self.words.get(language or "")
        return pattern is None or pattern.search(text) is not None


def gate_of(terms: ModelTerms) -> Gate:
    """Make the gate that words.yaml describes."""
    return gate(terms.languages, terms.least_words, terms.words, terms.share)


def gate(languages: Sequence[str], least_words: int, words: Mapping[str, Sequence[str]], share: float) -> Gate:
    """Make a gate; a language without words lets each of its messages through."""
    patterns = {language: _beginnings(some) for language, some in words.items() if some}
    return Gate(frozenset(languages), least_words, patterns, share)


def _beginnings(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


def _lot(text: str) -> float:
    """Draw a lot from 0 to 1 for a text, always the same."""
    return int.from_bytes(sha256(text.encode(errors="surrogatepass")).digest()[:8]) / _ALL
