"""The desk of a store in which nothing happened yet: no page says that all is well."""

from contextlib import closing
from pathlib import Path

import pytest

from handlers.stores.sqlite.store import SqliteStore
from tests.desk.places import Visitor, place_of


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
