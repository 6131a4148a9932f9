"""The files of a close: what a leader opens says what the receipts say, and text stays text."""

import csv
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from config.loader import load_config
from handlers.sinks.close_files import CloseFiles, CloseWriter
from handlers.sinks.workbook.columns import Sheet
from handlers.sinks.workbook.metrics import metrics
from handlers.sinks.workbook.portfolio import portfolio
from handlers.sinks.workbook.quality import quality
from handlers.spool import Spool
from scoring.customer import Csm
from scoring.drivers import Driver
from scoring.instants import DAY, parse_instant
from scoring.metrics.catalogue import METRICS, PILLARS
from scoring.metrics.measure import Measure
from scoring.record import Moved, Record
from scoring.score import Measurements, grade
from scoring.signals import Signal

CONFIG = load_config()
AS_OF = parse_instant("2026-11-01")
NEVER_FORMULA = "=HYPERLINK(1)+\x07Hotel"
MOVED = (Driver("metric", -1.9, ("close_time_hours",), 9, 30), Driver("pillar", 1.0, ("messaging",), 90, 100))
ID = "00100000000000{}AAA"


def record(number: int, *, known: bool = True, **changes: object) -> Record:
    """Give a record whose metrics and pillars are all at their best, or all missing."""
    greens = {name: threshold.green for name, threshold in CONFIG.model.thresholds["paid"].items()}
    raws = greens | {pillar.name: 100.0 for pillar in PILLARS} if known else {}
    dimensions = {name: _measures(shares, raws) for name, shares in CONFIG.model.metrics.items()}
    ages = {"intercom": 2, "looker": None}
    bare = Measurements(
        ID.format(number), "paid", AS_OF, dimensions, _measures(CONFIG.model.pillars, raws), age_hours=ages
    )
    measured = replace(bare, **{"account_name": f"Hotel {number}", "currency": "USD", **changes})  # type: ignore[arg-type]
    score = grade(measured, CONFIG.model)
    return Record("2026-10", "final", AS_OF + DAY, measured, score, Moved("2026-09", 61.4, "At Risk", MOVED))


def _measures(names: Iterable[str], raws: Mapping[str, float]) -> dict[str, Measure]:
    return {name: Measure(raws.get(name)) for name in names}


SIGNAL = Signal("Critical", "Confirmed", "Active", AS_OF - DAY, "Competitive")
RECORDS = (
    record(1, arr=10_000.0, csm=Csm("005", "Ana Moreau"), renewal=parse_instant("2027-03-01")),
    record(2, arr=90_000.0, signals=(SIGNAL,), account_name=NEVER_FORMULA),
    record(3, known=False, arr=40_000.0, csm=Csm("00G")),
    record(4, arr=500.0, currency="XYZ", signals=(SIGNAL,)),
)


@pytest.fixture(name="files")
def _files(tmp_path: Path) -> CloseFiles:
    files = CloseFiles(tmp_path / "october.csv")
    CloseWriter(files, CONFIG, AS_OF + DAY).write(RECORDS)
    return files


@pytest.fixture(name="book")
def _book(files: CloseFiles) -> Workbook:
    assert files.workbook is not None
    return load_workbook(files.workbook)


def rows(book: Workbook, sheet: str) -> Mapping[str, Mapping[str, object]]:
    """Give the rows of a sheet by the name of the account, each by the titles of its columns."""
    titles, *lines = book[sheet].iter_rows(values_only=True)
    return {str(line[0]): dict(zip(map(str, titles), line, strict=True)) for line in lines}


def test_the_most_money_at_risk_stands_first(book: Workbook) -> None:
    """What cannot be told to be safe counts as at risk; an ARR without a rate is no sum of money."""
    names = list(rows(book, "Portfolio"))
    assert names == ["=HYPERLINK(1)+ Hotel", "Hotel 3", "Hotel 4", "Hotel 1"]
    found = rows(book, "Portfolio")
    assert [found[name]["At risk (USD)"] for name in names] == [90_000, 40_000, None, 0]


def test_a_row_says_what_a_leader_asks(book: Workbook) -> None:
    """Each value in the type of its column: a date is a date, 0 is 0, and what is not known is empty."""
    row = rows(book, "Portfolio")["Hotel 1"]
    score = RECORDS[0].score
    assert (row["Score"], row["Lowest"], row["Highest"]) == (score.final_score, score.low, score.high)
    assert row["Change"] == pytest.approx(round(10 * ((score.final_score or 0) - 61.4)) / 10)
    assert (row["Tier"], row["Tier before"], row["CSM"]) == (score.tier, "At Risk", "Ana Moreau")
    assert (row["Renewal"], row["Coverage"], row["Cap"]) == (datetime(2027, 3, 1), score.coverage_pct / 100, None)  # noqa: DTZ001
    assert row["What moved it"] == ("Time to close 9 h → 30 h: -1.9; Messaging (Platform Value) 90 → 100 of 100: +1.0")
    capped = rows(book, "Portfolio")["=HYPERLINK(1)+ Hotel"]
    assert capped["Cap"] == f"50.0; without it {RECORDS[1].score.quantitative_score:.1f}"


def test_an_unscored_account_has_no_number(book: Workbook) -> None:
    """A word for the tier, empty cells, and what is missing in words."""
    row = rows(book, "Portfolio")["Hotel 3"]
    assert (row["Tier"], row["Score"], row["Change"], row["CSM"]) == ("Unscored", None, None, "00G")
    assert str(row["Blind spots"]).startswith("Everything that the model weighs is missing.")


def test_text_from_outside_is_never_a_formula(book: Workbook) -> None:
    """Nor does a character that no XML may hold break the file."""
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_every_metric_and_pillar_has_its_raw_value_and_its_score(book: Workbook) -> None:
    """As the receipt has them."""
    row = rows(book, "Metrics")["Hotel 1"]
    score = RECORDS[0].score
    found = {name: one for group in score.dimensions.values() for name, one in group.metrics.items()}
    found |= score.platform_value
    for metric in (*METRICS, *PILLARS):
        assert row[f"{metric.called.title}: score"] == found[metric.name].score, metric.name
    assert len(row) == 2 + 2 * len((*METRICS, *PILLARS))
    assert row["Messaging (of 100)"] == 100


def sheets() -> Sequence[Sheet]:
    """Give the sheets of records."""
    with Spool() as every:
        deque(every.take(RECORDS), maxlen=0)
        return [make(every, CONFIG.model) for make in (portfolio, metrics, quality)]


def test_every_column_is_explained(book: Workbook) -> None:
    """None is forgotten, and no two of a sheet have one title."""
    said = {(row[0], row[1]): row[2] for row in book["About"].iter_rows(values_only=True)}
    for sheet in sheets():
        titles = [column.title for column in sheet.columns]
        assert len(set(titles)) == len(titles)
        assert all(said[sheet.name, title] for title in titles)
    counts = {
        row[0]: row[1:] for row in book["About"].iter_rows(values_only=True) if row[0] in ("Critical", "Unscored")
    }
    assert (counts["Critical"], counts["Unscored"]) == ((2, 90_000, 1), (1, 40_000, 0))


def test_the_head_stays_in_sight_and_filters(book: Workbook) -> None:
    """And is printed on each page."""
    for name in ("Portfolio", "Metrics", "Data quality"):
        page = book[name]
        assert (page.freeze_panes, page.print_title_rows, page.page_setup.orientation) == ("B2", "$1:$1", "landscape")
        assert str(page.auto_filter.ref).startswith("A1:")


def test_receipts_have_a_file_of_their_own(files: CloseFiles) -> None:
    """A line a record; the CSV for machines has every other column."""
    lines = [json.loads(line) for line in files.receipts.read_text().splitlines()]
    assert [line["account_id"] for line in lines] == [one.score.account_id for one in RECORDS]
    assert lines[0]["receipt"]["final_score"] == RECORDS[0].score.final_score
    with files.csv.open(newline="") as file:
        head = next(csv.reader(file))
    assert [field.name for field in CONFIG.record_map if field.name != "receipt"] == head


def test_the_same_records_make_the_same_workbook(files: CloseFiles, book: Workbook, tmp_path: Path) -> None:
    """Byte for byte, as far as its moment is the same; with a mark Excel reads the CSV as UTF-8."""
    other = CloseFiles(tmp_path / "again.csv", bom=True)
    CloseWriter(other, CONFIG, AS_OF + DAY).write(RECORDS)
    assert files.workbook is not None
    assert other.workbook is not None
    assert other.workbook.read_bytes() == files.workbook.read_bytes()
    assert other.csv.read_bytes() == b"\xef\xbb\xbf" + files.csv.read_bytes()
    assert book.properties.title == "Customer health scores"


def test_a_close_without_records_has_a_workbook(tmp_path: Path) -> None:
    """Its sheets have heads alone; without a workbook there is none."""
    files = CloseFiles(tmp_path / "none.csv")
    CloseWriter(files, CONFIG, AS_OF).write(())
    assert files.workbook is not None
    assert rows(load_workbook(files.workbook), "Portfolio") == {}
    CloseWriter(CloseFiles(tmp_path / "other.csv", has_workbook=False), CONFIG, AS_OF).write(RECORDS)
    assert not (tmp_path / "other.xlsx").exists()
