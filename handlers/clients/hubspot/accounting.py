"""What an answer of HubSpot's says of each input of a batch: done, refused, unknown, or left open.

Results come in any order and may lack an input without a word; errors name inputs by an id, by our
trace id, by an empty id, or not at all. So an input counts as done only where a result names it and
no error does.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from handlers.clients.crm import RowResult
from handlers.clients.hubspot.calls import HubSpotError, Json

COMPLETE = "COMPLETE"
NOT_FOUND = "OBJECT_NOT_FOUND"
OPEN = "HubSpot's answer does not say what became of it: try again"


class Company(msgspec.Struct):
    """A company as HubSpot gives it: its own id, and the properties that were asked for or written."""

    id: str | int
    properties: dict[str, Any] = {}
    new: Any = None
    trace: Any = msgspec.field(name="objectWriteTraceId", default=None)


class _Fault(msgspec.Struct):
    message: Any = ""
    category: Any = ""
    context: Any = None

    def named(self) -> Iterator[str]:
        """Give what it names of the inputs."""
        told = self.context if isinstance(self.context, dict) else {}
        for member in ("objectWriteTraceId", "ids", "id"):
            values = told.get(member)
            yield from map(str, values if isinstance(values, list) else [values] if values else ())


class _Batch(msgspec.Struct):
    results: list[Company]
    status: Any = COMPLETE
    errors: list[_Fault] = []


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a batch of inputs, each by the key that it was sent under.

    `faults` are the errors that name an input, by its key, with their category; `others` the texts of
    those that name none.
    """

    found: Mapping[str, Company]
    faults: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    complete: bool = True


def read_answer(said: Json, keys: Collection[str], id_property: str, ids: Mapping[str, str] | None = None) -> Answer:
    """Sort an answer by the keys of its inputs; `ids` give keys by HubSpot's own ids.

    Raises HubSpotError where it cannot be read.
    """
    try:
        batch = msgspec.convert(said, _Batch)
    except msgspec.ValidationError as error:
        raise HubSpotError(f"HubSpot gave an answer that cannot be read: try again ({error})") from None
    ours = {folded(key): key for key in keys} | {own: key for own, key in (ids or {}).items() if key in keys}
    found = {key: one for one in batch.results if (key := _key(one, ours, id_property)) is not None}
    faults: dict[str, tuple[str, str]] = {}
    others: list[str] = []
    for fault in batch.errors:
        named = [ours[folded(name)] for name in fault.named() if folded(name) in ours]
        faults |= dict.fromkeys(named, (str(fault.category), str(fault.message)))
        others += [] if named else [str(fault.message)]
    return Answer(found, faults, tuple(others), batch.status == COMPLETE)


def _key(company: Company, ours: Mapping[str, str], id_property: str) -> str | None:
    """Say which input a result is of: all that it says of that must be one and the same."""
    said = (company.trace, company.properties.get(id_property), company.id)
    keys = {ours[folded(str(name))] for name in said if name is not None and folded(str(name)) in ours}
    return keys.pop() if len(keys) == 1 else None


def outcome(key: str, answer: Answer) -> RowResult:
    """Say what became of an input that was to be written."""
    company, fault = answer.found.get(key), answer.faults.get(key)
    if company is not None and fault is None:
        return RowResult(key, ok=True, created=company.new is True, sure=answer.complete)
    if fault is not None:
        return RowResult(key, ok=False, errors=(": ".join(filter(None, fault)),), sure=company is None)
    return RowResult(key, ok=False, errors=(answer.others[0] if answer.others else OPEN,), sure=False)


def folded(key: str) -> str:
    """Give a key as a unique property is compared: capitals and blanks around it make no difference."""
    return key.strip().casefold()
