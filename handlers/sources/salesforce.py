"""Salesforce: change events from the event relay, and records re-read over REST (contracts.md 2)."""

from collections.abc import Callable, Iterable, Mapping

from config.api_names import respelled
from config.intake import CrmObject, Field, Intake
from config.source import SALESFORCE
from handlers.sources.changed import Changed, read_changed
from handlers.sources.kinds import OTHER, Kind
from handlers.sources.reading import (
    Json,
    Taken,
    UnreadableError,
    cut,
    figure,
    json_object,
    key,
    listed,
    lookup,
    members,
    milliseconds,
    moment,
    need,
    shown,
    take,
    text,
    yes_no,
    yes_no_word,
)
from handlers.sources.salesforce_stamps import dated
from handlers.sources.salesforce_words import leaves_open, remark_unknown
from scoring.account import Naming
from scoring.facts import ENTIRE
from scoring.feeds import Heard
from scoring.ids import to_18
from scoring.instants import Instant
from scoring.metrics.declaration import FieldType
from scoring.observations import NOBODY, Fields, Gap, Observation, Subject, Value

SOURCE = SALESFORCE.name
SOURCE_BEGINS = "aws.partner/salesforce.com/"
_LONGEST_NAME = 80

READERS: Mapping[FieldType, Callable[[object], Value]] = {
    "text": text,
    "number": figure,
    "date": milliseconds,
    "yes_no": yes_no_word,
    "lookup": lookup,
}
LONGEST_VALUE = 4_000
"""No word or detail that we show is longer; a long text area of 131,072 characters would not fit an item."""
_OVERFLOW_ID = "000000000000000AAA"
_DELETED = frozenset({"DELETE", "GAP_DELETE"})
_TELLING = _DELETED | {"CREATE", "UPDATE"}
"""Changes after which nothing is left to be re-read."""
_GAPS = frozenset({"GAP_CREATE", "GAP_UPDATE", "GAP_UNDELETE", "GAP_OVERFLOW"})


def read_change(event: Json, intake: Intake) -> Taken:
    """Read a change event as the relay puts it on EventBridge."""
    payload = members(members(event.get("detail")).get("payload"))
    if not payload:
        raise UnreadableError("detail.payload is missing: only the event relay's shape is taken, not AppFlow's")
    header = members(payload.get("ChangeEventHeader"))
    at = need(header, "commitTimestamp", milliseconds)
    taken = Taken([Heard(SOURCE, at)])
    crm_object = _object(need(header, "entityName", text), intake, taken)
    if crm_object is not None:
        _read_records(header, respelled(payload, crm_object.names), crm_object, at, taken, intake)
    return taken


def _object(name: str, intake: Intake, taken: Taken) -> CrmObject | None:
    crm_object = intake.object_named(name)
    if crm_object is None:
        taken.remarks.append(f"unknown:object={shown(name)}")
    return crm_object


def _read_records(
    header: Json, payload: Json, crm_object: CrmObject, at: Instant, taken: Taken, intake: Intake
) -> None:
    change = need(header, "changeType", text)
    changed = read_changed(header, crm_object) if change == "UPDATE" else Changed()
    if crm_object.is_person and change in _GAPS:
        return
    contents = tuple(_contents(change, changed, payload, crm_object, at, taken))
    if crm_object.is_person:
        contents = tuple(content for content in contents if isinstance(content, Fields))
    elif leaves_open(contents, crm_object, intake):
        contents = (*contents, Gap(crm_object.object))
    remark_unknown(contents, crm_object, intake, taken.remarks)
    owner = _owner(payload, crm_object, taken.remarks, speaks=changed.gives(crm_object.owner_field, payload))
    for record_id in _record_ids(change, header, taken.remarks):
        if record_id == ENTIRE:
            taken.statements.append(Observation(Subject(SOURCE, crm_object.kind, ENTIRE), at, Gap(crm_object.object)))
        else:
            tell(record_id, contents, owner, crm_object, at, taken)


def _record_ids(change: str, header: Json, remarks: list[str]) -> tuple[str, ...]:
    """Give the ids of the records that changed, or of all of the object."""
    if change == "GAP_OVERFLOW":
        return (ENTIRE,)
    record_ids = listed(header, "recordIds", key, remarks)
    if not record_ids:
        raise UnreadableError("recordIds names no id")
    return tuple(ENTIRE if means_all(record_id) else to_18(record_id) for record_id in record_ids)


def means_all(record_id: str) -> bool:
    """Tell whether an id stands for all records of an object."""
    return record_id.endswith("*") or to_18(record_id) == _OVERFLOW_ID


def one_record(value: object) -> str:
    """Read the id of one record, brought to 18 characters."""
    record_id = key(value)
    if means_all(record_id):
        raise ValueError("expected the id of one record")
    return to_18(record_id)


def tell(
    record_id: str,
    contents: Iterable[Fields | Gap],
    owner: str | None,
    crm_object: CrmObject,
    at: Instant,
    taken: Taken,
) -> None:
    """Add what was said of one record; without content only a word about its owner is worth one.

    An account is its own owner, and so is a user, whom no account is mapped to. Of an account of which nothing
    is said not even its name is: what only other fields of it changed, such as those that show our own score,
    touches nobody, so that no score answers the writing of a score.
    """
    is_account = crm_object.is_account
    named = record_id if crm_object.owner_field is None else owner
    subject = Subject(SOURCE, crm_object.kind, record_id)
    said = [content for content in contents if isinstance(content, Gap) or content.values]
    if not said and not is_account and owner is not None:
        said = [Fields(())]
    taken.statements.extend(Observation(subject, at, content, named) for content in said)
    if named and not crm_object.is_person and (said or not is_account):
        taken.statements.append(Naming(SOURCE, (named,), at, _account_name(said) if is_account else None))


def _account_name(said: Iterable[Fields | Gap]) -> str | None:
    values = (value for content in said if isinstance(content, Fields) for value in content.values)
    return next((value for name, value in values if name == "name" and isinstance(value, str) and value.strip()), None)


def _contents(
    change: str, changed: Changed, payload: Json, crm_object: CrmObject, at: Instant, taken: Taken
) -> Iterable[Fields | Gap]:
    remarks = taken.remarks
    if change == "CREATE":
        created = take(payload, "CreatedDate", milliseconds, remarks)
        yield _whole(payload, crm_object, at if created is None else created, None, remarks)
    elif change == "UNDELETE":
        yield _borne(payload, crm_object, take(payload, "CreatedDate", milliseconds, remarks), remarks)
    elif change in _DELETED:
        yield Fields((("deleted", True),))
    elif change == "UPDATE":
        yield from _updated(changed, payload, crm_object, remarks)
    elif change not in _GAPS:
        remarks.append(f"unknown:changeType={shown(change)}")
    if change == "GAP_UNDELETE":
        yield Fields((("deleted", False),))
    if change not in _TELLING:
        yield Gap(crm_object.object)


def _borne(payload: Json, crm_object: CrmObject, created: Instant | None, remarks: list[str]) -> Fields:
    """Say what an undelete bears, and that the record is there; the rest is to be re-read."""
    values: dict[str, Value] = {"deleted": False}
    for api_name, field in crm_object.fields.items():
        if api_name in payload:
            values.update(_value(payload, api_name, field, remarks))
    return Fields(tuple(sorted(values.items())), created)


def _whole(
    record: Json, crm_object: CrmObject, created: Instant | None, read_at: Instant | None, remarks: list[str]
) -> Fields:
    """Say all fields of a record; absent ones are empty, but for those that an org may lack."""
    values: dict[str, Value] = {"deleted": False}
    for api_name, field in crm_object.fields.items():
        if api_name in record or not field.optional:
            values.update(_value(record, api_name, field, remarks))
    return Fields(tuple(sorted(values.items())), created, read_at)


def _value(record: Json, api_name: str, field: Field, remarks: list[str]) -> dict[str, Value]:
    """Read one field; a value that is no value of it is dropped, not emptied."""
    value = take(record, api_name, READERS[field.type], remarks)
    if isinstance(value, str):
        value = cut(value, LONGEST_VALUE, api_name, remarks)
    return {} if value is None and record.get(api_name) is not None else {field.name: value}


def _updated(changed: Changed, payload: Json, crm_object: CrmObject, remarks: list[str]) -> Iterable[Fields | Gap]:
    """Say the changed fields alone; one that is named as changed but not given, or not legible, must be re-read."""
    if changed.illegible:
        remarks.append("dropped:changedFields")
    mine = [name for name in changed.names if name in crm_object.names]
    given = [name for name in mine if name in crm_object.fields and changed.gives(name, payload)]
    values: dict[str, Value] = {}
    for name in given:
        values.update(_value(payload, name, crm_object.fields[name], remarks))
    yield Fields(tuple(sorted(values.items())))
    if changed.illegible or len(values) < len(given) or not all(changed.gives(name, payload) for name in mine):
        yield Gap(crm_object.object)


def _owner(record: Json, crm_object: CrmObject, remarks: list[str], *, speaks: bool) -> str | None:
    """Name the owner that a record gives; one that `speaks` of it and gives none has nobody."""
    name = crm_object.owner_field
    if name is None:
        return None
    if speaks and record.get(name) is None:
        return NOBODY
    return take(record, name, one_record, remarks)


def read_record(message: Json, intake: Intake) -> Taken:
    """Read `salesforce.record`: a record re-read over REST, or found deleted.

    One that is found deleted is so from its last change on that is known: nothing tells of any time after it.
    """
    read_at = need(message, "read_at", moment)
    taken = Taken([Heard(SOURCE, read_at)])
    crm_object = _object(need(message, "object", text), intake, taken)
    if crm_object is None:
        return taken
    if message.get("deleted") is True:
        changed = take(message, "changed", moment, taken.remarks)
        at = read_at if changed is None else min(changed, read_at)
        gone = Fields((("deleted", True),), read_at=read_at)
        tell(need(message, "id", one_record), (gone,), None, crm_object, at, taken)
    else:
        record = respelled(need(message, "record", json_object), crm_object.names)
        _read_whole(record, crm_object, read_at, taken, intake)
    return taken


def _read_whole(record: Json, crm_object: CrmObject, read_at: Instant, taken: Taken, intake: Intake) -> None:
    record_id = need(record, "Id", one_record)
    created = take(record, "CreatedDate", milliseconds, taken.remarks)
    at = dated(record, crm_object, read_at, taken.remarks)
    content = _whole(record, crm_object, created, None if crm_object.is_person else read_at, taken.remarks)
    if take(record, "IsDeleted", yes_no, taken.remarks):
        content = Fields((("deleted", True),), created, read_at)
    remark_unknown((content,), crm_object, intake, taken.remarks)
    tell(
        record_id,
        (content,),
        _owner(record, crm_object, taken.remarks, speaks=crm_object.owner_field in record),
        crm_object,
        at,
        taken,
    )


def read_resync(message: Json, intake: Intake) -> Taken:
    """Read `salesforce.resync`: all of an object was read again, so its gaps before `read_at` are settled."""
    read_at = need(message, "read_at", moment)
    taken = Taken([Heard(SOURCE, read_at)])
    crm_object = _object(need(message, "object", text), intake, taken)
    if crm_object is not None:
        settled = Gap(crm_object.object, resynced=True)
        taken.statements.append(Observation(Subject(SOURCE, crm_object.kind, ENTIRE), read_at, settled))
    return taken


def _refuse_appflow(_: Json, __: Intake) -> Taken:
    raise UnreadableError("an AppFlow event: use the Salesforce event relay instead")


def entity_of(event: Json) -> str:
    """Name the object that an event is of, for counting."""
    header = members(members(members(event.get("detail")).get("payload")).get("ChangeEventHeader"))
    entity = header.get("entityName")
    return entity if isinstance(entity, str) and entity.isidentifier() and len(entity) <= _LONGEST_NAME else OTHER


KINDS = (
    Kind(read_change, source_begins=SOURCE_BEGINS, topic=entity_of),
    Kind(_refuse_appflow, source_begins="aws.partner/appflow", topic=entity_of),
    Kind(read_record, type="salesforce.record"),
    Kind(read_resync, type="salesforce.resync"),
)
