"""Suggestions that wait for an answer: of one account, or of all, those that cannot wait first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.jobs.records import AccountReader
from handlers.jobs.suggested_accounts import suggested_since
from handlers.jobs.suggestions import Suggesting, by_key
from scoring.account import Account, AccountFacts
from scoring.instants import DAY, Instant
from scoring.suggestion_answers import Answer, waiting
from scoring.suggestions import Suggestion

URGENT = "cancellation"
"""The category that cannot wait for a daily look."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suggestion that waits: whose it is, the CRM's record, and what was found; None where its message is gone."""

    account: Account
    answer: Answer
    suggestion: Suggestion | None

    @property
    def category(self) -> str:
        """Give what was suggested; empty where neither key nor message says it."""
        if self.suggestion is not None:
            return self.suggestion.category
        return self.answer.suggested or min(self.answer.categories, default="")

    @property
    def order(self) -> tuple[bool, int, str]:
        """Give what sorts them: cancellations first, then the newest message."""
        return self.category != URGENT, -self.answer.observed, self.answer.id


def waiting_of(suggesting: Suggesting, facts: AccountFacts) -> list[Waiting]:
    """Give the suggestions of an account that wait, those that cannot wait first."""
    found = by_key(suggesting.found(facts))
    answers = waiting(suggesting.answers(facts), suggesting.now, suggesting.config.words.days)
    made = [Waiting(facts.account, one, found.get(one.key or "")) for one in answers]
    return sorted(made, key=lambda one: one.order)


def every_waiting(suggesting: Suggesting, accounts: Mapping[str, Account]) -> list[Waiting]:
    """Give the suggestions of all accounts that wait; `accounts` are by the id that the CRM has them by."""
    reader = AccountReader(suggesting.store)
    since = Instant(suggesting.now - suggesting.config.words.days.expire * DAY)
    lately = suggested_since(suggesting.store, since)
    listed = [accounts[name] for name in sorted(lately) if name in accounts]
    return sorted(_all(suggesting, reader, listed), key=lambda one: one.order)


def _all(suggesting: Suggesting, reader: AccountReader, accounts: Iterable[Account]) -> Iterator[Waiting]:
    for account in accounts:
        yield from waiting_of(suggesting, reader.read(account))
