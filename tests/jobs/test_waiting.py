"""What waits for an answer, over all accounts: found without reading those that never had a suggestion."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from handlers.jobs.suggestion_answers import REASONS, Answering
from handlers.jobs.waiting import Waiting, every_waiting
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.instants import DAY, HOUR, SECOND, Instant
from scoring.suggestion_answers import Answer
from tests.live.suggesting import NOW, QUOTE, READING, account, in_store, opened, suggesting, wrote

KEY = "intercom-101-cancellation"


@pytest.fixture(name="store")
def _store() -> Iterator[SqliteStore]:
    with closing(opened(1, 2, 3)) as store:
        wrote(store, 2, "budget", NOW - HOUR, "9")
        suggesting(store, NOW).suggest([account(1), account(2)], in_store(store, NOW))
        yield store


def _accounts() -> dict[str, Account]:
    return {account(number).id: account(number) for number in (1, 2, 3)}


def _waiting(store: SqliteStore, now: Instant = NOW + HOUR) -> list[Waiting]:
    return every_waiting(suggesting(store, now), _accounts())


def test_what_waits_stands_with_its_quote_cancellations_first(store: SqliteStore) -> None:
    """An account that never had a suggestion is not read."""
    told = _waiting(store)
    assert [one.category for one in told] == ["cancellation", "cancellation", "budget"]
    assert {one.suggestion.quote for one in told if one.suggestion is not None} == {QUOTE}
    assert {one.account.id for one in told} == {account(1).id, account(2).id}


def test_what_is_answered_or_too_old_waits_no_longer(store: SqliteStore) -> None:
    """Whoever answered it, wherever."""
    Answering(store, READING, in_store(store, NOW + SECOND), NOW + SECOND).dismiss(KEY, "Ada", REASONS[0])
    assert len(_waiting(store)) == 2
    assert _waiting(store, NOW + 46 * DAY) == []


def test_an_account_that_left_the_portfolio_is_left_out(store: SqliteStore) -> None:
    """Nobody can answer for it."""
    assert every_waiting(suggesting(store, NOW + HOUR), {account(3).id: account(3)}) == []


def test_where_the_message_is_gone_the_key_says_what_was_suggested() -> None:
    """Whatever category a CSM has chosen since; of a key that says nothing, the CRM's."""
    both = frozenset({"budget", "cancellation"})
    gone = Answer("s1", "salesforce", KEY, both, "Suggested", NOW, NOW)
    assert Waiting(account(1), gone, None).category == "cancellation"
    assert Waiting(account(1), replace(gone, key=None, categories=frozenset({"budget"})), None).category == "budget"
