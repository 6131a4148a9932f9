"""How a customer feels by what was written: a number by VADER, of English alone.

VADER reads word by word, so it is asked sentence by sentence: its sum over a long text runs to the ends of the scale
whatever is said, and its time grows with the square of the words. Words of courtesy and of the trade, which its
lexicon has for feelings (please, support, urgent), say nothing here.
"""

import re
from functools import lru_cache
from statistics import fmean
from typing import TYPE_CHECKING

from handlers.detection.authored import own_stretches

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

ENGLISH = "en"
DIGITS = 4
"""A sentiment has so many decimals, so that the same words have the same bytes wherever they are read."""

_LONGEST = 120
"""A sentence of more words is cut."""

_MOST = 200
"""So many sentences of a message are read at most."""

_SENTENCE = re.compile(r"(?<=[.!?\u2026])\s+|\n+")
_READ_AS = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\ufe0f": None, "\u200b": None})
"""Signs that VADER does not know: an apostrophe as phones write it makes "isn't good" a praise."""

_SAYS_NOTHING = re.compile(
    r"\b(?:best|kind|kindest|warm|warmest)\s+(?:regards|wishes)\b|\b(?:would|'d|should)\s+like\b|\bas\s+well\b"
    r"|\bfor\s+free\b|\b(?:phone|room|order|invoice|account)\s+number\b",
    re.IGNORECASE,
)
_NEUTRAL = frozenset(
    "alert alerts approval care charge charges credit credits dear demand demands energy fyi hand hands help helpdesk "
    "interest join kindly legal number numbers pay please pls plz secure security share shared shares sharing support "
    "supported supporting supports sure urgent urgently value want welcome".split()
)


def sentiment(text: str, language: str | None) -> float | None:
    """Say how the author of a plain text feels, from -1 (badly) to 1 (well).

    It is the mean over the sentences that show a feeling; 0 where none does. Quoted mail and signatures are others'.
    None of any language but English, and where nothing is written.
    """
    sentences = _sentences("\n".join(own_stretches(text))) if language == ENGLISH else []
    felt = [compound for compound in map(_compound, sentences) if compound]
    if not sentences:
        return None
    return round(fmean(felt), DIGITS) if felt else 0.0


def _sentences(text: str) -> list[str]:
    plain = _SAYS_NOTHING.sub(" ", text.translate(_READ_AS))
    sentences = (one.split() for one in _SENTENCE.split(plain))
    return [" ".join(words[:_LONGEST]) for words in sentences if words][:_MOST]


def _compound(sentence: str) -> float:
    return float(_analyzer().polarity_scores(sentence)["compound"])


@lru_cache(1)
def _analyzer() -> "SentimentIntensityAnalyzer":
    """Make VADER when the first English text comes: it reads half a megabyte of words."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415 - only when it is used

    analyzer = SentimentIntensityAnalyzer()
    for word in _NEUTRAL:
        analyzer.lexicon.pop(word, None)
    return analyzer
