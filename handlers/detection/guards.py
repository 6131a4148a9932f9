"""Guards: what takes the meaning of a match away: it is negated, asked, past, another's, only imagined, or settled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.phrasebook import Guard, GuardWords
from handlers.detection.patterns import Language, Patterns
from handlers.detection.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Place:
    """Where a match stands: in which sentence, and from which of its tokens to which."""

    sentence: Sentence
    first: int
    last: int


class Guarding:
    """The guards of one language."""

    def __init__(self, language: Language, guards: Mapping[Guard, GuardWords], breaks: frozenset[str]) -> None:
        """Read the guards' patterns.

        Raises PatternError where one cannot be read.
        """
        self._breaks = breaks
        self._words = {
            name: _Guard(
                Patterns(language, words.before),
                Patterns(language, words.after),
                Patterns(language, words.sentence),
                Patterns(language, words.message),
                words.mark,
                words.mark_clause,
            )
            for name, words in guards.items()
        }

    def in_message(self, sentences: Iterable[Sentence]) -> frozenset[Guard]:
        """Give the guards that hold for a whole message."""
        said = list(sentences)
        return frozenset(
            name for name, guard in self._words.items() if any(guard.message.is_in(one.line, one.bites) for one in said)
        )

    def allows(self, place: Place, despite: Sequence[Guard], message: frozenset[Guard]) -> bool:
        """Tell whether no guard but those named takes the meaning away."""
        names = [name for name in self._words if name not in despite]
        return message.isdisjoint(names) and not any(self._words[name].holds(place, self._breaks) for name in names)


@dataclass(frozen=True)
class _Guard:
    before: Patterns
    after: Patterns
    sentence: Patterns
    message: Patterns
    mark: bool
    mark_clause: bool

    def holds(self, place: Place, breaks: frozenset[str]) -> bool:
        sentence = place.sentence
        if (self.mark and sentence.asks) or self.sentence.is_in(sentence.line, sentence.bites):
            return True
        begin, end = sentence.clause(place.first, place.last, breaks)
        if self.mark_clause and sentence.asks and all(token.is_mark for token in sentence.tokens[end:]):
            return True
        before, after = sentence.part(begin, place.first), sentence.part(place.last + 1, end)
        return self.before.is_in(before, sentence.bites) or self.after.is_in(after, sentence.bites)
