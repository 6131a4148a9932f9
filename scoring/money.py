"""Money: amounts in the currency they were said in, and what they are in the corporate one."""

from dataclasses import dataclass

from scoring.facts import CrmRecord
from scoring.model import Currencies


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of a currency by its code."""

    value: float
    currency: str


def amount(value: float | None, record: CrmRecord | None, currencies: Currencies) -> Amount | None:
    """Give an amount in the currency that the record says; where none is said, in the corporate one.

    Where there are rates, the CRM has several currencies, and an amount of none that was said is unknown.
    """
    code = _code(record)
    if value is None or (code is None and currencies.rates):
        return None
    return Amount(value, code or currencies.corporate)


def _code(record: CrmRecord | None) -> str | None:
    said = record.text("currency") if record is not None else None
    return (said or "").strip().upper() or None


def in_corporate(money: Amount, currencies: Currencies) -> float | None:
    """Convert an amount to the corporate currency; None without a rate."""
    if money.currency == currencies.corporate:
        return money.value
    rate = currencies.rates.get(money.currency)
    return None if rate is None else money.value / rate


def worth(arr: float | None, currency: str | None, currencies: Currencies) -> float | None:
    """Give what an ARR is in the corporate currency; None where it, its currency or the rate is not known."""
    return None if arr is None or currency is None else in_corporate(Amount(arr, currency), currencies)


def without_rate(money: Amount | None, currencies: Currencies) -> tuple[str, ...]:
    """Flag an amount that cannot be converted."""
    known = money is None or in_corporate(money, currencies) is not None
    return () if money is None or known else (f"currency:{money.currency}",)
