"""The README's pictures of the desk: `make pictures` takes them, and they are light enough for a README."""

import re

from tests.desk.pictures import FOLDER, MOST_BYTES, PICTURES

ROOT = FOLDER.parents[1]


def test_all_pictures_are_there_and_light() -> None:
    """None is left of a page that is no longer taken."""
    assert {file.name: file.stat().st_size <= MOST_BYTES for file in FOLDER.iterdir()} == {
        one.file.name: True for one in PICTURES
    }


def test_pictures_that_the_docs_show_are_there() -> None:
    """A picture is named by its path from the page that shows it."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    shown = [
        page.parent / name for page in pages for name in re.findall(r"[\w./-]*pictures/[\w-]+\.png", page.read_text())
    ]
    assert [path for path in shown if not path.is_file()] == []
