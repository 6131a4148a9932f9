"""The usual change event of Salesforce, read at once: one record that was created or updated, all of it legible.

Which fields an object has, and how each is read, is worked out once for an intake. Whatever is not usual, be it a name
in other capitals, a word that config does not know or a value that is none, is left whole to `salesforce.read_change`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from config.intake import CrmObject, Field, Intake
from handlers.sources.reading import Json, Taken, key, milliseconds
from handlers.sources.salesforce import LONGEST_VALUE, READERS, SOURCE, SOURCE_BEGINS, means_all, one_record, tell
from handlers.sources.salesforce import entity_of as topic_of
from scoring.feeds import Heard
from scoring.ids import to_18
from scoring.instants import Instant
from scoring.observations import NOBODY, Fields, Value
from scoring.once import once
from scoring.words import folded

_Said: TypeAlias = tuple[tuple[str, Value], ...]
_DECODER = msgspec.json.Decoder(dict[str, Any])
HINT = SOURCE_BEGINS.encode()
"""Stands in what every change event begins with."""


class _OddError(ValueError):
    """Not usual."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the records of one object are read; `fields` are sorted by our names, `spelled` are small letters."""

    crm_object: CrmObject
    fields: tuple[tuple[str, Field, frozenset[str] | None], ...]
    names: frozenset[str]
    spelled: frozenset[str]
    by_name: Mapping[str, tuple[str, Field, frozenset[str] | None]]

    def foreign(self, names: Iterable[str]) -> None:
        """Refuse names that are none of ours, but would be in other capitals."""
        for name in names:
            if name.lower() in self.spelled:
                raise _OddError


@once
def _plans(intake: Intake) -> Mapping[str, _Plan]:
    return {name: _plan(one, intake) for name, one in intake.objects.items() if intake.object_named(name) is one}


def _plan(crm_object: CrmObject, intake: Intake) -> _Plan:
    told = [
        (api_name, field, intake.known_words.get(f"{crm_object.kind}.{field.name}"))
        for api_name, field in sorted(crm_object.fields.items(), key=lambda item: item[1].name)
    ]
    names = frozenset(crm_object.names)
    spelled = frozenset(name.lower() for name in names)
    return _Plan(crm_object, tuple(told), names, spelled, {one[0]: one for one in told})


def read_usual(body: bytes, intake: Intake) -> Taken | None:
    """Read a change event of the usual shape as `read_change` does; None where it is another."""
    try:
        event = _DECODER.decode(body)
        if event.get("type") is not None or not event["source"].startswith(SOURCE_BEGINS):
            return None
        payload = event["detail"]["payload"]
        header = payload["ChangeEventHeader"]
        taken = _read(_plans(intake)[header["entityName"]], payload, header)
        taken.topic = topic_of(event)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
    return taken


def _read(plan: _Plan, payload: Json, header: Any) -> Taken:  # noqa: ANN401 - JSON
    crm_object, change = plan.crm_object, header["changeType"]
    at = milliseconds(header["commitTimestamp"])
    plan.foreign(payload.keys() - plan.names)
    changed = _changed(plan, header) if change == "UPDATE" else frozenset[str]()
    content = Fields(_updated(plan, payload, changed)) if change == "UPDATE" else _created(plan, payload, change, at)
    taken = Taken([Heard(SOURCE, at)])
    tell(_record(header["recordIds"]), (content,), _owner(payload, crm_object, changed), crm_object, at, taken)
    return taken


def _record(record_ids: Any) -> str:  # noqa: ANN401 - JSON
    if type(record_ids) is not list or len(record_ids) != 1:
        raise _OddError
    record_id = key(record_ids[0])
    if means_all(record_id):
        raise _OddError
    return to_18(record_id)


def _changed(plan: _Plan, header: Json) -> frozenset[str]:
    """Give the fields of ours that an update names."""
    told = header["changedFields"]
    if type(told) is not list or header.get("nulledFields") or not all(name[:1].isalpha() for name in told):
        raise _OddError
    changed = frozenset[str](told)
    plan.foreign(changed - plan.names)
    return changed & plan.names


def _updated(plan: _Plan, payload: Json, changed: frozenset[str]) -> _Said:
    if not changed <= payload.keys():
        raise _OddError
    mine = [plan.by_name[name] for name in changed if name in plan.by_name]
    return tuple(sorted((field.name, _value(payload[name], field, known)) for name, field, known in mine))


def _created(plan: _Plan, payload: Json, change: object, at: Instant) -> Fields:
    if change != "CREATE":
        raise _OddError
    told = payload.get("CreatedDate")
    values: dict[str, Value] = {"deleted": False}
    for name, field, known in plan.fields:
        if name in payload or not field.optional:
            values[field.name] = _value(payload.get(name), field, known)
    return Fields(tuple(sorted(values.items())), at if told is None else milliseconds(told))


def _value(value: object, field: Field, known: frozenset[str] | None) -> Value:
    if value is None:
        return None
    told = READERS[field.type](value)
    if isinstance(told, str) and (
        len(told) > LONGEST_VALUE or (known is not None and told and folded(told) not in known)
    ):
        raise _OddError
    return told


def _owner(payload: Json, crm_object: CrmObject, changed: frozenset[str]) -> str | None:
    name = crm_object.owner_field
    told = None if name is None else payload.get(name)
    if told is not None:
        return one_record(told)
    return NOBODY if name in changed else None
