"""What `make deploy` asks a person, and what of it is given to sam."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "parameters.py"
TEMPLATE = {
    "Metadata": {
        "AWS::CloudFormation::Interface": {
            "ParameterGroups": [
                {"Label": {"default": "One"}, "Parameters": ["Prefix", "Secret"]},
                {"Label": {"default": "Other"}, "Parameters": ["Region"]},
            ]
        }
    },
    "Parameters": {"Prefix": {}, "Secret": {}, "Region": {}},
}


@pytest.fixture(name="script", scope="module")
def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("parameters", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_not_answered_stays_as_it_is_deployed(script: ModuleType) -> None:
    """Nothing said is nothing given, a dash empties, all else is given as it is."""
    said = {"Prefix": "acme", "Secret": "-", "Region": ""}

    def ask(name: str, _: Mapping[str, Any]) -> str:
        return said[name]

    assert script.asked(TEMPLATE, ask) == {"Prefix": "acme", "Secret": ""}


@pytest.mark.parametrize(
    ("said", "parameter"),
    [
        ("ftp://acme", {"AllowedPattern": "https://.+"}),
        ("uk", {"AllowedValues": ["us", "eu"]}),
        ("8", {"AllowedValues": [7, 14]}),
    ],
)
def test_an_answer_that_cannot_be_right_is_asked_again(
    script: ModuleType, said: str, parameter: Mapping[str, Any]
) -> None:
    """CloudFormation would refuse it after the build; the question says so at once."""
    with pytest.raises(click.UsageError, match="expected"):
        script.checked(said, parameter)


@pytest.mark.parametrize("said", ["14", "-", ""])
def test_an_answer_that_can_be_right_is_taken(script: ModuleType, said: str) -> None:
    """So are the two that mean something of their own."""
    assert script.checked(said, {"AllowedValues": [7, 14]}) == said


ARNS = (
    "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
)


def test_each_value_of_a_list_must_be_right(script: ModuleType) -> None:
    """As CloudFormation holds a pattern against each; a wildcard is no ARN of a model."""
    parameter = script.read_template()["Parameters"]["WordsModelArns"]
    assert script.checked(", ".join(ARNS), parameter) == ", ".join(ARNS)
    for wrong in ("arn:aws:bedrock:*::foundation-model/*", "anthropic.claude", "arn:aws:s3:::bucket"):
        with pytest.raises(click.UsageError, match="expected"):
            script.checked(f"{ARNS[0]},{wrong}", parameter)


def test_every_parameter_of_the_template_is_asked_for(script: ModuleType) -> None:
    """Each stands in a group, once, with words that say what it is."""
    template = script.read_template()
    names: list[str] = []

    def ask(name: str, parameter: Mapping[str, Any]) -> str:
        assert parameter["Description"]
        names.append(name)
        return ""

    script.asked(template, ask)
    assert sorted(names) == sorted(template["Parameters"])


def test_with_enter_for_each_nothing_is_given(tmp_path: Path) -> None:
    """A person who changes nothing changes nothing, and no secret is asked for until there is one."""
    given = tmp_path / "given.yaml"
    call = [sys.executable, str(SCRIPT), str(given)]
    # In a session of its own there is no terminal that a secret would be read from.
    subprocess.run(call, input=b"\n" * 100, capture_output=True, check=True, start_new_session=True)  # noqa: S603
    assert json.loads(given.read_text()) == {}
