"""Days that Looker has of nobody are holes, in every shape of the explore: a trend over one is missing, never wrong."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.intake import LookerQuery
from handlers.clients.looker.answers import Row
from handlers.clients.looker.client import LookerClient
from handlers.clients.remote import SourceError
from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill, sweep
from handlers.jobs.fold import read_message
from handlers.pulls.looker import readings
from handlers.pulls.looker_days import holes
from scoring.instants import DAY, HOUR, format_date, parse_instant
from scoring.metrics.adoption_engagement import Usage, login_trend
from scoring.metrics.measure import Measure
from scoring.observations import LOGIN_DAYS, Observation, Reading
from scoring.score import Score
from tests.fakes.looker import Day, FakeLooker
from tests.live.desk import Desk, at_desk
from tests.live.looker_places import connected
from tests.live.pilot import AS_OF, NOW
from tests.live.test_looker_readings import CONFIG, EACH_SHAPE, SHAPES

HOLE = ("hole:looker",)
BOTH = range(1, 2 * LOGIN_DAYS + 1)
AGES = (*BOTH, 91)
Logins = Callable[[int], Any]


def table(logins: dict[object, Logins], ages: Iterable[int] = AGES) -> list[Day]:
    """Give the days of some customers whose staff logins are told by how many days ago they were."""
    return [
        Day(
            customer,
            format_date(AS_OF - age * DAY),
            {"staff_logins": told(age), "admin_logins": 1, "platform_score": 50},
        )
        for customer, told in logins.items()
        for age in ages
    ]


def without(days: Iterable[Day], ages: Iterable[int]) -> list[Day]:
    """Lose some days of everybody."""
    lost = {format_date(AS_OF - age * DAY) for age in ages}
    return [day for day in days if day.day not in lost]


def trends(client: LookerClient, query: LookerQuery, customers: Iterable[str] = ()) -> dict[str, Measure]:
    """Pull the readings of the as-of day, take them in, and give the trend of staff logins by customer."""
    messages = [one for one in readings(client, query, customers, AS_OF, NOW) if one["type"] == "looker.reading"]
    taken = [read_message(json.dumps(message).encode(), CONFIG.intake, NOW) for message in messages]
    said = [statement for one in taken for statement in one.statements if isinstance(statement, Observation)]
    told = [(str(one.owner), one.content) for one in said if isinstance(one.content, Reading)]
    usages = {owner: Usage((one,), frozenset({"looker"} if one.holes else ())) for owner, one in told}
    return {owner: login_trend("staff_login_trend", usage, "staff_logins") for owner, usage in usages.items()}


def pulled(days: Iterable[Day], query: LookerQuery, **members: Any) -> dict[str, Measure]:  # noqa: ANN401
    """Serve a table, and give the trends that come of it."""
    with connected(FakeLooker(list(days), rows_count=query.logins, **members)) as client:
        return trends(client, query)


@EACH_SHAPE
@pytest.mark.parametrize("lost", [(2,), (30,), (31,), (60,), range(31, 51), range(10, 21), (2, 59)], ids=str)
def test_a_trend_over_a_hole_is_missing(shape: str, lost: Iterable[int]) -> None:
    """At the edges of both windows, in one or in both."""
    told = pulled(without(table({"a": lambda _: 5, "b": lambda age: age}), lost), SHAPES[shape][0])
    assert told == {"a": Measure(None, HOLE), "b": Measure(None, HOLE)}


@EACH_SHAPE
def test_a_day_that_only_one_customer_lacks_is_zero(shape: str) -> None:
    """Nobody else's logins make up for it, and nothing is flagged."""
    days = table({"a": lambda _: 5})
    days += table({"b": lambda _: 10}, [age for age in AGES if not 10 <= age <= 21])
    told = pulled(days, SHAPES[shape][0])
    assert told["a"] == Measure(0.0)
    if shape != "30_days":
        assert told["b"] == Measure(-40.0)


@EACH_SHAPE
def test_whatever_days_are_lost_the_trend_is_true_or_missing_and_flagged(shape: str) -> None:
    """Any days but the last, of any logins: over the wire and back."""
    query = SHAPES[shape][0]
    fake = FakeLooker(rows_count=query.logins)
    with connected(fake) as client:

        @settings(max_examples=15)
        @given(st.lists(st.integers(1, 9), min_size=91, max_size=91), st.sets(st.sampled_from(BOTH[1:]), max_size=59))
        def tried(logins: list[int], lost: set[int]) -> None:
            days = table({"a": lambda age: logins[age - 1], "b": lambda age: logins[-age]})
            fake.days[:] = days
            true = trends(client, query)
            fake.days[:] = without(days, lost)
            seen = trends(client, query)
            assert seen == (dict.fromkeys("ab", Measure(None, HOLE)) if lost else true)

        tried()


@pytest.mark.parametrize("shape", ["custom", "plain"])
@pytest.mark.parametrize("empty", [0, None])
def test_rows_without_use_are_no_use(shape: str, empty: object) -> None:
    """A table with a row for each customer and day shows what was lost as zeros, or as nulls."""
    days = table({"a": lambda _: 5, "b": lambda _: 7})
    lost = {day.day for day in days} - {day.day for day in without(days, range(40, 50))}
    zeros = {"staff_logins": empty, "admin_logins": empty, "platform_score": 50}
    filled = [replace(day, values=zeros) if day.day in lost else day for day in days]
    assert pulled(filled, SHAPES[shape][0]) == dict.fromkeys("ab", Measure(None, HOLE))


@pytest.mark.parametrize(("logins", "flags"), [(15, HOLE), (5, ())])
def test_one_measure_that_is_lost_is_told_from_one_that_rests(logins: int, flags: tuple[str, ...]) -> None:
    """Of 30 staff logins a day none is a hole; of 10 it may be chance, as admins still log in."""
    days = table(dict.fromkeys("ab", lambda age: 0 if age in (5, 6) else logins))
    told = pulled(days, CONFIG.looker)
    assert {measure.flags for measure in told.values()} == {flags}
    assert {measure.raw is None for measure in told.values()} == {bool(flags)}


@pytest.mark.parametrize("nobody", [None, ""])
def test_rows_of_nobody_are_no_use_of_anybody(nobody: object) -> None:
    """Events that belong to no customer do not hide that the customers' are lost."""
    days = without(table({"a": lambda _: 5}), range(40, 45)) + table({nobody: lambda _: 9})
    assert pulled(days, CONFIG.looker) == {"a": Measure(None, HOLE)}
    assert pulled(table({"a": lambda _: 5}) + table({nobody: lambda _: 9}), CONFIG.looker) == {"a": Measure(0.0)}


def test_text_and_what_is_no_number_show_use() -> None:
    """Some dialects write numbers as text; that a day's figure cannot be read is for the intake to say."""
    whole = table({"a": lambda _: 5})
    assert pulled(whole, CONFIG.looker, text_numbers=True) == {"a": Measure(0.0)}
    lost = without(whole, (7,))
    assert pulled(lost, CONFIG.looker, text_numbers=True) == {"a": Measure(None, HOLE)}


def weekend(age: int) -> bool:
    """Tell whether a day was a Saturday or a Sunday."""
    return (AS_OF // DAY - age + 3) % 7 >= 5


def test_days_on_which_nobody_works_are_no_holes_where_config_says_so() -> None:
    """Eight weekend days in each window; one weekday more that is lost is a hole all the same."""
    working = [age for age in AGES if not weekend(age) or age == 1]
    resting = replace(CONFIG.looker, rest_days=frozenset({"saturday", "sunday"}))
    days = table({"a": lambda _: 5}, working)
    assert pulled(days, CONFIG.looker) == {"a": Measure(None, HOLE)}
    assert pulled(days, resting)["a"].flags == ()
    assert pulled(without(days, (2,)), resting) == {"a": Measure(None, HOLE)}


@EACH_SHAPE
@pytest.mark.parametrize("rows", ["none", "zeros"])
def test_a_last_day_without_use_is_not_there_yet(shape: str, rows: str) -> None:
    """Whether it has no rows or empty ones: no reading; the one before grows old instead."""
    query = SHAPES[shape][0]
    logins: Logins = lambda age: 0 if age == 1 and rows == "zeros" else 5  # noqa: E731 - a table of a line
    days = table({"a": logins}, AGES if rows == "zeros" else AGES[1:])
    if rows == "zeros":
        days = [
            replace(day, values={**day.values, "admin_logins": 0}) if day.day == "2026-10-31" else day for day in days
        ]
    if rows == "zeros" and shape == "30_days":
        return
    with pytest.raises(SourceError, match="no use of anybody on 2026-10-31 yet"):
        pulled(days, query)


@EACH_SHAPE
def test_a_last_day_of_a_few_is_not_there_as_a_whole(shape: str) -> None:
    """Of 40 customers 9: most of the day is yet to be loaded. With 10 it may be so."""
    many = {f"c-{number}": lambda _: 5 for number in range(40)}
    for present, refused in ((9, True), (10, False)):
        days = table(dict(list(many.items())[:present]), AGES) + table(dict(list(many.items())[present:]), AGES[1:])
        assert len(pulled(days, replace(SHAPES[shape][0], rest_days=frozenset({"saturday"})))) == 40
        if refused:
            with pytest.raises(SourceError, match="use of 9 customers on 2026-10-31, of 40 before"):
                pulled(days, SHAPES[shape][0])
        else:
            assert len(pulled(days, SHAPES[shape][0])) == 40


@pytest.mark.parametrize("date", ["2026-10", "2026-10-31 05:00:00", "2026-11-01"])
def test_a_field_of_other_than_days_is_refused(date: str) -> None:
    """Months, hours, days of another time zone: windows cannot be cut by it."""
    rows: list[Row] = [{"daily_usage.usage_date": day} for day in ("2026-10-31", date)]
    with pytest.raises(SourceError, match="name a field of days, in UTC"):
        holes(rows, CONFIG.looker, AS_OF)


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(2, tmp_path) as desk:
        yield desk


def closed(desk: Desk) -> Score:
    """Close October on trial, and give the first hotel's score."""
    assert desk.run(finalise_command, "--period", "2026-10", "--dry-run").code in (0, 3)
    return desk.records()[0].score


@pytest.mark.parametrize("lost", [range(31, 51), range(10, 21), (2,), (60,)], ids=str)
def test_a_month_closed_over_a_hole_says_so(desk: Desk, lost: Iterable[int]) -> None:
    """No trend, not a good one and not a bad one; what stands on the last day still counts."""
    days = desk.pilot.instance.days
    days[:] = without(days, lost)
    assert desk.run(backfill).code == 0
    score = closed(desk)
    metrics = score.dimensions["adoption_engagement"].metrics
    assert HOLE[0] in score.flags
    assert [metrics[name].raw for name in ("staff_login_trend", "admin_login_trend")] == [None, None]
    assert (metrics["platform_score"].raw, score.platform_value["messaging"].raw) == (50, 60)


def test_a_source_out_for_three_days_is_stale_then_has_a_hole(desk: Desk) -> None:
    """While it is out the last reading counts, and says its age; once it is back the days are a hole."""
    desk.now = AS_OF - 3 * DAY + 6 * HOUR
    everything = list(desk.pilot.instance.days)
    earlier = (replace(day, day=format_date(parse_instant(day.day) - 60 * DAY)) for day in everything)
    desk.pilot.instance.days += [day for day in earlier if day.day >= "2026-08-30"]
    assert desk.run(backfill).code == 0
    desk.now = NOW
    desk.pilot.instance.days[:] = without(desk.pilot.instance.days, (1, 2, 3))
    assert desk.run(sweep).code == 3
    score = closed(desk)
    assert "stale:looker" in score.flags
    assert HOLE[0] not in score.flags
    assert score.dimensions["adoption_engagement"].metrics["staff_login_trend"].raw is not None
    desk.pilot.instance.days[:] = without(everything, (2, 3))
    assert desk.run(sweep).code == 0
    score = closed(desk)
    assert HOLE[0] in score.flags
    assert "stale:looker" not in score.flags
    assert score.dimensions["adoption_engagement"].metrics["staff_login_trend"].raw is None
