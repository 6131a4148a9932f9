"""A morning with the desk, as one person walks it: sign in, find, open, read why, go back, export, leave."""

import csv
import shutil
import signal
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from tests.desk.browsing import WIDE
from tests.desk.running import CLOSED, caller, running
from tests.test_stopping import ended


def test_a_morning(pristine: Path, tmp_path: Path, browser: Browser) -> None:
    """By keyboard alone but for the file, on a desk that really runs."""
    (tmp_path / "temporary").mkdir()
    store = Path(shutil.copy(pristine, tmp_path / "healthscore.db"))
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page, faults = context.new_page(), list[str]()
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    with running(store) as desk:
        page.goto(desk.entrance)
        assert (page.url, page.title()) == (f"{desk.address}/", "Portfolio · healthscore")
        assert caller().get(desk.entrance)[0] == 401

        page.goto(f"{desk.address}/?view=all")
        word = _common_word(page)
        found = _find(page, word)
        score = _open_the_second(page, found)
        assert score in page.locator("main").inner_text()
        page.go_back()
        assert page.locator("[data-find]").input_value() == word
        assert _accounts(page) == found

        assert _exported(page, tmp_path / "shown.csv") == found
        page.keyboard.press("g")
        page.keyboard.press("p")
        page.wait_for_url(f"{desk.address}/")
        assert faults == []
        desk.process.send_signal(signal.SIGINT)
        assert ended(desk.process) == (0, CLOSED)
    context.close()


def _common_word(page: Page) -> str:
    """Give the word that most names end in: a town with several hotels."""
    names = page.locator(".list tbody th a").all_inner_texts()
    return Counter(name.split()[-1] for name in names).most_common(1)[0][0]


def _find(page: Page, word: str) -> list[str]:
    """Look for a word among all accounts; gives the ids that are left."""
    everybody = _accounts(page)
    page.keyboard.press("/")
    page.keyboard.type(word)
    page.wait_for_url(f"**q={quote(word)}*")
    found = _accounts(page)
    assert 2 <= len(found) < len(everybody)
    assert set(found) < set(everybody)
    return found


def _open_the_second(page: Page, found: list[str]) -> str:
    """Go down to the second row by arrows, and open it; gives the score that the row had."""
    row = page.locator(".list tbody tr").nth(1)
    score, why = row.locator("td.score").inner_text(), row.locator("td.why").inner_text()
    assert why.strip()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{found[1]}*")
    return score.strip()


def _accounts(page: Page) -> list[str]:
    """Give the ids of the rows, from their links."""
    links = page.locator(".list tbody th a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return [str(link).removeprefix("/accounts/").partition("?")[0] for link in links]


def _exported(page: Page, file: Path) -> list[str]:
    """Export what is shown; gives the ids in the file."""
    with page.expect_download() as begun:
        page.get_by_role("link", name="Export CSV").click()
    begun.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        next(lines)
        return [row["Account id"] for row in csv.DictReader(lines)]
