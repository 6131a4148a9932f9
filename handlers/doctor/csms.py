"""The CSMs of the portfolio: whether their names can be read, and whether they still work there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from config.intake import CrmObject, Intake
from config.source import SALESFORCE
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.doctor.check import Check
from scoring.account import Account
from scoring.customer import CSM
from scoring.ids import to_18

SYSTEM: Final = SALESFORCE.name
CHECK: Final = "CSMs of accounts"
MOST_ASKED = 200
"""The owners of so many accounts are looked at: who may see these, sees the others."""


def check_csms(client: SalesforceClient, intake: Intake, accounts: Sequence[Account]) -> Iterator[Check]:
    """Look whether the users whom accounts name as CSM can be read; nothing of a config that names none."""
    people = next((one for one in intake.objects.values() if one.is_person), None)
    customers = next(one for one in intake.objects.values() if one.is_account)
    csm = _name_of(customers, CSM)
    ids = sorted(account.id for account in accounts)[:MOST_ASKED]
    if people is None or csm is None or not ids:
        return
    try:
        named = {to_18(str(row[csm])) for row in _rows(client, customers, ids, csm) if row.get(csm)}
        yield _check(named, _found(client, people, sorted(named)))
    except SourceError:
        return


def _found(client: SalesforceClient, people: CrmObject, ids: Sequence[str]) -> dict[str, bool]:
    """Say of each user that can be seen whether it is active."""
    active = _name_of(people, "is_active")
    if not ids or active is None:
        return {}
    return {to_18(str(row["Id"])): row.get(active) is not False for row in _rows(client, people, ids, active)}


def _check(named: set[str], found: Mapping[str, bool]) -> Check:
    unseen = sorted(named - found.keys())
    if unseen:
        problem = f"{len(unseen)} of {len(named)} cannot be read, such as {unseen[0]}: lists show their ids"
        remedy = "give the API user View All Users, and read on the name and mail of users"
        return Check(SYSTEM, CHECK, None, problem, f"{remedy}; an id that begins with 00G is a queue's")
    gone = sorted(user for user, active in found.items() if not active)
    if gone:
        problem = f"{len(gone)} of {len(named)} are not active any more, such as {gone[0]}"
        return Check(SYSTEM, CHECK, None, problem, "give their accounts to somebody else, in Salesforce")
    return Check(SYSTEM, CHECK)


def _rows(
    client: SalesforceClient, crm_object: CrmObject, ids: Sequence[str], name: str
) -> Iterator[Mapping[str, Any]]:
    soql = f"SELECT Id, {name} FROM {crm_object.object} WHERE Id IN {{ids}}"  # noqa: S608 - names of config
    return iter(client.query(soql, ids=list(ids)))


def _name_of(crm_object: CrmObject, name: str) -> str | None:
    return next((api_name for api_name, field in crm_object.fields.items() if field.name == name), None)
