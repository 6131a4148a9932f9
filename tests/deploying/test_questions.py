"""What `make deploy` asks a person, and what of it is given to sam."""

import click
import pytest

from handlers.deploying.environment import Environment
from handlers.deploying.finding import DeployingError
from handlers.deploying.given import effective, given
from handlers.deploying.questions import answered, asked, checked
from handlers.deploying.stack import HIDDEN, Stack
from handlers.deploying.template import Group, Parameter, groups, parameters, read_template

PREFIX, SECRET, REGION = Parameter("Prefix", ""), Parameter("Secret", ""), Parameter("Region", "")
GROUPS = (Group("One", (PREFIX, SECRET)), Group("Other", (REGION,)))
NEEDED = {"SalesforceUrl", "SalesforceClientId", "SalesforceClientSecret"}
"""What the template has no default for."""


def test_what_is_not_answered_stays_as_it_is_deployed() -> None:
    """Nothing said is nothing given, a dash empties, all else is given as it is."""
    said = {"Prefix": "acme", "Secret": "-", "Region": ""}
    assert asked(GROUPS, (), lambda one: said[one.name]) == {"Prefix": "acme", "Secret": ""}


def test_what_the_environments_file_settles_is_not_asked() -> None:
    """A group of which nothing is left is passed over."""
    names: list[str] = []

    def ask(parameter: Parameter) -> str:
        names.append(parameter.name)
        return ""

    asked(GROUPS, {"Prefix", "Region"}, ask)
    assert names == ["Secret"]


@pytest.mark.parametrize(
    ("said", "parameter"),
    [
        ("ftp://acme", Parameter("P", "", pattern="https://.+")),
        ("uk", Parameter("P", "", allowed=("us", "eu"))),
        ("8", Parameter("P", "", allowed=("7", "14"))),
        ("0", Parameter("P", "", bounds=(1, 1000))),
        ("ten", Parameter("P", "", bounds=(1, 1000))),
    ],
)
def test_an_answer_that_cannot_be_right_is_asked_again(said: str, parameter: Parameter) -> None:
    """CloudFormation would refuse it after the build; the question says so at once."""
    with pytest.raises(click.UsageError, match="expected"):
        answered(said, parameter, is_needed=False)


@pytest.mark.parametrize("said", ["14", "-", ""])
def test_an_answer_that_can_be_right_is_taken(said: str) -> None:
    """So are the two that mean something of their own."""
    assert answered(said, Parameter("P", "", allowed=("7", "14")), is_needed=False) == said


@pytest.mark.parametrize("said", ["", "-"])
def test_enter_on_a_needed_parameter_is_refused_by_name(said: str) -> None:
    """It has no default and was never deployed: CloudFormation would refuse the stack after the build."""
    with pytest.raises(click.UsageError, match=r"^SalesforceUrl is needed"):
        answered(said, parameters(read_template())["SalesforceUrl"], is_needed=True)


ARNS = (
    "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0",
)


def test_each_value_of_a_list_must_be_right() -> None:
    """As CloudFormation holds a pattern against each; a wildcard is no ARN of a model."""
    parameter = parameters(read_template())["WordsModelArns"]
    assert checked(", ".join(ARNS), parameter) == ", ".join(ARNS)
    for wrong in ("arn:aws:bedrock:*::foundation-model/*", "anthropic.claude", "arn:aws:s3:::bucket"):
        with pytest.raises(click.UsageError, match="expected"):
            checked(f"{ARNS[0]},{wrong}", parameter)


def test_every_parameter_of_the_template_is_asked_for() -> None:
    """Each stands in a group, once, with words that say what it is; the release is named by the deployment itself."""
    told = [one for group in groups(read_template()) for one in group.parameters]
    assert all(one.description for one in told)
    assert sorted(one.name for one in told) == sorted(read_template()["Parameters"].keys() - {"Release"})


def test_without_questions_what_is_missing_is_named() -> None:
    """A pipeline hears before the build what nobody will answer."""
    with pytest.raises(DeployingError) as refused:
        given(Environment("s"), None, read_template(), may_ask=False)
    assert all(name in str(refused.value) for name in NEEDED)


def test_what_is_deployed_or_in_the_file_is_not_missing() -> None:
    """Given is what the file says; what is deployed stays as it is."""
    stack = Stack("arn", "UPDATE_COMPLETE", parameters={"SalesforceUrl": "https://a", "SalesforceClientSecret": HIDDEN})
    environment = Environment("s", parameters={"SalesforceClientId": "id"})
    assert given(environment, stack, read_template(), may_ask=False) == {"SalesforceClientId": "id"}


def test_a_parameter_is_as_it_is_given_then_as_deployed_then_its_default() -> None:
    """What a deployment will come to is known before it."""
    stack = Stack("arn", "UPDATE_COMPLETE", parameters={"Prefix": "acme", "Shards": "2"})
    whole = effective({"Shards": "3"}, stack, read_template())
    assert (whole["Shards"], whole["Prefix"], whole["ConfigFolder"]) == ("3", "acme", "config")
    assert "SalesforceUrl" not in whole
