"""Who an account is held against: others of its segment, by their records of the latest closed period."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from scoring.model import Segment
from scoring.peers import Peers, peers_of
from scoring.record import Record
from scoring.summary import Summary

MOST = 100
"""So many other accounts are looked at, spread over all of them: enough for a median, and quickly read."""


class Book(Protocol):
    """What is read of the closes: a store, or what was read of one."""

    def summarised(self) -> Sequence[str]:
        """List the periods that have, or once had, summaries, the earliest first."""

    def summaries(self, period: str) -> Iterable[Summary]:
        """List the summaries of a period, by account."""

    def record(self, account_id: str, period: str) -> Record | None:
        """Give the record of an account and period."""


def read_peers(store: Book, account_id: str, segment: Segment, period: str) -> Peers | None:
    """Give what others of a segment usually have in the latest closed period up to this one; None before the first."""
    for month in sorted(store.summarised(), reverse=True):
        others = [] if month > period else _others(store, account_id, segment, month)
        if others:
            records = (store.record(other, month) for other in _spread(others))
            return peers_of([one for one in records if one is not None], account_id, segment, month)
    return None


def _others(store: Book, account_id: str, segment: Segment, period: str) -> list[str]:
    return [
        one.account_id
        for one in store.summaries(period)
        if one.status == "final"
        and one.segment == segment
        and one.final_score is not None
        and one.account_id != account_id
    ]


def _spread(accounts: Sequence[str]) -> list[str]:
    """Pick so many that are spread evenly, and the same each time."""
    amount = min(len(accounts), MOST)
    return [accounts[n * len(accounts) // amount] for n in range(amount)]
