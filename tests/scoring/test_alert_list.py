"""The list of alerts: whom a close alerts, since when, who left and why; what a score between two closes is held to."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alert_list import AlertList, Listed, Unlisted, live_alert
from scoring.alerts import AlertTerms, steady_score
from scoring.instants import DAY
from scoring.record import Record, steady_before
from tests.scoring.alerting import STEADY, at, closed, end, named, rolled
from tests.scoring.test_record import FINAL

LEVEL = AlertTerms("level", 0.25)
BOOK = [named(f"00{n}", 90.0 - n, 10.0 * n, 100.0 if n in {3, 6} else None) for n in range(1, 9)]
"""Eight accounts, two places: 003 and 006 renew soon; 001 has the lowest smoothed score, 008 the lowest as shown."""


def ids(made: AlertList) -> list[str]:
    """Name those on a list."""
    return [one.account_id for one in made.listed]


def test_renewals_that_come_up_go_first_then_the_lowest_smoothed_score() -> None:
    """With the place, what was ranked by, and since when: this close."""
    made = closed(BOOK)
    assert made.listed == (
        Listed("003", end("2026-10"), 1, 30.0, 100, is_new=True),
        Listed("006", end("2026-10"), 2, 60.0, 100, is_new=True),
    )
    assert (made.accounts, made.places, made.left) == (8, 2, ())
    assert ids(closed(BOOK, terms=LEVEL)) == ["008", "007"]


def test_who_is_on_the_list_stays_while_nearly_as_bad_and_keeps_the_day_it_began() -> None:
    """Two places, three are near: 006 falls to the third place and stays; a fourth would leave."""
    before = closed(BOOK)
    moved = [
        at(replace(one, steady_before=55.0 if one.score.account_id == "001" else one.steady_before), "2026-11")
        for one in BOOK
    ]
    third = [*moved[1:], at(named("001", 89.0, 55.0, 100.0), "2026-11")]
    made = closed(third, before, "2026-11")
    assert ids(made) == ["003", "006"]
    stays = made.alert("006")
    assert stays is not None
    assert (stays.since, stays.place, stays.stays, stays.book) == (end("2026-10"), 3, True, "2026-11")
    assert made.alert("001") is None
    fourth = [*third[1:], at(named("002", 88.0, 20.0, 100.0), "2026-11")]
    gone = closed(fourth, before, "2026-11")
    assert (ids(gone), gone.new, gone.left) == (["002", "003"], ["002"], (Unlisted("006", "others_worse"),))


def test_who_has_no_score_or_no_record_leaves_and_the_list_says_which() -> None:
    """Neither is good news; when the account is back, its run begins anew."""
    before = closed(BOOK)
    rest = [at(one, "2026-11") for one in BOOK if one.score.account_id not in {"003", "006"}]
    made = closed([*rest, at(named("003", None, 30.0, 100.0), "2026-11")], before, "2026-11")
    assert made.left == (Unlisted("003", "no_score"), Unlisted("006", "no_record"))
    assert made.accounts == 6
    back = closed([at(one, "2026-12") for one in BOOK], made, "2026-12")
    assert [(one.account_id, one.since) for one in back.listed] == [("003", end("2026-12")), ("001", end("2026-11"))]


def test_who_gave_notice_is_out_for_good() -> None:
    """It is not alerted, takes no place of the budget, and the list says why it left."""
    book = [replace(one, left=end("2026-11") - DAY) if one.score.account_id == "003" else one for one in BOOK]
    made = closed([at(one, "2026-11") for one in book], closed(BOOK), "2026-11")
    assert (ids(made), made.accounts, made.left) == (["006", "001"], 7, (Unlisted("003", "gave_notice"),))
    edges = rolled(BOOK).edges(closed(BOOK))
    assert live_alert(book[2], edges, end("2026-10")) is None


def test_a_run_that_a_live_score_began_goes_on_at_the_close() -> None:
    """Since when is then the instant of that score, never one after the close."""
    live = live_alert(at(named("003", 80.0, 5.0, 100.0), "2026-09"), rolled(BOOK, "2026-08").edges(closed(BOOK)), None)
    assert live is not None
    began = replace(live, since=end("2026-10") - 12 * DAY)
    book = [replace(one, alert=began) if one.score.account_id == "003" else one for one in BOOK]
    assert closed(book).since["003"] == end("2026-10") - 12 * DAY
    assert closed([replace(one, alert=replace(began, since=end("2026-12"))) for one in book]).since["003"] == end(
        "2026-10"
    )


def test_an_account_of_which_only_the_renewal_is_known_is_ranked_by_its_score() -> None:
    """It has no steady score."""
    assert ids(closed([named("001", 20.0, None), named("002", 30.0, 25.0), named("003", 40.0, 35.0)])) == ["001"]


def test_an_empty_book_alerts_nobody() -> None:
    """And has no edges."""
    empty = rolled([named("001", None, None)])
    made = empty.listing(None)
    assert (made.listed, made.accounts) == ((), 0)
    edges = empty.edges(made)
    assert (edges.entry, edges.staying) == (None, None)
    assert live_alert(BOOK[0], edges, None) is None


@pytest.mark.parametrize(
    ("smoothed", "days", "since", "wanted"),
    [
        (59.9, 100.0, None, (end("2026-11"), False)),
        (60.1, 100.0, None, None),
        (0.0, None, None, None),
        (60.1, 100.0, end("2026-08"), (end("2026-08"), True)),
        (9.9, None, end("2026-08"), (end("2026-08"), True)),
        (10.1, None, end("2026-08"), None),
        (59.9, 100.0, end("2026-08"), (end("2026-08"), False)),
    ],
    ids=[
        "as bad as the last on it",
        "better",
        "bad, and no renewal due",
        "better, and stays",
        "near",
        "not near",
        "bad",
    ],
)
def test_a_live_score_is_held_against_the_edges_of_the_last_list(
    smoothed: float, days: float | None, since: int | None, wanted: tuple[int, bool] | None
) -> None:
    """The last that came on to it was 006, due and at 60; the last that is near, 001 at 10."""
    edges = rolled(BOOK).edges(closed(BOOK))
    live = live_alert(at(named("009", 50.0, smoothed, days), "2026-11"), edges, since)  # type: ignore[arg-type]
    assert wanted == (None if live is None else (live.since, live.stays))
    assert live is None or (live.place, live.places, live.accounts, live.book) == (None, 2, 8, "2026-10")


def test_where_all_stayed_there_is_no_free_place_before_the_next_close() -> None:
    """Those on it are still held against how near they must be."""
    again = [at(one, "2026-11") for one in BOOK]
    edges = rolled(again, "2026-11").edges(closed(again, closed(BOOK), "2026-11"))
    worst = at(named("009", 1.0, 0.0, 100.0), "2026-12")
    assert edges.entry is None
    assert live_alert(worst, edges, None) is None
    assert live_alert(worst, edges, end("2026-10")) is not None


def test_by_the_rule_level_both_edges_are_the_score_of_the_last_place() -> None:
    """Nobody stays who is better."""
    edges = rolled(BOOK, terms=LEVEL).edges(closed(BOOK, terms=LEVEL))
    assert edges.entry == edges.staying == (False, 83.0, "007")
    assert live_alert(named("009", 83.1, 0.0), edges, end("2026-08")) is None
    assert live_alert(named("000", 83.0, 0.0), edges, None) is not None


BOOKS = st.lists(st.tuples(st.integers(0, 8), st.none() | st.integers(50, 250)), min_size=1, max_size=14).map(
    lambda rows: [named(f"{n:03d}", 50.0, 10.0 * e, days) for n, (e, days) in enumerate(rows)]
)


@settings(max_examples=50)
@given(BOOKS, st.randoms(use_true_random=False), st.sampled_from([STEADY, LEVEL]))
def test_the_list_hangs_on_no_order_and_its_edges_know_who_is_on_it(
    book: list[Record], chance: object, terms: AlertTerms
) -> None:
    """Records may come in any order; whoever came on to the list passes its edge, nobody else does."""
    made, shuffled = closed(book, terms=terms), [*book]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert closed(shuffled, terms=terms) == made
    edges = rolled(book, terms=terms).edges(made)
    assert {one.score.account_id for one in book if live_alert(one, edges, None)} == set(ids(made))
    again = closed(book, made, terms=terms)
    assert (set(ids(again)), again.new, again.left) == (set(ids(made)), [], ())


def test_a_record_carries_the_smoothed_score_on_from_closes_alone() -> None:
    """A month that was never closed is passed over; one without a score changes nothing."""
    steady = steady_score(FINAL.score)
    assert steady is not None
    first = replace(FINAL, steady_before=None)
    assert (steady_before(None), first.smoothed) == (None, steady)
    second = replace(FINAL, steady_before=20.0)
    assert second.smoothed == 0.5 * steady + 10.0
    assert steady_before(second) == second.smoothed
    assert steady_before(replace(second, status="provisional")) == 20.0
    assert named("001", None, 42.0).smoothed == 42.0
