"""The audit page: every act by whom, what and why; filtered, by page, as a file; for Ops alone."""

import csv
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest

from handlers.desk import audit
from handlers.desk.people import Person
from handlers.stores.opening import open_store
from scoring.instants import DAY, HOUR, Instant
from tests.desk.places import NOW, Place

ZOE = Person("zoe", "Zoe", None, frozenset({"ops"}))


def tell(place: Place, number: int) -> None:
    """Write lines, one an hour, the last an hour ago."""
    with place.store() as store:
        for back in range(number, 0, -1):
            at = Instant(NOW - back * HOUR)
            audit.note(audit.Trail(store), at, ZOE, "draft saved", f"draft {back}", reason="=cmd|'/c calc'!A1")


def test_lines_stand_by_page_the_latest_first(own_place: Place) -> None:
    """Fifty a page; a page beyond the last is the last; what is older than 30 days is not in the usual span."""
    tell(own_place, 60)
    with own_place.store() as store:
        audit.note(audit.Trail(store), Instant(NOW - 31 * DAY), ZOE, "signed in", "Zoe")
    ops = own_place.visitor("ops")
    first = ops.get("/audit")
    assert "60 lines of the last 30 days" in first
    assert first.index("draft 1<") < first.index("draft 2<")
    assert "draft 51<" not in first
    assert "Page 1 of 2" in first
    assert "draft 60<" in ops.get("/audit?page=2")
    assert "Page 2 of 2" in ops.get("/audit?page=99999")
    assert "Page 1 of 2" in ops.get("/audit?page=-1") or "Page 1 of 2" in ops.get("/audit?page=0")
    assert "61 lines of the last 90 days" in ops.get("/audit?days=90")


def test_lines_are_found_by_act_and_text(own_place: Place) -> None:
    """In whatever the line says; nothing found is a sentence."""
    tell(own_place, 3)
    ops = own_place.visitor("ops")
    assert "1 line of the last 30 days, with &#39;DRAFT 2&#39; in it" in ops.get("/audit?q=DRAFT+2")
    assert "3 lines" in ops.get("/audit?act=draft+saved")
    assert "3 lines" in ops.get("/audit?act=unknown&days=x&page=y")
    assert "No line of the last 30 days, with &#39;nowhere&#39; in it" in ops.get("/audit?q=nowhere")


def test_an_export_is_what_is_shown_and_a_line_itself(own_place: Place) -> None:
    """Safe in a spreadsheet; who took it along stands in the audit after it."""
    tell(own_place, 3)
    ops = own_place.visitor("ops", name="Omar")
    rows = list(csv.reader(StringIO(ops.get("/audit.csv?q=draft"))))
    assert rows[0] == ["at", "person", "name", "act", "subject", "before", "after", "reason"]
    assert [row[4] for row in rows[1:]] == ["draft 1", "draft 2", "draft 3"]
    assert {row[7] for row in rows[1:]} == {"'=cmd|'/c calc'!A1"}
    with own_place.store() as store:
        last = list(audit.acts(store))[-1]
    assert (last.name, last.act, last.subject) == ("Omar", "export made", "audit")
    assert last.after == "of the last 30 days, with 'draft' in it"


@pytest.mark.parametrize("address", ["/audit", "/audit.csv"])
def test_the_audit_is_for_ops_alone(own_place: Place, address: str) -> None:
    """For others there is no such page, and no line of its export."""
    assert [own_place.visitor(role).status(address) for role in ("csm", "leader")] == [404, 404]
    with own_place.store() as store:
        assert list(audit.acts(store)) == []


def test_a_line_is_kept_as_the_config_says(tmp_path: Path) -> None:
    """One that is over goes with the next; for ever is for ever."""
    with closing(open_store(f"sqlite:///{tmp_path / 'kept.db'}", lambda: NOW)) as store:
        for kept, act in ((DAY, "short"), (None, "for ever"), (90 * DAY, "long")):
            audit.note(audit.Trail(store, kept), Instant(NOW - 50 * 366 * DAY if kept is None else NOW), ZOE, act, "x")
        audit.note(audit.Trail(store), Instant(NOW + 2 * DAY), ZOE, "later", "x")
        assert [line.act for line in audit.acts(store)] == ["for ever", "long", "later"]
