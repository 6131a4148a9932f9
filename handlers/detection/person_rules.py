"""Where a person's name begins, and how far it goes."""

import re
from dataclasses import dataclass
from functools import cache

from config.name_lists import NameLists, name_lists
from handlers.detection import name_words
from handlers.detection.name_words import HOUSES, PARTICLES, TITLES
from handlers.detection.text_words import Word, german, plain, words_of

_LONGEST = 5
_PLAIN_TITLES = frozenset("mr mrs ms mme mlle herr frau dr sra srta senora signora dottssa".split())
_OWN = frozenset("meine eine die der ein unsere ihre seine deine keine".split())
_ARTICLES = frozenset(
    "the our your a an this these der die das den dem ein eine einen einem einer unser unsere unserem unseren "
    "unserer mein meine meinem meinen ihr ihre kein keine jeder jede dieser diese le un notre votre el nuestro "
    "nuestra su".split()
)
_AND = frozenset("and und et y e & or oder ou o".split())
_IN = frozenset("in near en em".split())
_CLOSED = re.compile(r"\s*(?:[,!.;:\n)|(/&-]|$|(?:and|und|et|y|e)\b)")
_LINE_END = re.compile(r"[ \t]*(?:[\n,|(/!.;-]|$)")


@dataclass(frozen=True, slots=True)
class Page:
    """A text, its words, and the places after which a name is expected."""

    text: str
    words: list[Word]
    german: bool
    greeted: frozenset[int]
    parted: frozenset[int]
    introduced: frozenset[int]
    presented: frozenset[int]
    names: NameLists

    @classmethod
    def of(cls, text: str) -> "Page":
        """Read a text."""
        words = words_of(text)
        ends = (_ends(kind, text) for kind in ("GREETINGS", "FAREWELLS", "NAMINGS", "PRESENTINGS"))
        greeted, parted, introduced, presented = ends
        introduced |= _ends("ROLES", text)
        return cls(text, words, german(words), greeted, parted, introduced, presented, name_lists())

    def sure(self, word: Word) -> bool:
        """Whether a word is a given name and hardly anything else."""
        return self._listed(word, self.names.sure) and not word.ordinary

    def word_too(self, word: Word) -> bool:
        """Whether a word is a given name as well as a word."""
        return word.plain in self.names.words_too

    def unknown(self, word: Word) -> bool:
        """Whether a word is written like a name and is no word that one knows."""
        return word.large and len(word.text) > 1 and not word.ordinary

    def _listed(self, word: Word, names: frozenset[str]) -> bool:
        parts = word.plain.split("-")
        genitive = self.german and parts[-1].endswith("s") and word.large and parts[-1][:-1] in names
        return genitive or any(part in names for part in parts)

    def before(self, at: int) -> Word | None:
        """Give the word before one."""
        return self.words[at - 1] if at else None

    def after(self, at: int) -> Word | None:
        """Give the word after one."""
        return self.words[at + 1] if at + 1 < len(self.words) else None


def length_of_name(page: Page, at: int) -> int:
    """Say how many words a name has that starts here; 0 where none does."""
    word = page.words[at]
    if word.text.islower():
        return _length(page, at) if _small(page, at) else 0
    if not (word.large or word.shouted or word.initial):
        return 0
    return _length(page, at) if any(rule(page, at) for rule in _RULES) else 0


def _small(page: Page, at: int) -> bool:
    """Whether a word in small letters is a name: hi jana; mr smith."""
    word = page.words[at]
    if _titled(page, at):
        return bool(_particles(page, at)) or (len(word.text) > 2 and not word.ordinary and word.plain not in _titles())
    places = page.greeted | page.parted | page.introduced | page.presented
    return page.sure(word) and word.start in places and word.plain not in PARTICLES


def _titled(page: Page, at: int) -> bool:
    """Whether a title stands before: Ms Okafor, Dott. Rossi."""
    title, word = page.before(at), page.words[at]
    if title is None or word.gap not in (" ", ". ", ".") or title.plain not in _titles():
        return False
    earlier = page.before(at - 1)
    if word.text.islower() and not _particles(page, at):
        return title.plain in _PLAIN_TITLES and (earlier is None or earlier.plain not in _OWN)
    large = title.text[0].isupper() or title.plain in _PLAIN_TITLES
    a_word = word.plain in _function_words() or word.plain in _titles()
    return large and (bool(_particles(page, at)) or not a_word)


def _greeted(page: Page, at: int) -> bool:
    word = page.words[at]
    if word.start not in page.greeted or word.ordinary or word.plain in _titles():
        return False
    if page.sure(word) or page.word_too(word) or "," not in word.gap:
        return True
    return _CLOSED.match(page.text, page.words[at + _length(page, at) - 1].end) is not None


def _parted(page: Page, at: int) -> bool:
    word = page.words[at]
    if word.start not in page.parted or word.ordinary:
        return False
    return _LINE_END.match(page.text, page.words[at + _length(page, at) - 1].end) is not None


def _listed(page: Page, at: int) -> bool:
    return page.sure(page.words[at]) and not _of_a_house(page, at)


def _word_too(page: Page, at: int) -> bool:
    """Whether a word that is a name, too, is one here: Will Turner; we asked Rose."""
    word, following = page.words[at], page.after(at)
    if not page.word_too(word) or _of_a_house(page, at):
        return False
    earlier = page.before(at)
    surname = following is not None and following.gap == " " and page.unknown(following)
    in_a_place = earlier is not None and earlier.plain in _IN
    return surname or not (word.opens or page.german or word.shouted or in_a_place)


def _initials(page: Page, at: int) -> bool:
    """Whether an initial and a name stand here: J. Kowalski, O'Brien."""
    word, following, earlier = page.words[at], page.after(at), page.before(at)
    if not word.initial or following is None or not page.unknown(following) or word.gap[-1:].isdigit():
        return False
    abbreviated = earlier is not None and len(earlier.text) == 1 and earlier.text.islower()
    return following.gap in (". ", ".", "'") and not (abbreviated and word.gap.strip() == ".")


def _introduced(page: Page, at: int) -> bool:
    """Whether the words before say that a name follows: my name is, our GM."""
    word = page.words[at]
    if not page.unknown(word) or word.plain in _titles():
        return False
    if word.start in page.introduced:
        return True
    return word.start in page.presented and bool(_place().match(page.text, _end(page, at)))


def _does(page: Page, at: int) -> bool:
    """Whether the words after say what a person does: Keano has left."""
    word, earlier = page.words[at], page.before(at)
    of_a_thing = earlier is not None and earlier.plain in _ARTICLES and word.gap == " "
    if not page.unknown(word) or of_a_thing or _of_a_house(page, at):
        return False
    return bool(_deed().match(page.text, _end(page, at)))


def _paired(page: Page, at: int) -> bool:
    """Whether two unknown words with capitals stand within a sentence, where capitals are for names."""
    word, following, earlier = page.words[at], page.after(at), page.before(at)
    if page.german or word.opens or following is None or following.gap != " ":
        return False
    article = earlier is not None and earlier.plain in _ARTICLES
    return not article and page.unknown(word) and page.unknown(following) and not _of_a_house(page, at)


def _joined(page: Page, at: int) -> bool:
    """Whether a name stands before, and an "and" between them."""
    joint = page.before(at)
    if joint is None or at < 2 or joint.plain not in _AND or not page.unknown(page.words[at]):
        return False
    other = page.words[at - 2]
    return page.words[at].gap == " " == joint.gap and (page.sure(other) or other.start in page.greeted)


def _signed(page: Page, at: int) -> bool:
    """Whether a line near the end of a text holds nothing but a name."""
    word = page.words[at]
    own_line = "\n" in word.gap and word.gap.rpartition("\n")[2].strip(" -") == ""
    if not own_line or not (page.unknown(word) or word.initial):
        return False
    rest = page.text[_end(page, at) :][:200]
    return re.match(r"[ \t.,]*(?:\n|$)", rest) is not None and len(rest) < 200 and rest.count("\n") < 4


_RULES = (_titled, _greeted, _listed, _word_too, _initials, _introduced, _does, _joined, _paired, _parted, _signed)


def _end(page: Page, at: int) -> int:
    return page.words[at + _length(page, at) - 1].end


def _length(page: Page, at: int) -> int:
    """Count the words of the name that starts here: given names, initials, particles, surnames."""
    end = at + 1
    while end < min(len(page.words), at + _LONGEST):
        small = _particles(page, end) if page.words[end].gap in (" ", "'") else 0
        if not small and not _goes_on(page, end):
            break
        end += small + 1
    return end - at


def _goes_on(page: Page, at: int) -> bool:
    word, earlier = page.words[at], page.words[at - 1]
    close = word.gap == " " or (word.gap in (". ", ".", "'") and earlier.initial)
    if word.initial:
        return close and word.plain != "i" and not page.german
    return close and (page.unknown(word) or (word.shouted and earlier.shouted and not word.ordinary))


def _particles(page: Page, at: int) -> int:
    """Count the small words that stand here within a name: de la Tour."""
    end = at
    while end < len(page.words) and page.words[end].plain in PARTICLES:
        end += 1
    gaps = [word.gap for word in page.words[at + 1 : end + 1]]
    joined = at < end < len(page.words) and all(gap in (" ", "'") for gap in gaps)
    return end - at if joined and end - at <= 3 and page.unknown(page.words[end]) else 0


def _of_a_house(page: Page, at: int) -> bool:
    """Whether the name is a house's or a place's: Hotel Martin, San Marco."""
    earlier = page.before(at)
    return earlier is not None and page.words[at].gap == " " and earlier.large and earlier.plain in _houses()


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(plain, TITLES))


@cache
def _houses() -> frozenset[str]:
    return frozenset(map(plain, HOUSES))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(map(plain, name_lists().ordinary))


@cache
def _deed() -> re.Pattern[str]:
    return re.compile(rf"(?: |, | - )(?:{name_words.DEEDS})(?!\w)", re.IGNORECASE)


@cache
def _place() -> re.Pattern[str]:
    return re.compile(
        r" (?:from|here|at|of|with|vom|von|aus|de|du|des|del|della|dell'|dal|da|do|das)\b|[,.!]|$", re.IGNORECASE
    )


@cache
def _cue(kind: str) -> re.Pattern[str]:
    after = r"[ \t]*[,.!:]*\s*(?:--?\s*)?" if kind == "FAREWELLS" else r",? " if kind != "PRESENTINGS" else " "
    flags = re.NOFLAG if kind == "ROLES" else re.IGNORECASE
    return re.compile(rf"(?<!\w)(?:{getattr(name_words, kind)})(?!\w){after}", flags)


def _ends(kind: str, text: str) -> frozenset[int]:
    return frozenset(found.end() for found in _cue(kind).finditer(text))
