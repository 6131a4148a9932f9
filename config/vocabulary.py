"""What sources.yaml may say of words that decide, and of currencies."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from config.kinds import Keys, Positive, Strict, matching, unknown, wrong
from scoring.words import MEANINGS, OPTIONAL_MEANINGS, folded

CurrencyCode = Annotated[str, matching(r"[A-Z]{3}", "expected the code of a currency, such as EUR")]


def _meaning(names: Iterable[str]) -> BeforeValidator:
    by_word = {name.lower(): name for name in names}

    def check(meaning: object) -> object:
        if not isinstance(meaning, str) or meaning.lower() not in by_word:
            raise unknown("meaning", by_word.values())
        return by_word[meaning.lower()]

    return BeforeValidator(check)


def _each_once(meanings: dict[str, str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for word in meanings:
        if folded(word) in known:
            raise wrong(f'expected every word once; "{known[folded(word)]}" and "{word}" are the same to us')
        known[folded(word)] = word
    return meanings


def _all_meant(names: Iterable[str]) -> AfterValidator:
    def check(meanings: dict[str, str]) -> dict[str, str]:
        lacking = [name for name in names if name not in OPTIONAL_MEANINGS and name not in meanings.values()]
        if lacking:
            raise wrong(f"expected a word for each meaning; no word means {' or '.join(lacking)}")
        return meanings

    return AfterValidator(check)


def _field(names: tuple[str, ...]) -> Any:  # noqa: ANN401  # a type that is made of names
    return Annotated[dict[str, Annotated[str, _meaning(names)]], AfterValidator(_each_once), _all_meant(names)]


def _kind(kind: str) -> Any:  # noqa: ANN401  # a type that is made of names
    fields = {place.partition(".")[2]: names for place, names in MEANINGS.items() if place.startswith(f"{kind}.")}
    return Annotated[dict[str, dict[str, str]], Keys("field", {name: _field(names) for name, names in fields.items()})]


_KINDS = dict.fromkeys(place.partition(".")[0] for place in MEANINGS)
Meanings = Annotated[dict[str, dict[str, dict[str, str]]], Keys("kind", {kind: _kind(kind) for kind in _KINDS})]


class CurrencyTable(Strict):
    """The currency that figures are in, and how much of each other one a unit of it buys."""

    corporate: CurrencyCode
    rates: dict[CurrencyCode, Positive]

    @field_validator("rates")
    @classmethod
    def _of_others(cls, rates: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        if info.data.get("corporate") in rates:
            raise wrong(f"expected rates of the other currencies; {info.data['corporate']} is the corporate one")
        return rates
