"""Rules: the detector that works offline, by phrases that are data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import attrgetter

from config.errors import ConfigError, Problem
from config.phrasebook import FOLDER, Guard, Phrases, Strength
from handlers.detection.authored import own_spans
from handlers.detection.detected import Detected, Hit
from handlers.detection.guards import Guarding, Place
from handlers.detection.language import Languages
from handlers.detection.pattern_rule import STRENGTHS, PatternRule, RuleIndex
from handlers.detection.patterns import Language, PatternError
from handlers.detection.sentences import Sentence, sentences
from handlers.detection.spelling import Spelling
from scoring.categories import CATEGORIES, Category

EDITION = 1
"""What a version begins with. Of two readings of a message that of the higher edition counts: a hash tells no order.

Raise it in a release that reads messages otherwise than the one before.
"""

QUOTE = 200
"""A quote has so many characters at most."""


SENSITIVITIES: Mapping[str, frozenset[Strength]] = {
    "off": frozenset(),
    "low": frozenset(STRENGTHS[:1]),
    "normal": frozenset(STRENGTHS[:2]),
    "high": frozenset(STRENGTHS),
}
"""By sensitivity, the strengths of rules that are used."""

NORMAL: Mapping[Category, str] = dict.fromkeys(CATEGORIES, "normal")


class RuleDetector:
    """Detects by the phrases of each language; those of a language are read when the first text of it comes."""

    def __init__(
        self,
        languages: Languages,
        phrases_of: Mapping[str, Callable[[], Phrases]],
        sensitivity: Mapping[Category, str] = NORMAL,
        versions: Mapping[str, Callable[[], str]] | None = None,
    ) -> None:
        """Use what finds a language, what gives its phrases, and how sensitive each category is (off, low, …).

        `versions` name the state of phrases that are not read yet: to read all of them takes half a second.
        """
        self._languages = languages
        self._phrases_of = phrases_of
        self._sensitivity = sensitivity
        self._versions = versions or {}
        self._readers: dict[str, _Reader] = {}

    @cached_property
    def version(self) -> str:
        """Name the state of the figures that it detects by."""
        versions = [self._version_of(language) for language in self._phrases_of]
        figures = " ".join([*versions, *map(str, sorted(self._sensitivity.items()))])
        return f"{EDITION}.{sha256(figures.encode()).hexdigest()[:8]}"

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Read a text; one of a language without rules has no hits, and no language."""
        spans = own_spans(text)
        known = language or self._languages.of(text, spans)
        if known is None or known not in self._phrases_of:
            return Detected(None)
        return Detected(known, tuple(self._reader(known).hits(text, spans)))

    def _version_of(self, language: str) -> str:
        said = self._versions.get(language)
        return self._reader(language).version if said is None else said()

    def _reader(self, language: str) -> "_Reader":
        if language not in self._readers:
            self._readers[language] = self._read(language)
        return self._readers[language]

    def _read(self, language: str) -> "_Reader":
        """Read the phrases of a language. Raises ConfigError where the file is wrong, or a pattern of it."""
        try:
            return _Reader(self._phrases_of[language](), self._sensitivity)
        except PatternError as error:
            raise ConfigError([Problem(f"{FOLDER}/{language}.yaml", "a pattern", "wrong", str(error))]) from error


@dataclass(frozen=True, slots=True)
class _Found:
    rule: PatternRule
    place: Place

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Give what sorts findings: the strongest rule's first, then the gravest, then what was written first."""
        strength, category = self.rule.order
        return strength, category, self.place.sentence.tokens[self.place.first].start, self.rule.name


class _Reader:
    def __init__(self, phrases: Phrases, sensitivity: Mapping[Category, str]) -> None:
        self._spelling = Spelling(phrases.exact, phrases.endings, phrases.letters)
        language = Language(self._spelling, phrases.classes, phrases.no_names)
        used = {category: SENSITIVITIES[name] for category, name in sensitivity.items()}
        rules = [rule for rule in phrases.rules if rule.strength in used.get(rule.category, frozenset())]
        self._rules = RuleIndex(PatternRule(rule, phrases.language, language) for rule in rules)
        self._guards = Guarding(language, phrases.guards, phrases.breaks)
        self._abbreviations = phrases.abbreviations
        self.version = phrases.version

    def hits(self, text: str, spans: Sequence[slice]) -> Iterator[Hit]:
        """Give a hit a category, the strongest rule's first, then the gravest category's."""
        read = list(sentences(text, spans, self._spelling, self._abbreviations))
        found = sorted(self._found(read), key=attrgetter("order"))
        best: dict[Category, _Found] = {}
        for one in found:
            best.setdefault(one.rule.category, one)
        for category, one in best.items():
            yield Hit(category, quote(text, one.place), one.rule.name)

    def _found(self, read: Sequence[Sentence]) -> Iterator[_Found]:
        message: frozenset[Guard] | None = None
        for sentence in read:
            for rule, patterns in self._rules.for_words(sentence.bites).items():
                for place in rule.places(sentence, patterns, read):
                    message = self._guards.in_message(read) if message is None else message
                    if self._guards.allows(place, rule.despite, message):
                        yield _Found(rule, place)
                        break


def quote(text: str, place: Place) -> str:
    """Give the words around a place: its sentence, or as much of it as a quote holds."""
    tokens = place.sentence.tokens
    first, last = 0, len(tokens) - 1
    while tokens[last].end - tokens[first].start > QUOTE and (first < place.first or last > place.last):
        if place.first - first >= last - place.last:
            first += 1
        else:
            last -= 1
    return text[tokens[first].start : min(tokens[last].end, tokens[first].start + QUOTE)].rstrip(" ,;:")
