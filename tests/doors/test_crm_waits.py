"""A close that the state machine asks for waits where the CRM cannot be used, and a person is asked last."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from handlers import fold
from handlers.clock import now
from handlers.cloud.close_steps import CrmUnavailableError, FinaliseError
from handlers.finalise import handler
from handlers.jobs.crm_waits import LONGEST_PAUSE, CrmWait, Waiter, waiting, waits_of
from handlers.stores.dynamodb.store import deployed_store
from handlers.stores.opening import throwaway_store
from handlers.stores.protocol import Store
from scoring.instants import HOUR, SECOND, Instant, format_instant, parse_instant
from tests.doors.clouds import HOTELS, PREFIX, Cloud, Context, account, again, delivered
from tests.doors.systems import Systems, served
from tests.doors.telling import told_of_feeds
from tests.fakes.server import Fault, Response

PERIOD, END = "2025-10", parse_instant("2025-11-01")
DOWN = Fault("answer", Response(500, "Salesforce is out of order"))
USED_UP = {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}
FULL = Fault("answer", Response(403, [USED_UP]))
REFUSED = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "not this one")


@pytest.fixture(name="systems")
def _systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve all hotels up to the end of the period, of which the sources are heard; their scores are recorded."""
    assert again(fold.handler(delivered(told_of_feeds(END)), Context())) == []
    with served(Systems(END, HOTELS), certificates, monkeypatch) as systems:
        step("score")
        assert len(cloud.records()) == HOTELS
        yield systems


def step(name: str, **more: object) -> dict[str, Any]:
    """Take a step of a close, as the state machine asks for it."""
    asked = {"period": PERIOD, "run": "november", "usage": False, "step": name, "since": format_instant(now())}
    return handler(asked | more, Context())


def test_a_close_waits_while_salesforce_is_down_and_ends_when_it_is_back(systems: Systems) -> None:
    """The scores are recorded first; the answer says when to ask again, and no error is counted."""
    systems.org.plan("", *[DOWN] * 40)
    waits = [step("write") for _ in range(2)]
    assert [(one["is_waiting"], one["waiting"], one["tries"]) for one in waits] == [(True, HOTELS, n) for n in (1, 2)]
    first, second = (parse_instant(one["again_at"]) - now() for one in waits)
    assert 50 * SECOND < first < 62 * SECOND < second < 122 * SECOND
    with closing(deployed_store(f"dynamodb://{PREFIX}", now)) as store:
        told = waiting(store, PERIOD, now())
    assert told is not None
    assert (told.accounts, told.run) == (HOTELS, "november")
    assert "Salesforce" in told.reason
    systems.org.faults.clear()
    assert step("write")["is_waiting"] is False
    assert len(systems.written) == HOTELS
    with closing(deployed_store(f"dynamodb://{PREFIX}", now)) as store:
        assert waits_of(store, PERIOD) == []


def test_used_up_limits_are_waited_for_and_a_refused_log_in_is_not(systems: Systems) -> None:
    """What nobody mends by waiting is an error at once."""
    systems.org.plan("query", FULL)
    assert step("write")["is_waiting"]
    systems.org.plan("oauth2/token", *[Fault("answer", Response(400, {"error": "invalid_client"}))] * 5)
    with pytest.raises(FinaliseError) as refused:
        step("write")
    assert not isinstance(refused.value, CrmUnavailableError)


def test_when_the_time_is_over_the_error_has_a_name_of_its_own_and_the_letter_says_what_lacks(
    systems: Systems,
) -> None:
    """Period, run, accounts, reason; other shards are closed."""
    systems.org.plan("", *[DOWN] * 40)
    with pytest.raises(CrmUnavailableError, match=f"{HOTELS} of {HOTELS} accounts failed"):
        step("write", wait_seconds=0)
    left = {"shard": {"index": 0, "of": 1}, "error": "CrmUnavailableError"}
    ended = step("end", results=[{}, left])
    letter = ended["letter"]
    assert not ended["is_closed"]
    assert (letter["period"], letter["run"], letter["accounts"]) == (PERIOD, "november", HOTELS)
    assert letter["errorMessage"].startswith(f"{PERIOD} is not closed after 24 hours: {HOTELS} accounts are not in")
    assert step("end", results=[{}, {}]) == {"period": PERIOD, "is_closed": True}


def test_a_row_that_is_refused_is_no_reason_to_wait(systems: Systems) -> None:
    """It is named, and the others are written."""
    systems.org.refuse(f"{account(1)}_{PERIOD}", REFUSED)
    with pytest.raises(FinaliseError, match=f"1 of {HOTELS} accounts failed") as refused:
        step("write")
    assert not isinstance(refused.value, CrmUnavailableError)


def test_pauses_grow_to_half_an_hour_and_end_with_a_last_try_at_the_end(store: Store) -> None:
    """A pause that the CRM asks for is kept; none lies behind the end."""
    waiter = Waiter(PERIOD, "00000/1", "november", END, Instant(END + 24 * HOUR))
    at, pauses = END, list[Instant]()
    while (wait := waiter.wait(store, at, (7, "down"), 0)) is not None:
        pauses.append(Instant(wait.again_at - at))
        at = wait.again_at
    assert at == waiter.until
    assert pauses[:6] == [60 * SECOND * 2**n for n in range(5)] + [LONGEST_PAUSE]
    assert max(pauses) == LONGEST_PAUSE
    assert len(pauses) < 60
    asked = waiter.wait(store, Instant(END + HOUR), (7, "moving"), 3 * 3600)
    assert asked is not None
    assert asked.again_at == END + 4 * HOUR


def test_of_two_closes_that_wait_for_the_same_the_later_stays(store: Store) -> None:
    """A close that is asked for again takes over, until it waits no more."""
    first = Waiter(PERIOD, "00000/1", "first", END, Instant(END + 24 * HOUR))
    second = Waiter(PERIOD, "00000/1", "second", Instant(END + HOUR), Instant(END + 25 * HOUR))
    at = Instant(END + 2 * HOUR)
    first.wait(store, at, (7, "down"), 0)
    assert not second.is_superseded(store, at)
    second.wait(store, at, (7, "down"), 0)
    assert first.is_superseded(store, at)
    second.give_up(store, at, (7, "down"))
    assert not first.is_superseded(store, at)
    assert waiting(store, PERIOD, at) is None


def test_parts_that_wait_are_told_as_one(store: Store) -> None:
    """Since the first, until the next try, with the accounts of all; what should long have asked again is gone."""
    for index, began in enumerate((END, Instant(END + HOUR))):
        Waiter(PERIOD, f"0000{index}/2", "november", END, Instant(END + 24 * HOUR)).wait(store, began, (7, "down"), 0)
    told = waiting(store, PERIOD, Instant(END + HOUR))
    assert told == CrmWait("november", END, END, Instant(END + 60 * SECOND), 14, "down")
    assert waiting(store, PERIOD, Instant(END + 5 * HOUR)) is None


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with throwaway_store(f"sqlite:///{tmp_path}/waits.db", now) as store:
        yield store
