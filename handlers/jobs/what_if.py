"""Read accounts from a store, and see how they would stand under another model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from handlers.jobs.crew import BATCH_SIZE
from handlers.jobs.faults import FAILURES
from handlers.jobs.records import AccountReader
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.drivers import Driver, Side, largest_first
from scoring.instants import Instant
from scoring.measuring import measures_alike
from scoring.scope import Scope, scope_of
from scoring.timeline import Timeline
from scoring.what_if import Case, Comparison, Month, Pair, add, months_of


@dataclass(frozen=True, slots=True)
class Answer:
    """How accounts would stand, month by month, the earliest first; why some could not be scored, by account."""

    months: list[Month]
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WhatIf:
    """Two models on a store: by what is known now, or, where `recorded`, by what final records were made from.

    A month without a final record, or whose record was made under a model that measures otherwise than
    either of the two, is measured by what is known now in any case. Nothing is kept.
    """

    store: Store
    comparison: Comparison
    recorded: bool = False

    def answer(self, accounts: Iterable[Account], periods: Sequence[str]) -> Answer:
        """Score accounts at the ends of periods under both models; one that fails is named, and in no month."""
        answer = Answer(months_of(periods))
        measured = self._measured(accounts, answer)
        while some := list(islice(measured, BATCH_SIZE)):
            add(answer.months, some, self.comparison)
        return answer

    def reasons(
        self, cases: Iterable[Case], month: Month, accounts: Iterable[Account]
    ) -> dict[str, tuple[Driver, ...]]:
        """Say what makes the difference for some accounts of a month, by account, the largest first."""
        by_id = {account.id: account for account in accounts}
        scored = [case for case in cases if case.change is not None]
        return {case.account_id: self._drivers(case, month, by_id[case.account_id]) for case in scored}

    def _drivers(self, case: Case, month: Month, account: Account) -> tuple[Driver, ...]:
        (pair,) = self.pairs(account, [month])
        sides = Side(pair.now, self.comparison.present), Side(pair.draft, self.comparison.draft)
        return largest_first(*sides, round(10 * (case.change or 0.0)))

    def _measured(self, accounts: Iterable[Account], answer: Answer) -> Iterator[list[Pair]]:
        for account in accounts:
            try:
                pairs = self.pairs(account, answer.months)
            except FAILURES as error:
                answer.failed[account.id] = f"{type(error).__name__}: {error}"
                continue
            yield pairs

    def pairs(self, account: Account, months: Sequence[Month]) -> list[Pair]:
        """Give what is measured at each month-end; facts are read only where a record will not do."""
        found = [self._of_record(account, month) if self.recorded else None for month in months]
        if None not in found:
            return [pair for pair in found if pair is not None]
        missing = [month.as_of for month, pair in zip(months, found, strict=True) if pair is None]
        timeline = Timeline(self._reader.read(account, self._scope(missing)))
        return [
            pair or self.comparison.measure(timeline, month.as_of) for pair, month in zip(found, months, strict=True)
        ]

    def _scope(self, instants: Sequence[Instant]) -> Scope | None:
        """Give what both models can use at one instant; None where there are several."""
        if len(instants) > 1:
            return None
        both = self.comparison.present, self.comparison.draft
        return min(scope_of(instants[0], model) for model in both)

    def _of_record(self, account: Account, month: Month) -> Pair | None:
        record = self.store.record(account.id, month.period)
        if record is None or record.status != "final" or record.score.as_of != month.as_of:
            return None
        measured = record.measurements
        return Pair(measured, measured, is_recorded=True) if self._is_alike(record.score.model_version) else None

    def _is_alike(self, version: str) -> bool:
        """Tell whether a record's model measures as both models do."""
        if version not in self._alike:
            comparison = self.comparison
            present = comparison.present.version == version
            model = comparison.present if present else kept_model(self.store, version)
            self._alike[version] = (
                model is not None and not comparison.is_measured_anew and measures_alike(model, comparison.present)
            )
        return self._alike[version]

    @cached_property
    def _reader(self) -> AccountReader:
        return AccountReader(self.store)

    @cached_property
    def _alike(self) -> dict[str, bool]:
        return {}
