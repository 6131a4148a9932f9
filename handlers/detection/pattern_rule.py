"""One rule over sentences: where it holds; and rules found by the words of a sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.phrasebook import Rule, Strength
from handlers.detection.guards import Place
from handlers.detection.patterns import Language, Pattern, Patterns
from handlers.detection.sentences import Sentence
from scoring.categories import CATEGORIES

STRENGTHS: tuple[Strength, ...] = ("strong", "usual", "weak")
"""How far a rule is to be believed, the most believed first."""
NEAR = 4
"""So many words before and behind a match are near it."""


class PatternRule:
    """A rule of one language, read."""

    def __init__(self, rule: Rule, code: str, language: Language) -> None:
        """Read the patterns of a rule.

        Raises PatternError where one cannot be read.
        """
        self.name = f"{code}/{rule.category}/{rule.id}"
        self.category, self.despite = rule.category, rule.despite
        self.order = (STRENGTHS.index(rule.strength), CATEGORIES.index(rule.category))
        self.any = Patterns(language, (one for pattern in rule.any for one in language.parted(pattern)))
        self._beside, self._message = Patterns(language, rule.beside), Patterns(language, rule.message)
        self._unless = Patterns(language, rule.unless)
        self._unless_message = Patterns(language, rule.unless_message)
        self._not_near = Patterns(language, rule.not_near)
        self._no_names = language.no_names

    def places(self, sentence: Sentence, patterns: Iterable[Pattern], read: Sequence[Sentence]) -> Iterator[Place]:
        """Give the places of a sentence in a message at which the rule holds by some of its patterns, guards apart."""
        matches = [match for pattern in patterns for match in pattern.matches(sentence.line)]
        if not matches or not self._fits(sentence, read):
            return
        for match in sorted(matches, key=re.Match.span):
            place = Place(sentence, sentence.index(match.start()), sentence.index(match.end() - 1))
            if self._is_named(match, sentence) and not self._not_near.is_in(_around(place), sentence.bites):
                yield place

    def _fits(self, sentence: Sentence, read: Sequence[Sentence]) -> bool:
        if self._beside and not self._beside.is_in(sentence.line, sentence.bites):
            return False
        if self._message and not _is_in_message(self._message, read):
            return False
        return not (self._unless.is_in(sentence.line, sentence.bites) or _is_in_message(self._unless_message, read))

    def _is_named(self, match: re.Match[str], sentence: Sentence) -> bool:
        """Tell whether each name of a match is written with a capital, and is no word that is known otherwise."""
        begins = [match.start(group) for group in range(1, match.re.groups + 1) if match[group]]
        named = [sentence.tokens[sentence.index(begin)] for begin in begins]
        return all(token.is_capital and token.word not in self._no_names for token in named)


def _is_in_message(patterns: Patterns, read: Iterable[Sentence]) -> bool:
    return any(patterns.is_in(one.line, one.bites) for one in read)


def _around(place: Place) -> str:
    return place.sentence.part(max(place.first - NEAR, 0), place.last + 1 + NEAR)


class RuleIndex:
    """Rules by how the words begin of which a sentence must have one."""

    def __init__(self, rules: Iterable[PatternRule]) -> None:
        """Note the patterns of each rule."""
        self._any: list[tuple[PatternRule, Pattern]] = []
        self._by_bite: dict[str, list[tuple[PatternRule, Pattern]]] = {}
        for rule in rules:
            for pattern in rule.any.each:
                for one in [self._any] if pattern.bites is None else map(self._with, sorted(pattern.bites)):
                    one.append((rule, pattern))

    def _with(self, bite: str) -> list[tuple[PatternRule, Pattern]]:
        return self._by_bite.setdefault(bite, [])

    def for_words(self, bites: frozenset[str]) -> Mapping[PatternRule, Iterable[Pattern]]:
        """Give the rules that may match a sentence whose words begin so, and by which of their patterns."""
        found: dict[PatternRule, dict[Pattern, None]] = {}
        known = [self._by_bite[bite] for bite in sorted(bites & self._by_bite.keys())]
        for rule, pattern in (pair for pairs in [self._any, *known] for pair in pairs):
            if pattern.has_its_words(bites):
                found.setdefault(rule, {})[pattern] = None
        return found
