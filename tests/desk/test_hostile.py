"""A hostile portfolio: whatever a text says, nothing of it runs, nothing leaks, nothing breaks."""

import csv
import shutil
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from handlers.desk import audit
from handlers.desk.people import Person
from tests.desk.browsing import served, window
from tests.desk.everywhere import FILES, PAGES, Shown, filled
from tests.desk.hostile import ATTACKS, dangers, formulas, poison
from tests.desk.places import NOW, Place, place_of

REFUSED = {"/identity/mapping.csv": 503}
"""A mapping whose names would not read back as they were written is refused, with the accounts' ids."""


@pytest.fixture(scope="module")
def hostile(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Open a desk on a copy of the year whose every text is an attack, the audit's lines included."""
    store = Path(shutil.copy(pristine, tmp_path_factory.mktemp("hostile") / "healthscore.db"))
    poison(store)
    place = place_of(store)
    with place.store() as kept:
        for one in ATTACKS:
            audit.note(audit.Trail(kept), NOW, Person(one, one), one, one, before=one, after=one, reason=one)
    return place


def test_the_proof_finds_what_is_dangerous() -> None:
    """Each of the attacks that are HTML, where nothing escapes it; a proof that finds nothing there proves nothing."""
    assert all(dangers(one) for one in ATTACKS if "<script>" in one or "onerror" in one or "onload" in one)
    assert dangers("<p style='x'>")
    assert dangers("<a href='javascript:alert(1)'>")
    assert dangers('<a href="/ok"><img src="data:image/png;base64,x">') == []
    assert formulas(iter([["=1", "-2.5", "-x", "ok"]])) == ["=1", "-x"]


def test_the_attacks_are_there(hostile: Place) -> None:
    """On the page, as text."""
    page = hostile.visitor(name="<script>alert(1)</script>").get("/?view=all")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{7*191}}" in page
    assert "1337" not in page


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_a_page_runs_nothing_of_it(hostile: Place, shown: Shown) -> None:
    """No tag, no handler, no address of another kind; no header of theirs; it is answered as ever."""
    answer = hostile.visitor(name=ATTACKS[1]).client.get(filled(shown.address, hostile))
    assert answer.status_code == shown.status
    assert dangers(answer.text) == []
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("shown", FILES, ids=str)
def test_a_file_is_safe_to_open(hostile: Place, shown: Shown) -> None:
    """No cell of a CSV is a formula; a file is sent as what it is; one to keep brings its own style."""
    answer = hostile.visitor().client.get(filled(shown.address, hostile))
    assert answer.status_code == REFUSED.get(shown.address, shown.status)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [one for one in ATTACKS if one.strip() in answer.headers.get("content-disposition", "")]
    if answer.headers["content-type"].startswith("text/csv"):
        assert formulas(csv.reader(StringIO(answer.text.lstrip("\ufeff")))) == []
    elif answer.headers["content-type"].startswith("text/html"):
        assert [one for one in dangers(answer.text) if not one.endswith("style")] == []


def test_what_an_address_asks_for_is_text(hostile: Place) -> None:
    """A search, a month, an act: said back as text, and in no header."""
    visitor = hostile.visitor()
    for attack in ATTACKS:
        others = dict.fromkeys(("q", "act", "csm", "segment", "sort", "page", "flag", "source", "draft"), attack)
        for asked in (others, {"period": attack}):
            for path in ("/", "/audit", "/export.csv"):
                answer = visitor.client.get(path, params=asked)
                assert answer.status_code < 500, (path, attack)
                assert "evil" not in str(answer.headers)
                if answer.headers["content-type"].startswith("text/html"):
                    assert dangers(answer.text) == [], (path, attack)


def test_nothing_runs_in_a_real_browser(hostile: Place, browser: Browser) -> None:
    """No dialog, no report of the policy, no other host, and no text that covers the page, on each page once."""
    pages = {shown.address.partition("?")[0]: shown for shown in PAGES if shown.status == 200}
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    with served(hostile) as address, window(browser, hostile, address) as seen:
        seen.page.on("dialog", note)
        for shown in pages.values():
            page = seen.open(filled(shown.address, hostile))
            assert page.locator("#main").is_visible(), shown
        assert dialogs == []
        seen.assert_clean()
