"""Files that people open in a spreadsheet: nothing that somebody typed is a formula, wherever cells are parted."""

import csv
import io

import pytest

from handlers.sinks.csv_file import safe
from tests.desk.places import Place

SEMICOLONS = "A;=cmd|' /C calc'!A0;\n=1+1\t@x"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (SEMICOLONS, "A;'=cmd|' /C calc'!A0;\n'=1+1\t'@x"),
        ("=1;-2", "'=1;'-2"),
        ("Payments; +5.5, messaging -3", "Payments; +5.5, messaging -3"),
        (-3.5, -3.5),
        (None, ""),
    ],
)
def test_a_cell_is_no_formula_where_semicolons_part_cells(said: object, kept: object) -> None:
    """Words and numbers stay as they are."""
    assert safe(said) == kept


def test_a_reason_is_no_formula_in_the_file_of_the_audit(own_place: Place) -> None:
    """Read as a machine with a decimal comma reads it: parted at semicolons, quotes within a cell being letters."""
    visitor = own_place.visitor("ops")
    figure = "thresholds.thresholds.support_health.close_time_hours.paid.2"
    visitor.send("/drafts", {figure: "47", "name": "A", "reason": SEMICOLONS})
    text = visitor.get("/audit.csv")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    parted = [cell for line in text.splitlines() for cell in line.split(";")]
    assert len(parted) > 2
    assert [cell for cell in (*cells, *parted) if cell.startswith(("=", "+", "-", "@"))] == []
