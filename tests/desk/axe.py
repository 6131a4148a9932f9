"""axe-core, which finds what keeps people from reading a page: WCAG 2.2 A and AA, and best practice."""

import json
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

FILE = Path(__file__).parents[2] / ".engines" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""Rules whose answer another theme or width may change; the others ask what stands in the document."""
_RUN = Path(__file__).with_name("axe_run.js")


def assert_accessible(page: Page, *, looks: bool = False) -> None:
    """See that axe finds nothing on a page as it stands; skips the test where axe is not installed.

    With `looks` only what another theme or width may change is looked at. It comes in by the browser's debugger, which
    no policy of the page stops: the page's own stays in force.
    """
    if not FILE.is_file():
        pytest.skip("axe-core is not installed: make engines")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(_RUN.read_text(encoding="utf-8"), _LOOKS if looks else _EVERYTHING)
    assert found == [], json.dumps(found, indent=1)


@cache
def _source() -> str:
    return f"() => {{ {FILE.read_text(encoding='utf-8')} }}"
