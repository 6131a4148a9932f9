"""The pilot, end to end: history from three live systems, faults and all; scores into Salesforce."""

from pathlib import Path

import pytest

from tests.fakes.server import Fault, Response
from tests.live.orgs import CONFIG
from tests.live.pilot import Fuse, Pilot, StoppedError, contents, run, served

FIELDS = {field.path: field.field for field in CONFIG.record_map}


def raw(row: dict[str, object], dimension: str, metric: str) -> object:
    """Give a metric's raw value as Salesforce holds it."""
    return row[FIELDS[f"score.dimensions.{dimension}.metrics.{metric}.raw"]]


def test_fifteen_hotels_get_their_exact_scores_through_faults_and_only_once(tmp_path: Path) -> None:
    """Cut connections, refusals, limits; the same records when it is all done again."""
    pilot = Pilot(15)
    with served(pilot, tmp_path):
        pilot.org.plan("/query", Fault("answer", Response(503)), Fault("cut"))
        pilot.org.plan("/composite", Fault("answer", Response(503)))
        pilot.workspace.plan("/search", Fault("answer", Response(500)), Fault("cut"))
        pilot.workspace.plan("/scroll", Fault("answer", Response(429, headers={"X-RateLimit-Reset": "0"})))
        pilot.instance.server.plan("/run/json", Fault("answer", Response(502)))
        first = run(pilot, tmp_path / "store.db", Fuse())
        rows = {row["Account__c"]: dict(row) for row in pilot.written.values()}
        again = run(pilot, tmp_path / "store.db", Fuse())
    assert (first.failed, again.failed) == ({}, {})
    assert first.scored == again.scored == len(rows) == len(pilot.written) == 15
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
    for stop_at in range(fuse.calls):
        folder = tmp_path / str(stop_at)
        folder.mkdir()
        pilot = Pilot(2)
        with served(pilot, folder):
            with pytest.raises(StoppedError):
                run(pilot, folder / "store.db", Fuse(stop_at))
            run(pilot, folder / "store.db", Fuse())
        assert contents(folder / "store.db") == expected
        assert pilot.written == rows
