"""`python -m tests.desk.pictures STORE`: the README's pictures of the desk, of a demo's store at a fixed instant."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from tests.desk.browsing import PHONE, WIDE, launch_arguments, served, window
from tests.desk.places import place_of

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 250_000
_SETTLES_MS = 600


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the address, what is done there, and the window. Only the first screen is taken."""

    name: str
    address: str
    does: Callable[[Page], None] = lambda _: None
    size: tuple[int, int] = WIDE
    theme: Literal["light", "dark"] = "light"

    @property
    def file(self) -> Path:
        """Give where it is kept."""
        return FOLDER / f"{self.name}.png"


def _open_first(page: Page) -> None:
    page.locator(".list tbody th a").first.click()
    page.wait_for_load_state()


def _ask_for_more(page: Page) -> None:
    """Ask for quicker answers than the figures in force do, and wait until their effect is there."""
    before = page.locator("#answer").inner_text()
    for place, minutes in enumerate((60, 120, 240)):
        page.fill(
            f'[name="thresholds.thresholds.support_health.first_response_minutes.standard.{place}"]', f"{minutes}"
        )
    page.wait_for_function("was => document.querySelector('#answer').innerText !== was", arg=before)
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('[aria-busy]')")
    page.wait_for_timeout(_SETTLES_MS)


PICTURES: Sequence[Picture] = (
    Picture("portfolio", "/"),
    Picture("portfolio-dark", "/", theme="dark"),
    Picture("portfolio-phone", "/", size=PHONE),
    Picture("account", "/", _open_first),
    Picture("account-phone", "/", _open_first, size=PHONE, theme="dark"),
    Picture("what-if", "/what-if", _ask_for_more),
)


def main(arguments: Sequence[str]) -> None:
    """Take all pictures of a copy of a store; the second load of a page has its font from the start."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = place_of(Path(shutil.copy(arguments[0], Path(folder) / "healthscore.db")))
        browser = playwright.chromium.launch(**launch_arguments())  # type: ignore[arg-type]
        with served(place) as address:
            for one in PICTURES:
                with window(browser, place, address, size=one.size, theme=one.theme) as seen:
                    seen.open(one.address)
                    one.does(seen.open(one.address))
                    seen.assert_clean()
                    seen.page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
                    seen.page.screenshot(path=one.file, animations="disabled")
                    sys.stdout.write(f"{one.file.relative_to(Path.cwd())}: {one.file.stat().st_size // 1_000} KB\n")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
