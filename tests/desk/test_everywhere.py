"""What holds for every page in every state, in a real browser: clean, readable by all, at any width."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import Route

from tests.desk.axe import assert_accessible
from tests.desk.browsing import PHONE, Window, window
from tests.desk.everywhere import FILES, PAGES, Shown, filled
from tests.desk.places import Place

LOOKS = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
"""Gives what must not be found on a page, as sentences."""

NO_WORD = ("None", "nan", "inf", "undefined", "Undefined", "null")
"""What a page says only by a mistake."""


def test_every_page_and_file_of_the_desk_is_looked_at(place: Place) -> None:
    """A route that is missing in everywhere.py is proved by nobody."""
    looked_at = [filled(shown.address, place).partition("?")[0] for shown in (*PAGES, *FILES)]
    routes = [one for one in place.app().routes if isinstance(one, Route) and "GET" in (one.methods or ())]
    unseen = [one.path for one in routes if not any(one.path_regex.match(path) for path in looked_at)]
    assert sorted(set(unseen) - {"/healthz"}) == []


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_a_page_is_clean_readable_and_within_its_width(
    place: Place, address: str, browser: Browser, shown: Shown
) -> None:
    """One load: the policy holds, no other host, both themes, a phone's width."""
    with window(browser, place, address) as seen:
        page = seen.open(filled(shown.address, place))
        _assert_as_written(page)
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert seen.is_within(), page.evaluate(_WIDER)
        assert_accessible(page, looks=True)
        _assert_clean(seen, shown)


def test_the_proofs_find_what_is_wrong(browser: Browser) -> None:
    """A page with one of each fault: a proof that finds nothing there proves nothing elsewhere."""
    page = browser.new_page(color_scheme="dark")
    page.set_content(_FAULTY)
    found = " ".join(page.evaluate(LOOKS))
    assert all(
        word in found for word in ("one h1", "leaves a level", "no name", "no table", "neither", "inline", "twice")
    )
    assert "cannot be sent" in found
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)
    page.close()


_FAULTY = """<html lang="en"><title>x</title><h2 id="a">x</h2><h4 id="a" style="color: red">x</h4><svg role="img"></svg>
<svg></svg><img src="data:,"><form><input></form>"""


@pytest.mark.parametrize("shown", PAGES, ids=str)
def test_a_page_answers_as_it_should(place: Place, shown: Shown) -> None:
    """By its status, as a page."""
    answer = place.visitor().client.get(filled(shown.address, place))
    assert (answer.status_code, answer.headers["content-type"]) == (shown.status, "text/html; charset=utf-8")


@pytest.mark.parametrize("shown", FILES, ids=str)
def test_a_file_is_a_file(place: Place, shown: Shown) -> None:
    """It is there, it is no page, and a browser takes it for what it is."""
    answer = place.visitor().client.get(filled(shown.address, place))
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "text/html":
        assert answer.headers["content-disposition"].startswith("attachment; ")
        return
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (shown.status, "nosniff")
    assert kind in {"text/csv", "application/json", "text/plain", "text/x-diff", "application/zip"}


def _assert_as_written(page: Page) -> None:
    assert page.evaluate(LOOKS) == []
    words = page.locator("body").inner_text().split()
    assert [word for word in words if word.strip(".,:;()") in NO_WORD] == []


_WIDER = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 150)).slice(0, 8)"""


def _assert_clean(seen: Window, shown: Shown) -> None:
    """See that the browser reported nothing but a status that is meant."""
    meant = f"the server responded with a status of {shown.status}" if shown.status != 200 else None
    seen.faults[:] = [said for said in seen.faults if meant is None or meant not in said]
    seen.assert_clean()
