"""Names of persons in a text, by where they stand and by lists of given names; no model of language."""

from handlers.detection.name_page import Page
from handlers.detection.person_rules import length_of_name
from handlers.detection.text_words import Word

NAME = "[name]"


def without_persons(text: str, known: frozenset[str] = frozenset()) -> str:
    """Put a placeholder where a person is named; `known` are names that are recognised wherever they stand."""
    page = Page.of(text)
    spans = _spans(page)
    everywhere = known | _remembered(page, spans)
    return _replaced(page, _with_known(page, spans, everywhere))


def names_within(text: str) -> frozenset[str]:
    """Say who is named in a text, word by word: so they are recognised where nothing else shows it."""
    page = Page.of(text)
    return _remembered(page, _spans(page))


def _spans(page: Page) -> list[tuple[int, int]]:
    """List the names as pairs of the first word and the word after the last."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(page.words):
        length = length_of_name(page, at)
        if length:
            spans.append((at, at + length))
        at += length or 1
    return spans


def _remembered(page: Page, spans: list[tuple[int, int]]) -> frozenset[str]:
    named = (word for first, end in spans for word in page.words[first:end])
    return frozenset(word.plain for word in named if _memorable(page, word))


def _memorable(page: Page, word: Word) -> bool:
    return len(word.text) > 2 and not word.ordinary and not page.word_too(word) and (word.large or word.shouted)


def _with_known(page: Page, spans: list[tuple[int, int]], known: frozenset[str]) -> list[tuple[int, int]]:
    taken = {at for first, end in spans for at in range(first, end)}
    more = (at for at, word in enumerate(page.words) if at not in taken and word.plain in known)
    return sorted([*spans, *((at, at + 1) for at in more)])


def _replaced(page: Page, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for first, end in spans:
        parts += (page.text[done : page.words[first].start], NAME)
        done = page.words[end - 1].end
    return "".join((*parts, page.text[done:]))
