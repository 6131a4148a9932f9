"""Salesforce ids: 15 characters in which case counts, or the same with three check characters more."""

from string import ascii_letters, ascii_uppercase, digits

_PLAIN = frozenset(ascii_letters + digits)
_CAPITALS = frozenset(ascii_uppercase)
_CHECKS = ascii_uppercase + "012345"


def to_18(key: str) -> str:
    """Bring an id of 15 letters and digits to 18 characters; any other text is given back as it is."""
    if len(key) != 15 or not _PLAIN.issuperset(key):
        return key
    return key + "".join(_check(key[start : start + 5]) for start in (0, 5, 10))


def has_form(key: str) -> bool:
    """Tell whether a text has the form of an id: 15 or 18 letters and digits."""
    return len(key) in {15, 18} and _PLAIN.issuperset(key)


def in_case(key: str) -> str | None:
    """Give a text of 18 letters and digits with the capitals that its check characters say, as an id.

    None where they say nothing, or a capital where a digit stands. A spreadsheet or a database that
    does not keep capitals changes those of the first 15 characters, and the last three tell.
    """
    checks = [_CHECKS.find(check) for check in key[15:].upper()]
    if min(checks) < 0:
        return None
    capital = [checks[place // 5] >> place % 5 & 1 for place in range(15)]
    cased = "".join(one.upper() if so else one.lower() for one, so in zip(key[:15], capital, strict=True))
    return to_18(cased) if to_18(cased)[15:] == key[15:].upper() else None


def _check(part: str) -> str:
    """Give the letter that says which of five characters are capitals, the first being the lowest bit."""
    return _CHECKS[sum(1 << bit for bit, character in enumerate(part) if character in _CAPITALS)]
