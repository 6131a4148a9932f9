"""The lists that closes make are those that a backtest counts with: the same accounts, the same runs."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alert_list import AlertList, roll
from scoring.alerts import AlertTerms
from scoring.backtest.alarms import alarms
from scoring.backtest.lines import Book, in_lines, score_line_of
from scoring.instants import DAY, Instant
from scoring.metrics.measure import Measure
from scoring.periods import period_end, periods_to
from scoring.record import Record, steady_before
from scoring.score import Measurements, grade
from tests.models import the_model

PERIODS = periods_to("2026-10", 5)
MODEL = the_model()

months = st.tuples(st.none() | st.integers(0, 20), st.none() | st.integers(-40, 300))
"""An account at a month's end: a pillar (None: nothing is known), days to its renewal."""
accounts = st.tuples(st.lists(months, min_size=5, max_size=5), st.none() | st.integers(1, 150))
"""Its months, and how many days before the last one it gave notice."""
books = st.lists(accounts, min_size=1, max_size=9)
terms_of = st.builds(AlertTerms, st.sampled_from(["steady", "level"]), st.sampled_from([0.2, 0.34]))


def record(account_id: str, period: str, pillar: int | None, days: int | None, previous: Record | None) -> Record:
    """Score an account, which carries on what its record before came to."""
    as_of = period_end(period)
    contract = {"financial_contract": {"days_to_renewal": Measure(days)}} if days is not None else {}
    pillars = {"messaging": Measure(5.0 * pillar)} if pillar is not None else {}
    measured = Measurements(account_id, "paid", as_of, contract, pillars)
    return Record(period, "final", as_of, measured, grade(measured, MODEL), None, steady_before(previous))


def left_of(days: int | None) -> Instant | None:
    """Say when an account gave notice."""
    return None if days is None else Instant(period_end(PERIODS[-1]) - days * DAY)


@settings(max_examples=50)
@given(books, terms_of)
def test_the_lists_of_closes_are_those_of_the_backtest(
    book: list[tuple[list[tuple[int | None, int | None]], int | None]], terms: AlertTerms
) -> None:
    """At each close the same accounts in the same order, each with the same first day of its run."""
    left = {f"{n:03d}": at for n, (_, days) in enumerate(book) if (at := left_of(days)) is not None}
    previous: dict[str, Record] = {}
    made: AlertList | None = None
    lists: list[AlertList] = []
    lines = []
    for month, period in enumerate(PERIODS):
        records = [
            record(f"{n:03d}", period, *months_of[month], previous.get(f"{n:03d}"))
            for n, (months_of, _) in enumerate(book)
        ]
        previous = {one.score.account_id: one for one in records}
        gone = {name: at for name, at in left.items() if at < period_end(period)}
        known = [replace(one, left=gone.get(one.score.account_id)) for one in records]
        made = roll(period, period_end(period), terms, known).listing(made)
        lists.append(made)
        lines += [score_line_of(one.score) for one in records]
    wanted = alarms(Book(in_lines(lines), left), terms)
    assert [[one.account_id for one in made.listed] for made in lists] == [list(one) for one in wanted.lists]
    runs = [{name: wanted.calendar[start] for name, start in starts.items()} for starts in wanted.starts]
    assert [dict(made.since) for made in lists] == runs
