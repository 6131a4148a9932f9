"""The whole scores of the accounts that left, for the ledger: as they were shown, and as they are known now."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from handlers.jobs.records import AccountReader
from handlers.jobs.score_lines import LineTerms, StoredLines, is_of_month_end
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.backtest.lines import ScoreLine, score_line_of
from scoring.customer import Csm
from scoring.facts import HISTORY
from scoring.ids import to_18
from scoring.instants import Instant
from scoring.measurement import measure_at
from scoring.model import Model
from scoring.outcomes import Outcome, Refusal
from scoring.record import Record
from scoring.score import Score, grade
from scoring.timeline import Timeline


@dataclass(frozen=True, slots=True)
class ChurnedScores:
    """Scores by account; who looked after it, by account and instant; and its lines with all that is known now.

    `known_now` has only accounts of which something was recorded and can be measured anew.
    """

    scores: dict[str, list[Score]] = field(default_factory=dict)
    csms: dict[tuple[str, Instant], Csm] = field(default_factory=dict)
    known_now: dict[str, Sequence[ScoreLine]] = field(default_factory=dict)

    def keeping(self, scores: Iterable[Score], accounts: Collection[str]) -> Iterator[Score]:
        """Pass scores on, and keep those of some accounts."""
        for score in scores:
            if score.account_id in accounts:
                self.scores.setdefault(score.account_id, []).append(score)
            yield score


def who_churned(rows: Iterable[Outcome | Refusal]) -> frozenset[str]:
    """Name the accounts that churned by rows of outcomes, by either form of their id."""
    names = {row.account_id for row in rows if isinstance(row, Outcome) and row.is_churn}
    return frozenset(names | set(map(to_18, names)))


def churned_scores(
    store: Store, accounts: Iterable[Account], stored: StoredLines, who: Collection[str], terms: LineTerms
) -> ChurnedScores:
    """Read the whole scores of the accounts that left, one account at a time.

    An account that is in the portfolio no more is not measured anew: how it was mapped is not sure.
    """
    found, reader = ChurnedScores(), _Reader(store, terms)
    for account in accounts:
        if account.id in who and account.id in stored.lines:
            reader.read(account, stored.lines[account.id], found)
            reader.read_known_now(account, stored.lines[account.id], found)
    for account in stored.left:
        if account.id in who:
            reader.read(account, stored.lines[account.id], found)
    return found


class _Reader:
    def __init__(self, store: Store, terms: LineTerms) -> None:
        self._store, self._terms = store, terms
        self._facts = AccountReader(store)
        self._model = cache(self._read_model)

    def read(self, account: Account, lines: Sequence[ScoreLine], found: ChurnedScores) -> None:
        """Read what was recorded at the instants of the lines, and measure at those where nothing was."""
        records, timeline = self._records(account), None
        for as_of in (line.as_of for line in lines):
            if as_of in records:
                measured, score = records[as_of].measurements, records[as_of].score
            else:
                timeline = timeline or Timeline(self._facts.read(account))
                measured = measure_at(timeline, as_of, self._terms.model)
                score = grade(measured, self._terms.model)
            found.scores.setdefault(account.id, []).append(replace(score, account_id=account.id))
            if measured.csm is not None:
                found.csms[account.id, as_of] = measured.csm

    def read_known_now(self, account: Account, lines: Sequence[ScoreLine], found: ChurnedScores) -> None:
        """Measure what was recorded anew, under the model it was recorded under, where both can be read."""
        models = {
            as_of: self._model(record.score.model_version)
            for as_of, record in self._records(account).items()
            if as_of >= self._terms.now - HISTORY
        }
        if any(model is not None for model in models.values()):
            timeline = Timeline(self._facts.read(account))
            found.known_now[account.id] = [_anew(line, timeline, models) for line in lines]

    def _records(self, account: Account) -> Mapping[Instant, Record]:
        shown = (record.shown for record in self._store.records_of(account.id))
        return {record.score.as_of: record for record in shown if is_of_month_end(record)}

    def _read_model(self, version: str) -> Model | None:
        return self._terms.model if version == self._terms.model.version else kept_model(self._store, version)


def _anew(line: ScoreLine, timeline: Timeline, models: Mapping[Instant, Model | None]) -> ScoreLine:
    model = models.get(line.as_of)
    return line if model is None else score_line_of(grade(measure_at(timeline, line.as_of, model), model))
