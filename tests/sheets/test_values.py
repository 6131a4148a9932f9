"""Values as people write them: read as what they are in every style, or refused; never wrong in silence."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.sheets.cells import Cell, CellError, Priced, is_empty, refuse_error, text_of
from handlers.sheets.date_columns import Order, is_half_turned, order_of, without_times, zone_of
from handlers.sheets.dates import DateStyle, last_of_day, read_date, read_instant
from handlers.sheets.durations import Unit, clock_of, read_duration, unit_of
from handlers.sheets.keys import keeps_capitals, read_account_id, read_key, read_record_id
from handlers.sheets.money import amount_mark, read_amount, refuse_scale, without_currency
from handlers.sheets.numbers import Mark, mark_of, read_count, read_number
from handlers.sheets.words import between_of, ratings_of, read_tags, read_yes_no
from scoring.ids import to_18
from scoring.instants import HOUR, SECOND, format_instant, parse_instant

CENTS = st.integers(-(10**11), 10**11).map(lambda cents: cents / 100)
STYLES: list[tuple[Mark, str, str]] = [
    ("point", ",", "."),
    ("comma", ".", ","),
    ("point", "", "."),
    ("comma", "", ","),
    ("comma", " ", ","),
    ("comma", "\u202f", ","),
    ("point", "'", "."),
]
"""The decimal mark, what groups thousands, and what stands before decimals."""


def styled(number: float, style: tuple[Mark, str, str], decimals: int) -> str:
    """Write a number in a style."""
    _, group, mark = style
    return f"{number:,.{decimals}f}".replace(",", "\0").replace(".", mark).replace("\0", group)


def read_if_clear(read: Callable[[str], float], cell: str) -> float | None:
    """Read a cell; None where it is refused because it may be two things."""
    try:
        return read(cell)
    except CellError as error:
        if "it may be" not in str(error):
            raise
        return None


@given(st.lists(CENTS, min_size=1, max_size=6), st.sampled_from(STYLES), st.sampled_from([0, 2, 3]))
@settings(max_examples=150)
def test_numbers_of_a_column_are_read_right_or_refused(
    numbers: list[float], style: tuple[Mark, str, str], decimals: int
) -> None:
    """By what the whole column shows; told the mark, every number of the style is read."""
    cells = [styled(number, style, decimals) for number in numbers]
    shown = mark_of(cells)
    assert shown in {style[0], None}
    for cell in cells:
        right = float(cell.replace(style[1], "").replace(style[2], ".") if style[1] else cell.replace(style[2], "."))
        assert read_number(cell, style[0]) == right
        unaided = read_if_clear(lambda cell: read_number(cell, shown), cell)
        assert unaided in {right, None}
        assert unaided is not None or shown is None


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("1,234.5", None, 1234.5),
        ("1.234,5", None, 1234.5),
        ("1,234,567", None, 1234567),
        ("12,5", None, 12.5),
        ("0,125", None, 0.125),
        ("1234,567", None, 1234.567),
        ("4,77,000.50", None, 477000.5),
        ("1,234", "point", 1234),
        ("1,234", "comma", 1.234),
        ("(1,200.00)", None, -1200),
        ("\u22125", None, -5),
        ("1 234", None, 1234),
        ("1\u2019234.50", None, 1234.5),
        (1234, None, 1234),
        (12.5, "comma", 12.5),
    ],
)
def test_a_number_is_read(cell: Cell, mark: Mark | None, number: float) -> None:
    """In the ways that tools and people write it."""
    assert read_number(cell, mark) == number


@pytest.mark.parametrize(
    "cell", ["1,234", "1.234", "1,23,4", "1.2E+05", "1 23", "five", "", "12%", True, float("nan"), 10**17]
)
def test_what_is_no_number_or_may_be_two_is_refused(cell: Cell) -> None:
    """1,234 may be twelve hundred or a little more than one."""
    with pytest.raises(CellError):
        read_number(cell)


def test_a_count_has_one_reading_where_a_number_has_two() -> None:
    """A part of a login is none: 1,234 logins are more than a thousand. A number with decimals is no count."""
    assert [read_count("1,234"), read_count("1.234"), read_count("7.0"), read_count(3.0)] == [1234, 1234, 7, 3]
    for cell in ("12.5", "-1", 2.5):
        with pytest.raises(CellError):
            read_count(cell)


ORDERS: list[tuple[Order, str]] = [("day_first", "%d{0}%m{0}%Y"), ("month_first", "%m{0}%d{0}%Y")]


@given(
    st.lists(st.dates(date(1990, 1, 1), date(2060, 12, 31)), min_size=1, max_size=6),
    st.sampled_from(ORDERS),
    st.sampled_from("/-."),
)
@settings(max_examples=150)
def test_dates_of_a_column_are_read_right_or_refused(days: list[date], style: tuple[Order, str], mark: str) -> None:
    """By what the whole column shows; told the order, every date is read."""
    cells = [day.strftime(style[1].format(mark)) for day in days]
    shown = order_of(cells)
    assert shown in {style[0], None}
    for day, cell in zip(days, cells, strict=True):
        right = parse_instant(day.isoformat())
        assert read_date(cell, DateStyle(style[0])) == right
        assert read_if_clear(lambda cell: read_date(cell, DateStyle(shown)), cell) in {right, None}


INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
FORMS = (
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%B %d, %Y %I:%M:%S %p",
    "%a, %d %b %Y %H:%M:%S +0000",
    "%d-%b-%Y %H:%M:%S",
)


@given(INSTANTS, st.sampled_from(FORMS))
@settings(max_examples=150)
def test_an_instant_comes_back_from_every_form(at: datetime, form: str) -> None:
    """Whatever order its parts have, where the month is named or the year stands first."""
    assert read_instant(at.strftime(form), DateStyle()) == parse_instant(at.isoformat())


@given(INSTANTS)
@settings(max_examples=60)
def test_an_instant_comes_back_from_a_serial_number(at: datetime) -> None:
    """Excel counts days since 1900 and their parts; a workbook's own cells bear a trace of that."""
    serial = (at - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001  the day that Excel counts from
    right = parse_instant(at.isoformat())
    assert read_instant(at + timedelta(microseconds=3), DateStyle()) == right
    for cell in (serial, f"{serial:.10f}") if serial % 1 else ():
        assert read_instant(cell, DateStyle()) == right


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("45321", "2024-01-30T00:00:00Z"),
        (45321, "2024-01-30T00:00:00Z"),
        ("20250403", "2025-04-03T00:00:00Z"),
        ("2025-04-03T23:30:00.000Z", "2025-04-03T00:00:00Z"),
        ("13/04/2025", "2025-04-13T00:00:00Z"),
        ("04/13/2025", "2025-04-13T00:00:00Z"),
        ("3 April 2025", "2025-04-03T00:00:00Z"),
        ("3-Apr-25", "2025-04-03T00:00:00Z"),
        (date(2025, 4, 3), "2025-04-03T00:00:00Z"),
    ],
)
def test_a_date_is_read(cell: Cell, told: str) -> None:
    """As the day that is written."""
    assert format_instant(read_date(cell, DateStyle())) == told


@pytest.mark.parametrize(
    "cell", ["03/04/2025", "13/04/25", "31/02/2025", "2025-13-01", "Apr-25", "soon", "12", "1.5", True, "32/13/2025"]
)
def test_what_is_no_date_or_may_be_two_is_refused(cell: Cell) -> None:
    """03/04/2025 is two days; a year of two digits may be a day."""
    with pytest.raises(CellError):
        read_date(cell, DateStyle())


@pytest.mark.parametrize(
    "cell",
    ["1899-12-30", "1/1/1900", "0001-01-01", "1970-01-01", "9999-12-31", datetime(1900, 1, 1), date(1904, 1, 1)],  # noqa: DTZ001
)
def test_a_day_that_programs_write_for_none_is_refused(cell: Cell) -> None:
    """A champion of 1900, or a renewal in 9999, would be good news."""
    with pytest.raises(CellError, match="where there is none: leave the cell empty"):
        read_date(cell, DateStyle())


def test_an_order_that_a_person_says_decides_and_allows_short_years() -> None:
    """What a column shows alone does not: 25 may be a day."""
    said = DateStyle("day_first", is_said=True)
    assert read_date("03/04/25", said) == read_date("03/04/2025", said) == parse_instant("2025-04-03")
    with pytest.raises(CellError, match="no such day"):
        read_date("04/13/2025", said)


def test_columns_that_contradict_themselves_tell_no_order() -> None:
    """A date of each order, or dates that a spreadsheet made of some cells alone."""
    assert order_of(["13/04/2025", "04/13/2025"]) is None
    assert is_half_turned([datetime(2025, 4, 3, tzinfo=UTC), "13/04/2025"])
    assert not is_half_turned([datetime(2025, 4, 3, tzinfo=UTC), "2025-04-13"])
    assert is_half_turned(["2025-04-03", "13/04/2025"])
    assert not is_half_turned(["2025-04-30", "13/04/2025"])
    assert not is_half_turned(["2025-04-03", "03/04/2025"])


def test_an_instant_needs_its_time_of_day() -> None:
    """Without it, a first response on the day of the question would be one at once."""
    for cell in ("2025-04-03", "45321", date(2025, 4, 3)):
        with pytest.raises(CellError, match="time of day"):
            read_instant(cell, DateStyle())
    assert without_times([datetime(2025, 4, day) for day in (3, 4)])  # noqa: DTZ001  as a workbook gives them
    assert not without_times([datetime(2025, 4, 3), datetime(2025, 4, 4, 9)])  # noqa: DTZ001
    assert without_times(["2025-04-03 00:00:00", "2025-04-04T00:00Z", "4/5/2025, 12:00 AM"])
    assert not without_times(["2025-04-03 00:00", "2025-04-04 00:01"])
    assert not without_times(["2025-04-03 00:00", "2025-04-04 12:00 PM"])
    assert format_instant(last_of_day("2025-04-03", DateStyle())) == "2025-04-03T23:59:59Z"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("2025-07-01 09:00", "2025-07-01T07:00:00Z"),
        ("2025-01-15 09:00", "2025-01-15T08:00:00Z"),
        ("2025-07-01 09:00 UTC", "2025-07-01T09:00:00Z"),
        ("2025-07-01T09:00:00+05:30", "2025-07-01T03:30:00Z"),
        ("1751360400", "2025-07-01T09:00:00Z"),
        ("1751360400000", "2025-07-01T09:00:00Z"),
        ("7/1/2025, 12:05 AM", "2025-06-30T22:05:00Z"),
    ],
)
def test_a_time_is_read_in_the_zone_of_its_column_but_for_its_own_offset(cell: str, told: str) -> None:
    """Summer time and winter time too."""
    assert format_instant(read_instant(cell, DateStyle("month_first", zone=ZoneInfo("Europe/Paris")))) == told


@pytest.mark.parametrize(
    ("title", "hours"),
    [
        ("Created at (UTC+2)", 2),
        ("Created at [GMT-05:00]", -5),
        ("Created at (+01:00)", 1),
        ("Created at UTC", 0),
        ("Created at (Asia/Tokyo)", 9),
        ("Created at", None),
        ("LAST UPDATED AT", None),
        ("Closed (2)", None),
    ],
)
def test_the_name_of_a_column_may_say_its_zone(title: str, hours: int | None) -> None:
    """In brackets, or as its last word."""
    zone = zone_of(title)
    offset = None if zone is None else datetime(2025, 7, 1, tzinfo=zone).utcoffset()
    assert offset == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize("title", ["Created at (CST)", "Created at PT", "Created at (UTC+99)"])
def test_letters_that_are_several_zones_are_refused(title: str) -> None:
    """CST is in America, in Cuba and in China."""
    with pytest.raises(CellError):
        zone_of(title)


@pytest.mark.parametrize("cell", ["2025-10-26 02:30", "2025-03-30 02:30", "2025-07-01 25:00", "2025-07-01 13:00 pm"])
def test_a_time_that_was_twice_or_never_is_refused(cell: str) -> None:
    """The clocks of Paris were changed in that hour."""
    with pytest.raises(CellError):
        read_instant(cell, DateStyle(zone=ZoneInfo("Europe/Paris")))


@pytest.mark.parametrize(
    ("title", "cell", "seconds"),
    [
        ("First response time (minutes)", "90", 5400),
        ("Resolution time in hours", "1.5", 5400),
        ("First reply time (s)", 5400, 5400),
        ("Time to close", "1:30:00", 5400),
        ("Time to close", "1h 30m", 5400),
        ("Time to close", timedelta(minutes=90), 5400),
    ],
)
def test_a_duration_is_read_by_its_unit(title: str, cell: Cell, seconds: int) -> None:
    """The unit stands in the column's name, or in the cell."""
    assert read_duration(cell, unit_of(title)) == seconds * SECOND


@pytest.mark.parametrize(
    ("title", "seconds"),
    [
        ("Time to close (hh:mm)", 45000),
        ("Time to close (mm:ss)", 750),
        ("Time to close (hours)", 45000),
        ("Time to close in minutes", 750),
    ],
)
def test_two_parts_of_a_clock_are_read_as_the_name_of_their_column_says(title: str, seconds: int) -> None:
    """12:30 is half a day, or a quarter of an hour."""
    assert read_duration("12:30", unit_of(title), None, clock_of(title)) == seconds * SECOND
    assert clock_of("Time to close (hh:mm:ss)") is None
    with pytest.raises(CellError, match="this is a date"):
        read_duration(datetime(1900, 1, 1, 12), "hours")  # noqa: DTZ001  as a workbook gives it


@pytest.mark.parametrize("cell", ["90", "12:30", "-1h", "1x", "soon", "1h 2h"])
def test_a_duration_without_a_unit_is_refused(cell: str) -> None:
    """90 may be seconds or days, 12:30 minutes or hours."""
    with pytest.raises(CellError):
        read_duration(cell, None)


@given(st.integers(0, 10**6), st.sampled_from([("minutes", 60), ("hours", 3600), ("seconds", 1)]))
@settings(max_examples=40)
def test_a_duration_comes_back(length: int, unit: tuple[Unit, int]) -> None:
    """Whole numbers of any unit."""
    assert read_duration(str(length), unit[0]) == length * unit[1] * SECOND
    assert read_duration(f"{length}:00:00", None) == length * HOUR


@pytest.mark.parametrize(
    ("cell", "value", "currency"),
    [
        ("USD 477,000.00", 477000, "USD"),
        ("$477,000.00", 477000, "USD"),
        ("1.234,50 \u20ac", 1234.5, "EUR"),
        ("-\u00a312.50", -12.5, "GBP"),
        ("477000", 477000, None),
        (Priced(12.5, "\u20ac"), 12.5, "EUR"),
        (477000.0, 477000, None),
    ],
)
def test_an_amount_is_read_with_its_currency(cell: Cell, value: float, currency: str | None) -> None:
    """By a code, a sign, or the sign that a workbook shows; without any of them none is said."""
    amount = read_amount(cell, amount_mark([cell]), "USD")
    assert (amount.value, amount.currency) == (value, currency)


@pytest.mark.parametrize("cell", ["450,000", "\u00a5 100", "kr 5", "12 bananas", "$ 1,2 \u20ac"])
def test_an_amount_that_may_be_two_is_refused(cell: str) -> None:
    """By its number or by its currency: the yen and the yuan have one sign."""
    with pytest.raises(CellError):
        read_amount(cell, amount_mark([cell]), "USD")


@pytest.mark.parametrize(
    ("title", "name", "said"),
    [
        ("ARR (EUR)", "ARR", "EUR"),
        ("arr_USD", "arr", "USD"),
        ("ARR in \u20ac", "ARR", "\u20ac"),
        ("ARR__c", "ARR__c", None),
        ("Annual Recurring Revenue", "Annual Recurring Revenue", None),
    ],
)
def test_the_name_of_a_column_may_say_its_currency(title: str, name: str, said: str | None) -> None:
    """In brackets or not."""
    assert without_currency(title) == (name, said)
    refuse_scale(title)


@pytest.mark.parametrize(
    "title",
    ["ARR (k\u20ac)", "ARR T\u20ac", "ARR (in thousands)", "ARR ($000)", "ARR kEUR", "ARR (Mio. EUR)", "ARR cents"],
)
def test_amounts_that_are_thousands_of_what_they_show_are_refused(title: str) -> None:
    """477 would make a small customer of a large one."""
    with pytest.raises(CellError, match="expected amounts in full"):
        refuse_scale(title)


MIXED = "0015f00000YtSBV"


def test_ids_of_15_characters_are_taken_where_capitals_were_kept() -> None:
    """A column that shows both cases in one id kept them; ids of 18 characters tell by themselves."""
    kept = keeps_capitals([MIXED, "001D000000IRFMA"])
    assert read_account_id(MIXED, "001", capitals_kept=kept) == to_18(MIXED)
    assert read_account_id("001D000000IRFMA", "001", capitals_kept=kept) == to_18("001D000000IRFMA")
    assert not keeps_capitals([MIXED.lower(), to_18(MIXED)])
    with pytest.raises(CellError, match="18 characters"):
        read_account_id(MIXED.lower(), "001", capitals_kept=False)
    assert read_account_id("001000000000001", "001", capitals_kept=False) == to_18("001000000000001")


@pytest.mark.parametrize(
    "cell", [to_18(MIXED).lower(), "0065f00000AbCdE", "1.23E+17", "Four Seasons", "'0015f00000YtSBV"]
)
def test_what_is_no_id_of_an_account_is_refused(cell: str) -> None:
    """Capitals that were lost, another object, a number that was cut short, a name."""
    with pytest.raises(CellError):
        read_account_id(cell, "001", capitals_kept=True)


def test_other_keys_are_taken_as_they_are() -> None:
    """But for what a spreadsheet made of them; one of 18 characters that shows lost capitals names the right one."""
    assert [read_key("INV-7"), read_key(1234.0), read_key(77), read_record_id("INV-000000000000007")] == [
        "INV-7",
        "1234",
        "77",
        "INV-000000000000007",
    ]
    for cell in (12.5, 10**16, True, date(2025, 1, 1), "#N/A", "2025-01-01"):
        with pytest.raises(CellError):
            read_key(cell)
    with pytest.raises(CellError, match=f"did you mean {to_18('0065f00000AbCdE')}"):
        read_record_id(to_18("0065f00000AbCdE").lower())


def test_tags_are_parted_as_the_column_shows() -> None:
    """Where nothing tells one tag of two words from two tags, they are not guessed."""
    assert read_tags('["p1", "on hold"]', between_of(["a, b"])) == ("p1", "on hold")
    assert read_tags("vip p1", "blank") == ("vip", "p1")
    assert read_tags("urgent") == ("urgent",)
    with pytest.raises(CellError, match="tags: comma"):
        read_tags("vip p1", between_of(["vip p1", "x"]))


def test_yes_no_empty_and_errors() -> None:
    """Words of several languages; what exports write for nothing; what a spreadsheet writes for an error."""
    assert [read_yes_no(cell) for cell in ("Yes", True, "0", "nein", 1)] == [True, True, False, False, True]
    with pytest.raises(CellError):
        read_yes_no("perhaps")
    nothing: list[Cell] = [None, "", " ", "-", "N/A", "null"]
    assert all(is_empty(cell) for cell in nothing)
    something: list[Cell] = ["0", 0, False, "no"]
    assert not any(is_empty(cell) for cell in something)
    for error in ("#N/A", "#REF!", "#FORMULA", "####"):
        with pytest.raises(CellError):
            refuse_error(error)


def test_ratings_in_words_mean_what_their_column_shows() -> None:
    """Bad is the worst of two and the second worst of five: alone it means neither."""
    assert ratings_of(["Good", "Bad", "Offered"]) == {"good": 5, "bad": 1}
    assert ratings_of(["Bad", "Amazing"]) == {"bad": 2, "amazing": 5}
    assert ratings_of(["Bad", 3, "4/5", "Unoffered"]) == {}
    assert ratings_of(["Good", "Amazing"]) == {}


def test_a_mark_of_the_encoding_in_a_cell_is_no_part_of_it() -> None:
    """Files that were put together of several bear it in their midst."""
    assert text_of("\ufeff P-1\ufeff") == "P-1"
    assert is_empty("\ufeff")
