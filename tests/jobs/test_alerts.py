"""Lists of alerts in a store: kept with their close, undone with it, never changed by what comes later."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.jobs.alerts import KNOWN_EDGES, edges_before, forget_list, keep_list, kept_list, make_list, standing_alert
from handlers.jobs.crew import Crew
from handlers.jobs.finalise import hand_on
from handlers.jobs.records import Terms
from handlers.jobs.rescore import rescore
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.alerts import WHY_LEFT, reason_of
from scoring.alert_list import AlertList
from scoring.alerts import Alert
from scoring.instants import DAY, Instant
from scoring.periods import periods_to
from scoring.record import Record
from scoring.said_outcomes import SaidOutcome, observation_of
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, reading
from tests.scoring.alerting import STEADY, at, end, named
from tests.scoring.test_alert_list import BOOK, ids


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db", durable=False)) as store:
        yield store


def close(store: SqliteStore, period: str, records: Sequence[Record] = BOOK) -> AlertList:
    """Close a period as far as its list goes."""
    made, edges = make_list(store, period, end(period), STEADY, [at(one, period) for one in records])
    keep_list(store, made, edges)
    return made


def test_a_list_comes_back_equal_and_a_repeated_close_makes_the_same(store: SqliteStore) -> None:
    """However often it stopped between the list and the last record."""
    made = close(store, "2026-10")
    assert kept_list(store, "2026-10") == made
    assert close(store, "2026-10") == made
    assert kept_list(store, "2026-09") is None


def test_a_month_that_nobody_closed_ends_no_run(store: SqliteStore) -> None:
    """The list before is that of the last close, whichever month it was of."""
    close(store, "2026-08")
    assert close(store, "2026-10").since == {"003": end("2026-08"), "006": end("2026-08")}


def test_a_close_of_an_earlier_month_does_not_look_at_a_later_one(store: SqliteStore) -> None:
    """Nor does it change that one's list, or what live scores are held against."""
    october = close(store, "2026-10")
    assert close(store, "2026-09").new == ["003", "006"]
    assert kept_list(store, "2026-10") == october
    edges = edges_before(store, "2026-11")
    assert edges is not None
    assert edges.period == "2026-10"


def test_a_withdrawn_close_has_no_list(store: SqliteStore) -> None:
    """The next is held against the one before it."""
    close(store, "2026-08")
    close(store, "2026-09", BOOK[:2])
    forget_list(store, "2026-09")
    forget_list(store, "2026-07")
    assert kept_list(store, "2026-09") is None
    assert close(store, "2026-10").since == {"003": end("2026-08"), "006": end("2026-08")}


def test_edges_are_kept_of_so_many_closes(store: SqliteStore) -> None:
    """What a single score reads stays small."""
    first, second, *_, last = periods_to("2026-10", KNOWN_EDGES + 2)
    for period in periods_to("2026-10", KNOWN_EDGES + 2):
        close(store, period, BOOK[:1])
    assert KNOWN_EDGES > 12
    assert edges_before(store, second) is edges_before(store, first) is None
    assert edges_before(store, last) is not None


def test_a_live_score_goes_on_with_the_run_of_the_list_or_of_an_earlier_score(store: SqliteStore) -> None:
    """003 is on the list of October; 001 comes on to it in November, and keeps the instant of that."""
    made = close(store, "2026-10")
    edges = edges_before(store, "2026-11")
    on_it = at(BOOK[2], "2026-10", made.alert("003"))
    live = standing_alert(at(BOOK[2], "2026-11"), edges, (None, on_it)).alert
    assert live is not None
    assert (live.since, live.place) == (end("2026-10"), None)
    fresh = at(named("001", 89.0, 10.0, 100.0), "2026-11")
    first = standing_alert(replace(fresh, status="provisional"), edges, (None, at(BOOK[0], "2026-10")))
    assert first.alert is not None
    assert first.alert.since == end("2026-11")
    again = standing_alert(replace(fresh, score=replace(fresh.score, as_of=end("2026-12"))), edges, (first, None)).alert
    assert again is not None
    assert again.since == end("2026-11")


def test_an_alert_of_before_the_last_list_is_no_run(store: SqliteStore) -> None:
    """The account had no record at that close, so its run ended there."""
    august = close(store, "2026-08")
    close(store, "2026-10", BOOK[:2])
    old = at(BOOK[5], "2026-08", august.alert("006"))
    live = standing_alert(at(named("006", 84.0, 15.0, None), "2026-11"), edges_before(store, "2026-11"), (None, old))
    assert live.alert is None


def test_a_correction_of_a_closed_month_keeps_what_the_close_said(store: SqliteStore) -> None:
    """As shown then: also where today's figures would not alert it, or would."""
    made = close(store, "2026-10")
    better, worse = named("003", 99.0, 99.0, None), named("001", 1.0, 1.0, 100.0)
    for corrected, stored in ((better, BOOK[2]), (worse, BOOK[0])):
        said = made.alert(corrected.score.account_id)
        same = at(stored, "2026-10", said)
        assert standing_alert(corrected, edges_before(store, "2026-10"), (same, None)).alert == said


def test_before_the_first_close_nothing_is_alerted(store: SqliteStore) -> None:
    """There is nothing to hold a score against."""
    assert standing_alert(BOOK[2], edges_before(store, "2026-10"), (None, None)).alert is None


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        (
            Alert(end("2026-10"), "steady", 43.21, 97, 3, 20, 200, "2026-10"),
            "renewal due in 97 days, smoothed score 43.2; number 3 of 200 accounts for 20 places",
        ),
        (
            Alert(end("2026-10"), "steady", 3.0, None, 9, 6, 1200, "2026-10", stays=True),
            "no renewal due, smoothed score 3.0; stays: was on the list, is number 9 of 1,200, within 9 for 6 places",
        ),
        (
            Alert(end("2026-10"), "steady", 30.0, 61, None, 1, 8, "2026-10"),
            "renewal due in 61 days, smoothed score 30.0; now as bad as the 1 alerted of 8 at the close of 2026-10",
        ),
        (
            Alert(end("2026-10"), "level", 30.0, None, None, 2, 8, "2026-10", stays=True),
            "score 30.0; stays: still as bad as the 2 alerted of 8 at the close of 2026-10",
        ),
    ],
    ids=["steady", "stays", "live", "level, live, stays"],
)
def test_the_reason_is_said_in_words(alert: Alert, said: str) -> None:
    """Each with the figures that it is made of."""
    assert reason_of(alert) == said


def test_every_reason_to_leave_has_its_words() -> None:
    """What is no good news says so."""
    assert set(WHY_LEFT) == {"others_worse", "gave_notice", "no_score", "no_record"}
    assert ids(AlertList("2026-10", end("2026-10"), STEADY, 0, ())) == []


def test_a_churn_that_somebody_told_takes_the_account_out_of_the_book(store: SqliteStore) -> None:
    """Also where the CRM knows nothing of it; a score before the notice still has it in."""
    told = [observation_of(SaidOutcome(ACCOUNT.id, "churned", AS_OF, notice=AS_OF - 40 * DAY), AS_OF - 10 * DAY)]
    batch = Batch()
    for one in (reading(AS_OF, platform_score=50), *told):
        batch.add(one)
    store.merge(batch)
    for as_of, left in ((AS_OF, AS_OF - 40 * DAY), (AS_OF - 40 * DAY, None)):
        terms = Terms("2026-10", as_of, the_model(), "provisional", AS_OF)
        assert rescore(ACCOUNT, store, terms).left == left


class Taken:
    """Takes the records that a close hands on."""

    def __init__(self) -> None:
        """Begin with none."""
        self.records: list[Record] = []

    def write(self, records: Iterable[Record]) -> None:
        """Take records."""
        self.records += records


def test_the_list_holds_for_a_correction_that_came_in_between(store: SqliteStore) -> None:
    """It stands in the place of the close's own record, and is handed on with what this close says of the account."""
    batch = Batch()
    batch.add(reading(AS_OF, platform_score=50))
    store.merge(batch)
    terms = Terms("2026-10", AS_OF, the_model(), "final", AS_OF)
    old = Alert(end("2026-07"), "steady", 1.0, None, 1, 1, 1, "2026-10")
    correction = replace(rescore(ACCOUNT, store, replace(terms, now=Instant(AS_OF + DAY))), status="final", alert=old)
    store.put_records([correction])
    close(store, "2026-10", [correction])
    writer = Taken()
    run = hand_on([ACCOUNT], Crew(store), writer, terms)
    said = kept_list(store, "2026-10")
    assert said is not None
    assert run.outranked == [ACCOUNT.id]
    assert [one.alert for one in writer.records] == [said.alert(ACCOUNT.id)] != [old]
    assert store.record(ACCOUNT.id, "2026-10") == writer.records[0]


def test_a_live_score_is_kept_with_its_alert_where_lists_read_it(store: SqliteStore) -> None:
    """It scores 70: as bad as the last that came on to the list of October; and the next one goes on with the run."""
    batch = Batch()
    batch.add(reading(AS_OF, platform_score=50))
    store.merge(batch)
    close(store, "2026-10", [named("001", 90.0, 75.0), named("002", 95.0, 80.0)])
    first = Terms("2026-11", Instant(AS_OF + DAY), the_model(), "provisional", Instant(AS_OF + DAY))
    rescore(ACCOUNT, store, first)
    rescore(ACCOUNT, store, replace(first, as_of=Instant(AS_OF + 2 * DAY), now=Instant(AS_OF + 2 * DAY)))
    [summary] = store.summaries("2026-11")
    assert summary.alert is not None
    assert (summary.alert.since, summary.alert.book, summary.smoothed) == (AS_OF + DAY, "2026-10", 70.0)
