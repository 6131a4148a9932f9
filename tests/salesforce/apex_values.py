"""What an Apex script holds: classes, records, flows that it starts, and what a query found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.salesforce.apex_tokens import Value
from tests.salesforce.org import Record
from tests.salesforce.schema import Field, find

_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "picklist": (str,),
    "number": (int, float),
    "yes_no": (bool,),
    "date": (date,),
    "datetime": (datetime,),
}


@dataclass(frozen=True, slots=True)
class Class:
    """A name that stands for no value: a class of Apex."""

    name: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one record of a save that saves what it can; `refusal` is None where it was saved."""

    refusal: str | None = None


@dataclass(slots=True)
class SObject:
    """A record in a script; a field that was neither set nor queried cannot be read."""

    kind: str
    values: Record = field(default_factory=dict)

    def put(self, name: str, value: Value) -> None:
        """Set a field that can be set, to a value that goes with it."""
        known = find(self.kind, name)
        assert known is not None, f"{self.kind}.{name} is not there"
        assert not known.is_computed, f"{self.kind}.{name} is computed"
        _check(known, value)
        self.values[name] = float(value) if known.kind == "number" and value is not None else value


def _check(known: Field, value: Value) -> None:
    where = f"{known.crm_object}.{known.name}"
    assert value is None or isinstance(value, _TYPES[known.kind]), f"{where} is {known.kind}, not {value!r}"
    assert known.words is None or value is None or value in known.words, f"{where}: {value} is no value of it"
    _fits(known, value)


def _fits(known: Field, value: Value) -> None:
    length = None if known.component is None else known.component.text("length")
    assert length is None or value is None or len(value) <= int(length), f"{known.name}: {value} is too long"
    whole = None if known.component is None else known.component.text("precision")
    if whole is not None and value is not None:
        assert known.component is not None
        digits = int(whole) - int(known.component.text("scale") or "0")
        assert abs(value) < 10**digits, f"{known.name}: {value} is too large"


@dataclass(slots=True)
class Interview:
    """A flow that a script starts."""

    flow: str
    values: dict[str, Value]


class Found(list[SObject]):
    """What a query found: a list, or its one record where one is asked for."""

    @property
    def values(self) -> Record:
        """Give the fields of the only record."""
        (one,) = self
        return one.values
