"""What became of a run of accounts: how many have a score, and by name those that need looking at."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scoring.account import Account
from scoring.record import Record


@dataclass(slots=True)
class Run:
    """What became of a run: records made, by account why there is none, and why the CRM refused one.

    So many records that were due to the CRM from before were `retried`. `waits` names the refused accounts that
    waiting may mend, each with the seconds that the CRM asks for.
    """

    scored: int = 0
    unscored: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    outranked: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    retried: int = 0
    waits: dict[str, float] = field(default_factory=dict)

    @property
    def all_failed(self) -> dict[str, str]:
        """Say by account what went wrong, be it with its record or with the CRM."""
        return {**self.failed, **self.refused}

    def count(self, record: Record) -> None:
        """Count a record that was written."""
        self.scored += record.score.final_score is not None
        if record.score.final_score is None:
            self.unscored.append(record.score.account_id)

    def add(self, other: "Run") -> None:
        """Add what became of other accounts."""
        self.scored += other.scored
        self.unscored += other.unscored
        self.deleted += other.deleted
        self.outranked += other.outranked
        self.failed |= other.failed
        self.refused |= other.refused
        self.retried += other.retried
        self.waits |= other.waits

    def remaining(self, accounts: Iterable[Account]) -> list[Account]:
        """Give the accounts that have a record to be handed on."""
        without = {*self.deleted, *self.failed}
        return [account for account in accounts if account.id not in without]

    def then(self, handed_on: "Run") -> "Run":
        """Add what became of the records when they were handed on."""
        handed_on.deleted = [*self.deleted, *handed_on.deleted]
        handed_on.failed = {**self.failed, **handed_on.failed}
        return handed_on
