"""`calibrate` from a store: its records as they were shown then, and the outcomes that its CRM told."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.loader import load_config
from handlers.cli import cli
from handlers.jobs.records import Terms, record_of
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming
from scoring.feeds import Covered, Heard
from scoring.instants import HOUR, Instant
from scoring.observations import Fields, Observation, Subject, Value
from scoring.periods import period_end, periods_to
from scoring.record import Record
from tests.models import the_model
from tests.scoring.accounts import AS_OF, LONG_AGO, days, known, reading

MODEL = the_model()
IDS = [f"001AA00000000{number:02d}AAA" for number in range(16)]
PERIODS = periods_to("2026-05", 3)


def closed(account_id: str, level: float) -> list[Record]:
    """Give final records of an account around the landmark, of Platform Value and features in use."""
    account, made = Account(account_id, {"looker": (account_id,)}), []
    for period in PERIODS:
        end = period_end(period)
        values = dict.fromkeys(MODEL.pillars, level) | {"active_modules": level / 10, "available_modules": 20.0}
        facts = known(reading(end, account_id, **values), account=account)
        made.append(record_of(facts, Terms(period, end, MODEL, "final", Instant(end + 6 * HOUR))))
    return made


def renewal(account_id: str, *, won: bool) -> Observation:
    """Say that a renewal was closed, lost 70 days before it would have begun."""
    values: dict[str, Value] = {
        "type": "Renewal",
        "stage": "Closed Won" if won else "Closed Lost",
        "close_date": days(10),
        "closed": True,
        "won": won,
    }
    content = Fields(tuple(sorted({"deleted": False, **values}.items())), LONG_AGO)
    return Observation(Subject("salesforce", "opportunity", f"006{account_id}"), days(80), content, account_id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a store of 16 accounts; the 10 with the lowest scores were lost, all at one date."""
    told = Batch()
    told.add(Covered("salesforce", LONG_AGO))
    told.add(Heard("salesforce", AS_OF))
    for place, one in enumerate(IDS):
        told.add(Naming("salesforce", (one,), LONG_AGO))
        told.add(renewal(one, won=place >= 10))
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.merge(told)
        store.portfolio.put([Edit(one, owners={"looker": (one,)}) for one in IDS], "zoe", LONG_AGO)
        for place, one in enumerate(IDS):
            store.put_records(closed(one, 30.0 + 4 * place))
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    """Run the command on the store."""
    call = ["--store", f"sqlite:///{folder / 'store.db'}", "calibrate", "--output", str(folder / "proposal"), *words]
    return CliRunner().invoke(cli, call)


def test_a_store_is_calibrated_by_what_it_showed_then(folder: Path) -> None:
    """One row a renewal; with all of one quarter the guard cannot tell, and no word of a person helps."""
    answer = run(folder, "--override", "we are sure")
    assert answer.exit_code == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert (found["rows"], found["churns"], found["adopt"]) == (16, 10, False)
    assert found["guard"] == {"share": None, "needed": 0.8}
    assert any("the guard cannot tell" in reason for reason in found["reasons"])
    assert "48 scores of" in answer.stderr
    assert load_config(folder / "proposal").model.platform_value == found["proposal"]["platform_value"]


def test_weights_of_metrics_are_learned_from_files_alone(folder: Path) -> None:
    """The lines of a store have no scores of metrics."""
    answer = run(folder, "--level", "metrics")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "--level metrics needs --scores" in answer.stderr
