"""Live scores: only what looks different goes to Salesforce, in collections of 200, and nothing good is lost."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.jobs.closes import Note, note
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.guards import Digest, Guard
from handlers.jobs.live import COLLECTION, Live, Lived
from handlers.jobs.live_sent import Sent
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.sinks.salesforce import SalesforceWriter
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.appearance import appearance
from scoring.instants import DAY, HOUR, Duration, Instant, parse_instant
from scoring.metrics.measure import Measure
from scoring.record import Record, Status
from scoring.score import Measurements, grade
from tests.fakes.salesforce import FakeSalesforce
from tests.live.orgs import CONFIG, client, served
from tests.live.test_salesforce_writer import LEAN, OBJECT, account

CLOSED, RUNNING = "2026-10", "2026-11"
TODAY = parse_instant("2026-11-12")
INVALID = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not this one")


@pytest.fixture
def org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSalesforce]:
    """Give an org."""
    with served(FakeSalesforce(), tmp_path, monkeypatch) as serving:
        yield serving


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a store in which October is closed."""
    with closing(SqliteStore(tmp_path / "store.db")) as opened:
        note(opened, CLOSED, Note("closed", TODAY))
        yield opened


def record(
    number: int,
    value: float | None = 80.0,
    as_of: Instant = TODAY,
    flags: Iterable[str] = (),
    status: Status | None = None,
) -> Record:
    """Give the record of an account whose messaging pillar has a value: of today provisional, of before final."""
    pillars = {} if value is None else {"messaging": Measure(value)}
    measurements = Measurements(account(number), "paid", as_of, {}, pillars, flags=tuple(flags))
    is_running = as_of >= parse_instant("2026-11-02")
    period = RUNNING if is_running else CLOSED
    kept: Status = status or ("provisional" if is_running else "final")
    return Record(period, kept, as_of + HOUR, measurements, grade(measurements, CONFIG.model))


def closed(numbers: Iterable[int], value: float | None = 80.0) -> list[Record]:
    """Give the final records of October."""
    return [record(number, value, parse_instant("2026-11-01")) for number in numbers]


def live(
    org: FakeSalesforce,
    store: SqliteStore,
    *records: Record,
    confirmed: Iterable[Guard] = (),
    sent: Sent | None = None,
    late_after: int | None = None,
    collection: int = COLLECTION,
) -> Lived:
    """Keep what was scored today, and write what looks different."""
    store.put_records(records)
    accounts = [Account(one.score.account_id, {}) for one in records]
    as_of = max(one.score.as_of for one in records)
    terms = Terms(RUNNING, as_of, CONFIG.model, "final", as_of, frozenset(confirmed))
    writer = SalesforceWriter(client(org), LEAN, sleep=lambda _: None)
    turns = iter(range(1_000))
    late = (lambda: False) if late_after is None else (lambda: next(turns) >= late_after)
    return Live(accounts, store, terms, CONFIG.guards, writer, sent or Sent(store, as_of), late, collection).write(
        Run()
    )


def asked(org: FakeSalesforce) -> int:
    """Count the calls but for the log-ins, and forget them."""
    calls = sum("oauth2" not in call.path for call in org.calls)
    org.calls.clear()
    return calls


def scores(org: FakeSalesforce, period: str = RUNNING) -> Mapping[str, object]:
    """Give the scores that an org has of a month, by account."""
    rows = org.records.get(OBJECT, {}).values()
    return {row["Account__c"]: row["Recorded_Final_Score__c"] for row in rows if row["Scoring_Period__c"] == period}


def test_where_nothing_looks_different_salesforce_is_not_called(org: FakeSalesforce, store: SqliteStore) -> None:
    """Not even to log in: neither on the first day of a month, nor on any other."""
    store.put_records(closed(range(3)))
    lived = live(org, store, *(record(number) for number in range(3)))
    assert (lived.written, lived.same, org.calls) == (0, 3, [])
    live(org, store, record(0, 71.0), record(1), record(2))
    org.calls.clear()
    lived = live(org, store, *(record(number, 71.0 if not number else 80.0, TODAY + DAY) for number in range(3)))
    assert (lived.written, lived.same, org.calls) == (0, 3, [])


def test_two_hundred_accounts_take_one_look_and_one_call(org: FakeSalesforce, store: SqliteStore) -> None:
    """And one more of each for the two hundred and first."""
    lived = live(org, store, *(record(number, 79.0) for number in range(COLLECTION + 1)))
    assert (lived.written, asked(org)) == (COLLECTION + 1, 4)
    assert len(scores(org)) == COLLECTION + 1
    changed = [record(number, 78.0 if number < 9 else 79.0, TODAY + DAY) for number in range(COLLECTION + 1)]
    assert (live(org, store, *changed).written, asked(org)) == (9, 2)


def test_a_change_that_is_not_shown_is_not_written(org: FakeSalesforce, store: SqliteStore) -> None:
    """Below a decimal; what the score rests on is shown, and so is its tier."""
    store.put_records(closed(range(2)))
    assert live(org, store, record(0, 80.04), record(1)).written == 0
    assert live(org, store, record(0, 80.1), record(1, flags=["stale:looker"])).written == 2
    assert scores(org) == {account(0): 80.1, account(1): 80.0}
    assert appearance(record(0).score) != appearance(replace(record(0).score, tier="Healthy"))


def test_a_score_that_comes_back_to_the_last_close_is_written(org: FakeSalesforce, store: SqliteStore) -> None:
    """What counts is what Salesforce was last sent."""
    store.put_records(closed([0]))
    live(org, store, record(0, 60.0), confirmed=["tier_changes"])
    assert live(org, store, record(0, 80.0, TODAY + DAY)).written == 1
    assert scores(org) == {account(0): 80.0}


def test_what_is_refused_is_named_and_tried_again_the_next_day(org: FakeSalesforce, store: SqliteStore) -> None:
    """The others are not written a second time."""
    store.put_records(closed(range(3)))
    org.refuse(f"{account(1)}_{RUNNING}", INVALID)
    lived = live(org, store, *(record(number, 70.0) for number in range(3)))
    assert (lived.written, [*lived.failed]) == (2, [account(1)])
    assert "not this one" in lived.failed[account(1)]
    lived = live(org, store, *(record(number, 70.0, TODAY + DAY) for number in range(3)))
    assert (lived.written, lived.same, lived.failed) == (1, 2, {})
    assert scores(org) == dict.fromkeys(map(account, range(3)), 70.0)


def test_a_provisional_score_takes_no_final_ones_place(org: FakeSalesforce, store: SqliteStore) -> None:
    """Salesforce keeps its own; it is not asked again for the same."""
    writer = SalesforceWriter(client(org), LEAN, sleep=lambda _: None)
    writer.write([record(0, 90.0, status="final")])
    lived = live(org, store, record(0, 60.0))
    assert (lived.written, lived.outranked, lived.failed) == (0, [account(0)], {})
    assert scores(org) == {account(0): 90.0}
    org.calls.clear()
    assert (live(org, store, record(0, 60.0, TODAY + DAY)).same, org.calls) == (1, [])


def test_an_account_that_loses_its_score_keeps_the_last_one(org: FakeSalesforce, store: SqliteStore) -> None:
    """It is named; one that never had a score waits for the close."""
    store.put_records(closed(range(10)))
    live(org, store, record(0, 70.0), *(record(number) for number in range(1, 10)))
    asked(org)
    lived = live(
        org, store, record(0, None, TODAY + DAY), record(10, None, TODAY + DAY), *(record(n) for n in range(1, 10))
    )
    assert (lived.lost, lived.written, org.calls) == ([account(0)], 0, [])
    assert scores(org) == {account(0): 70.0}


def test_a_source_that_is_dead_holds_all_of_it(org: FakeSalesforce, store: SqliteStore) -> None:
    """What would hold a close: nothing is written until a person names the guard."""
    store.put_records(closed(range(20)))
    note(store, CLOSED, Note("closed", TODAY, digest=Digest(accounts=20, scored=20)))
    fallen = [record(number, None if number < 10 else 80.0) for number in range(20)]
    lived = live(org, store, *fallen)
    assert [held.guard for held in lived.held] == ["fewer_scored", "tier_changes"]
    assert org.calls == []
    changed = [record(number, 70.0 if number == 15 else None if number < 10 else 80.0) for number in range(20)]
    lived = live(org, store, *changed, confirmed=["fewer_scored", "tier_changes"])
    assert (lived.held, lived.written, len(lived.lost)) == ([], 1, 10)


def test_a_month_begins_once_the_one_before_is_closed(org: FakeSalesforce, store: SqliteStore) -> None:
    """Until then the month before comes first: what is provisional never stands beside what is not final."""
    terms = Terms(RUNNING, TODAY, CONFIG.model, "final", TODAY)
    writer = SalesforceWriter(client(org), LEAN)
    of_november = Live([], store, terms, CONFIG.guards, writer, Sent(store, TODAY))
    assert of_november.waits() == ""
    for stage in ("held", "writing", "withdrawn"):
        note(store, CLOSED, Note(stage, TODAY))
        assert of_november.waits() == "2026-10 is not closed: its scores come first"
    of_october = replace(of_november, terms=replace(terms, period=CLOSED))
    assert of_october.waits() == "2026-09 is not closed: its scores come first"


class Dying(SqliteStore):
    """A store whose process dies before a collection is noted."""

    def append(self, journal: str, at: Instant, text: str, kept: Duration) -> None:
        """Die at what the CRM took; that it was begun is kept."""
        if "begun" not in text:
            raise KeyboardInterrupt((journal, at, text, kept))
        super().append(journal, at, text, kept)


def test_killed_between_the_call_and_its_note_it_ends_the_same(
    org: FakeSalesforce, store: SqliteStore, tmp_path: Path
) -> None:
    """The one collection is written again, and no other."""
    store.put_records(closed(range(7)))
    records = [record(number, 70.0) for number in range(7)]
    with closing(Dying(tmp_path / "store.db")) as dying, pytest.raises(KeyboardInterrupt):
        live(org, store, *records, sent=Sent(dying, TODAY), collection=5)
    assert len(scores(org)) == 5
    with pytest.raises(UnfinishedError, match="5 of 7 records are written"):
        live(org, store, *records, late_after=1, collection=5)
    asked(org)
    lived = live(org, store, *records, collection=5)
    assert (lived.written, lived.same, asked(org)) == (2, 5, 2)
    assert len(scores(org)) == 7


def test_what_may_have_been_written_is_written_anew_though_it_looks_as_before(
    org: FakeSalesforce, store: SqliteStore, tmp_path: Path
) -> None:
    """A score falls, the run dies after the call; by the next day the score is back, and so it is in Salesforce."""
    store.put_records(closed([0]))
    with closing(Dying(tmp_path / "store.db")) as dying, pytest.raises(KeyboardInterrupt):
        live(org, store, record(0, 70.0), sent=Sent(dying, TODAY))
    assert scores(org) == {account(0): 70.0}
    assert live(org, store, record(0, 80.0, TODAY + DAY)).written == 1
    assert scores(org) == {account(0): 80.0}
    assert live(org, store, record(0, 80.0, TODAY + 2 * DAY)).same == 1


def test_what_was_sent_is_forgotten_in_time(store: SqliteStore) -> None:
    """A new month begins with what the close wrote."""
    sent = Sent(store, TODAY)
    sent.note(RUNNING, {account(0): appearance(record(0).score)})
    sent.note(RUNNING, {account(0): appearance(record(0, 60.0).score), account(1): appearance(record(1).score)})
    assert {key: look.score for key, look in sent.known(RUNNING).shown.items()} == {account(0): 60.0, account(1): 80.0}
    assert sent.known("2026-12").shown == {}
    replace(sent, now=TODAY + 70 * DAY).note("2027-01", {account(1): appearance(record(1).score)})
    assert sent.known(RUNNING).shown == {}
