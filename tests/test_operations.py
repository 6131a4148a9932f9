"""Whoever is woken by an alarm finds what to do."""

import re
from pathlib import Path

import pytest

from handlers.sources.intercom_topics import SILENT_TOPICS, TOPICS

ROOT = Path(__file__).parents[1]
ALARMS = re.findall(r"AlarmDescription: (.+)", (ROOT / "template.yaml").read_text())
PAGE = (ROOT / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("words", ALARMS)
def test_an_alarm_names_a_heading_of_the_operations_page(words: str) -> None:
    """Its words end in where to look, and that is there."""
    named = re.search(r"See docs/operations\.md, ([a-z ]+)\.$", words)
    assert named is not None
    assert f"## {named[1].capitalize()}" in PAGE.splitlines()


def test_links_within_the_operations_page_lead_somewhere() -> None:
    """Each anchor is a heading."""
    titles = (line.lstrip("# ").lower() for line in PAGE.splitlines() if line.startswith("#"))
    headings = {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_the_topics_to_subscribe_are_those_that_are_read() -> None:
    """The first run names topics by their exact names, and none that says nothing."""
    page = (ROOT / "docs" / "first-run.md").read_text()
    named = set(re.findall(r"`((?:conversation|conversation_part|company)\.[a-z_.]+)`", page))
    assert len(named) > 20
    assert named <= TOPICS - SILENT_TOPICS
