"""Names as a person types them: without capitals, accents and needless blanks."""

from unicodedata import combining, normalize

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def folded(name: str) -> str:
    """Give a name without case, accents and needless blanks."""
    if name.isascii():
        return " ".join(name.lower().split())
    letters = normalize("NFKD", name.casefold().translate(_LETTERS))
    return " ".join("".join(letter for letter in letters if not combining(letter)).split())


def is_part(words: str, name: str) -> bool:
    """Tell whether words are a part of a name: as they stand, or each of them somewhere in it."""
    sought, known = folded(words), folded(name)
    return bool(sought) and (sought in known or all(word in known for word in sought.split()))
