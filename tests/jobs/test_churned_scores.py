"""The ledger of a store: who looked after an account that left, what came late about it, and the page of it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.model_text import model_text
from handlers.cli import cli
from handlers.jobs.records import Terms, record_of
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming, Owner
from scoring.feeds import Covered, Feed, Heard, HeardHour
from scoring.instants import HOUR, Instant, format_date
from scoring.model import Model
from scoring.observations import Observation
from scoring.periods import period_end, periods_to
from scoring.record import Record
from tests.models import the_model
from tests.scoring.accounts import ID, LONG_AGO, days, known, reading

MODEL = the_model()
SOURCES = ("intercom", "salesforce", "looker")
OLD = replace(MODEL, version="old")
OTHERS = ["001AA0000000002AAA", "001AA0000000003AAA"]
PERIODS = periods_to("2026-10", 12)


def usage(account_id: str, period: str, level: float) -> Observation:
    """Say how an account used the product in a month."""
    return reading(period_end(period), account_id, **dict.fromkeys(MODEL.pillars, level))


def closed(account_id: str, levels: Sequence[float], model: Model = MODEL, csm: str | None = None) -> list[Record]:
    """Give final records, each written when its month had ended, of what was known then."""
    account = Account(account_id, {"looker": (account_id,)}, "Hotel", csm=csm)
    owners, made = (Owner("looker", frozenset([account_id]), None, LONG_AGO),), []
    for period, level in zip(PERIODS, levels, strict=True):
        end = period_end(period)
        live = Feed(covered_since=LONG_AGO, heard=(HeardHour(Instant(end - 1), Instant(end - 1)),))
        feeds = dict.fromkeys(SOURCES, live)
        facts = known(usage(account_id, period, level), account=account, owners=owners, feeds=feeds)
        made.append(record_of(facts, Terms(period, end, model, "final", Instant(end + 6 * HOUR))))
    return made


def told(folder: Path, shown: Mapping[str, list[Record]], late: Sequence[Observation]) -> None:
    """Make a store of records, and of what became known since."""
    batch = Batch()
    for source in SOURCES:
        batch.add(Covered(source, LONG_AGO))
        for period in PERIODS:
            batch.add(Heard(source, Instant(period_end(period) - 1)))
    for one in shown:
        for source in SOURCES:
            batch.add(Naming(source, (one,), LONG_AGO))
    for observation in late:
        batch.add(observation)
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(batch)
        store.portfolio.put([Edit(one, owners={"looker": (one,)}) for one in shown], "zoe", LONG_AGO)
        for records in shown.values():
            store.put_records(records)
    header = "account_id,outcome,notice_date,effective_date,arr"
    row = f"{ID},churned,{format_date(days(10))},{format_date(days(1))},9"
    (folder / "outcomes.csv").write_text(f"{header}\n{row}\n")


def ask(folder: Path, *words: str) -> Result:
    """Run the command on the store."""
    given = ["--outcomes", str(folder / "outcomes.csv"), *words]
    answer = CliRunner().invoke(cli, ["--store", f"sqlite:///{folder / 'store.db'}", "backtest", *given])
    assert answer.exit_code == 0, answer.output
    return answer


def only_row(answer: Result) -> dict[str, object]:
    """Give the one row of the ledger."""
    (row,) = json.loads(answer.stdout)["ledger"]
    assert isinstance(row, dict)
    return row


STAY = {one: closed(one, [level] * 12) for one, level in zip(OTHERS, (70.0, 90.0), strict=True)}


def test_the_ledger_names_who_looked_after_an_account_when_it_was_alerted(tmp_path: Path) -> None:
    """By the record of that date."""
    told(tmp_path, {ID: closed(ID, [95.0] * 5 + [20.0] * 7, csm="Ana"), **STAY}, [])
    row = only_row(ask(tmp_path))
    assert (row["cause"], row["lasting_alert"], row["account_name"]) == (None, "2026-05-01", "Hotel")
    assert row["told"] == {"id": None, "name": "Ana", "mail": None, "is_active": None}
    assert row["tiers"] == [{"tier": "Unknown", "dates": 12}]


@pytest.mark.parametrize("model", [MODEL, OLD])
def test_what_came_late_is_named_where_it_would_have_been_an_alert_in_time(tmp_path: Path, model: Model) -> None:
    """It was shown as the best; with what is known now, under the same model, it was the worst all along."""
    late = [usage(ID, period, 5.0) for period in PERIODS]
    told(tmp_path, {ID: closed(ID, [95.0] * 12, model), **STAY}, late)
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.put_model("old", model_text(OLD))
    row = only_row(ask(tmp_path))
    assert row["cause"] == "late data"
    proof = row["proof"]
    assert isinstance(proof, dict)
    assert (proof["score"], proof["known_now"]["score"]) == (95.0, 62.0)


def test_under_a_model_that_nobody_can_read_nothing_is_measured_anew(tmp_path: Path) -> None:
    """Then it cannot be said that data came late."""
    late = [usage(ID, period, 5.0) for period in PERIODS]
    told(tmp_path, {ID: closed(ID, [95.0] * 12, OLD), **STAY}, late)
    assert only_row(ask(tmp_path))["cause"] == "no data"


def test_months_without_a_record_are_of_what_is_known_now(tmp_path: Path) -> None:
    """The ledger has them whole, too; nothing in them can have come late."""
    told(tmp_path, {ID: closed(ID, [95.0] * 12)[:6], **STAY}, [usage(ID, period, 95.0) for period in PERIODS])
    row = only_row(ask(tmp_path))
    assert row["cause"] == "no data"
    proof = row["proof"]
    assert isinstance(proof, dict)
    assert (proof["as_of"], proof["score"], proof["coverage_pct"]) == ("2026-08-01T00:00:00Z", 98.0, 48.1)


def test_the_page_says_where_the_scores_are_from(tmp_path: Path) -> None:
    """And names the account and who would have been told."""
    told(tmp_path, {ID: closed(ID, [95.0] * 5 + [20.0] * 7, csm="Ana"), **STAY}, [])
    answer = ask(tmp_path, "--html", str(tmp_path / "page.html"))
    written = (tmp_path / "page.html").read_text()
    assert "36 scores of" in written
    assert "are as shown then" in written
    assert ">Ana</td>" in written
    assert "Does the score warn? It cannot be told yet." in answer.stderr
