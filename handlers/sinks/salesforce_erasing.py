"""What Salesforce has of an account because of us: its scores, and the signals that were suggested."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.clients.crm import Crm


@dataclass(frozen=True, slots=True)
class Theirs:
    """Records of an account: their object, the field that names the account, and one that must not be empty."""

    object: str
    lookup: str
    filled: str | None = None

    @property
    def soql(self) -> str:
        """Give the query of their ids; {account} stands for the id of the account."""
        filled = "" if self.filled is None else f" AND {self.filled} != null"
        return f"SELECT Id FROM {self.object} WHERE {self.lookup} = {{account}}{filled}"  # noqa: S608 - values are quoted


@dataclass(frozen=True, slots=True)
class Deleted:
    """So many records were found, and why each that is still there is."""

    found: int
    still: Mapping[str, str]


@dataclass(frozen=True)
class SalesforceErasing:
    """Deletes what an org has of an account."""

    crm: Crm

    def delete(self, asked: Theirs, account_id: str, *, write: bool) -> Deleted:
        """Delete them, or count them; an org without the field that must be filled has none. Raises SourceError."""
        if asked.filled is not None and not self._has(asked.object, asked.filled):
            return Deleted(0, {})
        found = self._ids(asked, account_id)
        if not write or not found:
            return Deleted(len(found), {})
        told = self.crm.delete(found)
        reasons = {one.key: "; ".join(one.errors) for one in told}
        still = self._ids(asked, account_id)
        return Deleted(len(found), {one: reasons.get(one) or "it is still there" for one in still})

    def _has(self, crm_object: str, name: str) -> bool:
        return any(str(one["name"]).lower() == name.lower() for one in self.crm.describe(crm_object)["fields"])

    def _ids(self, asked: Theirs, account_id: str) -> list[str]:
        return [str(row["Id"]) for row in self.crm.query(asked.soql, account=account_id)]
