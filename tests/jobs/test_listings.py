"""A company is told when a listing says something else of it, and never otherwise; nothing that changed is missed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.jobs import listed_digests, listings
from handlers.jobs.erasing.erase import Erasure
from handlers.jobs.erasing.targets import find_company
from handlers.jobs.fold import Tally
from handlers.jobs.listings import DAYS_ROUND, Listing
from handlers.jobs.pull import Pull
from handlers.jobs.sweep import take_in
from handlers.pulls.listed import Listed
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Naming
from scoring.instants import DAY, Instant
from tests.stores.places import NOW, batch_of

Told: TypeAlias = tuple[str | None, str | None]
"""Who was told, by the first id, and as what."""

START = Instant(NOW // DAY * DAY)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path / "listed.db", durable=False)) as store:
        yield store


class StoppedError(Exception):
    """The process is killed."""


def hotel(number: int, name: str = "Hôtel", **attributes: object) -> Listed:
    """Give a company as a listing names it."""
    return Listed("intercom", (f"own-{number}", f"{number:024x}"), 1_700_000_000 + number, name, attributes)


def tell(
    store: Store, companies: Sequence[Listed], day: int = 0, *, batch: int = 2, stop: int | None = None
) -> list[Told]:
    """List companies on a day; give who was told and as what. It is killed before a batch of some number is safe."""
    told: list[Told] = []
    listing = Listing(store, "intercom", Instant(START + day * DAY))

    def take(messages: Iterable[bytes], _: str) -> Iterator[Tally]:
        number, remaining = 0, iter(messages)
        while some := list(islice(remaining, batch)):
            if number == stop:
                raise StoppedError
            told.extend(_said(one) for one in some)
            yield Tally(messages=len(some))
            number += 1

    pull = Pull("intercom/companies", listing.changed(companies), listing.now, listing.marks)
    try:
        for _ in take_in([pull], take, store, {}):
            pass
    except StoppedError:
        pass
    return [one for one in told if one != (None, None)]


def _said(body: bytes) -> Told:

    message = msgspec.json.decode(body)
    return (message["owner"], message["name"]) if "name" in message else (None, None)


def quiet_day(companies: Sequence[Listed]) -> int:
    """Give a day on which the turn of none of some companies has come."""
    turns = {listed_digests.digest_of(one)[0] % DAYS_ROUND for one in companies}
    return next(day for day in range(1, DAYS_ROUND) if (START // DAY + day) % DAYS_ROUND not in turns)


def test_what_says_the_same_is_told_once(store: Store) -> None:
    """By whatever order of its attributes; another word of it, or another company, is told."""
    first = [hotel(1, a="1", b="2"), hotel(2)]
    assert tell(store, first) == [("own-1", "Hôtel"), ("own-2", "Hôtel")]
    later = [hotel(1, b="2", a="1"), hotel(2, "Palace"), hotel(3)]
    day = quiet_day([*first, *later])
    assert tell(store, later, day) == [("own-2", "Palace"), ("own-3", "Hôtel")]
    assert tell(store, later, day) == []


def test_a_listing_that_tells_nothing_writes_nothing(store: Store) -> None:
    """What is kept is as it was."""
    companies = [hotel(number) for number in range(5)]
    tell(store, companies)
    before = store.cursors("listed/")
    tell(store, companies, quiet_day(companies))
    assert store.cursors("listed/") == before


def test_what_is_as_it_was_once_before_is_told_again(store: Store) -> None:
    """A digest is of the last listing, not of any."""
    names = ["Hôtel", "Palace", "Hôtel"]
    assert [tell(store, [hotel(1, name)]) for name in names] == [[("own-1", name)] for name in names]


def test_each_company_is_told_once_in_a_round(store: Store) -> None:
    """Some each day, so that what went astray is healed, and no day has all of it."""
    companies = [hotel(number) for number in range(200)]
    tell(store, companies)
    told = [tell(store, companies, day) for day in range(1, DAYS_ROUND + 1)]
    assert sorted(one for day in told for one in day) == sorted(_all(companies))
    assert max(map(len, told)) < 30


def _all(companies: Sequence[Listed]) -> list[Told]:
    return [(str(one.ids[0]), str(one.name)) for one in companies]


def quiet_hotels(many: int) -> list[Listed]:
    """Give companies of which the turn of none comes on the first day after."""
    turn = (START // DAY + 1) % DAYS_ROUND
    every = (hotel(number) for number in count())
    return list(islice((one for one in every if listed_digests.digest_of(one)[0] % DAYS_ROUND != turn), many))


DEEDS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 9), st.sampled_from("AB")), max_size=8, unique_by=lambda one: one[0]),
        st.none() | st.integers(0, 6),
        st.integers(1, 5),
    ),
    max_size=6,
)


@given(DEEDS, st.integers(1, 4), st.integers(1, 3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whoever_is_killed_when_no_change_is_missed(
    tmp_path: Path, deeds: list[tuple[list[tuple[int, str]], int | None, int]], at_once: int, shard: int
) -> None:
    """After any listings, stopped anywhere, a whole one leaves of each company what it says last."""
    with pytest.MonkeyPatch.context() as patch, closing(SqliteStore(tmp_path / "any.db", durable=False)) as store:
        for name in store.cursors(""):
            store.set_cursor(name, "")
        patch.setattr(listings, "TOLD_AT_ONCE", at_once)
        patch.setattr(listed_digests, "SHARD_SIZE", shard)
        known: dict[str | None, str | None] = {}
        for said, stop, batch in deeds:
            known |= dict(tell(store, [hotel(*one) for one in said], batch=batch, stop=stop))
        last = [hotel(number, "A") for number in range(10)]
        known |= dict(tell(store, last))
        assert known == {f"own-{number}": "A" for number in range(10)}
        assert not any(store.cursors("listed/intercom/told/").values())


def test_one_that_was_stopped_tells_what_it_may_not_have_told_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the batches that were safe are known; the rest of the log under way is told."""
    monkeypatch.setattr(listings, "TOLD_AT_ONCE", 10)
    companies = quiet_hotels(100)
    first = tell(store, companies, batch=10, stop=7)
    assert len(first) == 35
    again = tell(store, companies, 1)
    assert len(again) == 100 - 30
    assert {*first, *again} == {*_all(companies)}
    assert tell(store, companies, 1) == []


def test_digests_stand_in_shards_that_grow_with_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shard is much larger than wanted; when there are more, the former are emptied."""
    monkeypatch.setattr(listed_digests, "SHARD_SIZE", 50)
    many = quiet_hotels(800)
    few = many[:20]
    tell(store, few)
    tell(store, many)
    full = {name: text for name, text in store.cursors("listed/intercom/").items() if text}
    assert {name.split("/")[2] for name in full} == {"16"}
    assert len(full) == 16
    assert max(map(len, full.values())) < 2 * 50 * 14 * 4 / 3
    assert tell(store, many, 1) == []


def test_a_shard_of_today_is_small_enough_for_an_item() -> None:
    """Of 1,000,000 companies the largest stays below the 400 KB of an item of DynamoDB."""
    digests = (listed_digests.digest_of(hotel(number)) for number in range(listed_digests.SHARD_SIZE * 8))
    texts = listed_digests.written("intercom", digests, ()).values()
    assert max(map(len, texts)) < 200_000
    log = listed_digests.log_text([b"x" * 14] * listings.TOLD_AT_ONCE, is_told=True)
    assert len(log) < 200_000


def test_an_erasure_takes_the_digest_along_and_none_comes_back(store: Store) -> None:
    """By any of its ids, in a shard and in a log; nothing is told of it any more, and the others keep theirs."""
    companies = [hotel(1), hotel(2)]
    tell(store, companies)
    store.merge(batch_of(Naming("intercom", ("own-1", f"{1:024x}"), START, "Hôtel Gone")))
    store.set_cursor(*_log_of(companies))
    erasure = Erasure(store, "ops", START)
    receipt = erasure.erase(find_company(store, [], f"intercom={1:024x}"))
    assert receipt.erased["listings"] == 2
    digests = [listed_digests.digest_of(one) for one in companies]
    known = listed_digests.kept_digests(store, "intercom")
    assert [known.has(one) for one in digests] == [False, True]
    _, log = listed_digests.read_log(store.cursor("listed/intercom/told/00000") or "")
    assert log == [digests[1]]
    assert tell(store, companies, quiet_day(companies)) == []
    assert not listed_digests.kept_digests(store, "intercom").has(digests[0])


def _log_of(companies: Sequence[Listed]) -> tuple[str, str]:
    digests = [listed_digests.digest_of(one) for one in companies]
    return listed_digests.log_name("intercom", 0), listed_digests.log_text(digests, is_told=True)


def test_digests_of_a_released_version_are_read(store: Store) -> None:
    """Byte for byte as it wrote them."""
    company = hotel(7, website="https://x.test")
    store.set_cursor("listed/intercom", '{"shards":1}')
    store.set_cursor("listed/intercom/1/0000", KEPT)
    assert tell(store, [company], quiet_day([company])) == []


KEPT = "27GO9TpL1hCHwDg6Vp8="
