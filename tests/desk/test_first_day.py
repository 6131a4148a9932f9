"""The desk of a store in which nothing happened yet: no page says that all is well."""

from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from handlers.stores.accounts import Edit
from handlers.stores.sqlite.store import SqliteStore
from tests.desk.browsing import PHONE, served, window
from tests.desk.places import NOW, Place, Visitor, place_of


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    """Sign in to the desk of an empty store."""
    with closing(SqliteStore(tmp_path / "s.db")):
        pass
    return place_of(tmp_path / "s.db").visitor()


def test_silence_is_no_good_quality(visitor: Visitor) -> None:
    """What has not begun waits, and nothing is called well."""
    page = visitor.get("/quality")
    assert "Nothing waits for you" not in page
    assert "Is well" not in page
    assert "Sources that were never heard" in page
    assert "No month is closed" in page


def test_nobody_to_match_is_not_everybody_matched(visitor: Visitor) -> None:
    """Where no source named an owner, the page says that."""
    page = visitor.get("/identity")
    assert "no source has named an owner yet" in page
    assert "every owner has an account" not in page


def test_a_model_without_a_record_made_none(visitor: Visitor) -> None:
    """One version, and not every record was made under it, for there is none."""
    assert "no record was made under it yet" in visitor.get("/versions")


def test_a_name_that_is_one_long_word_widens_no_page(own_place: Place, browser: Browser) -> None:
    """On a phone as on a screen: it breaks, wherever it stands."""
    with own_place.store() as store:
        account = next(iter(own_place.desk.accounts()))
        store.portfolio.put([Edit(account.id, {"name": "W" * 200})], "zoe", NOW)
    own_place.desk.services.rescores.rescore([account.id])  # type: ignore[union-attr]
    pages = (f"/accounts/{account.id}", f"/pilot/validation?account={account.id}", f"/?view=all&q={account.id}")
    with served(own_place) as address, window(browser, own_place, address, size=PHONE) as seen:
        for page in pages:
            assert "WWW" in seen.open(page).inner_text("main")
            assert seen.is_within(), page
