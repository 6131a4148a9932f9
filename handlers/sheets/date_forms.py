"""The forms in which people write dates: with numbers in any order, with names of months, with times and offsets."""

import re
from datetime import timedelta

from handlers.sheets.cells import text_of

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    "(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[.,]?"
)
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?,?"
_CLOCK = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|(?:utc|gmt)?[+\-\u2212]\d\d?(?::?\d\d)?|utc|gmt)?)?"
)
_FORMS = tuple(
    re.compile(rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?{form}{_CLOCK}", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d\d)",
        rf"{_NTH}[-\s]{_MONTH}[-\s](?P<year>\d{{4}}|\d\d)",
        rf"{_MONTH}\s{_NTH}\s(?P<year>\d{{4}})",
    )
)


def found_in(text: str) -> dict[str, str]:
    """Give the parts of a written date; none where it is none."""
    plain = " ".join(text_of(text).split())
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    return {} if found is None else {name: part for name, part in found.groupdict().items() if part is not None}


def offset_of(zone: str | None) -> timedelta | None:
    """Read an offset from UTC. ValueError of one that no place has."""
    if zone is None:
        return None
    digits = re.sub(r"[^\d]", "", zone)
    if not digits:
        return timedelta()
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError(zone)
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return ahead if "+" in zone else -ahead
