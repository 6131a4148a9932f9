"""HubSpot as the CRM that records are written to: token, scopes, properties, the accounts' companies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from config.loader import Config
from config.record_map import RecordMap
from handlers.clients.hubspot.calls import HubSpotError
from handlers.clients.hubspot.client import HubSpotClient, Property
from handlers.doctor.check import Check
from handlers.sinks.hubspot_values import definitions, property_of
from scoring.account import Account

SYSTEM: Final = "hubspot"
MOST_NAMED = 5
SCOPES = ("crm.objects.companies.read", "crm.objects.companies.write", "crm.schemas.companies.read")
_CREATE = "run healthscore hubspot --create, or create them as healthscore hubspot lists them"
_UNIQUE_LATER = "HubSpot makes no property unique later: archive this one, create it anew, and fill in the ids again"


def check_hubspot(client: HubSpotClient, config: Config, accounts: Sequence[Account] = ()) -> Iterator[Check]:
    """Check an account of HubSpot's; nothing more where its properties cannot be read."""
    yield _is_sink(config)
    try:
        there = client.properties()
    except HubSpotError as error:
        yield Check(SYSTEM, "token", False, str(error), f"HUBSPOT_ACCESS_TOKEN must have {', '.join(SCOPES)}")
        return
    yield Check(SYSTEM, "token")
    yield _scopes(client)
    yield _missing(client, config.record_map, there)
    yield _types(config.record_map, there)
    yield from _key(config.record_map, there)
    yield from _companies(client, config.record_map, accounts)


def _is_sink(config: Config) -> Check:
    if config.sink == SYSTEM:
        return Check(SYSTEM, "sink")
    problem = f"records are written to {config.sink}: sink of config/record.yaml says so"
    return Check(SYSTEM, "sink", None, problem, "set it to hubspot, or leave HUBSPOT_ACCESS_TOKEN empty")


def _scopes(client: HubSpotClient) -> Check:
    granted = client.scopes()
    if granted is None:
        problem = "HubSpot does not say what this token may do"
        return Check(SYSTEM, "scopes", None, problem, f"see that it has {', '.join(SCOPES)}")
    lacking = [scope for scope in SCOPES if scope not in granted]
    if lacking:
        return Check(SYSTEM, "scopes", False, f"not granted: {', '.join(lacking)}", "give it these scopes")
    return Check(SYSTEM, "scopes")


def _missing(client: HubSpotClient, record_map: RecordMap, there: Mapping[str, Property]) -> Check:
    missing = lacking_properties(record_map, there)
    if not missing:
        return Check(SYSTEM, "properties of companies")
    room = client.room()
    full = room is not None and room < len(missing)
    more = f"; there is room for {room} more: take lines out of config/record.yaml" if full else ""
    problem = f"not there: {_named(missing)}{more}"
    return Check(SYSTEM, "properties of companies", False, problem, _CREATE)


def lacking_properties(record_map: RecordMap, there: Mapping[str, Property]) -> list[str]:
    """Name the properties of the record map that companies do not have."""
    return [one["name"] for one in definitions(record_map) if one["name"] not in there]


def unfit_properties(record_map: RecordMap, there: Mapping[str, Property]) -> dict[str, str]:
    """Say by name why a property that is there cannot take its values."""
    return {
        one["name"]: fault
        for one in definitions(record_map)
        if (fault := _fault(there.get(one["name"]), one["type"])) is not None
    }


def _fault(there: Property | None, kind: str) -> str | None:
    if there is None:
        return None
    if there.read_only:
        return "read-only"
    return None if there.type == kind else f"{there.type or 'untyped'}, not {kind}"


def _types(record_map: RecordMap, there: Mapping[str, Property]) -> Check:
    wrong = unfit_properties(record_map, there)
    if not wrong:
        return Check(SYSTEM, "types of properties")
    problem = _named([f"{name} is {fault}" for name, fault in wrong.items()])
    remedy = (
        "a value that a property cannot take makes HubSpot refuse all: archive it, then healthscore hubspot --create"
    )
    return Check(SYSTEM, "types of properties", False, problem, remedy)


def _key(record_map: RecordMap, there: Mapping[str, Property]) -> Iterator[Check]:
    """Check the property that holds the account's id; another check names one that is missing."""
    name = property_of(record_map, "score.account_id")
    if name not in there:
        return
    if there[name].unique is True:
        yield Check(SYSTEM, f"key {name}")
    else:
        yield Check(SYSTEM, f"key {name}", False, f"{name} is not a property with unique values", _UNIQUE_LATER)


def _companies(client: HubSpotClient, record_map: RecordMap, accounts: Sequence[Account]) -> Iterator[Check]:
    """Look whether each account has its company; where that cannot be asked, another check says why."""
    ids, name = sorted(account.id for account in accounts), property_of(record_map, "score.account_id")
    try:
        told = client.companies(name, ids, [])
    except HubSpotError:
        return
    lacking = [one for one in ids if one not in told.found]
    if lacking:
        problem = f"{len(lacking)} of {len(ids)} have none: {_named(lacking)}"
        remedy = f"put each account's id, of 18 characters, into {name} of its company"
        yield Check(SYSTEM, "companies of the accounts", False if not told.found else None, problem, remedy)
    elif ids:
        yield Check(SYSTEM, "companies of the accounts")


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
