"""A customer's words as they may be kept: at most 200 characters, with no persons, addresses or numbers of theirs."""

from handlers.detection.characters import plain_characters

LONGEST_QUOTE = 200
_SEARCHED_FOR_NAMES = 20_000


def redacted(text: str) -> str:
    """Keep of a text what says something of the product, and nothing that says who wrote it or of whom.

    The same text always gives the same quote, and a quote is its own quote.
    """
    return _settled(plain_characters(text), frozenset())


def redacted_quote(text: str, quote: str) -> str:
    """Redact a part of a text: who is named anywhere in the text is recognised in the part, too.

    A number or an address that the part cuts in two is taken as a whole.
    """
    from handlers.detection.taking_out import names_within  # noqa: PLC0415  slow to import, and few messages are quoted

    whole = plain_characters(text)
    return _settled(_widened(whole, plain_characters(quote)), names_within(whole[:_SEARCHED_FOR_NAMES]))


def _settled(text: str, known: frozenset[str]) -> str:
    """Redact until nothing changes: each round leaves less of what the customer wrote, so that it ends."""
    from handlers.detection.taking_out import once  # noqa: PLC0415  slow to import, and few messages are quoted

    quote = once(text, known, LONGEST_QUOTE)
    while (again := once(quote, known, LONGEST_QUOTE)) != quote:
        quote = again
    return quote


def _widened(text: str, part: str) -> str:
    start = text.find(part)
    if start < 0 or not part:
        return part
    end = start + len(part)
    while start > 0 and _belongs(text[start - 1], text[start]):
        start -= 1
    while end < len(text) and _belongs(text[end], text[end - 1]):
        end += 1
    return text[start:end]


def _belongs(outer: str, inner: str) -> bool:
    """Whether a character outside of a part stands in one word or number with the one inside."""
    return not (outer.isspace() or inner.isspace()) or outer.isdigit() or (inner.isdigit() and outer in "+( -/")
