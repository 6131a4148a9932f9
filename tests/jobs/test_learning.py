"""What answers teach is read from the store, and a category that is muted suggests nothing more."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from config.loader import load_config
from config.words import WordsTerms
from handlers.jobs.fold import read_message
from handlers.jobs.learning import every_answer, learn, learn_daily, muted_names
from handlers.jobs.muted import muted_in
from handlers.stores.protocol import Batch, Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, parse_instant
from tests.calling import call
from tests.messages import ACCOUNT, body

CONFIG = load_config()
NOW = parse_instant("2026-11-02")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    (tmp_path / "var").mkdir()
    with closing(SqliteStore(tmp_path / "var/healthscore.db")) as opened:
        yield opened


def _answer(store: Store, number: int, status: str, **more: object) -> None:
    record = {
        "Id": f"a0B{number:012d}AAA",
        "CreatedDate": "2026-10-01T00:00:00Z",
        "SystemModstamp": "2026-10-02T00:00:00Z",
        "Account__c": ACCOUNT,
        "Status__c": status,
        "Signal_Category__c": "Budget",
        "Suggestion_Key__c": f"intercom-{number}-budget",
        "Date_Observed__c": "2026-10-01",
        "IsDeleted": False,
        **more,
    }
    told = {
        "type": "salesforce.record",
        "object": "Churn_Signal__c",
        "read_at": "2026-10-02T00:00:01Z",
        "record": record,
    }
    batch = Batch()
    for statement in read_message(body(told), CONFIG.intake, NOW).statements:
        batch.add(statement)
    store.merge(batch)


def test_a_category_that_is_too_often_wrong_mutes_itself(store: Store) -> None:
    """After twenty answers, whoever's accounts they are of; the others go on."""
    for number in range(19):
        _answer(store, number, "Dismissed", Dismissal_Reason__c="Not a signal")
    assert muted_names(learn(store, CONFIG, NOW)) == ()
    _answer(store, 19, "Active")
    assert muted_names(learn(store, CONFIG, NOW)) == ("budget",)
    assert muted_in(store) == {"budget"}


def test_a_reason_says_whether_the_detector_was_wrong(store: Store) -> None:
    """Known already and dealt with were signals; not a signal, another category and other were none."""
    for number, reason in enumerate(["Known already", "Dealt with", "Wrong account", "Wrong category", "Other", None]):
        _answer(store, number, "Dismissed", Dismissal_Reason__c=reason)
    (budget,) = (one for one in learn(store, CONFIG, NOW) if one.category == "budget")
    assert (budget.right.part, budget.right.whole) == (3, 6)
    assert len(list(every_answer(store, CONFIG, NOW))) == 6


def test_the_report_says_it_in_words_and_as_json(store: Store, tmp_path: Path) -> None:
    """Every category has its line; what is not known is said to be not known."""
    _answer(store, 1, "Active")
    _answer(store, 2, "Suggested")
    told = call("words", "report", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "Budget is cut or in question" in told.stdout.decode()
    assert "right 1 of 1" in told.stdout.decode()
    assert "no answers yet" in told.stdout.decode()
    assert "What is missed is not known" in told.stdout.decode()
    assert b'"category":"budget","right":{"part":1,"of":1' in call("words", "report", "--json", folder=tmp_path).stdout


def test_it_is_learned_once_a_day_where_messages_are_read(store: Store) -> None:
    """What was muted before is not said again; without messages nothing is looked at."""
    reading = replace(CONFIG, words=WordsTerms("rules"))
    for number in range(20):
        _answer(store, number, "Dismissed", Dismissal_Reason__c="Not a signal")
    assert learn_daily(store, replace(CONFIG, words=WordsTerms("off")), NOW) == ()
    assert learn_daily(store, reading, NOW) == ("budget",)
    assert muted_in(store) == {"budget"}
    assert learn_daily(store, reading, NOW + DAY - 1) == learn_daily(store, reading, NOW + DAY) == ()
    assert muted_in(store) == {"budget"}
