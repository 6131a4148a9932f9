"""A letter in as many messages as the limits of a channel ask for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from handlers.words.digest import Item, Letter


def pages_of(letter: Letter, size: Callable[[Item], int], most: int, most_items: int) -> Iterator[Letter]:
    """Part a letter so that no message has more items, or is larger; the last says how many accounts there are more."""
    parts = list(_parts(letter.items, size, most, most_items)) or [()]
    for number, part in enumerate(parts, 1):
        is_last = number == len(parts)
        title = letter.title if len(parts) == 1 else f"{letter.title} ({number} of {len(parts)})"
        lead, waiting = (letter.lead, letter.waiting) if number == 1 else ("", "")
        more = letter.more if is_last else 0
        yield replace(letter, title=title, lead=lead, waiting=waiting, items=part, more=more)


def _parts(
    items: Sequence[Item], size: Callable[[Item], int], most: int, most_items: int
) -> Iterator[tuple[Item, ...]]:
    part: list[Item] = []
    room = most
    for item in items:
        if part and (size(item) > room or len(part) == most_items):
            yield tuple(part)
            part, room = [], most
        part.append(item)
        room -= size(item)
    if part:
        yield tuple(part)
