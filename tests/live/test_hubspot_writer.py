"""Records into HubSpot: each company shows the best one of its account, and what is not written is named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.clients.hubspot.client import connect
from handlers.clients.remote import Patience
from handlers.settings import HubSpotSettings
from handlers.sinks.hubspot import HubSpotWriter
from handlers.sinks.hubspot_values import LONGEST_TEXT
from handlers.sinks.standing import Replacing
from scoring.instants import DAY, HOUR, parse_instant
from scoring.metrics.measure import Measure
from scoring.record import Record, Status
from scoring.score import Measurements, grade
from scoring.signals import Signal
from tests.fakes.hubspot import TOKEN, FakeHubSpot, over_limit, refusal
from tests.fakes.intercom import StillClock
from tests.fakes.server import Fault, Response
from tests.live.orgs import CONFIG
from tests.live.portals import AT_ONCE, client, served, write
from tests.live.test_salesforce_writer import LEAN, account

READ, UPSERT = "/batch/read", "/batch/upsert"
ENDS = {"2026-09": parse_instant("2026-10-01"), "2026-10": parse_instant("2026-11-01")}
ENDS |= {"2026-11": parse_instant("2026-12-01")}


@pytest.fixture(name="portal")
def _portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHubSpot]:
    portal = FakeHubSpot()
    with served(portal, tmp_path, monkeypatch):
        yield portal


def record(
    number: int, value: float | None = 80.0, period: str = "2026-10", status: Status = "final", earlier: int = 0
) -> Record:
    """Give the record of an account whose messaging pillar has a value, at the month's end or `earlier`."""
    as_of = ENDS[period] - earlier
    pillars = {} if value is None else {"messaging": Measure(value)}
    measurements = Measurements(account(number), "paid", as_of, {}, pillars, account_name=f'"Hôtel" {number},\nParis')
    return Record(period, status, as_of + 6 * HOUR, measurements, grade(measurements, CONFIG.model))


def scores(portal: FakeHubSpot) -> dict[str, str]:
    """Give the scores that companies show, by account, with their months."""
    shown = (portal.shows(account(number)) for number in range(5))
    return {
        one["healthscore_account_id"]: f"{one['healthscore_period']} {one.get('healthscore_final_score')}"
        for one in shown
        if "healthscore_period" in one
    }


def test_a_company_shows_all_of_a_record_in_its_types(portal: FakeHubSpot) -> None:
    """Dates are days, instants are instants, what is unknown is empty; nothing else of the company changes."""
    assert write(portal, record(1)).failed == {}
    shown = portal.shows(account(1))
    assert shown["name"] == "Hotel 1"
    assert shown["healthscore_external_key"] == f"{account(1)}_2026-10"
    assert shown["healthscore_scoring_date"] == "2026-11-01"
    assert shown["healthscore_as_of"] == "2026-11-01T00:00:00Z"
    assert shown["healthscore_final_score"] == "80"
    assert shown["healthscore_status"] == "final"
    assert "healthscore_churn_risk_score" not in shown
    assert '"messaging"' in shown["healthscore_receipt"]


def test_a_run_that_is_repeated_changes_nothing(portal: FakeHubSpot) -> None:
    """The second run finds what the first wrote, and writes the same again."""
    records = [record(number) for number in range(5)]
    write(portal, *records)
    first = {key: dict(one.properties) for key, one in portal.companies.items()}
    again = write(portal, *records)
    assert {key: one.properties for key, one in portal.companies.items()} == first
    assert [again.failed, again.outranked] == [{}, []]


def test_a_month_leaves_no_figure_of_the_month_before(portal: FakeHubSpot) -> None:
    """What is unknown now is cleared: an old number must not look like this month's."""
    write(portal, record(1, 80.0, "2026-10"))
    measured = {"automations": Measure(40.0)}
    november = record(1, 80.0, "2026-11")
    measurements = replace(november.measurements, pillars=measured)
    write(portal, replace(november, measurements=measurements, score=grade(measurements, CONFIG.model)))
    shown = portal.shows(account(1))
    assert (shown["healthscore_period"], shown["healthscore_final_score"]) == ("2026-11", "40")
    assert not [name for name in shown if "messaging" in name]


@pytest.mark.parametrize(
    ("lesser", "kept"),
    [
        (record(1, 10, earlier=DAY), "2026-10 80"),
        (record(1, 10, status="provisional"), "2026-10 80"),
        (record(1, 10, "2026-09"), "2026-10 80"),
        (record(1, 10, "2026-11", "provisional", DAY), "2026-10 80"),
    ],
    ids=["older", "provisional", "of an older month", "provisional of the running month"],
)
def test_a_lesser_record_never_takes_the_place_of_another(portal: FakeHubSpot, lesser: Record, kept: str) -> None:
    """It is named as outranked, is no failure, and the others are written."""
    write(portal, record(1))
    writer = write(portal, lesser, record(2, 70))
    assert scores(portal) == {account(1): kept, account(2): "2026-10 70"}
    assert [writer.outranked, writer.failed] == [[account(1)], {}]


@pytest.mark.parametrize(
    ("greater", "shown"),
    [
        (record(1, 90), "2026-10 90"),
        (record(1, 90, "2026-11"), "2026-11 90"),
        (record(1, 90, "2026-11", "provisional", DAY), "2026-11 90"),
    ],
    ids=["final", "of a newer month", "provisional of a newer month"],
)
def test_a_greater_record_takes_the_place_of_a_provisional_one(
    portal: FakeHubSpot, greater: Record, shown: str
) -> None:
    """A month's close makes its record final; a newer month goes before an older one."""
    write(portal, record(1, 50, status="provisional"))
    assert write(portal, greater).outranked == []
    assert scores(portal) == {account(1): shown}


def test_a_final_record_gives_way_where_that_is_wanted_but_never_to_an_older_month(portal: FakeHubSpot) -> None:
    """Only when told to."""
    write(portal, record(1))
    let = Replacing(final=True)
    assert write(portal, record(1, 10, "2026-09"), may=let).outranked == [account(1)]
    assert write(portal, record(1, 20, "2026-11", "provisional", DAY), may=let).outranked == []
    assert write(portal, record(1, 30)).outranked == [account(1)]
    assert scores(portal) == {account(1): "2026-11 20"}


def test_a_record_without_a_score_replaces_none_of_its_month_until_a_person_says_so(portal: FakeHubSpot) -> None:
    """It is named, and stays due; where there was no score, it is written."""
    write(portal, record(1))
    refused = write(portal, record(1, None), record(2, None))
    assert list(refused.failed) == [account(1)]
    assert "has a score" in refused.failed[account(1)]
    assert scores(portal) == {account(1): "2026-10 80", account(2): "2026-10 None"}
    assert write(portal, record(1, None), may=Replacing(scored=True)).failed == {}
    assert scores(portal)[account(1)] == "2026-10 None"


def test_a_new_month_without_a_score_says_so(portal: FakeHubSpot) -> None:
    """Else last month's health would look like this month's."""
    write(portal, record(1))
    assert write(portal, record(1, None, "2026-11")).failed == {}
    shown = portal.shows(account(1))
    assert "healthscore_final_score" not in shown
    assert "unscored" in shown["healthscore_flags"]


def test_of_several_months_of_an_account_the_latest_is_shown(portal: FakeHubSpot) -> None:
    """What was due of an older month is done with once a newer one is there; one call has an id but once."""
    writer = write(portal, record(1, 60, "2026-09"), record(1, 70, "2026-11"), record(1, 65, "2026-10"))
    assert (scores(portal), writer.failed, writer.outranked) == ({account(1): "2026-11 70"}, {}, [])


def test_a_month_that_is_due_is_not_lost_behind_a_provisional_one(portal: FakeHubSpot) -> None:
    """September stands; October was due; a rescore of November, which may replace no final one, takes it along."""
    write(portal, record(1, 60, "2026-09"))
    write(portal, record(1, 65, "2026-10"), record(1, 70, "2026-11", "provisional", DAY))
    assert scores(portal) == {account(1): "2026-10 65"}


def test_a_company_that_hubspot_does_not_know_is_named_and_not_made(portal: FakeHubSpot) -> None:
    """The id is to be put on the account's company; an archived one counts as not there."""
    portal.companies["17000000002"].archived = True
    writer = write(portal, record(1), record(2), record(9))
    assert sorted(writer.failed) == [account(2), account(9)]
    assert f"no company of HubSpot has healthscore_account_id = {account(9)}" in writer.failed[account(9)]
    assert writer.refused == {record(2).key, record(9).key}
    assert len(portal.companies) == 5


def test_an_unknown_company_has_but_one_month_due(portal: FakeHubSpot) -> None:
    """What is due does not grow from month to month."""
    assert write(portal, record(9, 1, "2026-09"), record(9, 1, "2026-10")).refused == {record(9).key}


def test_an_id_in_other_capitals_is_the_same(portal: FakeHubSpot) -> None:
    """Unique properties are compared so."""
    portal.companies["17000000001"].properties["healthscore_account_id"] = account(1).lower()
    assert write(portal, record(1)).failed == {}
    assert len(portal.companies) == 5


def test_what_people_write_into_the_period_bars_no_month(portal: FakeHubSpot) -> None:
    """A period that is none counts as not said."""
    portal.companies["17000000001"].properties["healthscore_period"] = "Sep 2026"
    assert write(portal, record(1)).outranked == []
    assert scores(portal) == {account(1): "2026-10 80"}


def test_an_input_that_is_refused_alone_is_named_and_written_the_next_time(portal: FakeHubSpot) -> None:
    """One account's failure stops no other, and heals with the next run."""
    portal.refuse(account(1), ("CONFLICT", "Not on a\nSunday"))
    records = [record(number) for number in range(3)]
    assert write(portal, *records).failed == {account(1): "CONFLICT: Not on a Sunday"}
    assert write(portal, *records).failed == {}
    assert len(scores(portal)) == 3


@pytest.mark.parametrize("bad", [{0}, {4}, {1, 3}, {0, 1, 2, 3, 4}])
def test_a_row_for_which_a_whole_batch_is_refused_is_found(portal: FakeHubSpot, bad: set[int]) -> None:
    """HubSpot does not say which it is: the others are written all the same."""
    portal.spoilt = {account(number): "Enter only letters" for number in bad}
    writer = write(portal, *(record(number) for number in range(5)))
    assert set(writer.failed) == {account(number) for number in bad}
    assert all("Enter only letters" in reason for reason in writer.failed.values())
    assert set(scores(portal)) == {account(number) for number in {0, 1, 2, 3, 4} - bad}


def test_many_bad_rows_starve_no_good_one(portal: FakeHubSpot) -> None:
    """However many are refused, and wherever they stand."""
    for number in range(5, 100):
        portal.put(healthscore_account_id=account(number))
    bad = {*range(30), *range(40, 100, 3)}
    portal.spoilt = {account(number): "Enter only letters" for number in bad}
    writer = write(portal, *(record(number) for number in range(100)), record_map=LEAN)
    assert set(writer.failed) == {account(number) for number in bad}


def test_a_rule_that_no_row_fits_is_not_sought_in_every_row(portal: FakeHubSpot) -> None:
    """After some rows alone the fault is taken for none of theirs; all are named by few calls."""
    for number in range(5, 500):
        portal.put(healthscore_account_id=account(number))
    portal.spoilt = {account(number): "Enter only letters" for number in range(500)}
    writer = write(portal, *(record(number) for number in range(500)), record_map=LEAN)
    assert len(writer.failed) == 500
    assert portal.count(UPSERT) < 300


def test_a_conflict_of_a_whole_batch_is_halved_too(portal: FakeHubSpot) -> None:
    """HubSpot answers 409 for all where one conflicts."""
    conflict = Fault("answer", refusal(409, "CONFLICT", "a company has this value already"))
    portal.plan(UPSERT, conflict, conflict)
    assert write(portal, record(1), record(2)).failed.keys() == {account(1)}
    assert scores(portal) == {account(2): "2026-10 80"}


def test_a_property_that_is_missing_is_nobodys_row(portal: FakeHubSpot) -> None:
    """Every record is refused with the remedy, by one call."""
    del portal.properties["healthscore_tier"]
    writer = write(portal, *(record(number) for number in range(5)))
    assert len(writer.failed) == 5
    assert "PROPERTY_DOESNT_EXIST" in writer.failed[account(0)]
    assert "healthscore hubspot" in writer.failed[account(0)]
    assert portal.count(UPSERT) == 1


def test_an_id_property_that_is_not_unique_is_said(portal: FakeHubSpot) -> None:
    """The whole run is refused, before anything is written."""
    portal.properties["healthscore_account_id"]["hasUniqueValue"] = False
    writer = write(portal, record(1))
    assert "must be one with unique values" in writer.failed[account(1)]
    assert portal.count(UPSERT) == 0


@pytest.mark.parametrize(
    "passing", [over_limit(), over_limit("SECONDLY"), Response(423), Response(500), Response(521), Response(503)]
)
def test_what_passes_is_waited_for(portal: FakeHubSpot, passing: Response) -> None:
    """Longer in all than the ten seconds that HubSpot counts over."""
    clock = StillClock()
    portal.plan(READ, Fault("answer", passing))
    portal.plan(UPSERT, *[Fault("answer", passing)] * 4)
    assert write(portal, record(1), patience=Patience(0.5, clock.wait, clock=clock)).failed == {}
    assert clock.waits == [2.0, 2.0, 4.0, 8.0, 16.0]


def test_a_pause_that_hubspot_asks_for_is_made(portal: FakeHubSpot) -> None:
    """As far as it is no longer than a minute."""
    clock = StillClock()
    limit = over_limit()
    portal.plan(UPSERT, Fault("answer", Response(429, limit.body, {"Retry-After": "11"})))
    assert write(portal, record(1), patience=Patience(0.5, clock.wait, clock=clock)).failed == {}
    assert clock.waits == [11.0]


def test_the_limit_of_a_day_names_every_account(portal: FakeHubSpot) -> None:
    """The records stay due; HubSpot's midnight is another than ours."""
    portal.plan(READ, *[Fault("answer", over_limit("DAILY"))] * 5)
    writer = write(portal, record(1), record(2))
    assert list(writer.failed) == [account(1), account(2)]
    assert "the day's API calls are used up" in writer.failed[account(1)]


def test_an_outage_names_every_account_and_does_not_go_on(portal: FakeHubSpot) -> None:
    """After two calls that fail the others are not tried."""
    for number in range(5, 450):
        portal.put(healthscore_account_id=account(number))
    portal.plan(UPSERT, *[Fault("answer", Response(503))] * 10)
    writer = write(portal, *(record(number) for number in range(450)), record_map=LEAN)
    assert len(writer.failed) == 450
    assert portal.count(UPSERT) == 10


def test_a_lost_answer_is_no_failure(portal: FakeHubSpot) -> None:
    """The companies were written, the answer was cut: the call that is made again changes nothing."""
    portal.plan(UPSERT, Fault("cut", after=True))
    assert write(portal, record(1), record(2)).failed == {}
    assert len(scores(portal)) == 2


def test_answers_that_are_all_lost_are_made_good_by_a_look(portal: FakeHubSpot) -> None:
    """What the companies have as it was sent is written."""
    portal.plan(UPSERT, *[Fault("cut", after=True)] * 5)
    assert write(portal, record(1), record(2)).failed == {}
    assert portal.count(READ) == 2


@pytest.mark.parametrize("written", [True, False])
def test_a_row_that_no_answer_names_is_looked_for(portal: FakeHubSpot, *, written: bool) -> None:
    """HubSpot leaves rows out of a batch without a word; only what it then has of the company counts."""
    portal.bend = lambda asked, answer: _without_results(answer) if UPSERT in asked.path else answer
    if not written:
        portal.silent = {account(1)}
    writer = write(portal, record(1), record(2))
    assert set(writer.failed) == (set() if written else {account(1)})
    assert written or "does not say what became of it" in writer.failed[account(1)]


def _without_results(answer: Response) -> Response:
    body: dict[str, object] = answer.body  # type: ignore[assignment]
    return Response(200, {**body, "results": []})


def test_a_company_that_hubspot_makes_behind_our_back_is_named(portal: FakeHubSpot) -> None:
    """It went away between the look and the write; the new one has no name, and is said to be looked at."""
    portal.before_upsert = portal.companies["17000000001"].properties.clear
    writer = write(portal, record(1), record(2))
    assert "made a new one" in writer.failed[account(1)]
    assert list(writer.failed) == [account(1)]


def test_a_newer_record_that_came_meanwhile_is_no_failure(portal: FakeHubSpot) -> None:
    """Two runs at once: what was not written, for it is outranked, is not due."""
    portal.silent = {account(1)}
    portal.before_upsert = lambda: portal.companies["17000000001"].properties.update(_november())
    writer = write(portal, record(1))
    assert (writer.failed, writer.outranked) == ({}, [account(1)])


def _november() -> dict[str, str | None]:
    return {"healthscore_period": "2026-11", "healthscore_status": "final", "healthscore_as_of": "2026-12-01T00:00:00Z"}


def test_a_text_that_is_longer_than_hubspot_keeps_is_refused_alone(portal: FakeHubSpot) -> None:
    """A receipt that is cut would prove nothing; the others are written."""
    long = record(1)
    signals = (Signal("Watch", "Suspected", "Active", None, category="x" * (LONGEST_TEXT + 1)),)
    measurements = replace(long.measurements, signals=signals)
    writer = write(portal, replace(long, measurements=measurements), record(2))
    assert "healthscore_receipt: longer than HubSpot keeps" in writer.failed[account(1)]
    assert scores(portal) == {account(2): "2026-10 80"}


def test_a_version_that_is_a_date_is_asked_by_its_paths(portal: FakeHubSpot) -> None:
    """HubSpot supports its numbered versions until September 2027."""
    settings = HubSpotSettings(TOKEN, portal.url, 10, "2026-03")
    writer = HubSpotWriter(connect(settings, AT_ONCE), CONFIG.record_map)
    writer.write([record(1)])
    assert writer.failed == {}
    assert [call.path for call in portal.calls] == [
        "/crm/objects/2026-03/companies/batch/read",
        "/crm/objects/2026-03/companies/batch/upsert",
    ]


def test_nothing_to_write_costs_nothing(portal: FakeHubSpot) -> None:
    """Not even a call."""
    write(portal)
    assert portal.calls == []


def test_250_accounts_take_six_calls(portal: FakeHubSpot) -> None:
    """A hundred a call, each read once and written once."""
    for number in range(5, 250):
        portal.put(healthscore_account_id=account(number))
    writer = write(portal, *(record(number) for number in range(250)))
    assert (writer.failed, portal.count(READ), portal.count(UPSERT)) == ({}, 3, 3)


def test_records_that_are_withdrawn_empty_their_companies(portal: FakeHubSpot) -> None:
    """Of that month alone; the id stays, and an older month may then be written."""
    write(portal, record(1), record(2, 70, "2026-11"))
    writer = HubSpotWriter(client(portal), CONFIG.record_map)
    assert writer.remove([record(number).key for number in (1, 2, 9)]) == {}
    assert portal.shows(account(1)) == {"name": "Hotel 1", "healthscore_account_id": account(1)}
    assert scores(portal) == {account(2): "2026-11 70"}
    assert write(portal, record(1, 60, "2026-09")).outranked == []


def test_a_record_that_is_not_let_go_is_named(portal: FakeHubSpot) -> None:
    """By its key, with HubSpot's reason."""
    write(portal, record(1), record(2))
    portal.refuse(account(1), ("CONFLICT", "no"))
    writer = HubSpotWriter(client(portal), CONFIG.record_map)
    assert writer.remove([record(1).key, record(2).key]) == {record(1).key: "CONFLICT: no"}
