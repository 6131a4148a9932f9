"""Journals: lines that are added and never changed, on each store; sweeps do not read them."""

from contextlib import closing
from pathlib import Path

from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, SECOND, Instant, parse_instant
from tests.stores.places import Place

MAY = parse_instant("2026-05-01")


def test_lines_are_kept_in_the_order_of_their_instants(place: Place) -> None:
    """Of one instant as they were added; also after the store is opened again; journals are apart."""
    store = place.open("journal")
    assert list(store.entries("audit", MAY)) == []
    for days, text in ((2, "c"), (0, "a"), (1, "b1"), (1, "b2")):
        store.append("audit", Instant(MAY + days * DAY), text, 396 * DAY)
    store.append("audits", MAY, "another", 396 * DAY)
    again = place.open("journal")
    assert list(again.entries("audit", MAY)) == ["a", "b1", "b2", "c"]
    assert list(again.entries("audit", Instant(MAY + DAY))) == ["b1", "b2", "c"]
    assert list(again.entries("audit", Instant(MAY + 2 * DAY + 1))) == []
    assert again.cursors("") == {}


def test_the_same_line_twice_is_two_lines(place: Place) -> None:
    """Nothing that was done goes under."""
    store = place.open("twice")
    for _ in range(2):
        store.append("audit", MAY, "the same", DAY)
    assert list(store.entries("audit", MAY)) == ["the same"] * 2


def test_many_lines_are_read_in_pages(place: Place) -> None:
    """A year of them, and more than one answer of DynamoDB holds."""
    store = place.open("many")
    for number in range(5):
        store.append("audit", Instant(MAY + number * SECOND), f"{number}" * 300_000, DAY)
    assert [one[0] for one in store.entries("audit", MAY)] == list("01234")


def test_lines_that_are_over_go(tmp_path: Path) -> None:
    """In SQLite with the next line; in DynamoDB by the attribute that its table expires by."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.append("audit", MAY, "old", 396 * DAY)
        store.append("other", MAY, "of another", 396 * DAY)
        store.append("audit", Instant(MAY + 396 * DAY - 1), "later", 396 * DAY)
        assert list(store.entries("audit", MAY)) == ["old", "later"]
        store.append("audit", Instant(MAY + 396 * DAY), "latest", 396 * DAY)
        assert list(store.entries("audit", MAY)) == ["later", "latest"]
        assert list(store.entries("other", MAY)) == ["of another"]
