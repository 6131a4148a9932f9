"""Each fault against each source: it is named, the others go on, and nobody looks healthy for it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill
from handlers.commands.status import status
from scoring.score import Score
from tests.fakes.salesforce import EXPIRED, LIMIT_EXCEEDED, LOCKED
from tests.fakes.server import FakeServer, Fault, Response
from tests.live.desk import Desk, Told, at_desk

TRIES = 40
SLOW, CUT = Fault("slow", seconds=1.2), Fault("cut")
LIMITED = Fault("answer", Response(429, {"errors": [{"code": "rate_limit_exceeded"}]}, {"X-RateLimit-Reset": "9"}))
UNAUTHORIZED = Fault("answer", Response(401, {"message": "Requires authentication."}))
OUT_OF_ORDER = Fault("answer", Response(503, {"error": "out of order"}))
BROKEN = Fault("answer", Response(500, "<html>oops</html>"))
NOT_JSON = Fault("answer", Response(200, "<html>log in</html>"))
EVERYWHERE: Mapping[str, Fault] = {
    "slow": SLOW,
    "cut": CUT,
    "limited": LIMITED,
    "out of order": OUT_OF_ORDER,
    "broken": BROKEN,
    "not JSON": NOT_JSON,
}
QUERY, SEARCH, RUN = "/query", "/conversations/search", "/run/json"
FAULTS: list[Any] = [
    pytest.param(source, path, fault, id=f"{source}: {name}")
    for source, path in (("salesforce", QUERY), ("intercom", SEARCH), ("looker", RUN))
    for name, fault in EVERYWHERE.items()
] + [
    pytest.param("salesforce", QUERY, Fault("answer", EXPIRED), id="salesforce: session ends at once"),
    pytest.param("salesforce", QUERY, Fault("answer", LIMIT_EXCEEDED), id="salesforce: day's calls used up"),
    pytest.param(
        "salesforce",
        QUERY,
        Fault("answer", Response(200, {"totalSize": 3, "done": True, "records": []})),
        id="salesforce: rows cut off",
    ),
    pytest.param("salesforce", "/token", OUT_OF_ORDER, id="salesforce: no log-in"),
    pytest.param("intercom", SEARCH, UNAUTHORIZED, id="intercom: token no longer taken"),
    pytest.param(
        "intercom",
        SEARCH,
        Fault("answer", Response(200, {"conversations": [], "total_count": 3, "pages": {"next": None}})),
        id="intercom: rows cut off",
    ),
    pytest.param("intercom", "/conversations/deleted", CUT, id="intercom: cut at the end"),
    pytest.param("looker", RUN, UNAUTHORIZED, id="looker: token no longer taken"),
    pytest.param("looker", RUN, Fault("answer", Response(200, [{}] * 500)), id="looker: rows cut off"),
    pytest.param("looker", RUN, Fault("answer", Response(200, [])), id="looker: no rows"),
    pytest.param("looker", "/login", OUT_OF_ORDER, id="looker: no log-in"),
]


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(2, tmp_path) as desk:
        desk.timeout = 1
        yield desk


def server(desk: Desk, source: str) -> FakeServer:
    """Give the server of a source."""
    servers = {"salesforce": desk.pilot.org, "intercom": desk.pilot.workspace, "looker": desk.pilot.instance.server}
    return servers[source]


def known(score: Score) -> dict[str, bool]:
    """Tell of which sources anything that needs their word is known."""
    dimensions = score.dimensions
    return {
        "salesforce": dimensions["financial_contract"].metrics["payment_health"].raw is not None,
        "intercom": dimensions["support_health"].metrics["p1_p2_volume"].raw is not None,
        "looker": score.platform_value_score is not None or dimensions["adoption_engagement"].score is not None,
    }


def closed(desk: Desk) -> tuple[Told, Score]:
    """Close October on trial, and give the first hotel's score."""
    told = desk.run(finalise_command, "--period", "2026-10", "--dry-run")
    return told, desk.records()[0].score


@pytest.mark.parametrize(("source", "path", "fault"), FAULTS)
def test_a_fault_is_named_and_the_others_go_on(desk: Desk, source: str, path: str, fault: Fault) -> None:
    """What of a source is not known whole is missing in scores; once it is mended all is known."""
    faulty = server(desk, source)
    faulty.plan(path, *[fault] * TRIES)
    told = desk.run(backfill)
    assert (told.code, list(told.summary["failed"])) == (3, [source])
    reason = told.summary["failed"][source]
    assert reason.lower().startswith(source)
    assert f"healthscore: {reason}\n" in told.said
    assert desk.run(status).summary["feeds"].get(source, {"covered_since": None})["covered_since"] is None
    _, score = closed(desk)
    assert known(score) == {name: name != source for name in ("salesforce", "intercom", "looker")}
    assert score.tier == "Unknown" or score.coverage_pct >= 50
    faulty.faults.clear()
    assert desk.run(backfill).code == 0
    mended, score = closed(desk)
    assert mended.code == 0
    assert all(known(score).values())


def test_all_three_out_of_order_leave_nobody_scored(desk: Desk) -> None:
    """Each is named; a store that has heard of no source closes nothing, not even on trial."""
    for source, path in (("salesforce", QUERY), ("intercom", "/companies"), ("looker", RUN)):
        server(desk, source).plan(path, *[OUT_OF_ORDER] * TRIES)
    told = desk.run(backfill)
    assert (told.code, sorted(told.summary["failed"])) == (3, ["intercom", "looker", "salesforce"])
    with pytest.raises(ValueError, match="Expecting value"):
        closed(desk)


@pytest.mark.parametrize("name", [name for name in EVERYWHERE if name != "slow"])
def test_a_fault_of_the_sink_names_every_account(desk: Desk, name: str) -> None:
    """Nothing is written, nothing is lost: the next run writes it."""
    assert desk.run(backfill).code == 0
    desk.pilot.org.plan("/composite", *[EVERYWHERE[name]] * TRIES)
    told = desk.run(finalise_command, "--period", "2026-10")
    accounts = [account.id for account in desk.pilot.accounts]
    assert (told.code, list(told.summary["failed"]), told.summary["scored"]) == (3, accounts, 2)
    assert all(f"healthscore: {account}: Salesforce" in told.said for account in accounts)
    desk.pilot.org.faults.clear()
    assert desk.run(finalise_command, "--period", "2026-10").code == 0
    assert len(desk.pilot.written) == 2


def test_a_sink_that_answers_too_late_has_the_records_all_the_same(desk: Desk) -> None:
    """It is asked what it has, and has them: nobody is named for an answer that came too late."""
    assert desk.run(backfill).code == 0
    desk.pilot.org.plan("/composite", *[SLOW] * TRIES)
    told = desk.run(finalise_command, "--period", "2026-10")
    assert (told.code, told.summary["failed"], len(desk.pilot.written)) == (0, {}, 2)


def test_half_a_collection_that_fails_names_its_half(desk: Desk) -> None:
    """One row stays locked; the other is written."""
    assert desk.run(backfill).code == 0
    one, two = (account.id for account in desk.pilot.accounts)
    desk.pilot.org.refuse(f"{two}_2026-10", *[LOCKED] * 4)
    told = desk.run(finalise_command, "--period", "2026-10")
    assert (told.code, list(told.summary["failed"])) == (3, [two])
    assert "UNABLE_TO_LOCK_ROW" in told.said
    assert list(desk.pilot.written) == [f"{one}_2026-10"]


def test_the_last_calls_of_the_day_are_left_to_others(desk: Desk) -> None:
    """The run stops politely, names the source, and the other sources go on."""
    desk.pilot.org.used, desk.pilot.org.limit = 80, 100
    told = desk.run(backfill)
    assert (told.code, list(told.summary["failed"])) == (3, ["salesforce"])
    assert "81 of the day's 100 API calls are used, the last 20% are left to others" in told.said
    assert told.summary["pulled"]["looker"] > 0
    assert desk.pilot.org.used == 81
