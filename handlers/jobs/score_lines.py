"""The score lines of a store: each account at each month-end, as it was shown then, else as it is known now."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import islice
from sys import intern
from typing import Literal, NamedTuple, TypeAlias, get_args

from handlers.jobs.crew import BATCH_SIZE
from handlers.jobs.faults import FAILURES
from handlers.jobs.history import last_ended
from handlers.jobs.past_accounts import alone, departed
from handlers.jobs.records import AccountReader
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.backtest.lines import ScoreLine, score_line_of
from scoring.facts import HISTORY, HISTORY_MONTHS
from scoring.first_seen import rests_on_later, sights
from scoring.instants import LAST, Instant
from scoring.measurement import measure_at
from scoring.model import Model
from scoring.periods import period_end, period_of, periods_to
from scoring.record import Record
from scoring.score import Score, grade
from scoring.timeline import Timeline

Origin: TypeAlias = Literal["as_shown", "written_later", "as_known_now"]
"""Where a line is from: a record of that time; one that was written when a further month had ended, so that
it may know of that month; or what is known now under the present model, which may know too much."""

ORIGINS: tuple[Origin, ...] = get_args(Origin)


class LineTerms(NamedTuple):
    """How months without a record are scored: under which model, and when now is."""

    model: Model
    now: Instant


@dataclass(slots=True)
class StoredLines:
    """All score lines of a store, by account in order of time, and where they are from.

    `left` are accounts that are in the portfolio no more, which count while they were in it, as they were
    mapped at last; `failed` says by account why it could not be read: it has no line. `models` are the
    versions the lines were scored under. `seen_later` counts the lines as known now that rest on something
    first seen when a further month had ended.
    """

    lines: dict[str, list[ScoreLine]] = field(default_factory=dict)
    origins: Counter[Origin] = field(default_factory=Counter)
    left: list[Account] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    seen_later: int = 0

    @property
    def counts(self) -> dict[Origin, int]:
        """Count the lines by where they are from, each kind named."""
        return {origin: self.origins[origin] for origin in ORIGINS}


class _Held(NamedTuple):
    """An account to be read: how it is mapped, or was at last (None: nobody knows), and when it left the portfolio."""

    account_id: str
    account: Account | None
    left: Instant | None = None

    @property
    def is_gone(self) -> bool:
        return self.account is None or self.left is not None


def stored_lines(store: Store, accounts: Iterable[Account], terms: LineTerms, *, reads_at_once: int = 1) -> StoredLines:
    """Read the score lines of a portfolio and of the accounts that left it: else only survivors would count.

    A final record of a month-end, as it was shown first, is the line of that month. A month among the last 13
    without one is scored from what is known now; of an account that left, only the months before it did. The
    calendar begins with the first month-end that has a record, or at which anybody has a number. One account
    is read at a time, its facts only where a month lacks a record; from a store that is far away, the records
    of several accounts are read at once.
    """
    found, reader, tally = StoredLines(), _Reader(store, terms), _Tally()
    for held, records in _reading(store, _everybody(store, accounts), reads_at_once):
        try:
            read = reader.read(held, records())
        except FAILURES as error:
            found.failed[held.account_id] = f"{type(error).__name__}: {error}"
            continue
        found.lines[held.account_id] = reader.lines(held.account_id, read)
        found.left += [held.account or alone(held.account_id)] if held.is_gone else []
        tally.add(read)
    _begin(found, tally, terms.model.version)
    return found


def _everybody(store: Store, accounts: Iterable[Account]) -> Iterator[_Held]:
    """Give the portfolio, then who left it: known by the history of accounts, or by records alone."""
    named: set[str] = set()
    for account in accounts:
        named.add(account.id)
        yield _Held(account.id, account)
    gone = {name: one for name, one in departed(store.portfolio).items() if name not in named}
    for name, one in sorted(gone.items()):
        yield _Held(name, one.account, one.at)
    recorded = {account_id for account_id, _ in store.record_keys()}
    for name in sorted(recorded - named - gone.keys()):
        yield _Held(name, None)


def _reading(
    store: Store, everybody: Iterator[_Held], at_once: int
) -> Iterator[tuple[_Held, Callable[[], list[Record]]]]:
    """Give each account with what gives its records, or says why they cannot be read; some are read ahead."""
    if at_once == 1:
        yield from ((held, partial(store.records_of, held.account_id)) for held in everybody)
        return
    with ThreadPoolExecutor(at_once) as pool:
        while some := list(islice(everybody, BATCH_SIZE)):
            asked = [pool.submit(store.records_of, held.account_id) for held in some]
            yield from ((held, one.result) for held, one in zip(some, asked, strict=True))


class _Read(NamedTuple):
    """What was read of an account: its records, and what is known now of the other months."""

    records: list[Record]
    known: list["_Known"]


class _Known(NamedTuple):
    """A score from what is known now, and whether it rests on something that was seen later."""

    score: Score
    is_seen_later: bool


@dataclass(slots=True)
class _Tally:
    """Counts where lines are from; of those as known now by their instants, for the first of them may be left out."""

    recorded: Counter[Origin] = field(default_factory=Counter)
    models: set[str] = field(default_factory=set)
    known: Counter[Instant] = field(default_factory=Counter)
    seen_later: Counter[Instant] = field(default_factory=Counter)
    first: Instant = LAST

    def add(self, read: _Read) -> None:
        """Count what was read of an account; `first` is the first instant of any record or number."""
        self.recorded.update(origin_of(record) for record in read.records)
        self.models.update(record.score.model_version for record in read.records)
        self.known.update(one.score.as_of for one in read.known)
        self.seen_later.update(one.score.as_of for one in read.known if one.is_seen_later)
        numbered = (one.score.as_of for one in read.known if one.score.final_score is not None)
        self.first = min([self.first, *numbered, *(record.score.as_of for record in read.records)])


def _begin(found: StoredLines, tally: _Tally, version: str) -> None:
    """Leave out what was scored of the time before the first instant at which anything is known, and count the rest."""
    for account_id, lines in list(found.lines.items()):
        kept = [line for line in lines if line.as_of >= tally.first]
        if kept:
            found.lines[account_id] = kept
        else:
            del found.lines[account_id]
    found.left = [account for account in found.left if account.id in found.lines]
    found.origins = tally.recorded + Counter({"as_known_now": _since(tally.known, tally.first)})
    found.seen_later = _since(tally.seen_later, tally.first)
    found.models = tally.models | ({version} if found.origins["as_known_now"] else set())


def _since(counted: Counter[Instant], first: Instant) -> int:
    return sum(count for instant, count in counted.items() if instant >= first)


class _Reader:
    """Reads one account after the other, and makes lines of what it read."""

    def __init__(self, store: Store, terms: LineTerms) -> None:
        self._terms = terms
        self._facts = AccountReader(store)
        ends = (period_end(period) for period in periods_to(last_ended(terms.now), HISTORY_MONTHS))
        self._kept = [end for end in ends if end >= terms.now - HISTORY]
        self._instants: dict[Instant, Instant] = {}

    def read(self, held: _Held, stored: Iterable[Record]) -> _Read:
        """Take the final records of an account's month-ends, as they were shown first, and score the other months."""
        shown = [record.shown for record in stored]
        records = [record for record in shown if is_of_month_end(record)]
        return _Read(records, list(self._known(held, {record.score.as_of for record in records})))

    def _known(self, held: _Held, recorded: set[Instant]) -> Iterator[_Known]:
        """Score the month-ends that have no record from what is known now; none while the CRM has it deleted."""
        wanted = [end for end in self._kept if end not in recorded and (held.left is None or end <= held.left)]
        if held.account is None or not wanted:
            return
        timeline = Timeline(self._facts.read(held.account))
        seen = sights(timeline.known.facts)
        for end in wanted:
            score = grade(measure_at(timeline, end, self._terms.model), self._terms.model)
            if "account_deleted" not in score.flags:
                yield _Known(score, rests_on_later(seen, end, _ends(period_of(end))[0]))

    def lines(self, account_id: str, read: _Read) -> list[ScoreLine]:
        """Make the lines of an account, in order of time."""
        scores = [*(record.score for record in read.records), *(one.score for one in read.known)]
        return sorted((self._line(account_id, score) for score in scores), key=_as_of)

    def _line(self, account_id: str, score: Score) -> ScoreLine:
        """Make a line that shares with others what they have in common: there may be hundreds of thousands."""
        line = score_line_of(score)
        as_of = self._instants.setdefault(line.as_of, line.as_of)
        return replace(line, account_id=account_id, as_of=as_of, tier=line.tier and intern(line.tier))


def _as_of(line: ScoreLine) -> Instant:
    return line.as_of


def is_of_month_end(record: Record) -> bool:
    """Tell whether a record is what a month was closed with: final, and of the month's end."""
    return record.status == "final" and record.score.as_of == _ends(record.period)[0]


def origin_of(record: Record) -> Origin:
    """Tell whether a record was written before a further month had ended: only then it cannot know of that one."""
    return "as_shown" if record.scored_at < _ends(record.period)[1] else "written_later"


@cache
def _ends(period: str) -> tuple[Instant, Instant]:
    """Give the ends of a month and of the next: asked of each record, and there are few months."""
    end = period_end(period)
    return end, period_end(period_of(end))
