"""A customer key that Looker has never given is unknown, whatever the mapping and our own readings say."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.sweep import Sweeper, folding, take_in
from handlers.jobs.systems import clients_of
from handlers.settings import load_settings
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, Instant, start_of_day
from scoring.score import Score
from tests.live.desk import Desk, at_desk
from tests.live.orgs import CONFIG
from tests.live.pilot import NOW, variables

COMPLETE = replace(CONFIG.looker, complete=True)
UNKNOWN = "unknown_owner:looker"


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(2, tmp_path) as desk:
        yield desk


def pulled(desk: Desk, key: str, now: Instant = NOW) -> Score:
    """Pull the usage of a complete explore, and score the first hotel with a key of the mapping for it."""
    first, *others = desk.pilot.accounts
    account = replace(first, owners={**first.owners, "looker": (key,)})
    failures: dict[str, str] = {}
    with closing(SqliteStore(desk.store)) as store:
        clients = clients_of(load_settings(variables(desk.pilot)), ["looker"])
        sweeper = Sweeper(clients, CONFIG.intake, COMPLETE, (account, *others), store, now)
        assert list(take_in(sweeper.usage((now,)), folding(store, CONFIG.intake, now), store, failures))
        assert not failures
        close = Terms("2026-10", start_of_day(now), CONFIG.model, "provisional", now)
        return record_of(AccountReader(store).read(account), close).score


def staff(score: Score) -> float | None:
    """Give the trend of staff logins."""
    return score.dimensions["adoption_engagement"].metrics["staff_login_trend"].raw


@pytest.mark.parametrize("key", ["c-00", "C-0", "c 0", "0"])
def test_a_typo_in_the_mapping_is_no_dead_customer(desk: Desk, key: str) -> None:
    """Its zeros are our own: unknown, however often they are said."""
    for now in (NOW - DAY, NOW):
        score = pulled(desk, key, now)
        assert UNKNOWN in score.flags
        assert staff(score) is None
        assert score.platform_value_score is None


def test_a_customer_that_looker_gave_and_that_is_gone_is_silent(desk: Desk) -> None:
    """It had rows in September alone: its name is known, and the zeros that follow are news."""
    days = desk.pilot.instance.days
    days[:] = [day for day in days if day.customer != "c-0" or day.day < "2026-10-01"]
    score = pulled(desk, "c-0")
    assert UNKNOWN not in score.flags
    assert staff(score) == -100
    days[:] = [day for day in days if day.customer != "c-0"]
    assert staff(pulled(desk, "c-0")) == -100


def test_a_mapping_that_is_mended_heals(desk: Desk) -> None:
    """The right key has been there all along."""
    assert UNKNOWN in pulled(desk, "c-00").flags
    score = pulled(desk, "c-0")
    assert UNKNOWN not in score.flags
    assert staff(score) == 0
