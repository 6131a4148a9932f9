"""The portfolio in a real browser: filters that answer as one types, keys, the way back, themes, without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.browsing import PHONE, Window, served, window
from tests.desk.places import Place

_SHIFTS = """() => new Promise(done => { let sum = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 100); })"""

_COLUMNS = "[...document.querySelectorAll('table.portfolio thead th')].map(one => one.getBoundingClientRect().x)"
_PLACES = "['main', '.who'].map(one => document.querySelector(one).getBoundingClientRect().toJSON())"


@pytest.fixture
def seen(place: Place, address: str, browser: Browser) -> Iterator[Window]:
    """Open a window of somebody who sees all; nothing may go wrong in it."""
    with window(browser, place, address) as opened:
        yield opened
        opened.assert_clean()


def listed(page: Page) -> int:
    """Count the rows."""
    return page.locator("table.portfolio tbody tr").count()


def test_a_list_narrows_as_one_types_and_back_keeps_it(seen: Window) -> None:
    """Without a load; the address says it, the count is announced, a choice is a step of its own; back restores."""
    page = seen.open("/?view=all")
    whole, name = listed(page), page.locator("table.portfolio tbody th a").first.inner_text()
    page.evaluate("window.stays = true")
    page.keyboard.press("/")
    page.keyboard.type(name)
    expect(page.locator("#count")).to_contain_text(re.compile(rf"\d+ accounts? of {whole}"))
    assert page.locator("[data-find]").evaluate("one => one === document.activeElement")
    page.select_option("select[name=segment]", "paid")
    page.wait_for_url("**segment=paid**")
    assert page.evaluate("window.stays")
    assert "q=" in page.url
    page.locator(".filters select[name=segment]").select_option("standard")
    page.wait_for_url("**segment=standard**")
    page.go_back()
    page.wait_for_load_state()
    expect(page.locator("select[name=segment]")).to_have_value("paid")
    expect(page.locator("[data-find]")).to_have_value(name)


def test_filters_are_there_again_after_an_account_was_looked_at(seen: Window) -> None:
    """Back from the account leads to the list as it was."""
    page = seen.open("/?view=all&sort=-score")
    page.select_option("select[name=segment]", "standard")
    page.wait_for_url("**segment=standard**")
    shown = page.locator("table.portfolio tbody th a").all_inner_texts()
    page.locator("[data-find]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/**")
    address = page.url
    page.go_back()
    page.wait_for_load_state()
    assert page.locator("table.portfolio tbody th a").all_inner_texts() == shown
    page.goto(address)
    page.locator("main").get_by_role("link", name="Portfolio").first.click()
    page.wait_for_url("**segment=standard**")
    assert page.locator("table.portfolio tbody th a").all_inner_texts() == shown
    expect(page.locator("select[name=segment]")).to_have_value("standard")
    seen.faults[:] = [one for one in seen.faults if "404" not in one]


def test_keys_lead_and_are_listed(seen: Window) -> None:
    """`?` shows them, Escape hides them, g and a letter goes to a section; letters typed into a field are letters."""
    page = seen.open("/?view=all")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("gp?")
    expect(page.locator("[data-find]")).to_have_value("gp?")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url(seen.address + "/")


def test_a_theme_that_was_chosen_stays(seen: Window) -> None:
    """Over pages, from their first picture on."""
    page = seen.open("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    seen.open("/?view=all")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_a_view_is_saved_where_one_filters(own_place: Place, browser: Browser) -> None:
    """The filters of that moment, also those that came without a load."""
    with served(own_place) as address, window(browser, own_place, address) as seen:
        page = seen.open("/?view=all")
        page.select_option("select[name=segment]", "paid")
        page.wait_for_url("**segment=paid**")
        page.get_by_text("Save view").click()
        page.get_by_label("Name of the view").fill("Paid ones")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".tabs [aria-current]")).to_contain_text("Paid ones")
        expect(page.locator("select[name=segment]")).to_have_value("paid")
        seen.assert_clean()


def test_it_works_without_script(place: Place, address: str, browser: Browser) -> None:
    """Filters by a button."""
    with window(browser, place, address, script=False) as seen:
        page = seen.open("/?view=all")
        page.locator("select[name=segment]").select_option("paid")
        page.get_by_role("button", name="Filter").click()
        page.wait_for_url("**segment=paid**")
        assert set(page.locator("table.portfolio .account .sub").all_inner_texts()[0].split(" · ")[0].split()) == {
            "Paid"
        }
        seen.assert_clean()


@pytest.mark.parametrize("size", [(1360, 900), (820, 900), (760, 900), PHONE])
def test_nothing_jumps_while_it_loads(place: Place, address: str, browser: Browser, size: tuple[int, int]) -> None:
    """And nothing scrolls sideways, nor stands out of its card."""
    with window(browser, place, address, size=size) as seen:
        page = seen.open("/?view=all")
        assert page.evaluate(_SHIFTS) < 0.01
        assert seen.is_within()
        table, card = page.locator("table.portfolio").bounding_box(), page.locator(".listing").bounding_box()
        assert table is not None
        assert card is not None
        assert table["width"] <= card["width"]


@pytest.mark.parametrize("size", [(1360, 900), (820, 900), PHONE])
def test_columns_stand_where_they_will_stand_before_a_row_came(
    place: Place, address: str, browser: Browser, size: tuple[int, int]
) -> None:
    """A browser that paints while rows still come moves none of those that are there."""
    with window(browser, place, address, size=size) as seen:
        page = seen.open("/?view=all")
        whole = page.evaluate(_COLUMNS)
        page.evaluate("document.querySelector('table.portfolio tbody').replaceChildren()")
        assert page.evaluate(_COLUMNS) == whole


@pytest.mark.parametrize("size", [(1360, 900), PHONE])
def test_nothing_gives_way_to_what_the_script_adds(
    place: Place, address: str, browser: Browser, size: tuple[int, int]
) -> None:
    """Its buttons have their place before the page is whole.

    The page's own font stays away: it may come before or after the first of the two looks, and is optional.
    """
    with window(browser, place, address, size=size) as seen:
        seen.page.route("**/*.woff2", lambda route: route.abort())
        seen.page.add_init_script(
            f"document.addEventListener('DOMContentLoaded', () => {{ window.before = {_PLACES}; }})"
        )
        page = seen.open("/?view=all")
        assert page.evaluate("window.before") == page.evaluate(_PLACES)


def test_a_desk_that_does_not_answer_says_so_and_keeps_what_is_shown(
    place: Place, address: str, browser: Browser
) -> None:
    """In place."""
    with window(browser, place, address) as seen:
        page = seen.open("/?view=all")
        before = listed(page)
        page.context.set_offline(True)
        page.select_option("select[name=segment]", "paid")
        expect(page.get_by_role("alert")).to_contain_text("does not answer")
        assert listed(page) == before
        page.context.set_offline(False)
        page.select_option("select[name=segment]", "standard")
        page.wait_for_url("**segment=standard**")
        expect(page.get_by_role("alert")).to_have_count(0)


def test_paper_names_what_is_printed(seen: Window) -> None:
    """Filters, month, model and instant, and nothing that cannot be clicked there."""
    page = seen.open("/?view=all&segment=paid")
    expect(page.locator(".on-paper")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".on-paper")).to_contain_text("segment: paid")
    for gone in (".top", ".tabs", ".filters", ".tools .menu", ".tools .button"):
        expect(page.locator(gone)).to_be_hidden()
