"""Salesforce: whether the API user sees all records of what is read; what sharing hides looks erased."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from config.api_names import same_name
from config.intake import CrmObject, Intake
from config.source import SALESFORCE
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.doctor.check import Check

NAME = "sees all records"
_ACTIVITIES = frozenset({"event"})
"""Kinds that have no right of their own: who sees all accounts sees their activities."""


class _Field(msgspec.Struct):
    name: str
    order: int | None = msgspec.field(name="relationshipOrder", default=None)


class _Object(msgspec.Struct):
    fields: list[_Field]


def check_sight(client: SalesforceClient, intake: Intake) -> Iterator[Check]:
    """Tell the objects of which the user may not see all records; None where nobody can tell."""
    wanted = [one.object for one in intake.objects.values() if one.kind not in _ACTIVITIES and _is_shared(client, one)]
    try:
        lacking = [] if _sees_everything(client) else _not_seen(client, wanted)
    except SourceError:
        problem = "only a user with View Setup and Configuration can see it"
        yield _doubt(problem, f"look by hand whether the API user has View All of {', '.join(wanted)}")
        return
    if lacking:
        problem = f"the API user has no View All of {', '.join(lacking)}: records that sharing hides look erased"
        yield _doubt(problem, "give it to the API user's permission set, unless everybody may read all of them")
    else:
        yield Check(SALESFORCE.name, NAME)


def _doubt(problem: str, remedy: str) -> Check:
    return Check(SALESFORCE.name, NAME, None, problem, remedy)


def _is_shared(client: SalesforceClient, crm_object: CrmObject) -> bool:
    """Tell whether an object has a sharing of its own; a detail is seen with its master."""
    if crm_object.owner_field is None:
        return crm_object.is_account
    try:
        described = msgspec.convert(client.describe(crm_object.object), _Object)
    except (SourceError, msgspec.ValidationError):
        return False
    owner = crm_object.owner_field
    return not any(same_name(field.name, owner) and field.order is not None for field in described.fields)


def _sees_everything(client: SalesforceClient) -> bool:
    rows = client.query("SELECT PermissionsViewAllData FROM UserPermissionAccess")
    return any(row.get("PermissionsViewAllData") is True for row in rows)


def _not_seen(client: SalesforceClient, wanted: Sequence[str]) -> list[str]:
    """Name those objects of which no permission set of the user shows all records."""
    user = client.user_id()
    sets = _column(client, "PermissionSetAssignment", "PermissionSetId", "AssigneeId", [user])
    seen = _column(client, "ObjectPermissions", "SobjectType", "ParentId", sets, "PermissionsViewAllRecords = true")
    return [one for one in wanted if not any(same_name(one, other) for other in seen)]


def _column(
    client: SalesforceClient, crm_object: str, column: str, field: str, among: Sequence[Any], also: str = ""
) -> list[str]:
    if not among:
        return []
    where = f"{field} IN {{among}}" + (f" AND {also}" if also else "")
    rows = client.query(f"SELECT {column} FROM {crm_object} WHERE {where}", among=list(among))  # noqa: S608 - our names
    return sorted({str(row.get(column)) for row in rows})
