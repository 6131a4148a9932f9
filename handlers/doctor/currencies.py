"""The rates of config against those of the org, where it has several currencies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.source import SALESFORCE
from handlers.clients.crm import AbsentError, Json
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.doctor.check import Check
from scoring.model import Currencies

SYSTEM: Final = SALESFORCE.name
CHECK: Final = "currencies"
MOST_OFF = 0.005
"""By what share a rate may differ from the org's."""

_ASKED = "SELECT IsoCode, ConversionRate FROM CurrencyType WHERE IsActive = true"
_WHERE = "look by hand at Setup, Manage Currencies, whether currency.rates of config/sources.yaml fits"


@dataclass(frozen=True, slots=True)
class _Currency:
    code: str
    rate: float


def check_currencies(client: SalesforceClient, currencies: Currencies) -> Iterator[Check]:
    """Check the rate of each active currency; an org of one currency has nothing to compare with.

    Config may have another corporate currency than the org: rates are then those to that one.
    """
    try:
        there = [_read(one) for one in client.query(_ASKED)]
    except AbsentError:
        return
    except (SourceError, KeyError, TypeError, ValueError) as error:
        yield Check(SYSTEM, CHECK, None, f"the org's rates cannot be read: {error}", _WHERE)
        return
    expected = _rates(there, currencies.corporate)
    if expected is None:
        codes = ", ".join(one.code for one in there)
        problem = f"the corporate currency of config, {currencies.corporate}, is none of the org's: {codes}"
        yield Check(SYSTEM, CHECK, False, problem, "make currency of config/sources.yaml fit, and the thresholds")
        return
    problems = [said for code, rate in expected.items() for said in _off(code, rate, currencies.rates.get(code))]
    yield Check(SYSTEM, CHECK, False, "; ".join(problems), _remedy(expected)) if problems else Check(SYSTEM, CHECK)


def _rates(there: Sequence[_Currency], corporate: str) -> Mapping[str, float] | None:
    """Give what a unit of config's corporate currency buys of each other; None where the org does not have it."""
    base = next((one.rate for one in there if one.code == corporate), None)
    return None if not base else {one.code: one.rate / base for one in there if one.code != corporate}


def _read(one: Json) -> _Currency:
    return _Currency(str(one["IsoCode"]), float(str(one["ConversionRate"])))


def _off(code: str, expected: float, rate: float | None) -> Iterator[str]:
    """Say what is wrong with the rate of one currency."""
    if rate is None:
        yield f"{code} has no rate in config: amounts in it are missing from scores"
    elif _differ(rate, expected):
        turned = ", which is the org's turned over" if not _differ(1 / rate, expected) else ""
        yield f"{code} is {rate:g} in config{turned}, and {expected:g} in the org"


def _differ(rate: float, expected: float) -> bool:
    return abs(rate - expected) > MOST_OFF * expected


def _remedy(expected: Mapping[str, float]) -> str:
    """Give the lines of config, as they stand in the file."""
    lines = (f"    {code}: {rate:.6g}" for code, rate in expected.items())
    return "\n".join(["make currency.rates of config/sources.yaml fit, as in Setup, Manage Currencies:", *lines])
