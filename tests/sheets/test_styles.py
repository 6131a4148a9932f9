"""One table in every style that people and tools save it in: read as what it is, or refused; never as anything else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.sheets.grid import csv_grid
from handlers.sheets.money import Amount
from handlers.sheets.rows import Read
from handlers.sheets.taken import find_table, read_table, setting_of, wanted_of
from handlers.sheets.wanted import titles_of
from scoring.ids import to_18
from scoring.instants import parse_instant
from tests.sheets.tables import CONFIG, proposed, read, workbook

WANTED = wanted_of("accounts", CONFIG)
IDS = [f"0015f00000Yt{letters}" for letters in ("SBV", "sBW", "SbX", "sbY")]


@dataclass(frozen=True)
class Given:
    """An account as it is, whatever it looks like."""

    account: str
    cents: int
    since: date
    nps: int


@dataclass(frozen=True)
class Style:
    """How a table is saved."""

    separator: str
    encoding: str
    group: str
    mark: str
    day: str
    money: str
    short_ids: bool
    above: int
    total: str

    def amount(self, cents: int) -> str:
        """Write an amount."""
        figure = f"{cents / 100:,.2f}".replace(",", "\0").replace(".", self.mark).replace("\0", self.group)
        return self.money.format(figure)

    def row(self, one: Given) -> list[str]:
        """Write a row."""
        key = one.account if self.short_ids else to_18(one.account)
        return [key, self.amount(one.cents), one.since.strftime(self.day), str(one.nps)]


GIVEN = st.lists(
    st.builds(
        Given,
        st.sampled_from(IDS),
        st.integers(0, 10**10),
        st.dates(date(2001, 1, 1), date(2026, 10, 31)),
        st.integers(-100, 100),
    ),
    min_size=1,
    max_size=5,
)
STYLES = st.builds(
    Style,
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([",", ".", "", " ", "\u202f", "'"]),
    st.sampled_from(".,"),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d-%b-%Y", "%b %d, %Y"]),
    st.sampled_from(["{}", "EUR {}", "{} \u20ac", "\u20ac{}", "{} EUR"]),
    st.booleans(),
    st.integers(0, 2),
    st.sampled_from(["", "Total", "Gesamtergebnis"]),
).filter(lambda style: style.group != style.mark)


def text_of(given: Sequence[Given], style: Style) -> str:
    """Write a table as text, with titles above it and a total below."""
    lines = [["Accounts"]] * style.above + [["Account ID", "ARR (EUR)", "Customer since", "NPS"]]
    lines += [style.row(one) for one in given] + ([[style.total, "9", "", ""]] if style.total else [])
    return "\n".join(style.separator.join(f'"{cell}"' for cell in line) for line in lines) + "\n"


def read_text(text: str, encoding: str) -> Read:
    """Read a table of an encoding by the plan that is proposed for it."""
    grid = csv_grid(text.encode(encoding), "file.csv", titles_of(WANTED))
    table = find_table(grid, WANTED, None)
    return read_table(table, proposed(text, "accounts"), WANTED, setting_of(CONFIG, grid))


def check(found: Read, given: Sequence[Given], first: int) -> None:
    """Each row is as it was given, or named as a bad one."""
    right = {first + place: one for place, one in enumerate(given)}
    for row in found.rows:
        one = right.pop(row.line)
        assert row.text("sf_account_id") == to_18(one.account)
        assert row.amount("arr") == Amount(one.cents / 100, "EUR")
        assert row.instant("created") == parse_instant(one.since.isoformat())
        assert row.number("nps") == one.nps
    assert right.keys() == {bad.line for bad in found.bad}


@given(GIVEN, STYLES)
@settings(max_examples=50, deadline=None)
def test_a_text_is_read_right_or_refused(given: list[Given], style: Style) -> None:
    """Of any separator, encoding, order of dates, decimal mark, currency and form of ids."""
    check(read_text(text_of(given, style), style.encoding), given, style.above + 2)


CELLS: list[Callable[[date], object]] = [
    lambda day: datetime(day.year, day.month, day.day),  # noqa: DTZ001  as a workbook has it
    lambda day: day,
    lambda day: (day - date(1899, 12, 30)).days,
    lambda day: day.isoformat(),
]


@given(GIVEN, st.sampled_from(CELLS), st.booleans())
@settings(max_examples=25, deadline=None)
def test_a_workbook_is_read_right(given: list[Given], day: Callable[[date], object], as_text: bool) -> None:  # noqa: FBT001
    """With dates as dates, as numbers and as text; numbers as numbers and as text."""
    rows: list[Sequence[object]] = [["Account ID", "ARR (EUR)", "Customer since", "NPS"]]
    for one in given:
        amount = f"{one.cents / 100:.2f}" if as_text else one.cents / 100
        rows.append([to_18(one.account), amount, day(one.since), str(one.nps) if as_text else one.nps])
    found = read(workbook(rows), "accounts")
    check(found, given, 2)
    assert found.bad == []
