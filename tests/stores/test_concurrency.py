"""Nothing is lost where processes write at once, or die while they write."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from time import sleep
from uuid import uuid4

import pytest

from handlers.stores.opening import open_store
from handlers.stores.protocol import Store
from scoring.observations import Observation
from tests.stores.places import now
from tests.stores.workers import OWNERS, SHARES, observation, share, statements

ROOT = Path(__file__).parents[2]


def start(url: str, number: int, count: int, size: int) -> "subprocess.Popen[str]":
    """Start a process that merges a share of the workload."""
    worker = [sys.executable, "-m", "tests.stores.workers", url, str(number), str(count), str(size)]
    return subprocess.Popen(worker, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603


def stored(store: Store) -> frozenset[Observation]:
    """Give the observations of the one subject, which all of its owners must find alike."""
    (found,) = {fact for owner in OWNERS for fact in store.facts("intercom", [owner])}
    return found.observations


@pytest.fixture(params=["sqlite", "dynamodb_local"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty store that processes share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shared.db'}"
    return f"{request.getfixturevalue('dynamodb_url')}-{uuid4().hex[:8]}"


def test_processes_that_write_one_subject_at_once_lose_nothing(url: str) -> None:
    """Four processes merge overlapping, shuffled shares of one subject: all of it is there."""
    count = 90
    workers = [start(url, number, count, size=3) for number in range(SHARES)]
    for worker in workers:
        worker.communicate()
    assert [worker.returncode for worker in workers] == [0] * SHARES
    with closing(open_store(url, now)) as store:
        assert stored(store) == {observation(number) for number in range(count)}
        assert_registry_is_whole(store, count)


def assert_registry_is_whole(store: Store, count: int) -> None:
    """Check that owners and feeds are what one batch of the whole workload says."""
    batch = statements(list(range(count)))
    owner = store.owner("intercom", "id")
    assert owner.ids == {*OWNERS, "id"}
    assert (owner.since, owner.name) == (observation(0).at, f"At {observation(count - 1).at}")
    assert store.feeds()["intercom"].heard == tuple(sorted(batch.heard.values()))


@pytest.mark.parametrize("pause", [0.0, 0.03])
def test_what_was_merged_before_a_kill_is_there_and_the_rest_can_be_merged_again(tmp_path: Path, pause: float) -> None:
    """A killed process leaves whole batches only; merging all again makes the store whole."""
    url, count, size = f"sqlite:///{tmp_path / 'killed.db'}", 6_000, 400
    worker = start(url, 0, count, size)
    assert worker.stdout is not None
    lines = [worker.stdout.readline() for _ in range(3)]
    sleep(pause)
    worker.kill()
    lines += worker.stdout.readlines()
    worker.wait()
    worker.stdout.close()
    merged = {observation(int(number)) for line in lines if line.endswith("\n") for number in line.split()}
    with closing(open_store(url, now)) as store:
        survived = stored(store)
        assert merged <= survived
        assert survived in wholes(share(0, count), size)
        store.merge(statements(list(range(count))))
        assert stored(store) == {observation(number) for number in range(count)}


def wholes(numbers: list[int], size: int) -> list[frozenset[Observation]]:
    """Give what the store may hold after each batch."""
    ends = range(size, len(numbers) + size, size)
    return [frozenset(observation(number) for number in numbers[:end]) for end in ends]
