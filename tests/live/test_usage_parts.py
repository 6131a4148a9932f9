"""Usage is pulled by parts of the customers: together they are all, and one that was stopped goes on behind them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.intake import LookerQuery
from handlers.clients.looker.client import LookerClient
from handlers.clients.looker.explore import Explore, ExploreField
from handlers.jobs import usage_pulls
from handlers.jobs.fold import Tally
from handlers.jobs.pull import Places
from handlers.jobs.sweep import take_in
from handlers.jobs.usage import PARTS, is_begun
from handlers.jobs.usage_pulls import UsagePulls
from handlers.pulls import looker_parts
from handlers.pulls.listed import Message
from handlers.pulls.looker import readings
from handlers.pulls.looker_parts import parts_of
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from tests.fakes.looker import CUSTOMER, Day, FakeLooker, _in_range
from tests.fakes.server import Fault
from tests.live.looker_places import connected
from tests.live.test_looker_readings import CONFIG, DATE, NOW, used

QUERY = replace(CONFIG.looker, complete=True)
KEYS = st.text("0129abfXYZ-_%^ é", min_size=1, max_size=6)


def explore(kind: str) -> Explore:
    """Give an explore whose customers are of a type."""
    return Explore({CUSTOMER: ExploreField(CUSTOMER, is_measure=False, type=kind, view="daily_usage")})


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Part customers from four on."""
    monkeypatch.setattr(looker_parts, "WHOLE_UP_TO", 3)
    monkeypatch.setattr(usage_pulls, "WHOLE_UP_TO", 3)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path / "used.db", durable=False)) as store:
        yield store


@given(KEYS)
def test_each_text_is_in_one_part_and_there_it_is_asked_for(key: str) -> None:
    """Whatever it ends with, as Looker compares, in any capitals."""
    fake = FakeLooker()
    parts = parts_of(explore("string"), QUERY, ["a"] * 9)
    having = [part for part in parts if part.has(key)]
    asking = [part for part in parts if fake._is_asked(key, part.said)]  # noqa: SLF001 - what the fake lets through
    assert len(having) == 1
    assert having == asking


@given(st.integers(-50, 150), st.lists(st.integers(-20, 120).map(str) | st.just("none"), min_size=4, max_size=60))
def test_each_number_is_in_one_part_and_there_it_is_asked_for(number: int, mapped: Sequence[str]) -> None:
    """However they lie, mapped or not."""
    parts = [part for part in parts_of(explore("number"), QUERY, mapped) if part.said]
    having = [part for part in parts if part.has(str(number))]
    assert having == [part for part in parts if _in_range(number, part.said)]
    assert len(having) == bool(parts)


def test_few_customers_or_keys_of_another_kind_are_one_part() -> None:
    """So are those of an explore that the API user may not know."""
    many = [str(number) for number in range(9)]
    wholes = [(explore("string"), many[:3]), (explore("yesno"), many), (None, many), (explore("number"), ["a"] * 9)]
    assert [[part.said for part in parts_of(one, QUERY, keys)] for one, keys in wholes] == [[""]] * 4


def hotels(kind: str) -> list[Day]:
    """Give the days of many customers, some of them mapped."""
    keys: list[object] = (
        [*range(30)] if kind == "number" else [f"h{n}{end}" for n in range(9) for end in ("", "x", "xy")]
    )
    return [day for seed, key in enumerate(keys) for day in used(key, range(1, 61), seed)]


def customers(days: Iterable[Day]) -> tuple[str, ...]:
    """Name the mapped customers: some of those with use, and one without any."""
    return (*sorted({str(day.customer) for day in days})[::2], "77")


def taken(
    client: LookerClient, mapped: tuple[str, ...], store: Store, failures: dict[str, str], query: LookerQuery = QUERY
) -> list[Message]:
    """Pull the usage of a day; give the messages that were taken in."""
    told: list[Message] = []

    def take(messages: Iterable[bytes], _: str) -> Iterator[Tally]:
        remaining = iter(messages)
        while some := list(islice(remaining, 2)):
            told.extend(msgspec.json.decode(one) for one in some)
            yield Tally(messages=len(some))

    pulls = UsagePulls(client, query, mapped, Places(store, NOW)).readings((DATE,))
    for _ in take_in(pulls, take, store, failures):
        pass
    return told


def known(messages: Iterable[Message]) -> list[bytes]:
    """Give messages in an order of their own, each once."""
    return sorted({msgspec.json.encode(one, order="deterministic") for one in messages})


@pytest.mark.parametrize("kind", ["string", "number"])
@pytest.mark.parametrize("custom", [True, False])
def test_parts_together_tell_what_one_query_of_all_tells(kind: str, custom: bool, store: Store) -> None:  # noqa: FBT001
    """The same readings, the same customers listed, those that nobody mapped and those that are absent too."""
    days = hotels(kind)
    query = replace(QUERY, custom_fields=custom)
    fake = FakeLooker(days, types={CUSTOMER: kind}, custom_fields=custom)
    failures: dict[str, str] = {}
    with connected(fake) as client:
        whole = list(readings(client, query, customers(days), DATE, NOW))
        parts = taken(client, customers(days), store, failures, query)
    assert failures == {}
    assert known(parts) == known(whole)
    assert store.cursor("looker") is not None
    assert not store.cursor(PARTS)


def test_one_that_is_stopped_goes_on_with_the_parts_that_are_left(store: Store) -> None:
    """Looker breaks down between two of them; the next call asks for no more than is missing."""
    days = hotels("string")
    fake = FakeLooker(days)
    failures: dict[str, str] = {}
    with connected(fake) as client:
        whole = list(readings(client, QUERY, customers(days), DATE, NOW))
        asked = len(fake.customer_queries)
        fake.server.plan("/run/json", *[Fault("slow")] * 16, *[Fault("answer")] * 9)
        first = taken(client, customers(days), store, failures)
        assert list(failures) == ["looker"]
        assert is_begun(store, DATE)
        assert store.cursor("looker") is None
        done = len((store.cursor(PARTS) or "").split(" ")[2].split(","))
        fake.server.calls.clear()
        fake.server.faults.clear()
        second = taken(client, customers(days), store, {})
    assert done >= 5
    assert len(fake.customer_queries) == (21 - done) * asked
    assert known([*first, *second]) == known(whole)
    assert not is_begun(store, DATE)


def test_what_was_begun_for_another_day_is_begun_anew(store: Store) -> None:
    """Its parts say nothing of this day."""
    days = hotels("string")
    store.set_cursor(PARTS, "2026-10-31 21 0,1,2,3,4")
    assert not is_begun(store, DATE)
    with connected(FakeLooker(days)) as client:
        whole = list(readings(client, QUERY, customers(days), DATE, NOW))
        assert known(taken(client, customers(days), store, {})) == known(whole)


def test_a_customer_is_listed_again_only_under_another_name(store: Store) -> None:
    """Its reading is told each day; that it is listed once."""
    days = hotels("string")
    with connected(FakeLooker(days)) as client:
        first = taken(client, customers(days), store, {})
        again = [one for one in taken(client, customers(days), store, {}) if one["type"] == "owner.listed"]
    assert sum(one["type"] == "owner.listed" for one in first) == 27
    assert len(again) <= 3
    renamed = [replace(day, name="Palace") if day.customer == "h1x" else day for day in days]
    with connected(FakeLooker(renamed)) as client:
        told = taken(client, customers(days), store, {})
    assert "Palace" in {one.get("name") for one in told}
