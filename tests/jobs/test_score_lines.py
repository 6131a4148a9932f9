"""The score lines of a store: as shown then where there is a record, else as known now, and who left counts too."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from handlers.commands.line_origins import origin_words
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.score_lines import LineTerms, StoredLines, stored_lines
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming
from scoring.backtest.lines import score_line_of
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, Instant, format_date
from scoring.measurement import score
from scoring.observations import Observation
from scoring.periods import period_end, periods_to
from scoring.record import Record
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, ID, LONG_AGO, days, profile, reading, record

MODEL = the_model()
NOW = AS_OF + 6 * HOUR
PERIODS = periods_to("2026-10", 13)
TERMS = LineTerms(MODEL, NOW)
READINGS = [
    reading(period_end(period), **dict.fromkeys(MODEL.pillars, 40.0 + n), staff_logins_30d=3.0)
    for n, period in enumerate(PERIODS)
]


def told(store: SqliteStore, *observations: Observation, account: Account = ACCOUNT) -> None:
    """Have a store know an account of long ago, whose sources are heard, and some observations."""
    batch = Batch()
    for source, keys in account.owners.items():
        batch.add(Naming(source, keys, LONG_AGO))
        batch.add(Covered(source, LONG_AGO))
        for day in range(400):
            batch.add(Heard(source, days(day) - HOUR))
    for observation in observations:
        batch.add(observation)
    store.merge(batch)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a store of one account with a reading at each month-end."""
    with closing(SqliteStore(tmp_path / "store.db")) as opened:
        told(opened, profile(name="Palace", arr=10.0), *READINGS)
        yield opened


def closed(store: SqliteStore, *periods: str, late: int = 6 * HOUR, account: Account = ACCOUNT) -> list[Record]:
    """Close months so long after their end, with scores that nothing known now gives."""
    facts, made = AccountReader(store).read(account), []
    for period in periods:
        end = period_end(period)
        one = record_of(facts, Terms(period, end, MODEL, "final", Instant(end + late)))
        measured = replace(one.measurements, pillars={})
        made.append(replace(one, measurements=measured, score=grade(measured, MODEL)))
    assert store.put_records(made) == []
    return made


def instants(found: StoredLines, account_id: str = ID) -> list[str]:
    """Give the dates of an account's lines."""
    return [format_date(line.as_of) for line in found.lines.get(account_id, [])]


def test_a_final_record_is_the_line_of_its_month_and_others_are_as_known_now(store: SqliteStore) -> None:
    """Each line is what `score_line_of` makes of the one or the other, and it is said how many are which."""
    records = {one.score.as_of: one.score for one in closed(store, "2026-07", "2026-08")}
    found = stored_lines(store, [ACCOUNT], TERMS)
    facts = AccountReader(store).read(ACCOUNT)
    ends = [period_end(period) for period in PERIODS]
    assert found.lines[ID] == [score_line_of(records.get(end) or score(facts, end, MODEL)) for end in ends]
    assert found.counts == {"as_shown": 2, "written_later": 0, "as_known_now": 11}
    assert (found.failed, found.left, found.models) == ({}, [], {MODEL.version})


def test_a_record_older_than_observations_are_kept_is_a_line_and_what_lacks_one_there_is_none(
    store: SqliteStore,
) -> None:
    """Two years back only records tell; a month without one is not guessed."""
    closed(store, "2024-10", "2024-12")
    found = stored_lines(store, [ACCOUNT], TERMS)
    assert instants(found)[:3] == ["2024-11-01", "2025-01-01", "2025-11-01"]
    assert found.counts == {"as_shown": 2, "written_later": 0, "as_known_now": 13}


def test_neither_a_provisional_record_nor_one_of_an_earlier_instant_is_a_line(store: SqliteStore) -> None:
    """They were not what the month was closed with, and an instant of its own would tear the calendar."""
    (one,) = closed(store, "2026-08")
    store.remove_record(ID, "2026-08")
    early = replace(one, period="2026-09", score=replace(one.score, as_of=period_end("2026-09") - DAY))
    running = replace(early, period="2026-11", status="provisional", score=replace(one.score, as_of=NOW))
    store.put_records([replace(one, status="provisional"), early, running])
    found = stored_lines(store, [ACCOUNT], TERMS)
    assert found.counts == {"as_shown": 0, "written_later": 0, "as_known_now": 13}
    assert instants(found) == [format_date(period_end(period)) for period in PERIODS]


@pytest.mark.parametrize(("late", "origin"), [(30 * DAY - 1, "as_shown"), (30 * DAY, "written_later")])
def test_a_record_that_was_written_when_a_further_month_had_ended_is_told_apart(
    store: SqliteStore, late: int, origin: str
) -> None:
    """A month closed or corrected afterwards may know what happened since; the next month-end is 30 days later."""
    closed(store, "2026-08", late=late)
    found = stored_lines(store, [ACCOUNT], TERMS)
    assert {name: n for name, n in found.counts.items() if n} == {origin: 1, "as_known_now": 12}
    said = " ".join(origin_words(found))
    assert ("written when a further month had ended" in said) == (origin == "written_later")
    assert "12 scores of 13 are as known now" in said


def test_it_is_counted_which_lines_rest_on_what_was_seen_later(store: SqliteStore) -> None:
    """The readings of the fixture were each pulled at once; one that was pulled after half a year was not."""
    assert stored_lines(store, [ACCOUNT], TERMS).seen_later == 0
    late = reading(period_end("2026-03") - DAY, messaging=9.0)
    told(store, structs.replace(late, at=Instant(period_end("2026-07") + DAY)))
    found = stored_lines(store, [ACCOUNT], TERMS)
    assert found.seen_later == 4
    assert "4 of these rest on something first seen" in " ".join(origin_words(found))


def test_facts_are_read_only_where_a_month_lacks_a_record(store: SqliteStore, tmp_path: Path) -> None:
    """So an account whose facts cannot be read has all its lines, until one is needed that no record gives."""
    closed(store, *PERIODS)
    with closing(sqlite3.connect(tmp_path / "store.db")) as db, db:
        db.execute("UPDATE observations SET form = '99' WHERE subject LIKE 'looker%'")
    assert stored_lines(store, [ACCOUNT], TERMS).counts["as_shown"] == 13
    store.remove_record(ID, "2026-03")
    found = stored_lines(store, [ACCOUNT], TERMS)
    assert "form '99'" in found.failed[ID]
    assert found.lines == {}


def test_a_record_that_cannot_be_read_is_named_and_the_others_go_on(store: SqliteStore, tmp_path: Path) -> None:
    """What was shown then is not put in the place of by what is known now without a word."""
    other = Account("001AA0000000002AAA", {"salesforce": ("001AA0000000002AAA",)})
    closed(store, "2026-10", account=other)
    closed(store, *PERIODS)
    with closing(sqlite3.connect(tmp_path / "store.db")) as db, db:
        db.execute("UPDATE records SET body = '{' WHERE account_id = ? AND period = '2026-05'", (ID,))
    found = stored_lines(store, [ACCOUNT, other], TERMS)
    assert list(found.failed) == [ID]
    assert list(found.lines) == [other.id]


def test_an_account_that_left_the_portfolio_stays_in_the_backtest(store: SqliteStore) -> None:
    """Else only survivors would count. Its records count, and before it left what is known of it now."""
    store.portfolio.put([Edit(ID, owners={"looker": ("77",), "intercom": ("acme",)})], "zoe", LONG_AGO)
    closed(store, "2026-02", "2026-03")
    store.portfolio.put([Edit(ID, remove=True)], "zoe", period_end("2026-05"))
    found = stored_lines(store, (), TERMS)
    assert found.left == [ACCOUNT]
    assert instants(found)[-1] == "2026-06-01"
    assert found.counts == {"as_shown": 2, "written_later": 0, "as_known_now": 6}
    facts = AccountReader(store).read(ACCOUNT)
    assert found.lines[ID][0] == score_line_of(score(facts, period_end(PERIODS[0]), MODEL))
    assert "1 account left the portfolio" in " ".join(origin_words(found))


def test_of_an_account_that_left_a_mapping_file_the_records_remain(store: SqliteStore) -> None:
    """Nobody knows how it was mapped; months without a record are not guessed."""
    closed(store, "2026-02", "2026-03")
    found = stored_lines(store, (), TERMS)
    assert found.left == [Account(ID, {"salesforce": (ID,)})]
    assert instants(found) == ["2026-03-01", "2026-04-01"]


def test_an_account_that_was_taken_out_and_put_back_is_in_the_portfolio(store: SqliteStore) -> None:
    """It is counted once, for all months."""
    store.portfolio.put([Edit(ID)], "zoe", days(90))
    store.portfolio.put([Edit(ID, remove=True)], "zoe", days(80))
    store.portfolio.put([Edit(ID)], "zoe", days(70))
    found = stored_lines(store, [ACCOUNT], TERMS)
    assert (found.left, len(found.lines[ID])) == ([], 13)


def test_an_account_that_the_crm_deleted_counts_until_then(store: SqliteStore) -> None:
    """It has no line from its deletion on, and keeps those of before."""
    told(store, profile(period_end("2026-04") + DAY, deleted=True))
    assert instants(stored_lines(store, [ACCOUNT], TERMS))[-1] == "2026-05-01"


def test_the_calendar_begins_where_anything_is_known(tmp_path: Path) -> None:
    """Months before any number are none in which a churn could have been missed; after it an empty line stands."""
    usage, silent = replace(ACCOUNT, owners={"looker": ("77",)}), Account("001AA0000000003AAA", {"intercom": ("no",)})
    with closing(SqliteStore(tmp_path / "new.db")) as store:
        told(store, *READINGS[-2:])
        found = stored_lines(store, [usage, silent], TERMS)
        assert instants(found) == instants(found, silent.id) == ["2026-10-01", "2026-11-01"]
        assert [line.final_score for line in found.lines[silent.id]] == [None, None]
        assert found.counts["as_known_now"] == 4
        assert found.seen_later == 0


def test_a_store_that_knows_nothing_has_no_line(tmp_path: Path) -> None:
    """And says so by its counts."""
    with closing(SqliteStore(tmp_path / "empty.db")) as store:
        found = stored_lines(store, [ACCOUNT], TERMS)
    assert (found.lines, found.counts) == ({}, {"as_shown": 0, "written_later": 0, "as_known_now": 0})
    assert (found.models, found.seen_later) == (set(), 0)


def test_lines_share_what_they_have_in_common(store: SqliteStore) -> None:
    """A quarter of a million of them stay in memory: instants, ids and tiers are held once."""
    other = replace(ACCOUNT, id="001AA0000000002AAA")
    closed(store, *PERIODS)
    closed(store, *PERIODS, account=other)
    found = stored_lines(store, [ACCOUNT, other], TERMS)
    for one, two in zip(found.lines[ID], found.lines[other.id], strict=True):
        assert one.as_of is two.as_of
        assert one.tier is two.tier
        assert one.account_id is found.lines[ID][0].account_id


later = st.lists(
    st.one_of(
        st.builds(
            lambda n, day, severity: record("signal", f"s{n}", days(day), severity=severity, status="Active"),
            st.integers(0, 3), st.integers(0, 400), st.sampled_from(["Critical", "Moderate"]),
        ),
        st.builds(
            lambda period, value: reading(period_end(period), messaging=value, platform_score=value),
            st.sampled_from(PERIODS), st.floats(0, 100, width=16),
        ),
    ),
    max_size=4,
)  # fmt: skip


@given(later)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_comes_late_changes_no_line_that_was_shown_then(store: SqliteStore, late: list[Observation]) -> None:
    """Leak invariance: a line of a record rests on its receipt alone."""
    if not store.record(ID, PERIODS[0]):
        closed(store, *PERIODS[:-1])
    before = stored_lines(store, [ACCOUNT], TERMS).lines[ID][:-1]
    told(store, *late)
    assert stored_lines(store, [ACCOUNT], TERMS).lines[ID][:-1] == before
