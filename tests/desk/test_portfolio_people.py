"""Whose accounts the portfolio shows to whom: lists, counts, files and views."""

import csv
from contextlib import closing
from dataclasses import replace
from io import StringIO
from operator import itemgetter
from pathlib import Path

import pytest

from config.desk import DeskTerms
from handlers.desk.audit import acts
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, Instant
from scoring.record import Moved, Record
from tests.desk.places import NOW, Place, Visitor, place_of
from tests.desk.test_portfolio import rows
from tests.test_portfolio import ANA, BEN, IDS, record

_EVIL = '=HYPERLINK("http://evil.example")<script>alert(1)</script>'
RECORDS: tuple[Record, ...] = (
    record(
        *(0, "2026-10", 51.3, "Critical"),
        name="Café Größe",
        csm=ANA,
        arr=100.0,
        currency="USD",
        renewal=Instant(NOW + 10 * DAY),
        moved=Moved("2026-09", 80.0, "Healthy"),
    ),
    record(
        1,
        "2026-10",
        95.0,
        "Champion",
        name="Palace",
        csm=ANA,
        arr=7.0,
        currency="USD",
        moved=Moved("2026-09", 94.9, "Champion"),
    ),
    record(2, "2026-10", 62.0, "At Risk", name=_EVIL, csm=BEN, moved=Moved("2026-09", 50.0, "Critical")),
    record(
        3,
        "2026-10",
        99.0,
        "Champion",
        name="Nobody's",
        csm=None,
        arr=5.0,
        currency="USD",
        moved=Moved("2026-09", 99.0, "Champion"),
    ),
)


def filled(path: Path, *records: Record) -> Path:
    """Make a store of some records."""
    with closing(SqliteStore(path)) as store:
        store.put_records(records)
    return path


@pytest.fixture
def open_place(tmp_path: Path) -> Place:
    """Open a desk where colleagues see each other's accounts."""
    return place_of(filled(tmp_path / "s.db", *RECORDS))


@pytest.fixture
def own_only(tmp_path: Path) -> Place:
    """Open a desk where everybody sees their own accounts alone."""
    return place_of(filled(tmp_path / "s.db", *RECORDS), DeskTerms(visibility="own"))


def ana(place: Place) -> Visitor:
    """Sign in the CSM of two accounts."""
    return place.visitor("csm", name="Ana Größe", mail="ANA@example.com")


def read_file(text: str) -> tuple[str, list[dict[str, str]]]:
    """Read an exported file: its head line, its rows."""
    lines = csv.reader(StringIO(text.removeprefix("\ufeff")))
    head = next(lines)
    names = next(lines)
    return head[0], [dict(zip(names, cells, strict=True)) for cells in lines]


def test_a_csm_begins_with_their_own_accounts(open_place: Place) -> None:
    """And may look at all."""
    page = ana(open_place).get("/?view=all")
    assert (rows(page), "My portfolio" in page) == ([IDS[0], IDS[1]], True)
    assert "2 accounts · $107 ARR" in page
    assert len(rows(ana(open_place).get("/?view=all&csm=all"))) == 4
    assert rows(ana(open_place).get("/?view=all&csm=nobody")) == [IDS[3]]
    assert rows(ana(open_place).get("/?view=all&csm=old")) == [IDS[2]]


def test_who_has_no_account_and_who_leads_begin_with_all(open_place: Place) -> None:
    """A leader with accounts too."""
    for visitor in (open_place.visitor("csm", name="New"), open_place.visitor("leader", "csm", mail="ana@example.com")):
        assert len(rows(visitor.get("/?view=all"))) == 4


@pytest.mark.parametrize("asked", ["", "&csm=all", "&csm=mine", "&csm=nobody", "&csm=old", f"&q={IDS[2]}"])
def test_where_all_see_their_own_alone_others_are_nowhere(own_only: Place, asked: str) -> None:
    """Not in lists, counts, choices, money nor files, whatever the address asks for."""
    page = ana(own_only).get(f"/?view=all{asked}")
    assert set(rows(page)) <= {IDS[0], IDS[1]}
    assert "evil" not in page
    assert "Ben" not in page
    assert "Without a CSM" not in page
    _, told = read_file(ana(own_only).get(f"/export.csv?view=all{asked}"))
    assert {one["Account id"] for one in told} <= {IDS[0], IDS[1]}


def test_leaders_see_all_in_any_case(own_only: Place) -> None:
    """Counts are theirs, whoever asked before them."""
    assert "2 accounts" in ana(own_only).get("/?view=all")
    page = own_only.visitor("leader", name="Lea").get("/?view=all")
    assert len(rows(page)) == 4
    assert "4 accounts · $112 ARR · 1 without ARR in USD" in page


def test_a_file_is_what_the_page_shows(open_place: Place) -> None:
    """The same rows in the same order, under a line that names filters, month and instant; noted in the audit."""
    visitor, query = open_place.visitor(), "view=all&sort=-score&segment=paid"
    shown = rows(visitor.get(f"/?{query}"))
    answer = visitor.client.get(f"/export.csv?{query}")
    head, told = read_file(answer.text)
    assert [one["Account id"] for one in told] == shown == [IDS[3], IDS[1], IDS[2], IDS[0]]
    assert "view: All accounts | find: anything | tier: any | segment: paid | CSM: all | order: score, reversed" in head
    assert "of 2026-10 (final)" in head
    assert "4 of 4 accounts | made: 2026-11-01T12:00:00Z" in head
    assert told[3]["Change"] == "-28.7"
    assert (told[3]["Tier before"], told[3]["Days to renewal"]) == ("Healthy", "10")
    assert answer.headers["content-disposition"] == 'attachment; filename="portfolio-2026-10.csv"'
    assert audited(open_place) == ["export made"]


def test_a_file_asked_for_again_is_the_same_and_follows_what_changed(open_place: Place) -> None:
    """What was written of an account is kept, and written anew where its record is another; orders mix nothing up."""
    visitor = open_place.visitor()
    _, first = read_file(visitor.get("/export.csv?view=all&sort=name"))
    _, again = read_file(visitor.get("/export.csv?view=all&sort=-score"))
    assert sorted(first, key=itemgetter("Account id")) == sorted(again, key=itemgetter("Account id"))
    with open_place.store() as store:
        later = replace(RECORDS[0], scored_at=Instant(RECORDS[0].scored_at + DAY))
        store.put_records([replace(later, measurements=replace(later.measurements, arr=1_234.0))])
    _, told = read_file(visitor.get("/export.csv?view=all&sort=name"))
    changed = [now for then, now in zip(first, told, strict=True) if now != then]
    assert [(one["Account id"], one["ARR"]) for one in changed] == [(RECORDS[0].score.account_id, "1234.0")]


def test_a_spreadsheet_runs_nothing_of_a_file(open_place: Place) -> None:
    """What it would take for a formula is led by an apostrophe; a find that is hostile stays within its cell."""
    head, told = read_file(open_place.visitor().get("/export.csv?view=all&q=%3DHYPERLINK"))
    assert [one["Account"] for one in told] == [f"'{_EVIL}"]
    assert "find: =HYPERLINK" in head
    assert not head.startswith("=")


def test_a_page_runs_nothing_of_a_name(open_place: Place) -> None:
    """It is text."""
    page = open_place.visitor().get("/?view=all&q=<script>alert(2)</script>&csm=<b>")
    assert "<script>alert" not in page
    assert '<b>"' not in page


def audited(place: Place) -> list[str]:
    """Give the acts of the audit."""
    with place.store() as store:
        return [one.act for one in acts(store)]


def test_a_view_is_saved_opened_changed_and_removed(open_place: Place) -> None:
    """It is a tab with a count; other filters than its own are marked; every act is in the audit."""
    visitor = open_place.visitor("csm", name="Eva")
    where = visitor.send("/views", {"name": " Paid  risks ", "query": "view=risk&segment=paid&period=2026-10&page=3"})
    assert where.startswith("/?view=risk&segment=paid&saved=")
    page = visitor.get(where)
    assert 'aria-current="true">Paid risks <span class="number">2</span></a>' in page
    assert "unsaved" not in page
    assert "unsaved" in visitor.get(f"{where}&tier=Critical")
    again = visitor.send("/views", {"name": "paid risks", "query": "view=risk&segment=paid&tier=Critical"})
    assert again.split("saved=")[1] == where.split("saved=")[1]
    assert 'paid risks <span class="number">1</span>' in visitor.get("/")
    assert visitor.send(f"/views/{where.split('saved=')[1]}/remove").startswith("/?view=risk")
    assert "paid risks" not in visitor.get("/")
    assert 'aria-current="true">At risk ' in visitor.get(where)
    assert sorted(audited(open_place)) == ["view removed", "view saved", "view saved"]


def test_views_are_private_unless_a_leader_shares_them(open_place: Place) -> None:
    """A CSM shares nothing, and removes no one else's."""
    eva, lea = open_place.visitor("csm", name="Eva"), open_place.visitor("leader", name="Lea")
    lea.send("/views", {"name": "Mine alone", "query": "view=risk"})
    where = lea.send("/views", {"name": "For all", "query": "view=risk&csm=mine", "shared": "yes"})
    page = eva.get("/")
    assert "For all" in page
    assert "Mine alone" not in page
    assert 'For all <span class="number">0</span>' in page
    assert 'For all <span class="number">1</span>' in ana(open_place).get("/")
    eva.send("/views", {"name": "Shared", "query": "", "shared": "yes"}, expect=400)
    eva.send(f"/views/{where.split('saved=')[1]}/remove", expect=400)
    eva.send("/views/none/remove", expect=404)
    assert "For all" in eva.get("/")


@pytest.mark.parametrize(
    ("name", "query"), [("", ""), ("x" * 31, ""), ("a\x00b", ""), ("ok", "view=foes"), ("ok", "sort=luck")]
)
def test_a_view_that_says_nothing_is_refused(open_place: Place, name: str, query: str) -> None:
    """And nothing is kept."""
    open_place.visitor().send("/views", {"name": name, "query": query}, expect=400)
    assert audited(open_place) == []


def test_there_are_as_many_views_as_fit_a_row(open_place: Place) -> None:
    """The next is refused with what to do."""
    visitor = open_place.visitor()
    for number in range(6):
        visitor.send("/views", {"name": f"View {number}", "query": "view=all"})
    assert "remove one first" in visitor.send("/views", {"name": "One more", "query": ""}, expect=400)


def test_a_store_without_records_says_what_to_do(tmp_path: Path) -> None:
    """As the command line does; there is no file of it."""
    visitor = place_of(filled(tmp_path / "s.db")).visitor()
    assert "No account has a record yet: run `healthscore finalise`, or rescore one." in visitor.get("/")
    assert visitor.status("/export.csv") == 404


def test_an_empty_morning_says_how_many_are_as_they_were(tmp_path: Path) -> None:
    """And leads to all."""
    page = place_of(filled(tmp_path / "s.db", RECORDS[1], RECORDS[3])).visitor().get("/")
    assert "Nothing fell, nothing is due. 2 accounts are as they were." in page


def test_a_running_month_shows_the_others_with_the_month_before(tmp_path: Path) -> None:
    """Said in the row; their change is of the month before, so they neither fell nor rose in this one."""
    live = replace(RECORDS[1], period="2026-11", status="provisional")
    visitor = place_of(filled(tmp_path / "s.db", *RECORDS, live)).visitor()
    page = visitor.get("/?view=all")
    assert len(rows(page)) == 4
    assert page.count("as of October 2026") == 3
    assert '<span class="state">provisional</span>' in page
    assert rows(visitor.get("/?view=fell")) == []


def test_a_source_that_is_silent_is_said_above_the_figures(tmp_path: Path) -> None:
    """In the latest month, whose scores it may change."""
    place = place_of(filled(tmp_path / "s.db", *RECORDS), now=Instant(NOW))
    with place.store() as store:
        store.correct_coverage("intercom", Instant(NOW - 40 * DAY))
    assert "Intercom was never heard" in place.visitor().get("/")


def test_whose_mail_is_the_same_is_the_csm(open_place: Place) -> None:
    """In whatever capitals; a namesake is not."""
    namesake = open_place.visitor("csm", name="Ana Größe", mail="other@example.com")
    assert len(rows(namesake.get("/?view=all"))) == 4


def test_a_change_over_a_gap_says_since_when(tmp_path: Path) -> None:
    """Where the record before is not of the month before."""
    moved = replace(RECORDS[0], moved=Moved("2026-06", 80.0, "Healthy"))
    page = place_of(filled(tmp_path / "s.db", moved, *RECORDS[1:])).visitor().get("/?view=all")
    assert page.count("since June 2026") == 1
