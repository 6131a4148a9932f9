"""The accounts of the portfolio: whether the org has them, as far as the API user may see."""

from collections.abc import Iterator, Sequence
from typing import Final

from config.intake import Intake
from config.source import SALESFORCE
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.doctor.check import Check
from scoring.account import Account
from scoring.ids import to_18

SYSTEM: Final = SALESFORCE.name
CHECK: Final = "accounts of the mapping"
MOST_NAMED = 5
_IDS_A_CALL = 300
_ADVICE = (
    "look whether they were deleted or merged, or give the user the right to see them; if an id had 15 characters, "
    "copy it again with 18: many a tool loses the capitals of an id, and by 15 characters nobody can tell"
)


def check_accounts(client: SalesforceClient, intake: Intake, accounts: Sequence[Account]) -> Iterator[Check]:
    """Look whether the org has each account of the portfolio; where it cannot be asked, another check says why."""
    crm_object = next(one.object for one in intake.objects.values() if one.kind == "account")
    ids = sorted(account.id for account in accounts)
    try:
        there = {one for some in _parts(ids) for one in _found(client, crm_object, some)}
    except SourceError:
        return
    lacking = [one for one in ids if one not in there]
    if lacking:
        named = ", ".join(lacking[:MOST_NAMED]) + (", ..." if len(lacking) > MOST_NAMED else "")
        yield Check(SYSTEM, CHECK, None, f"{len(lacking)} of {len(ids)} are not in the org: {named}", _ADVICE)
    elif ids:
        yield Check(SYSTEM, CHECK)


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _IDS_A_CALL] for start in range(0, len(ids), _IDS_A_CALL))


def _found(client: SalesforceClient, crm_object: str, ids: Sequence[str]) -> Iterator[str]:
    asked = client.query(f"SELECT Id FROM {crm_object} WHERE Id IN {{ids}}", ids=list(ids))  # noqa: S608  of config
    return (to_18(str(one["Id"])) for one in asked)
