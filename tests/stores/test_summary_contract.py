"""The contract of a store's summaries, proved on each implementation."""

from dataclasses import replace

import pytest

from scoring.customer import Csm
from scoring.instants import DAY
from scoring.record import Moved, Record
from scoring.summary import Summary, summary_of
from tests.stores.places import Place
from tests.stores.test_record_contract import RANKS, a_record


def listed(place: Place, *records: Record, period: str = "2026-10") -> list[Summary]:
    """Write records one by one, and list the summaries of a period."""
    store = place.open("summaries")
    for record in records:
        store.put_records([record])
    return list(store.summaries(period))


def full(record: Record) -> Record:
    """Give a record that says everything a summary has."""
    csm = Csm("005AA0000000001YAA", "Ana Größe", "ana@example.com", is_active=True)
    measured = replace(record.measurements, csm=csm, arr=250_000.5, currency="EUR", renewal=RANKS[0].score.as_of + DAY)
    return replace(record, measurements=measured, moved=Moved("2026-09", 71.5, "At Risk"))


def test_a_summary_comes_back_equal_with_all_that_it_says(place: Place) -> None:
    """What a list shows is what the record has."""
    record = full(RANKS[3])
    assert listed(place, record) == [summary_of(record)]
    assert summary_of(record).change == round(10 * (record.score.final_score or 0) - 715) / 10


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_the_summary_is_that_of_the_record_that_stands(place: Place, order: tuple[int, ...]) -> None:
    """Live scores and a close may come in any order, and twice."""
    records = [RANKS[number] for number in order]
    assert listed(place, *records, *records) == [summary_of(RANKS[4])]


def test_summaries_are_listed_by_account_of_one_period_and_over_many_pages(place: Place) -> None:
    """A listing longer than a page is whole and in order; other periods do not count."""
    records = [a_record(f"{number:03d}", "2026-10") for number in range(place.many)]
    store = place.open("many")
    store.put_records([*reversed(records), a_record("000", "2026-09")])
    assert [one.account_id for one in store.summaries("2026-10")] == [one.score.account_id for one in records]
    assert list(store.summaries("2026-09")) == [summary_of(a_record("000", "2026-09"))]
    assert list(store.summaries("2026-08")) == []
    assert store.final_scores("2026-10") == {one.score.account_id: one.score.final_score for one in records}
    assert store.summarised() == ["2026-09", "2026-10"]


def test_a_record_that_is_taken_away_takes_its_summary_along(place: Place) -> None:
    """The others stay."""
    store = place.open("removing")
    store.put_records([a_record("001", "2026-10"), a_record("002", "2026-10")])
    assert store.remove_record("001", "2026-10")
    assert [one.account_id for one in store.summaries("2026-10")] == ["002"]
