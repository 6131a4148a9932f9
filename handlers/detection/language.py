"""Which language a text is in: by the common words of each, and none where they do not say it clearly."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from operator import itemgetter

from handlers.detection.spelling import folded

_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_LETTER = re.compile(r"[^\x00-\x7f]")
_LONGEST = 120
"""So many words are looked at: more say no more."""
_LEAST_SHARE = 0.2
"""At least this share of a text's words are common words of its language."""
_LEAD = 1.15
"""The language's words outweigh those of the next by this factor."""


class Languages:
    """Finds a language by common words; a word that several languages have weighs less."""

    def __init__(self, common: Mapping[str, frozenset[str]]) -> None:
        """Use the common words of each language, in small letters without accents, and its own letters."""
        shared = Counter(word for words in common.values() for word in words)
        self._weights: dict[str, list[tuple[str, float]]] = {}
        for language, words in common.items():
            for word in words:
                self._weights.setdefault(word, []).append((language, 1 / shared[word]))

    def of(self, text: str, spans: Iterable[slice]) -> str | None:
        """Give the language of some stretches of a text; None where it is not clear."""
        own = " ".join(text[span] for span in spans)
        words = [folded(one.group()) for one in _WORD.finditer(own)]
        letters = [one.group().lower() for one in _LETTER.finditer(own)]
        return self._clearest(words[:_LONGEST], letters[:_LONGEST])

    def _clearest(self, words: Sequence[str], letters: Sequence[str]) -> str | None:
        weights: defaultdict[str, float] = defaultdict(float)
        common: Counter[str] = Counter()
        for word in words:
            for language, weight in self._weights.get(word, ()):
                weights[language] += weight
                common[language] += 1
        for letter in letters:
            for language, weight in self._weights.get(letter, ()):
                weights[language] += weight
        if not weights:
            return None
        (best, weight), *others = nlargest(2, weights.items(), key=itemgetter(1))
        is_clear = not others or weight >= others[0][1] * _LEAD
        return best if is_clear and common[best] >= _LEAST_SHARE * len(words) else None
