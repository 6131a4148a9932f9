"""Rules: the detector that works offline, by phrases that are data."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import attrgetter

from config.phrasebook import Phrases, Rule, Strength
from handlers.detection.authored import own_words
from handlers.detection.detected import Detected, Hit
from handlers.detection.guards import Guarding, Place
from handlers.detection.language import Languages
from handlers.detection.patterns import BITE, Language, Patterns
from handlers.detection.sentences import Sentence, sentences
from handlers.detection.spelling import Spelling, Token
from scoring.categories import CATEGORIES, Category

_STRENGTHS: tuple[Strength, ...] = ("strong", "usual", "weak")
NEAR = 4
"""So many words before and behind a match are near it."""
QUOTE = 200
"""A quote has so many characters at most."""


SENSITIVITIES: Mapping[str, frozenset[Strength]] = {
    "off": frozenset(),
    "low": frozenset(_STRENGTHS[:1]),
    "normal": frozenset(_STRENGTHS[:2]),
    "high": frozenset(_STRENGTHS),
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
    ) -> None:
        """Use what finds a language, what gives its phrases, and how sensitive each category is (off, low, …)."""
        self._languages = languages
        self._phrases_of = phrases_of
        self._sensitivity = sensitivity
        self._readers: dict[str, _Reader] = {}

    @cached_property
    def version(self) -> str:
        """Name the state of the figures that it detects by."""
        versions = [self._reader(language).version for language in self._phrases_of]
        return sha256(" ".join([*versions, *map(str, sorted(self._sensitivity.items()))]).encode()).hexdigest()[:8]

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Read a text; one of a language without rules has no hits, and no language."""
        spans = own_words(text)
        known = language or self._languages.of(text, spans)
        if known is None or known not in self._phrases_of:
            return Detected(None)
        return Detected(known, tuple(self._reader(known).hits(text, spans)))

    def _reader(self, language: str) -> "_Reader":
        if language not in self._readers:
            self._readers[language] = _Reader(self._phrases_of[language](), self._sensitivity)
        return self._readers[language]


@dataclass(frozen=True, slots=True)
class _Found:
    rule: "_Rule"
    place: Place

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Give what sorts findings: the strongest rule's first, then the gravest, then what was written first."""
        strength, category = self.rule.order
        return strength, category, self.place.sentence.tokens[self.place.first].start, self.rule.name


class _Reader:
    def __init__(self, phrases: Phrases, sensitivity: Mapping[Category, str]) -> None:
        self._spelling = Spelling(phrases.exact, phrases.endings)
        language = Language(self._spelling, phrases.classes)
        used = {category: SENSITIVITIES[name] for category, name in sensitivity.items()}
        rules = [rule for rule in phrases.rules if rule.strength in used.get(rule.category, frozenset())]
        self._rules = _Index([_Rule(rule, phrases.language, language) for rule in rules])
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
        lines = [one.line for one in read]
        tried = [(rule, sentence) for sentence in read for rule in self._rules.for_words(sentence.tokens)]
        message = self._guards.in_message(read) if tried else frozenset()
        for rule, sentence in tried:
            for place in rule.places(sentence, lines):
                if self._guards.allows(place, rule.despite, message):
                    yield _Found(rule, place)
                    break


class _Index:
    """Rules by how the words begin of which a sentence must have one."""

    def __init__(self, rules: Sequence["_Rule"]) -> None:
        self._any = [rule for rule in rules if rule.any.read.bites is None]
        self._by_bite: dict[str, list[_Rule]] = {}
        for rule in rules:
            for bite in rule.any.read.bites or ():
                self._by_bite.setdefault(bite, []).append(rule)

    def for_words(self, tokens: Iterable[Token]) -> Iterable["_Rule"]:
        """Give the rules that may match a sentence of these words, each once, in no order."""
        bites = {token.word[:BITE] for token in tokens} & self._by_bite.keys()
        return {*self._any, *(rule for bite in bites for rule in self._by_bite[bite])}


class _Rule:
    def __init__(self, rule: Rule, code: str, language: Language) -> None:
        self.name = f"{code}/{rule.category}/{rule.id}"
        self.category, self.despite = rule.category, rule.despite
        self.order = (_STRENGTHS.index(rule.strength), CATEGORIES.index(rule.category))
        self.any = Patterns(language, rule.any)
        self._beside, self._message = Patterns(language, rule.beside), Patterns(language, rule.message)
        self._unless = Patterns(language, rule.unless)
        self._unless_message = Patterns(language, rule.unless_message)
        self._not_near = Patterns(language, rule.not_near)

    def places(self, sentence: Sentence, lines: Sequence[str]) -> Iterator[Place]:
        """Give the places in a sentence of which a rule holds, guards apart."""
        matches = list(self.any.matches(sentence.line))
        if not matches or not self._fits(sentence.line, lines):
            return
        for match in matches:
            place = Place(sentence, sentence.index(match.start()), sentence.index(match.end() - 1))
            if _is_named(match, sentence) and not self._not_near.is_in(_around(place)):
                yield place

    def _fits(self, line: str, lines: Sequence[str]) -> bool:
        if self._beside.written and not self._beside.is_in(line):
            return False
        if self._message.written and not any(map(self._message.is_in, lines)):
            return False
        return not (self._unless.is_in(line) or any(map(self._unless_message.is_in, lines)))


def _is_named(match: re.Match[str], sentence: Sentence) -> bool:
    """Tell whether each name of a match is written with a capital."""
    begins = [match.start(group) for group in range(1, match.re.groups + 1) if match[group]]
    return all(sentence.tokens[sentence.index(begin)].is_capital for begin in begins)


def _around(place: Place) -> str:
    return place.sentence.part(max(place.first - NEAR, 0), place.last + 1 + NEAR)


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
