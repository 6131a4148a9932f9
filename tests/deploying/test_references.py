"""Secrets by reference: a new version of a secret is a new text of the parameter, so it is deployed."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from handlers.deploying.aws import Aws
from handlers.deploying.commands import handed_over
from handlers.deploying.environment import Environment
from handlers.deploying.references import Reference, ReferencesError, Secrets, parsed, pinned
from tests.templates import template

NAME = "healthscore/production"
REFERENCE = f"{{{{resolve:secretsmanager:{NAME}:SecretString:SalesforceClientSecret}}}}"
WHOLE = f"{{{{resolve:secretsmanager:{NAME}}}}}"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:healthscore/production-AbCdEf"
VERSION = re.compile(r":SecretString:SalesforceClientSecret::([0-9a-f-]{36})\}\}$")
PART = st.text("abcdefXYZ019/_+=.@-", min_size=1, max_size=12)


@pytest.fixture(name="vault")
def _vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        client.create_secret(Name=NAME, SecretString=json.dumps({"SalesforceClientSecret": "first", "Empty": ""}))
        yield client


def test_a_rotated_secret_is_another_parameter_at_the_next_deployment(vault: Secrets) -> None:
    """Else CloudFormation sees no change, and the functions go on with the old one until it is refused."""
    first = pinned({"SalesforceClientSecret": REFERENCE}, lambda: vault)
    assert pinned({"SalesforceClientSecret": REFERENCE}, lambda: vault) == first
    vault.put_secret_value(SecretId=NAME, SecretString='{"SalesforceClientSecret": "second"}')  # type: ignore[attr-defined]
    second = pinned({"SalesforceClientSecret": REFERENCE}, lambda: vault)
    versions = [VERSION.search(one["SalesforceClientSecret"]) for one in (first, second)]
    assert None not in versions
    assert first != second
    assert "first" not in str(first)


class Account(Aws):
    """An account without a stack, whose Secrets Manager is another's."""

    def __init__(self, vault: Secrets) -> None:
        """Take it."""
        super().__init__("eu-west-1")
        self._vault = vault

    def client(self, service: str) -> Any:  # noqa: ANN401  as the true one
        """Give the client of a service."""
        if service == "secretsmanager":
            return self._vault
        client = super().client(service)
        stubber = Stubber(client)
        stubber.add_client_error("describe_stacks", "ValidationError", "Stack with id new does not exist")
        stubber.activate()
        return client


def test_what_is_handed_to_sam_is_pinned(vault: Secrets) -> None:
    """The references of the environment's file, which stay as they are there."""
    told = {"SalesforceUrl": "https://acme.my.salesforce.com", "SalesforceClientId": "id"}
    meant = Environment("new", region="eu-west-1", parameters={**told, "SalesforceClientSecret": REFERENCE})
    handed = handed_over(meant, Account(vault), may_ask=False)
    assert VERSION.search(handed.pop("SalesforceClientSecret"))
    assert handed == told


def test_nobody_is_asked_where_there_is_no_reference() -> None:
    """A company without Secrets Manager needs no right to it."""

    def connect() -> Secrets:
        raise AssertionError

    assert pinned({"Prefix": "acme"}, connect) == {"Prefix": "acme"}


def test_all_that_cannot_be_followed_is_named_at_once_and_no_value_is_shown(vault: Secrets) -> None:
    """Before the build, by the parameter."""
    with pytest.raises(ReferencesError) as error:
        pinned(
            {
                "A": REFERENCE.replace("SalesforceClientSecret", "Absent"),
                "B": REFERENCE.replace(NAME, "nothing"),
                "C": REFERENCE.replace("SalesforceClientSecret", "Empty"),
                "D": "{{resolve:ssm-secure:name:1}}",
                "E": REFERENCE,
            },
            lambda: vault,
        )
    lines = str(error.value).split("; ")
    assert [line[0] for line in lines] == ["A", "B", "C", "D"]
    assert "has no key Absent" in lines[0]
    assert "ResourceNotFoundException" in lines[1]
    assert "is empty there" in lines[2]
    assert "expected {{resolve:secretsmanager:" in lines[3]
    assert "first" not in str(error.value)


def test_a_secret_is_asked_for_once_however_many_parameters_name_it(vault: Secrets) -> None:
    """One JSON object may hold all secrets of an environment."""
    calls: list[str] = []

    class Counting:
        def get_secret_value(self, *, SecretId: str, **of: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's spelling
            calls.append(SecretId)
            return vault.get_secret_value(SecretId=SecretId, **of)

    pinned({"A": REFERENCE, "B": REFERENCE, "C": WHOLE}, Counting)
    assert calls == [NAME]


@given(PART, PART, st.sampled_from(["", "AWSPREVIOUS"]))
def test_what_is_pinned_reads_back(secret: str, key: str, stage: str) -> None:
    """By name or by ARN, of which colons are a part."""
    for name in (secret, f"{ARN}{secret}"):
        text = f"{{{{resolve:secretsmanager:{name}:SecretString:{key}:{stage}}}}}"
        assert parsed(text) == Reference(name, key, stage)
        assert parsed(Reference(name, key).at("v-1")) == Reference(name, key, "", "v-1")


@pytest.mark.parametrize("wrong", ["{{resolve:ssm:x:1}}", "{{resolve:secretsmanager:}}", f"x{WHOLE}", f"{WHOLE} ", "a"])
def test_what_is_no_reference_is_refused(wrong: str) -> None:
    """Of ssm-secure, too: CloudFormation does not follow it in the environment of a function."""
    with pytest.raises(ReferencesError, match="no reference"):
        parsed(wrong)


def test_a_stage_and_a_version_do_not_go_together() -> None:
    """CloudFormation would refuse it after the build."""
    with pytest.raises(ReferencesError, match="leave one"):
        parsed(WHOLE.replace("}}", ":SecretString:k:AWSCURRENT:v-1}}"))


SECRET = {name: one for name, one in template()["Parameters"].items() if one.get("NoEcho")}


@pytest.mark.parametrize("name", sorted(SECRET))
@pytest.mark.parametrize("reference", [REFERENCE, Reference(ARN, "K").at("0f1e-2d")])
def test_a_secret_parameter_may_be_a_reference(name: str, reference: str) -> None:
    """CloudFormation holds the pattern against the reference itself; a reference is never empty, so conditions hold."""
    assert re.fullmatch(SECRET[name].get("AllowedPattern", ".*"), reference, re.DOTALL)


def test_the_template_follows_no_more_references_than_cloudformation_does() -> None:
    """Sixty in all, where each secret is one, in each function that has it."""
    read = template()
    everywhere = _secret_in(read["Globals"]["Function"]["Environment"])
    functions = [one for one in read["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    own = sum(_secret_in(one["Properties"]["Environment"]) for one in functions)
    assert own + everywhere * len(functions) <= 60


def _secret_in(value: object) -> int:
    return sum(json.dumps(value).count(f'{{"Ref": "{name}"}}') for name in SECRET)
