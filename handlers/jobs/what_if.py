"""Read accounts from a store, and see how they would stand under another model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from handlers.jobs.finalise import BATCH_SIZE, FAILURES
from handlers.jobs.records import AccountReader
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.drivers import Driver, Side, largest_first
from scoring.instants import Instant
from scoring.timeline import Timeline
from scoring.what_if import Case, Comparison, Month, Pair, add, months_of


@dataclass(frozen=True, slots=True)
class Answer:
    """How accounts would stand, month by month, the earliest first; why some could not be scored, by account."""

    months: list[Month]
    failed: dict[str, str] = field(default_factory=dict)


def what_if(accounts: Sequence[Account], store: Store, comparison: Comparison, periods: Sequence[str]) -> Answer:
    """Score accounts at the ends of periods under both models, by what is known now; nothing is kept.

    An account that fails is named, and left out of every month.
    """
    answer, reader, remaining = Answer(months_of(periods)), AccountReader(store), iter(accounts)
    instants = [month.as_of for month in answer.months]
    while some := list(islice(remaining, BATCH_SIZE)):
        add(answer.months, list(_measured(some, reader, comparison, instants, answer.failed)), comparison)
    return answer


def _measured(
    accounts: Iterable[Account],
    reader: AccountReader,
    comparison: Comparison,
    instants: Sequence[Instant],
    failed: dict[str, str],
) -> Iterable[list[Pair]]:
    for account in accounts:
        try:
            timeline = Timeline(reader.read(account))
            pairs = [comparison.measure(timeline, as_of) for as_of in instants]
        except FAILURES as error:
            failed[account.id] = f"{type(error).__name__}: {error}"
            continue
        yield pairs


def reasons(
    cases: Iterable[Case], as_of: Instant, accounts: Iterable[Account], store: Store, comparison: Comparison
) -> dict[str, tuple[Driver, ...]]:
    """Say what makes the difference for some accounts, by account, the largest first; their facts are read again."""
    reader, by_id = AccountReader(store), {account.id: account for account in accounts}
    found = {}
    for case in cases:
        change = case.change
        if change is not None:
            pair = comparison.measure(Timeline(reader.read(by_id[case.account_id])), as_of)
            sides = Side(pair.now, comparison.present), Side(pair.draft, comparison.draft)
            found[case.account_id] = largest_first(*sides, round(10 * change))
    return found
