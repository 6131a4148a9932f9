"""Salesforce: log-in, calls left, objects and fields that are read and written, the selection for events."""

from collections.abc import Iterator, Sequence
from typing import Final

from config.api_names import lacking, same_name
from config.intake import CrmObject, Intake
from config.loader import Config
from config.record_map import RecordMap
from config.source import SALESFORCE
from handlers.clients.crm import AbsentError
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import RESERVE, SalesforceClient
from handlers.doctor.accounts import check_accounts
from handlers.doctor.check import Check, attempt
from handlers.doctor.csms import check_csms
from handlers.doctor.currencies import check_currencies
from handlers.doctor.described import Described, DescribedObject, describe, describe_all
from handlers.doctor.sight import check_sight
from handlers.doctor.suggestions import check_suggestions
from handlers.doctor.words import check_words
from scoring.account import Account

SYSTEM: Final = SALESFORCE.name
RECORD_OBJECT = "Health_Score__c"
MOST_SELECTED = 5
"""As many objects as an org may select for change events without an add-on."""
_ALSO_READ = {"account": ("Website",)}
_LOG_IN = "check the three SALESFORCE_ variables, and that the app's client credentials flow has a run-as user"
_GRANT = "or give the API user's permission set"


def check_salesforce(client: SalesforceClient, config: Config, accounts: Sequence[Account] = ()) -> Iterator[Check]:
    """Check an org; nothing more where nobody can log in, or the day's calls are nearly used up."""
    intake = config.intake
    for check in _entrance(client, next(iter(intake.objects))):
        yield check
        if check.ok is False:
            return
    described = describe_all(client, list(intake.objects))
    for crm_object in intake.objects.values():
        yield _readable(crm_object, described[crm_object.object])
    yield from check_sight(client, intake)
    yield from check_words(client, intake, config.model.words, described)
    yield from check_currencies(client, config.model.currencies)
    yield from check_accounts(client, intake, accounts)
    yield from check_csms(client, intake, accounts)
    yield from _past_arr(client, intake)
    if config.sink == SYSTEM:
        yield from _writeable(client, config.record_map)
    signals = next(one.object for one in intake.objects.values() if one.kind == "signal")
    yield from check_suggestions(described[signals], config)
    yield _selection(client, [one.object for one in intake.objects.values() if not one.is_person])


def _entrance(client: SalesforceClient, crm_object: str) -> Iterator[Check]:
    yield attempt(SYSTEM, "log-in", lambda: _enter(client, crm_object), _LOG_IN)
    yield _calls_left(client)


def _enter(client: SalesforceClient, crm_object: str) -> None:
    try:
        list(client.query(f"SELECT Id FROM {crm_object} LIMIT 1"))  # noqa: S608 - a name of config
    except AbsentError:
        return


def _calls_left(client: SalesforceClient) -> Check:
    name, usage = "API calls of the day", client.api_usage()
    if usage is None:
        return Check(SYSTEM, name, None, "Salesforce did not say how many are used", "look at Setup, str Overview")
    used, limit = usage
    if used < limit * (1 - RESERVE):
        return Check(SYSTEM, name)
    problem = f"{used} of {limit} are used; the last {RESERVE:.0%} are kept for other programs"
    return Check(SYSTEM, name, False, problem, "find in Setup, str Overview, who uses them; or wait a day")


def _readable(crm_object: CrmObject, described: Described) -> Check:
    wanted = (*crm_object.required, *crm_object.of_outcomes, *_ALSO_READ.get(crm_object.kind, ()))
    return _gives(described, crm_object.object, wanted, f"salesforce.{crm_object.kind}")


def _past_arr(client: SalesforceClient, intake: Intake) -> Iterator[Check]:
    """Check where past ARR comes from: an object of config, or field history, which an org may do without."""
    snapshot = intake.arr_snapshot
    if snapshot is not None:
        described = describe(client, snapshot.object)
        yield _gives(described, snapshot.object, (snapshot.account, snapshot.date, snapshot.arr), "arr_snapshot")
        return
    for one in intake.objects.values():
        if one.kind == "account" and isinstance(describe(client, history := _history_of(one.object)), str):
            remedy = f"track the ARR field of {one.object} in Setup, or set arr_snapshot in config/sources.yaml"
            problem = f"no {history}: the trend of ARR begins today"
            yield Check(SYSTEM, "past ARR", None, problem, remedy)


def _history_of(crm_object: str) -> str:
    return f"{crm_object[:-1]}History" if crm_object.endswith("__c") else f"{crm_object}History"


def _gives(described: Described, crm_object: str, wanted: Sequence[str], place: str) -> Check:
    name = f"read {crm_object}"
    remedy = f"correct {place} in config/sources.yaml, {_GRANT} Read on"
    if isinstance(described, str):
        return Check(SYSTEM, name, False, described, f"{remedy} {crm_object}")
    if not described.queryable:
        return Check(SYSTEM, name, False, "the API user may not query it", f"{remedy} {crm_object}")
    missing = lacking(wanted, [field.name for field in described.fields])
    if missing:
        problem = f"not there, or hidden from the API user: {', '.join(missing)}"
        return Check(SYSTEM, name, False, problem, f"{remedy} these fields")
    return Check(SYSTEM, name)


def _writeable(client: SalesforceClient, record_map: RecordMap) -> Iterator[Check]:
    name = f"write {RECORD_OBJECT}"
    described = describe(client, RECORD_OBJECT)
    if isinstance(described, str):
        yield Check(SYSTEM, name, False, described, f"deploy the package of salesforce/, {_GRANT} Create and Edit")
    elif not (described.queryable and described.createable and described.updateable):
        yield Check(SYSTEM, name, False, "the API user may not read, create and edit it", _remedy("Read, Create, Edit"))
    else:
        yield _fields_writeable(name, described, record_map)
        yield _key(described, record_map)


def _fields_writeable(name: str, described: DescribedObject, record_map: RecordMap) -> Check:
    there = {field.name for field in described.fields}
    missing = lacking([field.field for field in record_map], there)
    if missing:
        problem = f"not there, or hidden from the API user: {', '.join(missing)}"
        return Check(SYSTEM, name, False, problem, _remedy("Edit on these fields"))
    parent = _field(record_map, "score.account_id")
    may = {f.name for f in described.fields if f.createable and (f.updateable or same_name(f.name, parent))}
    locked = lacking([field.field for field in record_map], may)
    if locked:
        problem = f"cannot be written by the API user: {', '.join(locked)}"
        return Check(SYSTEM, name, False, problem, _remedy("Edit on these fields; a formula can never be written"))
    return Check(SYSTEM, name)


def _key(described: DescribedObject, record_map: RecordMap) -> Check:
    key = _field(record_map, "record.key")
    fits = any(same_name(field.name, key) and field.external_id and field.unique for field in described.fields)
    if fits:
        return Check(SYSTEM, f"key {key}")
    remedy = f"tick External ID and Unique at {RECORD_OBJECT}.{key} in the org: an upsert goes by it"
    return Check(SYSTEM, f"key {key}", False, f"{key} is not an external id that is unique", remedy)


def _selection(client: SalesforceClient, objects: Sequence[str]) -> Check:
    """Check the selection for events: as many of our objects as an org may select must be in it."""
    name, where = "selection for change events", "Setup, Change Data Capture, or your channel's members"
    try:
        members = client.selected_for_events()
    except SourceError:
        problem = "only a user with View Setup and Configuration can see it"
        return Check(SYSTEM, name, None, problem, f"look by hand at {where}: {', '.join(objects)}")
    missing = [one for one in objects if not any(_selects(member, one) for member in members)]
    if not missing:
        return Check(SYSTEM, name)
    few = len(objects) - len(missing) < min(MOST_SELECTED, len(objects))
    remedy = f"select them in {where} ({MOST_SELECTED} objects at most without an add-on); the sweep reads the rest"
    return Check(SYSTEM, name, False if few else None, f"no events of {', '.join(missing)}", remedy)


def _selects(member: object, crm_object: str) -> bool:
    stem = crm_object.removesuffix("c") if crm_object.endswith("__c") else crm_object
    event = f"{stem}ChangeEvent"
    told = member if isinstance(member, dict) else {}
    by_name = str(told.get("DeveloperName", "")).lower().endswith(f"_{event.replace('__', '_')}".lower())
    return by_name or same_name(str(told.get("SelectedEntity")), event)


def _field(record_map: RecordMap, path: str) -> str:
    return next(field.field for field in record_map if field.path == path)


def _remedy(right: str) -> str:
    return f"correct config/record.yaml, {_GRANT} {right}"
