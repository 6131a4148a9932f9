"""What if, from records: what they were made from counts, as long as it was measured alike."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from config.loader import load_config
from config.model_text import model_text, version_of
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.what_if import WhatIf
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming
from scoring.feeds import Covered
from scoring.metrics.measure import Measure
from scoring.model import Model, Windows
from scoring.periods import period_end
from scoring.record import Record
from scoring.score import grade
from scoring.what_if import Comparison
from tests.scoring.accounts import ACCOUNT, AS_OF, LONG_AGO, days, profile, reading

PERIOD = "2026-10"
MODEL = load_config().model


def versioned(**changed: object) -> Model:
    """Give a model with some figures changed, under its own version."""
    model = replace(MODEL, **changed)  # type: ignore[arg-type]
    return replace(model, version=version_of(model_text(model)))


WEIGHED = versioned(churn_risk=0.1, platform_value=0.9)
EARLIER = versioned(churn_risk=0.5, platform_value=0.5)
WINDOWED = versioned(windows=Windows(10, 365))
KNOWN, RECORDED = 40.0, 80.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a store that knows pillars of 40."""
    told = Batch()
    for observation in (profile(name="Palace", arr=10.0), reading(days(1), **dict.fromkeys(MODEL.pillars, KNOWN))):
        told.add(observation)
    for source, (key,) in ACCOUNT.owners.items():
        told.add(Naming(source, (key,), LONG_AGO))
    told.add(Covered("salesforce", LONG_AGO))
    with closing(SqliteStore(tmp_path / "store.db")) as opened:
        opened.merge(told)
        for model in (MODEL, EARLIER, WINDOWED):
            opened.put_model(model.version, model_text(model))
        yield opened


def recorded(store: SqliteStore, model: Model = MODEL, **changed: object) -> Record:
    """Give a record of when the pillars were 80."""
    terms = Terms(PERIOD, period_end(PERIOD), model, "final", AS_OF)
    made = record_of(AccountReader(store).read(ACCOUNT), terms)
    measured = replace(made.measurements, pillars={name: Measure(RECORDED) for name in MODEL.pillars})
    return replace(made, measurements=measured, score=grade(measured, model), **changed)  # type: ignore[arg-type]


def pillars(store: SqliteStore, draft: Model = WEIGHED, *, is_recorded: bool = True) -> tuple[float, int]:
    """Say from which pillars the account would be scored, and how many are recorded ones."""
    question = WhatIf(store, Comparison(MODEL, draft), is_recorded)
    (month,) = question.answer([ACCOUNT], [PERIOD]).months
    (case,) = month.cases
    record = recorded(store)
    then = case.draft.final_score == grade(record.measurements, draft).final_score
    drivers = question.reasons([case], month, [ACCOUNT])[ACCOUNT.id]
    assert sum(round(10 * one.points) for one in drivers) == round(10 * (case.change or 0))
    return (RECORDED if then else KNOWN), month.recorded


def test_what_is_known_now_counts_unless_records_are_asked_for(store: SqliteStore) -> None:
    """Both ways have the record."""
    store.put_records([recorded(store)])
    assert pillars(store, is_recorded=False) == (KNOWN, 0)
    assert pillars(store) == (RECORDED, 1)


def test_a_record_of_other_weights_was_measured_alike(store: SqliteStore) -> None:
    """Its own score does not count, what it was made from does."""
    store.put_records([recorded(store, EARLIER)])
    assert pillars(store) == (RECORDED, 1)


@pytest.mark.parametrize(
    "model", [WINDOWED, replace(MODEL, version="unknown")], ids=["other windows", "a model that is not kept"]
)
def test_a_record_that_may_have_been_measured_otherwise_does_not_count(store: SqliteStore, model: Model) -> None:
    """The month is measured anew."""
    store.put_records([recorded(store, model)])
    assert pillars(store) == (KNOWN, 0)


def test_nor_does_one_under_a_draft_that_measures_otherwise(store: SqliteStore) -> None:
    """Both sides are measured by what is known now."""
    store.put_records([recorded(store)])
    assert pillars(store, WINDOWED_AND_WEIGHED) == (KNOWN, 0)


WINDOWED_AND_WEIGHED = replace(WINDOWED, churn_risk=0.1, platform_value=0.9, version="draft")


def test_only_a_final_record_of_the_month_end_counts(store: SqliteStore) -> None:
    """Neither a provisional one nor one of an earlier instant; nor none."""
    assert pillars(store) == (KNOWN, 0)
    store.put_records([recorded(store, status="provisional")])
    assert pillars(store) == (KNOWN, 0)
    early = recorded(store)
    store.put_records([replace(early, score=replace(early.score, as_of=days(1)))])
    assert pillars(store) == (KNOWN, 0)


def test_an_account_that_fails_is_named_and_in_no_month(store: SqliteStore, tmp_path: Path) -> None:
    """The others go on."""
    with closing(sqlite3.connect(tmp_path / "store.db")) as db, db:
        db.execute("UPDATE observations SET form = '99' WHERE subject LIKE 'looker%'")
    other = Account("001AA0000000002AAA", {"salesforce": ("001AA0000000002AAA",)})
    answer = WhatIf(store, Comparison(MODEL, WINDOWED)).answer([ACCOUNT, other], [PERIOD])
    assert [case.account_id for case in answer.months[0].cases] == [other.id]
    assert list(answer.failed) == [ACCOUNT.id]
    assert "form '99'" in answer.failed[ACCOUNT.id]
