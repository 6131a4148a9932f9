"""What a sweep asks for, and when."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handlers.jobs.sweep import Clients, Sweeper, folding, take_in
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, HOUR, SECOND, Instant
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
    """Each listing names every company anew; conversations are asked for by every sweep."""
    place.fake.companies = [company(3)]
    assert "intercom/companies" in pulled(place, store, MOMENT)
    assert pulled(place, store, MOMENT + HOUR) == {"intercom/all", "intercom"}
    assert "intercom/companies" in pulled(place, store, MOMENT + DAY)
