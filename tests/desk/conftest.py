"""The year of a small demo, a desk on it, and a browser."""

import shutil
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.jobs.draft_figures import figures_of
from handlers.jobs.drafts import Draft, keep_draft
from tests.calling import call
from tests.desk.browsing import CHROMIUM, launch_arguments, served
from tests.desk.places import Place, place_of

_STORE = "out/healthscore.db"


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Give the store of a demo's year with 24 accounts, which all workers of a run share.

    Nobody opens it: whoever needs it copies it. A file that this process has open must not be copied: SQLite's
    locks are those of the process, and go when any reader of the file closes it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "year"
    folder.mkdir(exist_ok=True)
    with (folder / "making").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (folder / "made").exists():
            done = call("--quiet", "demo", "--size", "24", "--output", "out", folder=folder)
            assert done.returncode == 0, done.stderr
            with place_of(folder / _STORE).store() as kept:
                keep_draft(kept, a_draft())
            (folder / "made").touch()
    return folder / _STORE


@pytest.fixture(scope="session")
def year(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a worker's own copy, to read: what a desk adds to its audit when somebody reads stays in there."""
    return Path(shutil.copy(pristine, tmp_path_factory.mktemp("read") / "healthscore.db"))


def a_draft() -> Draft:
    """Give a draft on the figures in force: three hours less to close a conversation."""
    figures = figures_of(DEFAULT_DIRECTORY)
    edits = {"thresholds.thresholds.support_health.close_time_hours.paid.2": "45"}
    drafted = figures.drafted(edits)
    assert drafted.config is not None
    base = load_config().model.version
    version = drafted.config.model.version
    return Draft("Quicker closes", "Ana Duarte", "ana.duarte", "Agreed", base, version, edits, "2026-10-20T09:00:00Z")


@pytest.fixture(scope="session")
def place(year: Path) -> Place:
    """Open a desk on the year of the demo; nobody writes to it."""
    return place_of(year)


@pytest.fixture
def own_place(pristine: Path, tmp_path: Path) -> Place:
    """Open a desk on a store as the demo left it, for tests that change it."""
    return place_of(Path(shutil.copy(pristine, tmp_path / "healthscore.db")))


@pytest.fixture(scope="session")
def address(place: Place) -> Iterator[str]:
    """Serve the desk of the year."""
    with served(place) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**launch_arguments())  # type: ignore[arg-type]
        yield started
        started.close()
