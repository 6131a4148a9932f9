"""What follows from config under `salesforce/` is there as it is made, and what people wrote stays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from config.loader import load_config
from config.record_map import RecordField
from handlers.metadata.fields import record_fields
from handlers.metadata.files import files, write
from handlers.metadata.layout import with_items
from handlers.metadata.names import with_names
from handlers.metadata.permissions import with_permissions
from handlers.metadata.picklists import with_words
from handlers.metadata.project import PROJECT
from handlers.metadata.report_type import with_columns
from tests.salesforce.package import file_of

CONFIG = load_config()
MAP = CONFIG.record_map
NEW = ("Nps_Score__c", "Nps_Score_Score__c")
BLOCKS = {
    "permissionsets/Health_Score_CSM.permissionset-meta.xml": "fieldPermissions",
    "layouts/Health_Score__c-Health Score Layout.layout-meta.xml": "layoutItems",
    "reportTypes/Accounts_with_Health_Scores.reportType-meta.xml": "columns",
}


def test_what_is_committed_is_what_is_made() -> None:
    """After a change of the map: make metadata."""
    stale = [str(path.relative_to(PROJECT)) for path, text in files(CONFIG) if path.read_text() != text]
    assert stale == []


def test_only_files_that_differ_are_written(tmp_path: Path) -> None:
    """So that a diff shows what changed."""
    same, other = tmp_path / "same", tmp_path / "other"
    same.write_text("as it is")
    assert write([(same, "as it is"), (other, "new")]) == [other]
    assert other.read_text() == "new"


def without(text: str, element: str, names: tuple[str, ...]) -> str:
    """Take the blocks of fields out of a file."""
    rest = rf"(?:(?!</{element}>).)*"
    for name in names:
        block = rf" *<{element}>\n{rest}<field>(?:Health_Score__c\.)?{name}</field>{rest}</{element}>\n"
        text, taken = re.subn(block, "", text, flags=re.DOTALL)
        assert taken == 1, name
    return text


MADE: dict[str, Callable[[str], str]] = {
    "fieldPermissions": lambda text: with_permissions(text, MAP, edits=False),
    "layoutItems": lambda text: with_items(text, MAP),
    "columns": lambda text: with_columns(text, MAP),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_metric_that_is_new_finds_its_place(name: str) -> None:
    """Taken out and made again, the file is what it was."""
    whole = file_of(name).read_text()
    made = MADE[BLOCKS[name]]
    assert made(without(whole, BLOCKS[name], NEW)) == whole
    assert made(whole) == whole


def test_a_word_that_is_new_in_config_can_be_chosen() -> None:
    """And one that is there no more cannot; the default stays, and so does all that people wrote."""
    status = file_of("objects/Churn_Signal__c/fields/Status__c.field-meta.xml").read_text()
    words = CONFIG.intake.words["signal.status"]
    assert with_words(status, words) == status
    more = with_words(status, (*words, "Parked"))
    assert "<fullName>Parked</fullName>" in more
    assert with_words(more, words) == status
    assert more.count("<default>true</default>") == 1


def test_the_table_of_names_has_what_is_new() -> None:
    """In its place; and a name that the files have stays, whatever the map says."""
    text = (PROJECT / "names.yaml").read_text()
    lines = [line for line in text.splitlines(keepends=True) if line.startswith("record.nps_score")]
    assert len(lines) == len(NEW)
    assert with_names(text.replace("".join(lines), ""), MAP) == text
    other = text.replace(f"Health_Score__c.{NEW[0]}", "Health_Score__c.Promoters__c")
    assert with_names(other, MAP) == other


def test_what_a_person_moved_stays_where_it_is() -> None:
    """The map says that a field is on the page, not where."""
    layout = file_of("layouts/Health_Score__c-Health Score Layout.layout-meta.xml").read_text()
    moved = layout.replace("<field>Nps_Score__c</field>", "<field>X</field>").replace(
        "<field>Flags__c</field>", "<field>Nps_Score__c</field>"
    )
    assert with_items(moved, MAP) == moved


def test_a_field_without_help_says_where_it_goes() -> None:
    """Whoever adds a value to the record map is sent to the place."""
    field = RecordField("scored_at", "Scored_At__c", "record.scored_at", "datetime", "Scored At")
    with pytest.raises(LookupError, match=r"record\.scored_at has no help: .*fields\.py"):
        list(record_fields((field,), CONFIG.model))
