"""One round of redaction: addresses, then numbers, then names; the rest on one line, as long as may be."""

from handlers.detection.addresses import without_addresses
from handlers.detection.characters import one_line, shortened
from handlers.detection.long_numbers import without_numbers
from handlers.detection.persons import names_within, without_persons

__all__ = ["names_within", "once"]

_LOOKED_AT = 4000


def once(text: str, known: frozenset[str], longest: int) -> str:
    """Take out what one round finds; `known` are names that are recognised wherever they stand."""
    bare = shortened(without_numbers(without_addresses(text)), _LOOKED_AT)
    return shortened(one_line(without_persons(bare, known)), longest)
