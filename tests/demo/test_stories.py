"""The stories of the year of demo: a churn that was seen, one missed, one silent, one saved; all of it made up."""

import csv
from collections.abc import Mapping
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.console import Console

from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.commands.demo_trust import show_trust, trust_of, write_page
from handlers.commands.session import Session
from handlers.demo import YEAR, Demo, generate
from handlers.demo.deals import crm
from handlers.demo.portfolio import WORKED
from handlers.demo.stories import STORIES
from handlers.demo.stream import story
from handlers.demo.wire import generator
from handlers.files import OutputFile
from handlers.jobs.fold import fold_lines
from handlers.jobs.outcomes import stored_outcomes
from handlers.jobs.records import AccountReader
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.trust_lines import MADE_UP
from scoring.alerts import AlertTerms
from scoring.instants import DAY, format_date
from scoring.measurement import measure_at
from scoring.outcomes import Outcome
from scoring.periods import period_end, periods_to
from scoring.score import grade
from scoring.timeline import Timeline
from tests.demo.portfolios import AS_OF

CONFIG = load_config()
NOTICE = "2026-08"
"""The month in which those who left gave notice."""


class Told(NamedTuple):
    """By the name of its story, what became of each account, and its scores month by month."""

    outcomes: Mapping[str, list[Outcome]]
    scores: Mapping[str, Mapping[str, float]]


def year() -> Demo:
    """Give a portfolio with its stories."""
    return generate(2026, AS_OF, accounts=60, pilots=15, days=YEAR)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the store, and for the mapping of the four accounts."""
    return tmp_path_factory.mktemp("stories")


@pytest.fixture(scope="module")
def told(folder: Path) -> Told:
    """Take in the four accounts alone, and score them at each month-end."""
    demo = year()
    mine = tuple(hotel for hotel in demo.hotels if hotel.story is not None)
    names = {hotel.id: hotel.story.name for hotel in mine if hotel.story is not None}
    bodies = [message.body for message in story(mine, demo.span, demo.seed)]
    with closing(SqliteStore(folder / "store.db", durable=False)) as store:
        dead = [tally.dead_letters for tally in fold_lines(bodies, "demo", store, CONFIG.intake, AS_OF)]
        assert not any(dead)
        accounts = [hotel.account() for hotel in mine]
        found = stored_outcomes(store, accounts, CONFIG.model, AS_OF)
        scores = {names[one.id]: _scores(Timeline(AccountReader(store).read(one))) for one in accounts}
    return Told({name: [one for one in found if one.account_id == key] for key, name in names.items()}, scores)


def _scores(timeline: Timeline) -> dict[str, float]:
    """Score an account at each month-end, but for that of the outage."""
    found = ((month, _score(timeline, month)) for month in periods_to("2026-10", 13) if month != "2026-03")
    return {month: score for month, score in found if score is not None}


def _score(timeline: Timeline, month: str) -> float | None:
    return grade(measure_at(timeline, period_end(month), CONFIG.model), CONFIG.model).final_score


def test_three_left_and_one_was_saved(told: Told) -> None:
    """When notice was given the CRM knows; why, and when somebody stepped in, was told."""
    last = {name: found[-1] for name, found in told.outcomes.items()}
    assert {name: one.kind for name, one in last.items()} == {
        "seen": "churned",
        "missed": "churned",
        "silent": "churned",
        "saved": "renewed",
    }
    assert all(
        one.notice is not None and format_date(one.notice)[:7] == NOTICE for one in last.values() if one.is_churn
    )
    assert {name for name, one in last.items() if one.treated is not None} == {"saved"}
    assert all(one.reason.startswith("made up") for one in last.values())
    assert all(one.arr is not None and one.arr > 0 for one in last.values())
    assert all(one.kind == "renewed" for found in told.outcomes.values() for one in found[:-1])


def test_the_score_of_one_fell_long_before_notice(told: Told) -> None:
    """Critical from half a year before."""
    months = [month for month in told.scores["seen"] if "2026-02" <= month <= NOTICE]
    assert all(told.scores["seen"][month] < 60 for month in months)
    assert told.scores["seen"]["2025-11"] >= 76


def test_the_score_of_one_fell_too_late(told: Told) -> None:
    """It was good seven weeks before notice, and bad at the next month-ends."""
    assert told.scores["missed"]["2026-06"] >= 76
    assert told.scores["missed"]["2026-07"] < 76
    assert told.scores["missed"][NOTICE] < 60


def test_the_score_of_one_never_moved(told: Told) -> None:
    """As long as it was a customer."""
    assert min(score for month, score in told.scores["silent"].items() if month < "2026-10") >= 76


def test_the_score_of_one_fell_and_came_back(told: Told) -> None:
    """Somebody stepped in at its worst; it renewed when it did well again."""
    (saved,) = [one for one in told.outcomes["saved"] if one.treated is not None]
    assert saved.treated is not None
    assert format_date(saved.treated)[:7] == "2026-04"
    assert told.scores["saved"]["2026-02"] < 60
    assert told.scores["saved"][format_date(saved.effective)[:7]] >= 76


@pytest.mark.usefixtures("told")
def test_the_demo_says_of_each_story_what_the_list_of_alerts_said(folder: Path) -> None:
    """The seen one was named in time, the saved one before somebody stepped in; the list has two places."""
    demo = year()
    mine = {
        account.id: account.name or account.id for account in demo.accounts if account.id in set(demo.stories.values())
    }
    with (folder / "mapping.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row for row in demo.mapping() if row[0] in {"sf_account_id", *mine})
    session = Session(f"sqlite:///{folder / 'store.db'}", DEFAULT_DIRECTORY, quiet=True, clock=lambda: AS_OF)
    trust = trust_of(session, folder / "mapping.csv", AlertTerms("steady", 0.5))
    out = Console(file=StringIO(), width=200)
    show_trust(out, trust, mine)
    assert isinstance(out.file, StringIO)
    rows = [line for line in out.file.getvalue().splitlines() if "gave notice on" in line or "renewed on" in line]
    seen, missed, silent, saved = rows
    assert "on the list from" in seen
    assert "days before its notice" in seen
    assert "not in time" in missed
    assert "nothing that is measured moved" in silent
    assert "somebody stepped in on 15 April 2026" in saved
    written = OutputFile(folder / "page.html")
    write_page(written, trust)
    assert MADE_UP in (folder / "page.html").read_text()


def test_a_short_story_and_a_small_portfolio_have_none() -> None:
    """So they are what they were; a long one differs in these four customers alone."""
    short = generate(2026, AS_OF, accounts=60, pilots=15)
    assert short.stories == {}
    assert generate(2026, AS_OF, accounts=45, pilots=15, days=YEAR).stories == {}
    assert list(year().stories) == [one.name for one in STORIES]
    changed = [one.id for one, other in zip(year().hotels, short.hotels, strict=True) if one != other]
    assert changed == list(year().stories.values())
    assert not {*year().stories.values()} & {*year().pilots}


def test_renewals_lie_all_over_the_year(tmp_path: Path) -> None:
    """Else no score of a quarter of a year before could be held against most of them."""
    demo = year()
    hotels = [hotel for hotel in demo.hotels if hotel.story is None and hotel.name not in WORKED][:30]
    bodies = [message.body for hotel in hotels for message in crm(hotel, demo.span, generator(hotel.seed))]
    with closing(SqliteStore(tmp_path / "store.db", durable=False)) as store:
        list(fold_lines(bodies, "demo", store, CONFIG.intake, AS_OF))
        found = stored_outcomes(store, [hotel.account() for hotel in hotels], CONFIG.model, AS_OF)
    lately = [one for one in found if one.kind == "renewed" and one.effective > AS_OF - 215 * DAY]
    assert len(lately) >= 8
    assert len({format_date(one.effective)[:7] for one in found}) >= 6
