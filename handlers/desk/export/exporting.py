"""The export: pages are asked for as a browser would, from link to link, and written as files."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path

from handlers.desk.app import desk_app
from handlers.desk.assets import STATIC
from handlers.desk.audit import Trail, note
from handlers.desk.export.asking import Answer, Caller
from handlers.desk.export.folder import Folder, FolderError
from handlers.desk.export.places import START, Places, between
from handlers.desk.export.rewriting import alone
from handlers.desk.laptop import LaptopSignIn, local_person
from handlers.desk.serving import Home, local_desk
from handlers.jobs.portfolio import latest_period
from handlers.jobs.report import latest_closed
from handlers.words.figures import moment

_LINKS = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')


@dataclass
class Export:
    """An export of a desk into a folder; `seen` are the files that are written, or wait to be."""

    home: Home
    folder: Folder
    seen: set[str] = field(default_factory=set)

    async def write(self) -> None:
        """Write all pages that links lead to, beginning with the portfolio; then what they load."""
        places, caller = self._places(), await _signed_in(self.home)
        waiting = deque(self._new(["/", START, "/report"], places))
        while waiting:
            page = waiting.popleft()
            answer = await self._asked(caller, page)
            links = [unescape(link) for link in _LINKS.findall(answer.text)]
            waiting.extend(self._new(links, places))
            self._keep(page, answer.text, places)
        for file in sorted(STATIC.iterdir()):
            if file.suffix != ".js":
                self.folder.write(f"assets/{file.name}", file.read_bytes())
        self.folder.finish()

    def _places(self) -> Places:
        with self.home.open_store() as store:
            period = latest_period(store)
            if period is None:
                raise FolderError("there is no record yet, so there is nothing to export: close a month first")
            return Places(period, latest_closed(store))

    def _new(self, links: list[str], places: Places) -> Iterator[str]:
        """Give the addresses of pages that are not written yet, and note that they will be."""
        for link in links:
            file = places.file(link)
            if file is not None and not file.startswith("assets/") and file not in self.seen:
                self.seen.add(file)
                yield link.partition("#")[0]

    async def _asked(self, caller: Caller, page: str) -> Answer:
        answer = await caller.get(page)
        if answer.status == 303:
            answer = await caller.get(answer.headers["location"])
        if answer.status != 200:
            raise FolderError(f"the page {page} could not be made: the desk answered {answer.status}")
        return answer

    def _keep(self, page: str, text: str, places: Places) -> None:
        file = places.file(page) or ""
        said = f"A copy of {moment(self.home.clock())}, which stays as it is. What needs the desk is not in it."
        self.folder.write(file, alone(text, partial(_lead, places, file), said).encode())


def _lead(places: Places, file: str, link: str) -> str | None:
    other = places.file(link)
    return None if other is None else between(file, other)


async def _signed_in(home: Home) -> Caller:
    sign_in = LaptopSignIn()
    caller = Caller(desk_app(local_desk(home), sign_in))
    await caller.get(f"/sign-in?token={sign_in.token}")
    return caller


def export(home: Home, path: Path) -> int:
    """Write the desk into a folder; gives how many pages there are. Raises FolderError."""
    folder = Folder(path)
    folder.check()
    asyncio.run(Export(home, folder).write())
    with home.open_store() as store:
        trail = Trail(store, home.config.retention.audit)
        note(trail, home.clock(), local_person(), "export made", "pages as files", after=str(path))
    return sum(name.endswith(".html") for name in folder.written)
