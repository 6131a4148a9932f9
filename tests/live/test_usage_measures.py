"""Measures that do not add up over days are asked for by window; what can be no figure of use is refused by name."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from handlers.clients.remote import SourceError
from handlers.pulls.looker import readings
from scoring.instants import DAY, format_date
from tests.fakes.looker import CUSTOMER, DATE, NAME, VIEW, Day, FakeLooker
from tests.live.looker_places import connected
from tests.live.pilot import AS_OF, NOW
from tests.live.test_looker_readings import CONFIG

AGES = (*range(1, 61), 91)
STAFF, ADMIN, SCORE = f"{VIEW}.staff_logins", f"{VIEW}.admin_logins", f"{VIEW}.platform_score"
PLAIN = replace(CONFIG.looker, custom_fields=False)
SAME_TEN = tuple(range(10))


def level(staff: object, customer: object = "77", ages: Iterable[int] = AGES, name: str = "Hotel 77") -> list[Day]:
    """Give days of level use."""
    values = {"staff_logins": staff, "admin_logins": 1, "platform_score": 60}
    return [Day(customer, format_date(AS_OF - age * DAY), values, name) for age in ages]


def told(fake: FakeLooker, query: Any = CONFIG.looker) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """Pull, and give the values of the readings by customer."""
    with connected(fake) as client:
        messages = list(readings(client, query, (), AS_OF, NOW))
    return {one["customer_id"]: one["values"] for one in messages if one["type"] == "looker.reading"}  # type: ignore[misc]


@pytest.mark.parametrize("query", [CONFIG.looker, PLAIN], ids=["custom fields", "three queries"])
@pytest.mark.parametrize(
    ("kind", "figure", "window"),
    [
        ("count_distinct", SAME_TEN, 10),
        ("average", 7, 7),
        ("median", 7, 7),
        ("percentile", 7, 7),
        ("max", 7, 7),
        ("min", 7, 7),
        ("string", 7, 210),
        ("sum", 7, 210),
        ("count", 7, 210),
        ("number", 7, 210),
    ],
)
def test_level_use_is_level_whatever_is_measured(query: Any, kind: str, figure: object, window: float) -> None:  # noqa: ANN401
    """Both windows are what Looker says of them as a whole."""
    values = told(FakeLooker(level(figure), types={STAFF: kind}), query)["77"]
    assert (values["staff_logins_30d"], values["staff_logins_prev_30d"]) == (window, window)


@pytest.mark.parametrize(
    ("members", "calls"),
    [
        ({}, 1),
        ({"types": {STAFF: "count"}}, 1),
        ({"types": {STAFF: "number"}}, 3),
        ({"types": {STAFF: "count_distinct", ADMIN: "sum"}}, 3),
        ({"types": {ADMIN: "a_new_type"}}, 3),
        ({"metadata": False}, 3),
        ({"views": {STAFF: "users"}}, 3),
    ],
    ids=["sums", "counts", "an expression", "one that does not add", "a new word", "unknown", "joined"],
)
def test_only_what_is_known_to_add_up_is_added(members: dict[str, Any], calls: int) -> None:
    """Types that Looker does not tell, or that we never heard of, are asked for by window; so are joined views."""
    fake = FakeLooker(level(SAME_TEN if "count_distinct" in str(members) else 7), **members)
    told(fake)
    assert len(fake.customer_queries) == calls


@pytest.mark.parametrize("query", [CONFIG.looker, PLAIN], ids=["custom fields", "three queries"])
def test_who_was_renamed_is_counted_once(query: Any) -> None:  # noqa: ANN401
    """The ten that came under the old name are the ten that come under the new one."""
    days = level(SAME_TEN, ages=[age for age in AGES if age > 15], name="Old")
    days += level(SAME_TEN, ages=range(1, 16), name="New")
    values = told(FakeLooker(days, types={STAFF: "count_distinct"}), query)["77"]
    assert (values["staff_logins_30d"], values["staff_logins_prev_30d"]) == (10, 10)


def test_rows_of_one_customer_that_do_not_add_up_are_not_known() -> None:
    """Two spellings of a key, of which each counts its own people: their sum may be anything."""
    days = level(SAME_TEN, "77") + level(SAME_TEN, " 77 ")
    values = told(FakeLooker(days, types={STAFF: "count_distinct"}))["77"]
    assert "staff_logins_30d" not in values
    assert values["platform_score"] == 60
    assert told(FakeLooker(level(7, "77") + level(7, 77)))["77"]["staff_logins_30d"] == 420


@pytest.mark.parametrize(
    ("field", "kind", "says"),
    [
        (STAFF, "running_total", "computed over the rows of an answer"),
        (STAFF, "percent_of_total", "computed over the rows of an answer"),
        (SCORE, "percent_of_previous", "computed over the rows of an answer"),
        (STAFF, "list", "which is no number"),
        (STAFF, "yesno", "which is no number"),
        (SCORE, "date", "which is no number"),
        (DATE, "date_month", "name a dimension of days"),
        (DATE, "date_time", "name a dimension of days"),
    ],
)
def test_what_can_be_no_figure_of_use_is_refused_by_name(field: str, kind: str, says: str) -> None:
    """Before anything is asked of it: a running total goes on from one customer to the next."""
    fake = FakeLooker(level(7), types={field: kind})
    with pytest.raises(SourceError, match=f"{field} is of type {kind}.*{says}.*config/sources.yaml"):
        told(fake)
    assert fake.queries == []


@pytest.mark.parametrize(
    ("values", "members", "says"),
    [
        ({"staff_logins": NAME}, {}, f"{NAME} is a dimension: name a measure"),
        ({"platform_score": DATE}, {}, f"{DATE} is of type date_date, which is no number"),
        ({}, {"customer": STAFF}, f"{STAFF} is a measure: name a dimension"),
        ({}, {"name": SCORE}, f"{SCORE} is a measure: name a dimension"),
        ({}, {"date": STAFF}, f"{STAFF} is of type sum: name a dimension of days"),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused_by_name(values: Any, members: Any, says: str) -> None:  # noqa: ANN401
    """A dimension for a measure splits rows; a measure for a dimension joins them."""
    query = replace(CONFIG.looker, values={**CONFIG.looker.values, **values}, **members)
    with pytest.raises(SourceError, match=says):
        told(FakeLooker(level(7)), query)


def test_a_figure_of_a_day_may_be_a_dimension() -> None:
    """A score that stands in a column of its own is one value of the day."""
    query = replace(CONFIG.looker, values={**CONFIG.looker.values, "platform_score": CUSTOMER}, custom_fields=False)
    assert told(FakeLooker(level(7, "50")), query)["50"]["platform_score"] == "50"


def test_an_explore_is_looked_at_once() -> None:
    """Two readings by one client ask for its fields once."""
    fake = FakeLooker([*level(7), *level(7, ages=[0])])
    with connected(fake) as client:
        list(readings(client, CONFIG.looker, (), AS_OF, NOW))
        list(readings(client, CONFIG.looker, (), AS_OF + DAY, NOW))
    assert sum("lookml_models" in path for path in fake.paths) == 1


def present(number: int, of: int) -> list[str]:
    """Give the keys of a mapping of which so many have rows."""
    return [f"c-{one}" if one < number else f"typo-{one}" for one in range(of)]


def test_a_complete_explore_that_lacks_most_of_the_mapping_is_not_believed() -> None:
    """An access filter that changed would read as the end of every customer it hides."""
    query = replace(CONFIG.looker, complete=True)
    days = [day for number in range(10) for day in level(7, f"c-{number}")]
    with connected(FakeLooker(days)) as client:
        with pytest.raises(SourceError, match="no rows of 11 of the 21 customers of the mapping"):
            list(readings(client, query, present(10, 21), AS_OF, NOW))
        assert len(list(readings(client, query, present(10, 20), AS_OF, NOW))) == 10 + 20 + 1
        assert list(readings(client, replace(query, complete=False), present(10, 21), AS_OF, NOW))
