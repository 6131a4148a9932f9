"""A source that hangs is given up in time, and takes nobody else's: calls, retries, sweeps and closes."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from handlers.clients.bounded import bounded
from handlers.clients.patient import patient_session
from handlers.clients.remote import CALL_SECONDS, Patience, SourceError
from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.jobs.records import Terms
from handlers.jobs.sweep import Clients, Sweeper, folding, take_in
from handlers.jobs.systems import clients_of, shares
from handlers.jobs.usage import pull_usage
from handlers.settings import load_settings
from handlers.stores.sqlite.store import SqliteStore
from tests.fakes.server import FakeServer, Fault, Response, serving
from tests.live.desk import Desk, at_desk
from tests.live.orgs import CONFIG
from tests.live.pilot import AS_OF, NOW, variables

HANG, DRIP = Fault("slow", seconds=60), Fault("drip", seconds=0.1)
PATHS = {"salesforce": "/token", "intercom": "/conversations/search", "looker": "/login"}
"""By system, a call that each of its pulls makes first."""
SHORT = 0.4
SOON = 20.0
"""Seconds in which a call that is given up has ended, however busy the machine; it would hang for a minute."""


@contextmanager
def soon() -> Iterator[None]:
    """See that what hangs does not hold up what follows."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < SOON


@contextmanager
def hanging(fault: Fault, folder: Path) -> Iterator[tuple[FakeServer, str]]:
    """Serve one answer that never ends."""
    fake = FakeServer(lambda _: Response(200, {"text": "x" * 10_000}))
    fake.plan("/", *[fault] * 9)
    with serving(fake, folder) as trusted:
        yield fake, str(trusted)


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(2, tmp_path) as desk:
        yield desk


def clients(desk: Desk, late: str) -> Clients:
    """Give clients of the pilot's systems, of which one has little time and the others all they want."""
    settings, patience = load_settings(variables(desk.pilot)), Patience(0.0, lambda _: None)
    hurried = clients_of(settings, [late], patience=patience, seconds=SHORT)
    rest = clients_of(settings, PATHS.keys() - {late}, patience=patience)
    return replace(rest, **{late: getattr(hurried, late)})


@pytest.mark.parametrize("fault", [HANG, DRIP], ids=["no byte comes", "a byte now and then"])
def test_a_call_ends_in_its_time_whatever_the_server_does(fault: Fault, tmp_path: Path) -> None:
    """The timeout of a socket begins anew with each byte; the budget of the call does not. There is no second try."""
    session = patient_session(patience=Patience().within(SHORT))
    with hanging(fault, tmp_path) as (fake, trusted), soon(), pytest.raises(requests.Timeout, match="in the time"):
        session.get(fake.url, verify=trusted)
    assert len(fake.calls) <= 1


def test_no_call_is_begun_when_the_time_is_over(tmp_path: Path) -> None:
    """Nothing is sent that nobody waits for."""
    session = patient_session(patience=Patience().within(0))
    with hanging(HANG, tmp_path) as (fake, trusted), pytest.raises(requests.Timeout):
        session.get(fake.url, verify=trusted)
    assert fake.calls == []


def test_a_retry_that_lies_beyond_the_budget_is_not_waited_for(tmp_path: Path) -> None:
    """The last answer stands, at once."""
    pauses: list[float] = []
    fake = FakeServer(lambda _: Response(503, {}, {"Retry-After": "50"}))
    session = patient_session(patience=Patience(0.0, pauses.append).within(40))
    with serving(fake, tmp_path) as trusted:
        assert session.get(fake.url, verify=str(trusted)).status_code == 503
    assert (len(fake.calls), pauses) == (1, [])


def test_retries_of_a_call_share_one_budget(tmp_path: Path) -> None:
    """Each pause takes from it: 300 s hold five tries a minute apart, and no sixth, however many are allowed."""
    clock = [0.0]
    fake = FakeServer(lambda _: Response(503, {}, {"Retry-After": "60"}))
    patience = Patience(0.0, lambda seconds: clock.__setitem__(0, clock[0] + seconds), clock=lambda: clock[0])
    session = patient_session(retries=50, patience=patience)
    with serving(fake, tmp_path) as trusted:
        assert session.get(fake.url, verify=str(trusted)).status_code == 503
    assert (len(fake.calls), clock[0]) == (5, 240)


def test_a_timeout_longer_than_the_budget_of_a_call_widens_it() -> None:
    """Who sets a timeout of 15 minutes wants to wait for it; the whole is the limit all the same."""
    still = Patience(clock=lambda: 0.0)
    assert [still.call(timeout).left() for timeout in (120, 900)] == [CALL_SECONDS, 900]
    assert still.within(50).call(900).left() == 50


def test_what_a_deed_raises_is_raised() -> None:
    """It is no silence."""
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0, SOON)
    assert bounded(lambda: "done", SOON) == "done"


def test_seconds_are_shared_out_and_left_overs_go_on() -> None:
    """Three systems in 90 seconds: the first ends after 30 at the latest, the last has what is left of 90."""
    parts = shares(["a", "b", "c"], Patience(clock=lambda: 7.0), 90)
    assert {name: part.left() for name, part in parts.items()} == {"a": 30, "b": 60, "c": 90}


@pytest.mark.parametrize("late", PATHS)
def test_a_hung_source_starves_no_other_and_no_checkpoint(desk: Desk, late: str) -> None:
    """It is named; what the others gave is taken in, and how far they came is kept."""
    server = {"salesforce": desk.pilot.org, "intercom": desk.pilot.workspace, "looker": desk.pilot.instance.server}
    server[late].plan(PATHS[late], *[HANG] * 9)
    failures: dict[str, str] = {}
    with closing(SqliteStore(desk.store)) as store, soon():
        sweeper = Sweeper(clients(desk, late), CONFIG.intake, CONFIG.looker, tuple(desk.pilot.accounts), store, NOW)
        for _ in take_in(sweeper.sweep(), folding(store, CONFIG.intake, NOW), store, failures):
            pass
        kept = {source for source in PATHS if store.cursor(source) is not None}
    assert list(failures) == [late]
    assert failures[late].lower().startswith(late)
    assert kept == PATHS.keys() - {late}


@pytest.mark.parametrize("fault", [HANG, DRIP], ids=["no byte comes", "a byte now and then"])
@pytest.mark.parametrize("path", ["/login", "/run/json"])
def test_usage_that_does_not_come_in_time_is_given_up(desk: Desk, path: str, fault: Fault) -> None:
    """The reason names Looker; the month is closed by what is known."""
    assert desk.run(backfill).code == 0
    desk.pilot.instance.server.plan(path, *[fault] * 9)
    settings, patience = load_settings(variables(desk.pilot)), Patience(0.0, lambda _: None)
    close = Terms("2026-10", AS_OF, CONFIG.model, "final", NOW)
    accounts = tuple(desk.pilot.accounts)
    with (
        closing(SqliteStore(desk.store)) as store,
        soon(),
        pytest.raises(SourceError, match=r"Looker at .* gave no answer in time"),
    ):
        pull_usage(settings, CONFIG, accounts, store, close, patience.within(SHORT))
    desk.pilot.instance.server.faults.clear()
    assert desk.run(finalise_command, "--period", "2026-10", "--dry-run").summary["scored"] == 2
