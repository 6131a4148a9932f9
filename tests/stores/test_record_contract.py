"""The contract of a store's records and models, proved on each implementation."""

from dataclasses import replace
from itertools import permutations

import pytest

from scoring.instants import DAY, Instant
from scoring.measurement import measure
from scoring.record import Record, Status, holds, rank
from scoring.score import grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF, conversation, days, known, profile, reading
from tests.stores.places import Place


def a_record(
    account_id: str, period: str, status: Status = "final", as_of: Instant = AS_OF, run: Instant = AS_OF
) -> Record:
    """Score an account with something of every source."""
    facts = known(conversation("1", days(3)), profile(arr=250_000.0, name="Größe"), reading(AS_OF, platform_score=61.5))
    measurements = replace(measure(facts, AS_OF, the_model()), account_id=account_id, as_of=as_of)
    return Record(period, status, run, measurements, grade(measurements, the_model()))


RANKS = [
    a_record("001", "2026-10", "provisional", AS_OF - DAY, AS_OF + 5),
    a_record("001", "2026-10", "provisional", AS_OF, AS_OF),
    a_record("001", "2026-10", "final", AS_OF - DAY, AS_OF),
    a_record("001", "2026-10", "final", AS_OF, AS_OF),
    a_record("001", "2026-10", "final", AS_OF, AS_OF + 1),
]
"""Records of one account and period, each outranking those before it."""


def test_a_record_comes_back_equal_and_still_follows_from_its_measurements(place: Place) -> None:
    """The receipt is stored whole: the score can be proved from it."""
    store = place.open("records")
    record = a_record("001", "2026-10")
    assert store.put_records([record]) == []
    assert store.record("001", "2026-10") == record
    assert holds(record, the_model())
    assert store.record("001", "2026-09") is None


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_a_record_gives_way_only_to_one_that_outranks_it(place: Place, order: tuple[int, ...]) -> None:
    """Whatever the order of writing, the highest stands, and the others are given back."""
    store = place.open("ranks")
    highest: Record | None = None
    for record in (RANKS[number] for number in order):
        stays = highest is not None and not (rank(record) >= rank(highest))
        assert store.put_records([record]) == ([record] if stays else [])
        highest = highest if stays else record
        assert store.record("001", "2026-10") == highest
    assert store.put_records([RANKS[-1]]) == []


def test_records_of_one_call_are_ranked_too(place: Place) -> None:
    """A call that writes a record twice keeps the higher."""
    for number, pair in enumerate(permutations(RANKS[2:4])):
        store = place.open(f"pair-{number}")
        store.put_records(pair)
        assert store.record("001", "2026-10") in pair


def test_records_are_listed_by_account_and_period_and_over_many_pages(place: Place) -> None:
    """A listing longer than a page is whole and in order."""
    store = place.open("listing")
    records = [replace(RANKS[3], period=f"{2000 + number // 12}-{number % 12 + 1:02d}") for number in range(place.many)]
    other = a_record("000", "2026-10")
    assert store.put_records([*reversed(records), other]) == []
    assert list(store.records()) == [other, *records]
    assert list(store.record_keys()) == [(each.score.account_id, each.period) for each in [other, *records]]
    assert (store.records_of("001"), store.records_of("000"), store.records_of("00")) == (records, [other], [])


def test_the_record_before_a_period_is_the_latest_of_the_account_before_it(place: Place) -> None:
    """Periods without a record are skipped; other accounts do not count."""
    store = place.open("before")
    early, late = a_record("001", "2025-12"), a_record("001", "2026-10")
    store.put_records([early, late, a_record("002", "2026-09")])
    assert store.record_before("001", "2026-11") == late
    assert store.record_before("001", "2026-10") == early
    assert store.record_before("001", "2025-12") is None


def test_a_model_is_kept_by_its_version(place: Place) -> None:
    """A version is a hash of what the model means, so its first text stands."""
    store = place.open("models")
    store.put_model("v1", "weights: größe")
    store.put_model("v1", "something else")
    assert store.model("v1") == "weights: größe"
    assert store.model("v2") is None


def test_records_of_many_accounts_are_read_at_once(place: Place) -> None:
    """Each by its account and period, more than a page of them; where there is none, nothing is given."""
    store = place.open("at-once")
    records = [a_record(f"{number:03d}", "2026-10") for number in range(place.many)]
    store.put_records([*records, a_record("000", "2026-09")])
    keys = [(one.score.account_id, one.period) for one in records]
    assert store.records_at([*keys, ("none", "2026-10"), ("000", "2026-08")]) == dict(zip(keys, records, strict=True))
    assert store.records_at([]) == {}
