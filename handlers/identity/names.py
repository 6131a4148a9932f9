"""Names, as they are compared: folded, without legal form, abbreviations written out."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from handlers.identity.folding import folded

_WORD = re.compile(r"\w+")
_APOSTROPHE = re.compile("['`\u2019\u00b4]")
_DOTTED = re.compile(r"\b(?:\w\.\s?){2,}\w?\b|\b(?:\w\.){2,}")
_LEGAL = frozenset(
    """ab ag aps as asa bhd bv bvba co company corp corporation doo eirl eurl gbr gesmbh gmbh inc incorporated kft kg
    kgaa lda limited llc llp lp ltd ltda mbh nv ohg oy oyj plc pte pty sa sab sae sarl sas sau sdn se sl slu spzoo
    srl sro ug""".split()
)
_PASSED_OVER = frozenset("the and a an of hotel hotels hotell hotellet hoteles hoteis hotelli htl htls".split())
_WRITTEN_OUT = {
    "st": "saint",
    "ste": "saint",
    "sankt": "saint",
    "san": "saint",
    "intl": "international",
    "int": "international",
    "internl": "international",
    "mt": "mount",
    "ft": "fort",
    "bros": "brothers",
    "ctr": "center",
    "centre": "center",
    "grp": "group",
    "mgmt": "management",
    "apts": "apartment",
    "apt": "apartment",
    "natl": "national",
    "hosp": "hospitality",
    "conf": "conference",
}

_TYPO, _SHORTENED = 0.9, 0.85
_AT_ODDS = 0.7


@cache
def words_of(name: str) -> tuple[str, ...]:
    """Give the words by which a name is compared, in their order; never none where it has any letter."""
    text = _APOSTROPHE.sub("", folded(name)).replace("&", " and ").replace("+", " and ")
    words = _WORD.findall(_DOTTED.sub(_undotted, text))
    kept = _without_legal_form([word for word in words if word != "and"])
    told = [word for word in kept if word not in _PASSED_OVER] or kept
    return tuple(_singular(_WRITTEN_OUT.get(word, word)) for word in told)


def _undotted(found: re.Match[str]) -> str:
    """Write an abbreviation without its dots; `S.p.A.` is a legal form, where `Spa` is not."""
    letters = re.sub(r"[.\s]", "", found[0])
    return " " if letters == "spa" else f"{letters} "


def _without_legal_form(words: list[str]) -> list[str]:
    end = len(words)
    while end > 1 and words[end - 1] in _LEGAL:
        end -= 1
    return words[:end]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def normal(name: str) -> str:
    """Give the normal form of a name: its words, sorted."""
    return " ".join(sorted(words_of(name)))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """How telling each word is, and which words account names are made of."""

    weights: dict[str, float]
    known: frozenset[str]
    unheard: float

    def weight(self, words: Iterable[str]) -> float:
        """Add up how telling words are."""
        return sum(self.weights.get(word, self.unheard) for word in words)


def lexicon(account_names: Iterable[str], owner_names: Iterable[str]) -> Lexicon:
    """Count words over all names: the rarer, the more telling."""
    accounts = [frozenset(words_of(name)) for name in account_names]
    names = [*accounts, *(frozenset(words_of(name)) for name in owner_names)]
    counted = Counter(word for words in names for word in words)
    weights = {word: math.log(1 + len(names) / times) for word, times in counted.items()}
    return Lexicon(weights, frozenset(word for words in accounts for word in words), math.log(1 + len(names)))


def likeness(account: str, owner: str, lexicon: Lexicon) -> float:
    """Say how alike two names are, 0-100: the telling words that they share.

    Names that are at odds (each has a word that the other has not) are held down.
    """
    mine, theirs = words_of(account), words_of(owner)
    if "".join(mine) == "".join(theirs):
        return 100.0 if mine else 0.0
    shared = Counter(mine) & Counter(theirs)
    left, right = _without(mine, shared), _without(theirs, shared)
    matched = 2 * lexicon.weight(shared.elements())
    for found in _paired(left, right, lexicon):
        matched += found.worth * (lexicon.weight(found.mine) + lexicon.weight(found.theirs))
        left, right = _without(left, Counter(found.mine)), _without(right, Counter(found.theirs))
    whole = lexicon.weight(mine) + lexicon.weight(theirs)
    return 100 * matched / whole * (_AT_ODDS if left and right else 1)


def _without(words: Sequence[str], gone: Counter[str]) -> list[str]:
    remaining, gone = [], gone.copy()
    for word in words:
        if gone[word] > 0:
            gone[word] -= 1
        else:
            remaining.append(word)
    return remaining


@dataclass(frozen=True, slots=True)
class _Found:
    """Words of one name that stand for words of the other, and what that is worth (0-1)."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    worth: float


def _paired(mine: Sequence[str], theirs: Sequence[str], lexicon: Lexicon) -> Iterator[_Found]:
    """Pair the words that two names do not share, each at most once."""
    left, right = list(mine), list(theirs)
    for found in _pairs(mine, theirs, lexicon):
        if not Counter(found.mine) - Counter(left) and not Counter(found.theirs) - Counter(right):
            yield found
            left, right = _without(left, Counter(found.mine)), _without(right, Counter(found.theirs))


def _pairs(mine: Sequence[str], theirs: Sequence[str], lexicon: Lexicon) -> Iterator[_Found]:
    for word in mine:
        for other in theirs:
            if _is_typo(word, other) and not (word in lexicon.known and other in lexicon.known):
                yield _Found((word,), (other,), _TYPO)
            elif _is_shortened(word, other) or _is_shortened(other, word):
                yield _Found((word,), (other,), _SHORTENED)
    yield from (_Found(run, (short,), _SHORTENED) for run, short in _joined(mine, theirs))
    yield from (_Found((short,), run, _SHORTENED) for run, short in _joined(theirs, mine))


def _is_typo(word: str, other: str) -> bool:
    shorter = min(len(word), len(other))
    return shorter >= 5 and OSA.distance(word, other) <= (2 if shorter >= 9 else 1)


def _is_shortened(long: str, short: str) -> bool:
    return len(short) >= 3 and len(long) >= len(short) + 3 and long.startswith(short)


def _joined(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the runs of words whose initials, or which written together, are a word of the others."""
    runs = [tuple(words[start:end]) for start in range(len(words)) for end in range(start + 2, len(words) + 1)]
    for run in runs:
        forms = {"".join(run), "".join(word[0] for word in run)}
        yield from ((run, other) for other in others if other in forms)
