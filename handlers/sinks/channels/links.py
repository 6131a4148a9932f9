"""Where the desk shows what a message tells of."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses at the desk; none where nobody said where it stands."""

    desk: str | None = None

    def account(self, account_id: str) -> str | None:
        """Give the address of an account's page."""
        return None if self.desk is None else f"{self.desk}/accounts/{quote(account_id, safe='')}"

    @property
    def suggestions(self) -> str | None:
        """Give the address of the suggestions that wait."""
        return None if self.desk is None else f"{self.desk}/suggestions"

    @property
    def morning(self) -> str | None:
        """Give the address of the morning."""
        return None if self.desk is None else f"{self.desk}/?view=morning"
