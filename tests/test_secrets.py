"""Secrets: each function has those that its own code reads, encrypted by a key where there is one."""

import re
from itertools import chain
from pathlib import Path

import pytest

from tests.live.test_rotations import VENDORS
from tests.names_read import texts_read
from tests.templates import Resource, evaluated, listed, references, resources, template

SECRETS = frozenset(name for name, one in template()["Parameters"].items() if one.get("NoEcho"))
FUNCTIONS = sorted(resources("AWS::Serverless::Function"))
CONDITIONS = sorted(template()["Conditions"])
WORLDS = [
    dict.fromkeys(CONDITIONS, False),
    dict.fromkeys(CONDITIONS, True),
    *({name: (name == one) == alone for name in CONDITIONS} for one in CONDITIONS for alone in (True, False)),
]
"""Nothing that can be chosen is, all is, each alone is, all but each are."""

READ_BY_DATADOG = frozenset({"DD_API_KEY"})
"""What Datadog's own layer reads, which wraps each function, and is there only with its key."""

DECRYPT = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": {"Ref": "KmsKeyArn"}}


def variables(function: str, world: dict[str, bool]) -> Resource:
    """Give the variables of a function under conditions, those of all functions among them."""
    read = template()
    parts = (read["Globals"]["Function"], read["Resources"][function]["Properties"])
    given = evaluated([part["Environment"]["Variables"] for part in parts], world)
    assert isinstance(given, list)
    return dict(chain.from_iterable(one.items() for one in given))


def secret_variables(function: str) -> set[str]:
    """Name the variables of a function that hold a secret under some conditions."""
    return {
        name for world in WORLDS for name, value in variables(function, world).items() if SECRETS & {*references(value)}
    }


def module(function: str) -> str:
    """Name the module of a function's handler."""
    handler = evaluated(template()["Resources"][function]["Properties"]["Handler"], {"HasDatadog": False})
    return str(handler).removesuffix(".handler")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_no_secret_that_its_own_code_never_reads(function: str) -> None:
    """Followed from its handler through all that it uses: a secret that is read nowhere there is not given to it."""
    assert secret_variables(function) - READ_BY_DATADOG - texts_read(module(function)) == set()


def test_what_one_function_reads_is_not_what_another_reads() -> None:
    """The test above tells them apart: the desk's secret is read by the desk alone, Salesforce's not by fold."""
    readers = {name: {one for one in FUNCTIONS if name in texts_read(module(one))} for name in ("DESK_SECRET",)}
    assert readers == {"DESK_SECRET": {"Desk"}}
    assert "SALESFORCE_CLIENT_SECRET" in texts_read("handlers.suggest")
    for function in ("fold", "rescore", "ingest", "digest"):
        assert "SALESFORCE_CLIENT_SECRET" not in texts_read(f"handlers.{function}")


def test_every_secret_goes_to_a_function_and_nowhere_else() -> None:
    """Into variables alone: no output, alarm, tag or policy shows one."""
    read = template()
    for part in (*read["Resources"].values(), *read["Outputs"].values(), read["Globals"]["Function"]):
        part.get("Properties", part).pop("Environment", None)
    left = {name: read[name] for name in ("Resources", "Outputs", "Globals")}
    assert SECRETS & {*references(left)} == set()
    given = {name for function in FUNCTIONS for name in secret_variables(function)}
    assert {name for name in given if name.startswith("DD_")} == READ_BY_DATADOG


def test_the_close_has_the_secret_of_the_one_system_that_records_go_to() -> None:
    """Where records go to HubSpot it never speaks to Salesforce."""
    with_hubspot, without = ({name: name == "HasHubSpot" for name in CONDITIONS}, dict.fromkeys(CONDITIONS, False))
    assert variables("Finalise", with_hubspot)["SALESFORCE_CLIENT_SECRET"] == ""
    assert variables("Finalise", without)["SALESFORCE_CLIENT_SECRET"] == {"Ref": "SalesforceClientSecret"}


@pytest.mark.parametrize("has_key", [True, False])
def test_a_key_encrypts_the_variables_of_every_function_and_each_may_use_that_key_alone(has_key: bool) -> None:  # noqa: FBT001
    """Only where there is one; without, AWS's own key does it and nobody needs a right."""
    world = dict.fromkeys(CONDITIONS, False) | {"HasKmsKey": has_key}
    everywhere = evaluated(template()["Globals"]["Function"], world)
    assert isinstance(everywhere, dict)
    assert everywhere.get("KmsKeyArn") == ({"Ref": "KmsKeyArn"} if has_key else None)
    for function in FUNCTIONS:
        properties = evaluated(template()["Resources"][function]["Properties"], world)
        assert isinstance(properties, dict)
        assert "KmsKeyArn" not in properties
        statements = [one for policy in properties["Policies"] for one in policy["Statement"]]
        of_keys = [one for one in statements if any(action.startswith("kms:") for action in listed(one["Action"]))]
        assert of_keys == ([DECRYPT] if has_key else [])


ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.partition("\n## Rotate a secret\n")[2].partition("\n### ")[0].splitlines()
    if line.startswith("| `")
]
PARAMETERS_OF_ROWS = [re.findall(r"`(\w+)`", row[0]) for row in ROWS]
REHEARSED_ELSEWHERE = {
    "IntercomClientSecret": "tests/doors/test_ingest.py",
    "ZendeskWebhookSecret": "tests/doors/test_ingest_zendesk.py",
    "DeskSecret": "tests/desk/test_rotations.py",
    "DeskClientSecret": "tests/desk/test_rotations.py",
}
ONLY_SENT_TO = frozenset({"DigestWebhook", "RollbarToken", "DatadogApiKey"})
"""Addresses and keys that a vendor takes as they come, several side by side: nothing of ours changes with them."""


def test_every_secret_has_a_row_that_says_how_it_is_rotated() -> None:
    """Once, with what to do in every column."""
    assert sorted(name for names in PARAMETERS_OF_ROWS for name in names) == sorted(SECRETS)
    assert all(len(row) == 6 and all(row) for row in ROWS)


def test_every_secret_of_a_laptop_is_one_of_the_table() -> None:
    """What .env.example names as a secret is a parameter that has a row, under another name."""
    given = {
        name: set(references(value))
        for function in FUNCTIONS
        for world in WORLDS
        for name, value in variables(function, world).items()
        if set(references(value)) & SECRETS
    }
    named = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    secret = {name for name in named if name.endswith(("SECRET", "TOKEN", "KEY", "WEBHOOK"))}
    assert secret
    assert secret <= given.keys()


def test_every_rotation_is_rehearsed() -> None:
    """Against the fake of the vendor, or at our own door; but for what is only sent somewhere."""
    assert {names[0] for names in PARAMETERS_OF_ROWS} == {*VENDORS, *REHEARSED_ELSEWHERE, *ONLY_SENT_TO}
    assert all((ROOT / path).exists() for path in REHEARSED_ELSEWHERE.values())
