"""How far a name goes that starts at a word: given names, initials, particles, surnames."""

from functools import cache

from handlers.detection.name_page import Page
from handlers.detection.name_words import HOUSES, PARTICLES, SURNAMES
from handlers.detection.text_words import unaccented

_LONGEST, _MOST_PARTICLES = 5, 3


def name_length(page: Page, at: int) -> int:
    """Count the words of the name that starts here: given names, initials, particles, surnames."""
    end = at + 1
    while end < min(len(page.words), at + _LONGEST):
        small = particles(page, end) if page.words[end].gap in (" ", "'") else 0
        if not small and not _goes_on(page, end):
            break
        end += small + 1
    return end - at


def end_of_name(page: Page, at: int) -> int:
    """Say where in the text the name ends that starts here."""
    return page.words[at + name_length(page, at) - 1].end


def _goes_on(page: Page, at: int) -> bool:
    word, earlier = page.words[at], page.words[at - 1]
    close = word.gap == " " or (word.gap in (". ", ".", "'") and earlier.initial)
    close = close or (word.gap == "'" and earlier.plain in PARTICLES)
    if word.initial:
        return close and word.plain != "i" and not page.german
    if word.gap == " " and word.large and word.plain in SURNAMES and page.sure(earlier):
        return not page.german
    return close and (page.unknown(word) or (word.shouted and earlier.shouted and not word.ordinary))


def particles(page: Page, at: int) -> int:
    """Count the small words that stand here within a name: de la Tour."""
    end = at
    while end < min(len(page.words), at + _MOST_PARTICLES + 1) and page.words[end].plain in PARTICLES:
        end += 1
    gaps = [word.gap for word in page.words[at + 1 : end + 1]]
    joined = at < end < len(page.words) and all(gap in (" ", "'") for gap in gaps)
    return end - at if joined and end - at <= _MOST_PARTICLES and page.unknown(page.words[end]) else 0


def of_a_house(page: Page, at: int) -> bool:
    """Whether the name is a house's or a place's: Hotel Martin, San Marco."""
    earlier = page.before(at)
    return earlier is not None and page.words[at].gap == " " and earlier.large and earlier.plain in _houses()


@cache
def _houses() -> frozenset[str]:
    return frozenset(map(unaccented, HOUSES))
