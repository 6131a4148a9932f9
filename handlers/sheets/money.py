"""Amounts with their currency: by a code, or by a symbol that only one currency has."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handlers.sheets.cells import Cell, CellError, Priced, text_of
from handlers.sheets.numbers import Mark, mark_of, read_number

_SYMBOLS: Mapping[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "₺": ("TRY",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "US$": ("USD",),
    "CA$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "C$": ("CAD",),
    "NZ$": ("NZD",),
    "HK$": ("HKD",),
    "S$": ("SGD",),
    "R$": ("BRL",),
    "$": tuple("USD AUD BBD BMD BND BSD BZD CAD CLP COP FJD GYD HKD JMD MXN NAD NZD SGD TTD TWD".split()),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("SEK", "NOK", "DKK", "ISK"),
}
_PARTS = re.compile(r"(?P<before>[^\d(+\-.,]*)(?P<figure>.*?)(?P<behind>[^\d).,\-]*)")
_CODE = re.compile(r"[A-Z]{3}")
_CODES = frozenset(code for codes in _SYMBOLS.values() for code in codes) | frozenset(
    "CHF AED SAR QAR ZAR THB MYR IDR PHP VND HUF RON BGN UAH EGP MAD KES NGN ARS PEN".split()
)
"""Codes that are taken for currencies in the name of a column."""
_BETWEEN_WORDS = re.compile(r"[\s_()\[\]/,]+")
_SCALES = frozenset(
    "k m mm mn mio mln mrd bn tsd t thousand thousands million millions 000 000s '000 '000s 1000 1000s cent cents "
    "pence".split()
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount, and the code of its currency where one was said."""

    value: float
    currency: str | None


def amount_mark(cells: Iterable[Cell]) -> Mark | None:
    """Say what the decimal mark of a column of amounts is."""
    return mark_of(_split(cell)[1] if isinstance(cell, str) else cell for cell in cells)


def read_amount(cell: Cell, mark: Mark | None, corporate: str) -> Amount:
    """Read an amount. A symbol of several currencies is the corporate one's where that is among them."""
    if isinstance(cell, Priced):
        return Amount(read_number(float(cell)), currency_of(cell.symbol, corporate))
    if not isinstance(cell, str):
        return Amount(read_number(cell), None)
    said, figure = _split(cell)
    return Amount(read_number(figure, mark), currency_of(said, corporate) if said else None)


def without_currency(title: str) -> tuple[str, str | None]:
    """Part the name of a column of amounts from the currency that it says. CellError where it says several."""
    words = [word for word in _BETWEEN_WORDS.split(title) if word]
    told = {word for word in words if word in _CODES or word in _SYMBOLS}
    if len(told) > 1:
        raise CellError(f"expected one currency; the column's name says {', '.join(sorted(told))}")
    name = " ".join(word for word in words if word not in told and word.lower() != "in")
    return (name, told.pop()) if told else (title, None)


def refuse_scale(title: str) -> None:
    """Refuse a column whose name says that its amounts are thousands, or another part of what they stand for."""
    said = next((word for word in _BETWEEN_WORDS.split(title) if _is_scale(word)), None)
    if said is not None:
        raise CellError(f"expected amounts in full; the column's name says {said}: write them out, and rename it")


def _is_scale(word: str) -> bool:
    """Tell whether a word says thousands and the like, alone or with a currency: k, kEUR, T\u20ac."""
    bare = re.sub("[$\u20ac\u00a3\u00a5]", "", word).rstrip(".")
    code = next((code for code in _CODES if code in {bare[:3], bare[-3:]}), "")
    return bare.replace(code, "", 1).lower() in _SCALES


def _split(text: str) -> tuple[str, str]:
    """Take what names the currency off an amount: a sign before it stays with the figure."""
    whole = text_of(text)
    minus = whole[:1] in "-\u2212" and len(whole) > 1 and not whole[1].isdigit()
    found = _PARTS.fullmatch(whole[1:].strip() if minus else whole)
    if found is None:
        return "", whole
    before, behind = found["before"].strip(), found["behind"].strip()
    if before and behind:
        return "", whole
    return before or behind, f"-{found['figure'].strip()}" if minus else found["figure"].strip()


def currency_of(said: str, corporate: str) -> str:
    """Give the code of a currency. CellError where a word is none, or may be several."""
    word = said.strip()
    if _CODE.fullmatch(word.upper()) and word.isascii():
        return word.upper()
    may_be = _SYMBOLS.get(word, _SYMBOLS.get(word.upper(), ()))
    if corporate in may_be:
        return corporate
    if len(may_be) != 1:
        which = f"{word} may be {', '.join(may_be[:3])}" if may_be else f"{word!r} is none"
        raise CellError(f"expected the code of a currency, such as EUR; {which}: say currency in the file of columns")
    return may_be[0]
