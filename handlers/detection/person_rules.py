"""Where a person's name begins: what stands before it, what stands after it, and lists of names."""

import re
from functools import cache

from config.name_lists import name_lists
from handlers.detection import name_words
from handlers.detection.name_length import end_of_name, name_length, of_a_house, particles
from handlers.detection.name_page import Page
from handlers.detection.name_words import NOUNS, TITLES
from handlers.detection.text_words import Word, unaccented

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


def length_of_name(page: Page, at: int) -> int:
    """Say how many words a name has that starts here; 0 where none does."""
    word = page.words[at]
    if word.text.islower():
        return name_length(page, at) if _small(page, at) else 0
    if not (word.large or word.shouted or word.initial):
        return 0
    return name_length(page, at) if any(rule(page, at) for rule in _RULES) else 0


def _small(page: Page, at: int) -> bool:
    """Whether a word in small letters is a name: hi jana; mr smith."""
    word = page.words[at]
    if _titled(page, at):
        return bool(particles(page, at)) or (len(word.text) > 2 and not word.ordinary and word.plain not in _titles())
    earlier = page.before(at)
    if earlier is not None and word.gap in (".", "_", "-") and page.sure(earlier):
        return not word.ordinary
    if len(word.text) > 3 and page.only_a_name(word) and not _goes_on_within(page, word):
        return True
    places = page.greeted | page.parted | page.introduced | page.presented
    return page.sure(word) and word.start in places


def _goes_on_within(page: Page, word: Word) -> bool:
    """Whether a word is cut from the next by a mark within it: aren't, l'anna-book."""
    return page.text[word.end : word.end + 2] in ("'t", "'l", "'r", "'v", "'d")


def _titled(page: Page, at: int) -> bool:
    """Whether a title stands before: Ms Okafor, Dott. Rossi."""
    title, word = page.before(at), page.words[at]
    if title is None or word.gap not in (" ", ". ", ".") or title.plain not in _titles():
        return False
    earlier = page.before(at - 1)
    if word.text.islower() and not particles(page, at):
        return title.plain in _PLAIN_TITLES and (earlier is None or earlier.plain not in _OWN)
    large = title.text[0].isupper() or title.plain in _PLAIN_TITLES
    a_word = word.text.lower() in _function_words() or word.plain in _titles()
    return large and (bool(particles(page, at)) or not a_word)


def _greeted(page: Page, at: int) -> bool:
    word = page.words[at]
    if word.start not in page.greeted or not page.possible(word) or word.plain in _titles():
        return False
    if page.sure(word) or "," not in word.gap:
        return True
    return _CLOSED.match(page.text, page.words[at + name_length(page, at) - 1].end) is not None


def _parted(page: Page, at: int) -> bool:
    word = page.words[at]
    if word.start not in page.parted or not page.possible(word):
        return False
    return _LINE_END.match(page.text, page.words[at + name_length(page, at) - 1].end) is not None


def _listed(page: Page, at: int) -> bool:
    word = page.words[at]
    return (page.sure(word) or page.family(word) or _before_family(page, at)) and not of_a_house(page, at)


def _before_family(page: Page, at: int) -> bool:
    """Whether an unknown word stands before a family name, and no role: Xanthe Okafor; not: colleague Okafor."""
    word, following = page.words[at], page.after(at)
    if following is None or following.gap != " " or not page.unknown(word) or not page.family(following):
        return False
    return following.start not in page.introduced


def _word_too(page: Page, at: int) -> bool:
    """Whether a word that is a name, too, is one here: Will Turner; we asked Rose."""
    word, following = page.words[at], page.after(at)
    if not page.word_too(word) or of_a_house(page, at):
        return False
    earlier = page.before(at)
    a_noun = page.german and word.plain in NOUNS
    surname = following is not None and following.gap == " " and page.surname(following, certain=a_noun)
    in_a_place = earlier is not None and earlier.plain in _IN
    return surname or not (word.opens or a_noun or word.ordinary or word.shouted or in_a_place)


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
    if not page.possible(word) or word.shouted or word.plain in _titles():
        return False
    if word.start in page.introduced:
        return True
    return word.start in page.presented and bool(_place().match(page.text, end_of_name(page, at)))


def _does(page: Page, at: int) -> bool:
    """Whether the words after say what a person does: Keano has left."""
    word, earlier = page.words[at], page.before(at)
    of_a_thing = earlier is not None and earlier.plain in _ARTICLES and word.gap == " "
    if not (page.unknown(word) or page.word_too(word)) or of_a_thing or of_a_house(page, at):
        return False
    end = end_of_name(page, at)
    may_speak = not word.opens or page.word_too(word)
    return bool(_deed("DEEDS").match(page.text, end) or (may_speak and _deed("SAYINGS").match(page.text, end)))


def _paired(page: Page, at: int) -> bool:
    """Whether two unknown words with capitals stand within a sentence, where capitals are for names."""
    word, following, earlier = page.words[at], page.after(at), page.before(at)
    if page.german or word.opens or following is None or following.gap != " ":
        return False
    article = earlier is not None and earlier.plain in _ARTICLES
    return not article and page.unknown(word) and page.unknown(following) and not of_a_house(page, at)


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
    rest = page.text[end_of_name(page, at) :][:200]
    return re.match(r"[ \t.,]*(?:\n|$)", rest) is not None and len(rest) < 200 and rest.count("\n") < 4


_RULES = (_titled, _greeted, _listed, _word_too, _initials, _introduced, _does, _joined, _paired, _parted, _signed)


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(unaccented, TITLES))


@cache
def _function_words() -> frozenset[str]:
    return name_lists().ordinary


@cache
def _deed(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?: |, | - )(?:{getattr(name_words, kind)})(?!\w)", re.IGNORECASE)


@cache
def _place() -> re.Pattern[str]:
    return re.compile(
        r" (?:from|here|at|of|with|vom|von|aus|de|du|des|del|della|dell'|dal|da|do|das)\b|[,.!]|$", re.IGNORECASE
    )
