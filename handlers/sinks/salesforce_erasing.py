"""What Salesforce has of an account because of us: its scores, and the signals that were suggested."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.clients.crm import Crm

Query = tuple[str, str]
"""An object, and a condition in which {account} stands for the id of the account."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """So many records were found, and why each that is still there is."""

    found: int
    still: Mapping[str, str]


@dataclass(frozen=True)
class SalesforceErasing:
    """Deletes records of an account: by their object, its lookup of the account, and what else must hold."""

    crm: Crm

    def delete(self, asked: Query, account_id: str, *, write: bool) -> Deleted:
        """Delete what a query finds, or only count it. Raises SourceError."""
        found = self._ids(asked, account_id)
        if not write or not found:
            return Deleted(len(found), {})
        told = self.crm.delete(found)
        reasons = {one.key: "; ".join(one.errors) for one in told}
        still = self._ids(asked, account_id)
        return Deleted(len(found), {one: reasons.get(one) or "it is still there" for one in still})

    def _ids(self, asked: Query, account_id: str) -> list[str]:
        crm_object, condition = asked
        soql = f"SELECT Id FROM {crm_object} WHERE {condition}"  # noqa: S608 - names out of the config, values quoted
        return [str(row["Id"]) for row in self.crm.query(soql, account=account_id)]
