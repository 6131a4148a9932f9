"""The pilot, end to end: history from three live systems, faults and all; scores into Salesforce."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.engines import THOROUGH
from tests.fakes.intercom import SCROLL_EXPIRES
from tests.fakes.salesforce import EXPIRED, LOCKED
from tests.fakes.server import Fault, Request, Response
from tests.live.orgs import CONFIG
from tests.live.pilot import Fuse, Pilot, StoppedError, contents, run, served, variables
from tests.live.whole import do_all

ROOT = Path(__file__).parents[2]
FINAL = (75.5, 75.8, 75.1, 71.6, 81.8, 79.3, 75.6, 73.5, 80.9, 79.6, 77.5, 76.7, 85.3, 81.2, 80.1)
"""What each hotel's figures come to, worked out from MODEL.md apart from this code."""
STRIDE = 1 if THOROUGH else 5
"""Of the calls at which a run is stopped, and at which it is killed, each fifth; `make test THOROUGH=1` has all."""
FIELDS = {field.path: field.field for field in CONFIG.record_map}


def raw(row: dict[str, object], dimension: str, metric: str) -> object:
    """Give a metric's raw value as Salesforce holds it."""
    return row[FIELDS[f"score.dimensions.{dimension}.metrics.{metric}.raw"]]


def test_fifteen_hotels_get_their_exact_scores_through_faults_and_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut connections, refusals, limits, ended sessions, locks; the same bytes when it is all done again."""
    pilot = Pilot(15)
    with served(pilot, tmp_path):
        for name, value in variables(pilot).items():
            monkeypatch.setenv(name, value)
        pilot.org.plan("/query/", Fault("answer", EXPIRED))
        pilot.org.refuse(f"{pilot.accounts[3].id}_2026-10", LOCKED, LOCKED)
        pilot.org.plan("/query", Fault("answer", Response(503)), Fault("cut"))
        pilot.org.plan("/composite", Fault("answer", Response(503)))
        pilot.workspace.plan("/search", Fault("answer", Response(500)), Fault("cut"))
        pilot.workspace.plan("/scroll", Fault("answer", Response(429, headers={"X-RateLimit-Reset": "0"})))
        pilot.instance.server.plan("/run/json", Fault("answer", Response(502)))
        do_all(tmp_path)
        assert not any(server.faults for server in pilot.servers)
        stored, rows = contents(tmp_path / "store.db"), {row["Account__c"]: dict(row) for row in pilot.written.values()}
        do_all(tmp_path)
    assert len(rows) == len(pilot.written) == 15
    assert contents(tmp_path / "store.db") == stored
    for number, account in enumerate(pilot.accounts):
        row = rows[account.id]
        assert raw(row, "financial_contract", "days_to_renewal") == 60 + 10 * number
        assert raw(row, "financial_contract", "payment_health") == number % 4
        assert raw(row, "support_health", "p1_p2_volume") == 1
        assert raw(row, "support_health", "first_response_minutes") == 30
        assert raw(row, "support_health", "close_time_hours") == 2
        assert raw(row, "adoption_engagement", "platform_score") == 50 + number
        assert raw(row, "adoption_engagement", "staff_login_trend") == 0
        assert raw(row, "adoption_engagement", "platform_score_trend") == 0
        assert raw(row, "adoption_engagement", "feature_breadth_pct") == 50
        assert row[FIELDS["score.platform_value_score"]] == 60 + number
        assert row[FIELDS["score.final_score"]] == FINAL[number]
        assert "stale" not in str(row[FIELDS["score.flags"]])
    assert {row["Account__c"]: {**row} for row in pilot.written.values()} == rows


def test_stopped_before_any_call_and_run_again_it_ends_the_same(tmp_path: Path) -> None:
    """A run that is stopped at each of its calls in turn loses nothing and doubles nothing."""
    undisturbed = Pilot(2)
    with served(undisturbed, tmp_path):
        fuse = Fuse()
        run(undisturbed, tmp_path / "whole.db", fuse)
    expected, rows = contents(tmp_path / "whole.db"), undisturbed.written
    assert fuse.calls > 10
    for stop_at in range(0, fuse.calls, STRIDE):
        folder = tmp_path / str(stop_at)
        folder.mkdir()
        pilot = Pilot(2)
        with served(pilot, folder):
            with pytest.raises(StoppedError):
                run(pilot, folder / "store.db", Fuse(stop_at))
            run(pilot, folder / "store.db", Fuse())
        assert contents(folder / "store.db") == expected
        assert pilot.written == rows


@dataclass(slots=True)
class Reaper:
    """Counts calls of all servers, and kills a process where one was served and is not answered yet."""

    at: int | None = None
    calls: int = 0
    victims: "SimpleQueue[int]" = field(default_factory=SimpleQueue)

    def __call__(self, _: Request) -> None:
        """See a call."""
        self.calls += 1
        if self.calls == self.at:
            os.kill(self.victims.get(timeout=30), signal.SIGKILL)


@contextmanager
def workers() -> Iterator[Callable[[Pilot, Path, Reaper], int]]:
    """Give a way to do the whole job in a process of its own, and to be told how that ended."""
    words = [sys.executable, "-m", "tests.live.whole"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:  # noqa: S603
        given, told = worker.stdin, worker.stdout
        assert given is not None
        assert told is not None

        def work(pilot: Pilot, folder: Path, reaper: Reaper) -> int:
            for server in pilot.servers:
                server.witness = reaper
            trusted = {"REQUESTS_CA_BUNDLE": str(folder / "certificate.pem")}
            given.write(json.dumps([str(folder), variables(pilot) | trusted]) + "\n")
            given.flush()
            reaper.victims.put(int(told.readline()))
            return int(told.readline())

        yield work
        given.close()


def test_killed_at_any_call_and_run_again_it_ends_the_same(tmp_path: Path) -> None:
    """What the call did is done, its answer is lost, the process is dead: nothing is lost or doubled.

    It is run again when a scroll that it left open in Intercom has expired.
    """
    whole, counted = Pilot(2), Reaper()
    with workers() as work, served(whole, tmp_path):
        assert work(whole, tmp_path, counted) == 0
        expected = contents(tmp_path / "store.db")
        assert counted.calls > 20
        for at in range(2, counted.calls + 1, STRIDE):
            folder = tmp_path / str(at)
            folder.mkdir()
            pilot = Pilot(2)
            with served(pilot, folder):
                assert work(pilot, folder, Reaper(at)) == signal.SIGKILL
                pilot.clock.wait(SCROLL_EXPIRES)
                assert work(pilot, folder, Reaper()) == 0
            assert contents(folder / "store.db") == expected
            assert pilot.written == whole.written
