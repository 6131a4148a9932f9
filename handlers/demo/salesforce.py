"""Salesforce's shapes: change events as the event relay delivers them, and records re-read over REST."""

from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType
from uuid import NAMESPACE_OID, uuid5

from handlers.demo.wire import Json, Sent, iso, salesforce_id, sent
from scoring.instants import SECOND, Instant

MILLISECOND = SECOND // 1000
RELAY = "aws.partner/salesforce.com/00DRM000000Fxts2AC/0YLRM0000004Dfg4AE"
_NOTHING: Mapping[str, object] = MappingProxyType({})
_USER = "0055f000005mc66AAA"
PREFIXES = {
    "Account": "001",
    "Opportunity": "006",
    "Event": "00U",
    "Payment_Record__c": "a0X",
    "CSQL__c": "a1C",
    "Churn_Signal__c": "a2S",
}
"""The first three characters of each object's record ids."""


def record_id(entity: str, rng: Random) -> str:
    """Make up a record id of an object."""
    return salesforce_id(PREFIXES[entity], rng)


def change(kind: str, entity: str, ids: Sequence[str], at: Instant, body: Json, changed: Sequence[str] = ()) -> Sent:
    """Write a change event that was committed at `at`; `changed` names the fields of an update."""
    number = at // MILLISECOND
    header: Json = {
        "entityName": entity,
        "recordIds": list(ids),
        "changeType": kind,
        "changeOrigin": "" if kind.startswith("GAP_") else "com/salesforce/api/rest/66.0",
        "transactionKey": _uuid(ids[0], kind, at),
        "sequenceNumber": 1,
        "commitTimestamp": number,
        "commitNumber": number * 1_000_000 + 501_507,
        "commitUser": _USER,
        "changedFields": [*changed, "LastModifiedDate"] if changed else [],
    }
    stamp = {} if kind.startswith(("GAP_", "DELETE")) else {"LastModifiedDate": iso(at)}
    message: Json = {
        "version": "0",
        "id": _uuid(ids[0], kind, at, "relayed"),
        "detail-type": f"{entity[:-1] if entity.endswith('__c') else entity}ChangeEvent",
        "source": RELAY,
        "account": "123456789012",
        "time": iso(at + SECOND)[:19] + "Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": {"payload": {**body, **stamp, "ChangeEventHeader": header}},
    }
    return sent(at, message)


def _uuid(*parts: object) -> str:
    return str(uuid5(NAMESPACE_OID, "/".join(map(str, parts))))


def created(entity: str, key: str, at: Instant, fields: Json) -> Sent:
    """Write the creation of a record: all fields that are not empty."""
    return change("CREATE", entity, (key,), at, {**_filled(fields), "CreatedDate": iso(at), "CreatedById": _USER})


def restored(entity: str, key: str, at: Instant, fields: Json) -> Sent:
    """Write that a deleted record was restored: all fields that are not empty."""
    return change("UNDELETE", entity, (key,), at, _filled(fields))


def _filled(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def updated(entity: str, key: str, at: Instant, fields: Json, enriched: Mapping[str, object] = _NOTHING) -> Sent:
    """Write a change of some fields; enriched ones come along unchanged."""
    return change("UPDATE", entity, (key,), at, {**enriched, **fields}, tuple(fields))


def deleted(entity: str, key: str, at: Instant) -> Sent:
    """Write a deletion: the header alone."""
    return change("DELETE", entity, (key,), at, {})


def rest_iso(at: Instant) -> str:
    """Write an instant as the REST API does: `2026-05-07T22:29:47.000+0000`."""
    return iso(at)[:-1] + "+0000"


def record(entity: str, key: str, read_at: Instant, modified: Instant, fields: Json) -> Sent:
    """Write a record as the sweep re-read it over REST; no user is ever in the recycle bin, so none says so."""
    whole: Json = {
        "attributes": {"type": entity, "url": f"/services/data/v66.0/sobjects/{entity}/{key}"},
        "Id": key,
        **fields,
        "LastModifiedDate": rest_iso(modified),
        "SystemModstamp": rest_iso(modified),
        **({} if entity == "User" else {"IsDeleted": False}),
    }
    message: Json = {"type": "salesforce.record", "object": entity, "read_at": iso(read_at), "record": whole}
    return sent(read_at, message)
