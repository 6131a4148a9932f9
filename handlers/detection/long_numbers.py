"""Numbers that lead to a person: phones, cards, accounts, bookings, passports. Dates, prices and rooms stay."""

import re
from itertools import pairwise

PHONE, CARD, ACCOUNT, NUMBER = "[phone]", "[card]", "[account]", "[number]"

_FEWEST, _FEWEST_NAMED = 7, 5
_RUN = re.compile(r"\+?\(?\d(?:(?:[\s().\-/+_~']{0,4}|,)\d)*")
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"(?:{_DAY}[./\-]{_DAY}[./\-]{_YEAR}|{_YEAR}[./\-]{_MONTH}[./\-]{_DAY})"
_READABLE = re.compile(
    rf"{_DATE}(?:[ \-/(]{{1,3}}(?:{_DATE}|\d{{1,2}}))*"
    rf"|{_DAY}\.?(?:{_MONTH}\.)? ?[\-/] ?{_DATE}"
    rf"|{_YEAR} ?[\-/] ?{_YEAR}|{_YEAR}[./\-]{_MONTH}"
    r"|[1-9]\d{0,2}(?:[,']\d{3})+(?:\.\d{1,2})?|[1-9]\.\d{3}\.\d{3}|[1-9] \d{3} \d{3}"
    r"|[1-9]\d{0,2}(?:[ .]\d{3}){1,3},\d{1,2}|[1-9]\d{3,5}[.,]\d{1,2}"
    r"|[1-9]\d{0,2}[ .]000 ?- ?[1-9]\d{0,2}[ .]000"
)
_AFTER_MONTH = re.compile(rf"{_DAY}\.? {_YEAR}(?: \d{{1,2}})?|{_YEAR}(?: \d{{1,2}}){{1,2}}")
_DATED_CODE, _LETTERS = re.compile(rf"{_YEAR}[\-/]\d{{1,5}}"), re.compile(r"[^\W\d_][\-/]$")
_ROOMS = re.compile(r"[1-9]\d{0,3}(?:[\-/][1-9]\d{0,3}){1,3}")
_MONTH_NAMES = re.compile(
    r"(?<!\w)(?:jan|feb|f[ée]v|fev|m[aä]r|apr|avr|abr|ma[iyg]|mai|jun|juin|juil|jul|giu|lug|ago|aug|ao[uû]|sep|set|"
    r"o[ckut]+|nov|d[ieé][czc])[^\W\d_]{0,8}\.?(?: de| of)?,? $",
    re.IGNORECASE,
)
_ROOM_NAMES = re.compile(
    r"(?<!\w)(?:rooms?|zimmern?|chambres?|habitacion(?:es)?|habitaci[oó]n|camer[ae]|quartos?|units?)\W{0,3}$",
    re.IGNORECASE,
)
_PHONE_NAMES = re.compile(
    r"(?<!\w)(?:tel\w{0,9}|t[ée]l\w{0,9}|phone|call(?: me)?(?: on| at)?|mobile?|handy|cell|fax|m[óo]vil|portable|"
    r"cellulare|celular|telem[óo]vel|whats ?app|durchwahl|ext|extension|poste|ramal|interno)\W{0,4}$",
    re.IGNORECASE,
)
_PAPER_NAMES = re.compile(
    r"(?<!\w)(?:booking|reservation|confirmation|passport|id|reise\w{0,6}|ausweis\w{0,8}|buchung\w{0,8}|"
    r"reservierung\w{0,8}|r[ée]servation|reserva|reservaci[óo]n|prenotazione|passeport|pasaporte|passaporto|passaporte|"
    r"dni|nie|cpf|nif|pin|kontonummer|konto|account|compte|cuenta|conto|conta|iban|card|karte|carte|tarjeta|carta)"
    r"(?: ?(?:number|no|nr|num|n[°ºo]|nummer|num[ée]ro|n[úu]mero|code|id))?\W{0,4}$",
    re.IGNORECASE,
)
_IBAN_START = re.compile(r"(?<![^\W_])(?:[A-Z]{2}[ .\-]?|[A-Za-z]{2})\d{2}(?=[ .\-]?[A-Za-z0-9])")
_GROUP = re.compile(r"[ .\-]{0,2}([a-z0-9]{1,35})", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w\-#])(?=[^\W\d_\-]*[\d\-_])[^\W_][\w\-]{5,}")
_HARMLESS = re.compile(
    r"(?i:iso|iec|din|en|rfc|soc|pci|http|nis|psd)\D?\d+[\w\-]*|\d{1,6}[A-Za-zµ]{1,3}|[^\d]*\d{0,4}[^\d]*"
    r"|\d{1,2}h\d{0,2}(?:-\d{1,2}h\d{0,2})?"
)
_DATED = re.compile(rf"{_YEAR}-\d\d-\d\dT?(?:\d\d)?|{_DAY}-[^\W\d_]{{3,9}}-{_YEAR}|{_YEAR}")
_CARD = re.compile(r"(?<!\d)\d{4}(?:[ \-.]?\d{4}){3}(?!\d)|(?<!\d)3[47]\d\d[ \-.]?\d{6}[ \-.]?\d{5}(?!\d)")


def without_numbers(text: str) -> str:
    """Put a placeholder where a number of a person stood."""
    text = _CODE.sub(lambda found: _code(found.group()), _without_accounts(text))
    return _RUN.sub(_run, text)


def _without_accounts(text: str) -> str:
    parts: list[str] = []
    done = 0
    for start in _IBAN_START.finditer(text):
        end = _account_end(text, start) if start.start() >= done else 0
        if end:
            parts += (text[done : start.start()], ACCOUNT)
            done = end
    return "".join((*parts, text[done:]))


def _account_end(text: str, start: re.Match[str]) -> int:
    """Say where an account number ends that starts here, or 0 where none does."""
    characters, digits, end = 4, 2, start.end()
    while characters < 34 and (group := _GROUP.match(text, end)) and _of_account(text, group):
        characters += len(group[1])
        digits += sum(map(str.isdigit, group[1]))
        end = group.end()
    return end if characters >= 15 and digits >= 9 else 0


def _of_account(text: str, group: re.Match[str]) -> bool:
    if any(map(str.isdigit, group[1])):
        return True
    following = _GROUP.match(text, group.end())
    return len(group[1]) == 4 and following is not None and any(map(str.isdigit, following[1]))


def _code(token: str) -> str:
    digits = sum(map(str.isdigit, _DATED.sub("", token)))
    if digits < 2 or not any(map(str.isalpha, token)) or _HARMLESS.fullmatch(token):
        return NUMBER if digits >= 2 and _interleaved(token) else token
    return NUMBER if digits >= _FEWEST_NAMED or len(token) >= 20 or _interleaved(token) else token


def _interleaved(token: str) -> bool:
    """Whether capitals and digits take turns, as in the codes of bookings."""
    kinds = [character.isdigit() for character in token]
    turns = sum(one != other for one, other in pairwise(kinds))
    return token.isalnum() and token.isupper() and turns >= 3


def _run(found: re.Match[str]) -> str:
    run, text = found.group(), found.string
    before = text[max(0, found.start() - 32) : found.start()]
    digits = "".join(filter(str.isdigit, run))
    if _readable(run.lstrip("("), before) or not _personal(run, digits, before):
        return run
    return _opening(run) + _label(run, digits, before)


def _readable(run: str, before: str) -> bool:
    if _READABLE.fullmatch(run):
        return True
    if _DATED_CODE.fullmatch(run) and _LETTERS.search(before):
        return True
    month = _AFTER_MONTH.fullmatch(run) and _MONTH_NAMES.search(before)
    return bool(month or (_ROOMS.fullmatch(run) and _ROOM_NAMES.search(before)))


def _personal(run: str, digits: str, before: str) -> bool:
    named = _PHONE_NAMES.search(before) or _PAPER_NAMES.search(before)
    return len(digits) >= (_FEWEST_NAMED if named else _FEWEST) or (run.startswith("+") and len(digits) >= 6)


def _opening(run: str) -> str:
    """Keep a bracket that is opened before a number and closed after it."""
    return "(" * (run.count("(") > run.count(")"))


def _label(run: str, digits: str, before: str) -> str:
    if _CARD.search(run) or (13 <= len(digits) <= 19 and _luhn(digits)):
        return CARD
    if _PAPER_NAMES.search(before) or len(digits) > 15:
        return NUMBER
    spelt = run[0] in "+(0" or not run.isdigit() or _PHONE_NAMES.search(before)
    return PHONE if spelt else NUMBER


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
