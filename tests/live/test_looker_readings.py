"""Readings from a table of daily use: every window, every shape of the explore, by one or a few queries."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from config.intake import LookerQuery
from config.loader import load_config
from handlers.clients.remote import SourceError
from handlers.jobs.fold import read_message
from handlers.pulls.looker import readings
from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import DAY, HOUR, format_date, parse_instant
from scoring.metrics import adoption_engagement
from scoring.metrics.adoption_engagement import Usage
from scoring.observations import Observation, Reading
from scoring.statements import Statement
from tests.fakes.looker import Day, FakeLooker
from tests.fakes.server import Fault, Response
from tests.live.looker_places import connected

CONFIG = load_config()
DATE = parse_instant("2026-11-01")
NOW = DATE + 6 * HOUR
RUN = "queries/run/json"
PILLARS = ("messaging", "automations", "contactless", "requests", "staff_adoption")

SHAPES = {
    "custom": (CONFIG.looker, 1),
    "plain": (replace(CONFIG.looker, custom_fields=False), 3),
    "30_days": (replace(CONFIG.looker, logins="30_days", custom_fields=False), 1),
}
"""How the explore may be made, and how many queries have customers; one more tells the days."""
META = "lookml_models/customer_success/explores/daily_usage"
EACH_SHAPE = pytest.mark.parametrize("shape", SHAPES)

Values = dict[str, Any]


def used(customer: object, ages: Iterable[int], seed: int = 1, **fixed: object) -> list[Day]:
    """Give the days of a customer that lie so many days before the date; each day's values are its own."""
    rng = Random(seed)  # noqa: S311 - no secret
    names = [*CONFIG.looker.values, *(f"{pillar}_score" for pillar in PILLARS)]
    days = []
    for age in sorted(ages):
        values: Values = {name: rng.randrange(1, 100) for name in names}
        values |= {name: rng.randrange(1, 10**6) for name in ("staff_logins", "admin_logins")}
        days.append(Day(customer, format_date(DATE - age * DAY), values | fixed, f"Hotel {customer}"))
    return days


def looker(days: Sequence[Day], shape: str) -> FakeLooker:
    """Give a Looker whose explore is of a shape."""
    query, _ = SHAPES[shape]
    return FakeLooker(list(days), rows_count=query.logins, custom_fields=query.custom_fields)


def pulled(fake: FakeLooker, query: LookerQuery, customers: Iterable[str] = ()) -> list[Statement]:
    """Pull readings; each message is one that the intake reads without a remark."""
    with connected(fake) as client:
        messages = list(readings(client, query, customers, DATE, NOW))
    statements: list[Statement] = []
    for message in messages:
        taken = read_message(json.dumps(message).encode(), CONFIG.intake, NOW)
        assert taken.remarks == []
        statements += taken.statements
    assert messages[-1]["type"] == "feed.heard"
    assert statements[-1] == Heard("looker", NOW)
    return statements


def told(statements: Iterable[Statement]) -> dict[str, Values]:
    """Give the values of the readings, by customer."""
    return {str(one.owner): dict(reading.values) for one, reading in _readings(statements)}


def _readings(statements: Iterable[Statement]) -> list[tuple[Observation, Reading]]:
    found = [(one, one.content) for one in statements if isinstance(one, Observation)]
    return [(one, content) for one, content in found if isinstance(content, Reading)]


def expected(days: Sequence[Day]) -> Values:
    """Read the same off the table, straight from MODEL.md."""
    by_age = {(DATE - parse_instant(day.day)) // DAY: day.values for day in days}
    last, ago = by_age[1], by_age[91]
    sums: Values = {}
    for name in ("staff_logins", "admin_logins"):
        sums[f"{name}_30d"] = sum(by_age[age][name] for age in range(1, 31))
        sums[f"{name}_prev_30d"] = sum(by_age[age][name] for age in range(31, 61))
    pillars = {pillar: last[f"{pillar}_score"] for pillar in PILLARS}
    snapshots = {name: last[name] for name in CONFIG.looker.values if not name.endswith("logins")}
    return {**sums, **snapshots, **pillars, "platform_score_90d_ago": ago["platform_score"]}


@EACH_SHAPE
def test_every_value_of_every_window_is_right(shape: str) -> None:
    """A table whose days all differ, longer than any window: one day more or less would show."""
    one, other = used("c-1", range(-3, 125)), used("c-2", range(-3, 125), seed=2)
    query, calls = SHAPES[shape]
    fake = looker([*one, *other], shape)
    assert told(pulled(fake, query)) == {"c-1": expected(one), "c-2": expected(other)}
    assert fake.paths == ["login", META, *[RUN] * calls, RUN]


@EACH_SHAPE
def test_more_customers_take_no_more_calls(shape: str) -> None:
    """Two hundred customers, and the same few queries; that of the days has 60 rows at most, and asks for nobody."""
    query, calls = SHAPES[shape]
    fake = looker([day for i in range(200) for day in used(f"c-{i}", (1, 31, 91), seed=i)], shape)
    assert len(told(pulled(fake, query))) == 200
    assert len(fake.customer_queries) == calls
    [days] = [asked for asked in fake.queries if asked not in fake.customer_queries]
    assert days["fields"] == ["daily_usage.usage_date", "daily_usage.staff_logins", "daily_usage.admin_logins"]
    assert days["filters"] == {
        "daily_usage.usage_date": "2026-09-02 to 2026-11-01",
        "daily_usage.customer_id": "-EMPTY",
    }


def test_windows_are_asked_for_by_absolute_dates() -> None:
    """Whenever it runs, the same days are read."""
    fake = looker(used("c-1", (1,)), "plain")
    pulled(fake, SHAPES["plain"][0])
    assert [query["filters"]["daily_usage.usage_date"] for query in fake.queries] == [
        "2026-10-31 to 2026-11-01,2026-08-02 to 2026-08-03",
        "2026-10-02 to 2026-11-01",
        "2026-09-02 to 2026-10-02",
        "2026-09-02 to 2026-11-01",
    ]


def test_a_reading_is_dated_by_its_windows_and_pulled_now() -> None:
    """It ends on the day it was asked for, and names its customer."""
    fake = looker(used("c-1", (1,)), "custom")
    statements = pulled(fake, CONFIG.looker)
    [(observation, reading)] = _readings(statements)
    assert (reading.date, observation.at, observation.owner) == (DATE, NOW, "c-1")
    namings = [one for one in statements if isinstance(one, Naming) and one.name is not None]
    assert [(one.ids, one.name, one.at) for one in namings] == [(("c-1",), "Hotel c-1", DATE)]


def test_no_name_is_asked_for_where_the_explore_has_none() -> None:
    """The customers are listed all the same."""
    fake = looker(used("c-1", (1,)), "custom")
    statements = pulled(fake, replace(CONFIG.looker, name=None))
    assert "daily_usage.customer_name" not in fake.queries[0]["fields"]
    assert {one.ids for one in statements if isinstance(one, Naming)} == {("c-1",)}


@EACH_SHAPE
def test_a_customer_without_rows_has_no_logins_where_the_explore_is_complete(shape: str) -> None:
    """It reads as the dead account that it is: -100 %; its scores are missing."""
    query = replace(SHAPES[shape][0], complete=True)
    values = told(pulled(looker(used("c-1", range(1, 62)), shape), query, ["gone", "c-1", " "]))
    zeros = "staff_logins_30d staff_logins_prev_30d admin_logins_30d admin_logins_prev_30d".split()
    assert values["gone"] == dict.fromkeys(zeros, 0)
    assert values.keys() == {"c-1", "gone"}
    usage = Usage((Reading(DATE, tuple(values["gone"].items())),))
    assert adoption_engagement.staff_login_trend(usage).raw == -100
    assert adoption_engagement.platform_score(usage).raw is None


@EACH_SHAPE
def test_nothing_is_known_of_a_customer_without_rows_where_the_explore_is_not_complete(shape: str) -> None:
    """No reading: the last one that came grows old instead."""
    values = told(pulled(looker(used("c-1", range(1, 62)), shape), SHAPES[shape][0], ["gone", "c-1"]))
    assert values.keys() == {"c-1"}


@pytest.mark.parametrize(("complete", "logins"), [(True, 0), (False, None)])
@EACH_SHAPE
def test_a_customer_that_fell_silent(shape: str, complete: bool, logins: int | None) -> None:  # noqa: FBT001
    """Rows of the window before, none of the last 30 days."""
    days = [*used("c-1", range(1, 62)), *used("silent", range(31, 62), seed=2)]
    values = told(pulled(looker(days, shape), replace(SHAPES[shape][0], complete=complete)))["silent"]
    assert values.get("staff_logins_30d") == logins
    assert values["staff_logins_prev_30d"] > 0
    assert "platform_score" not in values


@EACH_SHAPE
def test_a_window_that_nobody_has_rows_of_is_unknown_even_if_complete(shape: str) -> None:
    """History that was not loaded is not silence."""
    query = replace(SHAPES[shape][0], complete=True)
    values = told(pulled(looker(used("c-1", range(1, 25)), shape), query, ["gone"]))
    assert values["gone"] == {"staff_logins_30d": 0, "admin_logins_30d": 0}
    assert "staff_logins_prev_30d" not in values["c-1"]


@EACH_SHAPE
@pytest.mark.parametrize("days", [[], used("c-1", range(2, 100))], ids=["no rows", "none of the last day"])
def test_a_warehouse_that_lags_gives_no_readings(shape: str, days: list[Day]) -> None:
    """Missing days would read as falling use, or as none at all."""
    query = replace(SHAPES[shape][0], complete=True)
    with pytest.raises(SourceError, match="no use of anybody on 2026-10-31 yet"):
        pulled(looker(days, shape), query, ["c-1"])


@EACH_SHAPE
def test_text_numbers_and_nulls_are_read(shape: str) -> None:
    """Decimals as text add up too; a null is missing."""
    days = used("c-1", range(1, 100), platform_score=None)
    fake = looker(days, shape)
    fake.text_numbers = True
    values = told(pulled(fake, SHAPES[shape][0]))["c-1"]
    absent = {"platform_score", "platform_score_90d_ago"}
    assert values == {name: value for name, value in expected(days).items() if name not in absent}


def test_what_the_explore_lacks_is_neither_asked_for_nor_told() -> None:
    """Null in config: missing."""
    query = replace(
        CONFIG.looker,
        values={"staff_logins": "daily_usage.staff_logins"},
        pillars={},
        custom_fields=False,
        complete=True,
    )
    fake = looker(used("c-1", range(1, 100)), "plain")
    values = told(pulled(fake, query, ["gone"]))
    logins = {"staff_logins_30d", "staff_logins_prev_30d"}
    assert {name: set(of) for name, of in values.items()} == {"c-1": logins, "gone": logins}


def test_customers_keys_are_text_whatever_looker_sends() -> None:
    """Numbers become text; rows of no customer are passed over."""
    days = [day for key in (42, 43.0, " c-1 ", None, "", True) for day in used(key, (1,))]
    assert told(pulled(looker(days, "custom"), CONFIG.looker)).keys() == {"42", "43", "c-1"}


def test_a_customer_that_was_renamed_is_one() -> None:
    """Two names make two rows of a period: logins add up; snapshots that differ are not known."""
    days = used("c-1", range(1, 100), available_modules=12)
    renamed = [replace(day, name="New Name") if day.day > "2026-10-15" else day for day in days]
    double = [*renamed, replace(used("c-1", (1,), seed=9, available_modules=12)[0], name="Old Name")]
    values = told(pulled(looker(double, "custom"), CONFIG.looker))["c-1"]
    more = double[-1].values["staff_logins"]
    assert values["staff_logins_30d"] == expected(days)["staff_logins_30d"] + more
    assert values["available_modules"] == 12
    assert "messaging" not in values


def test_a_sum_of_what_is_no_number_is_left_to_the_intake() -> None:
    """It drops the one value by its name, and the rest of the reading stands."""
    days = used("c-1", range(1, 100))
    fake = looker(days, "custom")
    rows = [
        dict.fromkeys(CONFIG.looker.values.values(), 1)
        | dict.fromkeys(CONFIG.looker.pillars.values(), 50)
        | {"daily_usage.customer_id": "c-1", "daily_usage.customer_name": None, "healthscore_period": period}
        | {"daily_usage.staff_logins": logins}
        for period, logins in (("last", 1), ("recent", "many"), ("a new one", 5))
    ]
    fake.server.plan(RUN, Fault("answer", Response(200, rows)))
    with connected(fake) as client:
        messages = list(readings(client, CONFIG.looker, (), DATE, NOW))
    taken = [read_message(json.dumps(one).encode(), CONFIG.intake, NOW) for one in messages]
    assert [one.remarks for one in taken if one.remarks] == [["dropped:staff_logins_30d"]]
    assert told(statement for one in taken for statement in one.statements)["c-1"]["admin_logins_30d"] == 2


def test_a_date_within_a_day_is_that_day() -> None:
    """Windows are whole days."""
    days = used("c-1", range(-3, 125))
    with connected(looker(days, "custom")) as client:
        messages = list(readings(client, CONFIG.looker, (), DATE + 5 * HOUR, NOW))
    assert [one["date"] for one in messages if one["type"] == "looker.reading"] == ["2026-11-01"]
