"""What a sweep asks for, and when."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handlers.jobs.sweep import Clients, Sweeper, folding, take_in
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, HOUR, SECOND, Instant
from tests.fakes.server import Fault
from tests.live.intercom_workspace import NOW, Workspace, company, workspace
from tests.live.orgs import CONFIG

MOMENT = Instant(NOW * SECOND)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Workspace]:
    with workspace(tmp_path) as place:
        yield place


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path / "swept.db", durable=False)) as store:
        yield store


def pulled(place: Workspace, store: Store, now: Instant) -> set[str]:
    """Sweep, and name what was pulled."""
    sweeper = Sweeper(Clients(intercom=place.connect()), CONFIG.intake, CONFIG.looker, (), store, now)
    return {name for name, _ in take_in(sweeper.sweep(), folding(store, CONFIG.intake, now), store, {})}


def test_companies_are_listed_once_a_day(place: Workspace, store: Store) -> None:
    """Whoever is new or changed is told; conversations are asked for by every sweep."""
    place.fake.companies = [company(3)]
    assert "intercom/companies" in pulled(place, store, MOMENT)
    place.fake.companies += [company(4)]
    assert pulled(place, store, MOMENT + HOUR) == {"intercom/all", "intercom"}
    assert "intercom/companies" in pulled(place, store, MOMENT + DAY)


def test_a_listing_that_says_the_same_tells_nothing_and_the_feed_is_heard(place: Workspace, store: Store) -> None:
    """Its companies were asked for; freshness does not hang on what changed."""
    place.fake.companies = [company(number) for number in range(1, 6)]
    pulled(place, store, MOMENT)
    days = [MOMENT + number * DAY for number in range(1, 4)]
    told = [pulled(place, store, day) for day in days]
    assert {"intercom/all", "intercom"} in told
    assert sum(call.path == "/companies/scroll" for call in place.fake.calls) >= len(days) + 1
    assert store.feeds()["intercom"].latest == days[-1]


def test_companies_come_last_so_that_nothing_waits_for_a_long_list(place: Workspace, store: Store) -> None:
    """One that fails is named; conversations are pulled, the feed is heard, and how far it came is kept."""
    place.fake.plan("/companies/scroll", *[Fault("answer")] * 20)
    failures: dict[str, str] = {}
    sweeper = Sweeper(Clients(intercom=place.connect()), CONFIG.intake, CONFIG.looker, (), store, MOMENT)
    told = {name for name, _ in take_in(sweeper.sweep(), folding(store, CONFIG.intake, MOMENT), store, failures)}
    assert told == {"intercom/all", "intercom"}
    assert list(failures) == ["intercom"]
    assert store.cursor("intercom") is not None
    assert store.cursor("intercom/companies") is None
