"""docs/privacy.md says where everything stands, and for how long: whoever keeps something new says it there."""

import re
from pathlib import Path
from typing import Any

import pytest

from config.loader import DEFAULT_DIRECTORY
from config.plain_yaml import read_yaml
from config.retention import RETENTION, USUAL_RETENTION
from handlers.jobs.erasing.inventory import PLACES
from handlers.stores.sqlite.keeping import TABLE
from handlers.stores.sqlite.schema import SCHEMA
from scoring.instants import DAY
from tests.templates import template

PAGE = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]
KEEPS = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::SNS::Topic")
RESOURCES: dict[str, Any] = {name: one for name, one in template()["Resources"].items() if one["Type"] in KEEPS}


def placed(name: str) -> list[list[str]]:
    """Give the lines of the table of places that name a resource."""
    return [row for row in ROWS if len(row) == 4 and f"`{name}`" in row[1]]


@pytest.mark.parametrize("name", RESOURCES)
def test_every_place_of_the_stack_is_on_the_page(name: str) -> None:
    """Tables, buckets, queues, log groups, topics: by the name that the template gives them."""
    assert placed(name)


@pytest.mark.parametrize("name", re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", f"{SCHEMA};{TABLE}"))
def test_every_table_of_the_embedded_store_is_on_the_page(name: str) -> None:
    """In the column of the laptop."""
    assert [row for row in ROWS if len(row) == 4 and f"`{name}`" in row[2]]


@pytest.mark.parametrize("name", [place.name for place in PLACES])
def test_every_place_of_an_erasure_is_on_the_page(name: str) -> None:
    """By the name that the receipt has."""
    assert name in " ".join(PAGE.split())


def test_the_days_of_the_page_are_those_of_the_config() -> None:
    """Each name of the file has a line, with its figure; and the file has the figures that are built in."""
    raw, _ = read_yaml(DEFAULT_DIRECTORY / RETENTION)
    assert isinstance(raw, dict)
    days = {row[0].strip("`"): row[1] for row in ROWS if len(row) == 3 and re.fullmatch(r"[0-9]+|for ever", row[1])}
    assert days == {name: str(figure) for name, figure in raw["keep_days"].items()}
    assert {name: getattr(USUAL_RETENTION, name) for name in days} == {
        name: None if figure == "for ever" else int(figure) * DAY for name, figure in days.items()
    }


def test_the_days_of_the_page_are_those_of_the_template() -> None:
    """Of queues, log groups and reports."""
    stack = template()
    for name, one in RESOURCES.items():
        said = " ".join(row[3] for row in placed(name))
        if one["Type"] == "AWS::SQS::Queue":
            assert f"{one['Properties']['MessageRetentionPeriod'] // 86400} days" in said, name
        if one["Type"] == "AWS::S3::Bucket":
            rules = one["Properties"]["LifecycleConfiguration"]["Rules"]
            assert {f"{rule['ExpirationInDays']} days" for rule in rules} == {said.partition(";")[0]}
        if one["Type"] == "AWS::Logs::LogGroup":
            assert one["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name
            assert "`LogRetentionDays`" in said or said == "the same", name
    assert f"{stack['Parameters']['LogRetentionDays']['Default']} days unless changed" in PAGE


@pytest.mark.parametrize(
    "name",
    "DigestWebhook ReportRecipients GitHubAppId RollbarToken DatadogApiKey DeskIssuer WordsModelRegion".split(),
)
def test_where_it_flows_hangs_on_parameters_that_there_are(name: str) -> None:
    """Empty by default, so nothing flows there before somebody says so."""
    assert f"`{name}`" in PAGE
    assert template()["Parameters"][name]["Default"] == ""


def test_links_of_the_page_lead_somewhere() -> None:
    """To other pages."""
    for link in re.findall(r"\]\(([a-z-]+\.md)", PAGE):
        assert (Path(__file__).parents[1] / "docs" / link).exists()
    for test in re.findall(r"`(tests/[a-z_/]+\.py)`", PAGE):
        assert (Path(__file__).parents[1] / test).exists()
