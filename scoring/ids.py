"""Salesforce ids: 15 characters in which case counts, or the same with a checksum of 3 more."""

from string import ascii_letters, ascii_uppercase, digits

_PLAIN = frozenset(ascii_letters + digits)
_CAPITALS = frozenset(ascii_uppercase)
_CHECKSUMS = ascii_uppercase + "012345"


def to_18(key: str) -> str:
    """Bring an id of 15 letters and digits to 18 characters; any other text is given back as it is."""
    if len(key) != 15 or not _PLAIN.issuperset(key):
        return key
    return key + "".join(_checksum(key[start : start + 5]) for start in (0, 5, 10))


def _checksum(part: str) -> str:
    """Give the letter that says which of five characters are capitals, the first being the lowest bit."""
    return _CHECKSUMS[sum(1 << bit for bit, character in enumerate(part) if character in _CAPITALS)]
