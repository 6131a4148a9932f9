"""A real browser at a desk that is really served."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Literal

import uvicorn
from playwright.sync_api import Browser, Page

from config.desk import Role
from tests.desk.places import Place

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = next((found for name in BROWSERS if (found := shutil.which(name))), None)
WIDE, PHONE = (1360, 900), (390, 844)


@contextmanager
def served(place: Place) -> Iterator[str]:
    """Serve a desk on a free port of this machine; gives its address."""
    config = uvicorn.Config(place.app("127.0.0.1"), "127.0.0.1", 0, log_level="warning", lifespan="off")
    server, bound = uvicorn.Server(config), config.bind_socket()
    thread = Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Window:
    """A window of the browser, of somebody who is signed in; what went wrong in it is kept."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page of the desk."""
        self.page.goto(self.address + path, wait_until="load")
        return self.page

    def assert_clean(self) -> None:
        """See that the browser refused nothing, reported no error, and asked no other host."""
        assert self.faults == []

    def is_within(self) -> bool:
        """Tell whether nothing makes the page scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@contextmanager
def window(
    browser: Browser,
    place: Place,
    address: str,
    *roles: Role,
    size: tuple[int, int] = WIDE,
    theme: Literal["light", "dark"] = "light",
    script: bool = True,
) -> Iterator[Window]:
    """Open a window of somebody with these roles (all by default)."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, java_script_enabled=script
    )
    cookie = place.cookie(place.session(*roles))
    context.add_cookies([{"name": place.door.signer.cookie, "value": cookie, "url": address}])
    made = Window(context.new_page(), address)
    made.page.on("console", lambda said: made.faults.append(said.text) if said.type in {"error", "warning"} else None)
    made.page.on("pageerror", lambda error: made.faults.append(str(error)))
    made.page.on(
        "request", lambda asked: None if asked.url.startswith((address, "data:")) else made.faults.append(asked.url)
    )
    try:
        yield made
    finally:
        context.close()


def launch_arguments() -> dict[str, object]:
    """Say how the browser is started: without its sandbox only where there is no other user to be."""
    arguments = ["--disable-gpu", "--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"executable_path": CHROMIUM, "args": arguments}
