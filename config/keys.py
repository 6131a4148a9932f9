"""What makes a text no key of an account: spoilt by a spreadsheet, or no id that Salesforce gave."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from unicodedata import category, name

from scoring.ids import has_form, in_case, to_18

ACCOUNT, ACCOUNT_PREFIX = "Account", "001"
OTHER_OBJECTS: Mapping[str, str] = {
    "003": "a Contact",
    "005": "a User",
    "006": "an Opportunity",
    "00D": "an organisation",
    "00Q": "a Lead",
    "500": "a Case",
}
"""What ids are of that stand beside an account's in many a report, by their first three characters."""

_HIDDEN = frozenset("Cc Cf Cn Zl Zp Zs".split())
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(0xFE00 + number) for number in range(16)}
_NOTHING = frozenset("nan null none nil n/a na undefined true false - -- ?".split())
_MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = "|".join(
    (
        r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T].*)?",
        r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}( .*)?",
        r"\d{1,2}/\d{1,2}/\d\d( .*)?",
        rf"\d{{1,2}}-{_MONTH}(-\d+)?",
        rf"{_MONTH}-\d\d",
    )
)
_ID = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{15}|[A-Za-z0-9]{18})(?![A-Za-z0-9])")
_SHORT = 15
_PLAIN = re.compile(r"[A-Za-z0-9_]+|[a-z][a-z0-9_.:@-]*")
"""What no spreadsheet spoils: most keys are such, and looked at no further."""

_AS_TEXT = "format the column as text and enter the key again"
_MARKS = (
    (re.compile(r"'"), "a spreadsheet's apostrophe leads it: leave that out"),
    (re.compile(r"="), "it is a spreadsheet's formula: enter the key alone"),
    (re.compile(r"#(#*|[A-ZÀ-Þ/0]+[!?]?)$"), "it is a spreadsheet's error: enter the key, or nothing"),
    (re.compile(r"[+-]?\d+([.,]\d+)?E[+-]\d+$", re.IGNORECASE), f"a spreadsheet cut this number short: {_AS_TEXT}"),
    (re.compile(r"\d{1,3}([.,'\u2019 ]\d{3})+([.,]\d+)?$"), f"its digits stand in groups of thousands: {_AS_TEXT}"),
    (re.compile(r"\d+[.,]0+$"), f"a number with decimals was made of it: {_AS_TEXT}"),
    (re.compile(f"({_DATE})$"), f"a spreadsheet made a date of it: {_AS_TEXT}"),
)
"""What a spreadsheet makes of a key, or writes in its place, and what to do."""


class Fault(NamedTuple):
    """Why a text is no key, and the key that was probably meant."""

    said: str
    near: str | None = None


_NONE = Fault("expected a key, or an empty cell where there is none")


def key_fault(key: str) -> Fault | None:
    """Say what makes a text no key of anything; None of a text that may be one."""
    if _PLAIN.fullmatch(key):
        return _NONE if key.lower() in _NOTHING else None
    hidden = next((place for place, one in enumerate(key) if _is_hidden(one)), None)
    if hidden is not None:
        one = key[hidden]
        called = f"U+{ord(one):04X} {name(one, '')}".rstrip()
        return Fault(f"character {hidden + 1} is {called}, which cannot be seen: enter the key again")
    if key.lower() in _NOTHING:
        return _NONE
    said = next((said for mark, said in _MARKS if mark.match(key)), None)
    return None if said is None else Fault(said, _inside(key))


def account_fault(key: str, prefix: str | None) -> Fault | None:
    """Say why a text is no id of an account, whose ids begin with `prefix` (None: with anything).

    An id of 15 characters whose capitals were lost may be another account's; one of 18 shows the loss.
    """
    if not key:
        return Fault("expected the Salesforce id of the account")
    fault = key_fault(key)
    if fault is not None:
        return fault
    if not has_form(key):
        return Fault("expected a Salesforce id: 15 or 18 letters and digits", _inside(key))
    if len(key) != _SHORT and to_18(key[:_SHORT]) != key:
        return Fault(
            "its last three characters, which check the others, do not fit them: copy the id again", _right(key)
        )
    if prefix is not None and not key.startswith(prefix):
        is_of = f"{key[:3]} begins the id of {OTHER_OBJECTS[key[:3]]}" if key[:3] in OTHER_OBJECTS else "this does not"
        return Fault(f"expected the id of an account, which begins with {prefix}; {is_of}")
    return None


def _right(key: str) -> str:
    """Give the ids that may be meant: of these 15 characters, and of those whose capitals the last three tell."""
    by_first, by_last = to_18(key[:15]), in_case(key)
    if by_last is None:
        return by_first
    return f"{by_first} or {by_last}" if key[15:] == key[15:].upper() else by_last


def _is_hidden(character: str) -> bool:
    return character != " " and (category(character) in _HIDDEN or character in _BLANK)


def _inside(text: str) -> str | None:
    """Give the one Salesforce id that stands inside a text, as in an address of a record."""
    found = {to_18(word) for word in _ID.findall(text) if to_18(word[:15]) == to_18(word) and word.startswith("00")}
    return found.pop() if len(found) == 1 else None
