"""Usage readings: any value absent, null, text or wrong, and the rest of the reading stands."""

import pytest

from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import format_date, parse_instant
from scoring.observations import Observation, Reading, Subject
from tests.messages import Message, reading
from tests.sources.taking import observation, refusal, short, take_in

DATE = parse_instant("2026-05-08")
PULLED = parse_instant("2026-05-08T05:10:00Z")
WHOLE: dict[str, float] = {
    "active_modules": 9,
    "active_staff": 90,
    "admin_logins_30d": 52,
    "admin_logins_prev_30d": 50,
    "automations": 75,
    "available_modules": 12,
    "contactless": 80,
    "licensed_seats": 100,
    "messaging": 90,
    "platform_score": 81.5,
    "platform_score_90d_ago": 79,
    "requests": 85,
    "staff_adoption": 70.5,
    "staff_logins_30d": 420,
    "staff_logins_prev_30d": 400,
}
PILLARS = ["messaging", "automations", "contactless", "requests", "staff_adoption"]
VALUES = [name for name in WHOLE if name not in PILLARS]


def told(message: Message) -> dict[str, float]:
    """Read a reading, and give its values."""
    content = observation(message).content
    assert isinstance(content, Reading)
    assert list(content.values) == sorted(content.values)
    return dict(content.values)


def with_value(name: str, value: object) -> Message:
    """Give a reading with one value, or one pillar, told otherwise."""
    values = reading()["values"]
    if name in PILLARS:
        return reading(values=values | {"pillars": values["pillars"] | {name: value}})
    return reading(values=values | {name: value})


def without_value(name: str) -> Message:
    """Give a reading that lacks one value or one pillar."""
    message = with_value(name, None)
    holder = message["values"]["pillars"] if name in PILLARS else message["values"]
    del holder[name]
    return message


def test_a_whole_reading_is_read() -> None:
    """Its date places it in time, its pull breaks ties; it names its owner and shows that the feed lives."""
    content = Reading(DATE, tuple(sorted(WHOLE.items())))
    assert take_in(reading()).statements == [
        Heard("looker", PULLED),
        Naming("looker", ("77",), DATE),
        Observation(Subject("looker", "reading", "77@2026-05-08"), PULLED, content, "77"),
    ]
    assert take_in(reading()).remarks == []


@pytest.mark.parametrize("name", WHOLE)
def test_a_value_that_is_absent_or_null_is_missing(name: str) -> None:
    """Each in turn; it is not zero, and no surprise."""
    rest = {other: value for other, value in WHOLE.items() if other != name}
    for message in (with_value(name, None), without_value(name)):
        assert told(message) == rest
        assert take_in(message).remarks == []


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("value", [True, [], {}, "", "n/a", "nan", "-inf", "1e400", 10**4000, 1e18, 1e-300], ids=short)
def test_a_value_that_is_no_number_is_dropped_by_name(name: str, value: object) -> None:
    """The rest of the reading stands."""
    assert told(with_value(name, value)) == {other: known for other, known in WHOLE.items() if other != name}
    assert take_in(with_value(name, value)).remarks == [f"dropped:{name}"]


@pytest.mark.parametrize(("value", "number"), [("12.5", 12.5), (" 7 ", 7), ("7", 7), (7.0, 7), (-0.0, 0), ("-0", 0)])
def test_a_number_may_be_text(value: object, number: float) -> None:
    """Some dialects send large decimals as text; one number is one reading."""
    assert observation(with_value("platform_score", value)) == observation(with_value("platform_score", number))
    assert str(told(with_value("platform_score", value))["platform_score"]) == str(float(number))


@pytest.mark.parametrize("value", [-5, 101, 250.5])
def test_a_value_out_of_its_range_is_kept_for_the_score_to_flag(value: float) -> None:
    """That it is wrong is shown on the record, not lost here."""
    assert told(with_value("messaging", value))["messaging"] == value
    assert told(with_value("staff_logins_30d", value))["staff_logins_30d"] == value


@pytest.mark.parametrize("pillars", [[], "text", 7, True])
def test_pillars_that_are_no_object_are_dropped_by_name(pillars: object) -> None:
    """The other values stand."""
    message = reading(values=reading()["values"] | {"pillars": pillars})
    assert told(message) == {name: WHOLE[name] for name in VALUES}
    assert take_in(message).remarks == ["dropped:pillars"]


@pytest.mark.parametrize("pillars", [None, {}])
def test_pillars_may_be_missing(pillars: object) -> None:
    """All at once."""
    message = reading(values=reading()["values"] | {"pillars": pillars})
    assert told(message) == {name: WHOLE[name] for name in VALUES}
    assert take_in(message).remarks == []


def test_a_reading_may_hold_nothing() -> None:
    """It says that nothing is known on that day."""
    assert told(reading(values={})) == {}


def test_an_unheard_of_value_is_remarked() -> None:
    """A pillar among the values is as unheard of as a value among the pillars."""
    values = {"guest_logins_30d": 7, "messaging": 90, "pillars": {"wellness": 80, "platform_score": 70}}
    assert told(reading(values=values)) == {}
    assert sorted(take_in(reading(values=values)).remarks) == [
        "unknown:value=guest_logins_30d",
        "unknown:value=messaging",
        "unknown:value=platform_score",
        "unknown:value=wellness",
    ]


def test_days_without_usage_of_anybody_are_kept_with_the_reading() -> None:
    """In their order, each once, those of its two windows."""
    told = ["2026-05-07", "2026-03-09", "2026-04-01T12:00:00Z", "2026-04-01", "2026-05-08", "2026-03-08"]
    content = observation(reading(holes=told)).content
    assert isinstance(content, Reading)
    assert [format_date(day) for day in content.holes] == ["2026-03-09", "2026-04-01", "2026-05-07"]
    assert take_in(reading(holes=told)).remarks == []


@pytest.mark.parametrize("holes", [None, []])
def test_a_reading_without_holes_is_as_it_was(holes: object) -> None:
    """One that was recorded before holes were told says as much."""
    assert observation(reading(holes=holes)) == observation(reading())


@pytest.mark.parametrize("holes", ["2026-05-01", 7, {}, ["soon"], [None], [["2026-05-01"]]], ids=short)
def test_holes_that_cannot_be_read_spoil_the_reading(holes: object) -> None:
    """Logins without their holes would be taken for whole."""
    assert refusal(reading(holes=holes)).startswith("holes is ")


ZEROS = dict.fromkeys(("staff_logins_30d", "staff_logins_prev_30d", "admin_logins_30d", "admin_logins_prev_30d"), 0)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (ZEROS, False),
        ({}, False),
        ({"staff_logins_30d": None}, False),
        (ZEROS | {"platform_score": "many"}, False),
        (ZEROS | {"admin_logins_prev_30d": 1}, True),
        (ZEROS | {"platform_score": 0}, True),
        ({"pillars": {"messaging": 0}}, True),
    ],
)
def test_only_what_looker_gave_names_its_owner(values: Message, names: bool) -> None:  # noqa: FBT001
    """Logins that are none may be our own word for a key without rows."""
    namings = [one for one in take_in(reading(values=values)).statements if isinstance(one, Naming)]
    assert bool(namings) == names


@pytest.mark.parametrize("customer", ["77", 77, 77.0, " 77 "])
def test_a_customer_may_be_a_number(customer: object) -> None:
    """The same customer is one owner, whichever way its id is written."""
    assert observation(reading(customer_id=customer)) == observation(reading())


@pytest.mark.parametrize("date", ["2026-05-08", "2026-05-08T00:00:00Z", "2026-05-08T23:59:59+00:00", 1778198400])
def test_the_date_is_a_day(date: object) -> None:
    """A time of day in it says nothing."""
    assert observation(reading(date=date)) == observation(reading())


@pytest.mark.parametrize("name", ["customer_id", "date", "pulled_at", "values"])
@pytest.mark.parametrize("value", [None, "", [], True, 1e300])
def test_a_reading_without_what_it_must_say_is_refused_by_name(name: str, value: object) -> None:
    """Whose, of which day, pulled when, and what."""
    assert refusal(reading(**{name: value})).startswith(f"{name} is ")


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "20260508", "soon"])
def test_a_date_that_no_calendar_knows_is_refused(date: str) -> None:
    """It could not be written as a date again."""
    assert refusal(reading(date=date)).startswith("date is ")
