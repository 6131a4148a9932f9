"""Cursors of sweeps: kept by name, on each store."""

from tests.stores.places import Place


def test_a_cursor_is_kept_by_name(place: Place) -> None:
    """The last value set stands, also after the store is opened again."""
    store = place.open("cursors")
    assert store.cursor("salesforce") is None
    store.set_cursor("salesforce", "2026-10-01T00:00:00Z")
    store.set_cursor("salesforce", "2026-11-01T00:00:00Z")
    assert store.cursor("salesforce") == "2026-11-01T00:00:00Z"
    assert store.cursor("intercom") is None
