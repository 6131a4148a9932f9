"""The file of an environment: what it may hold, and what is said of a wrong one."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from handlers.deploying.environment import EnvironmentFile, path_of, read, write
from handlers.deploying.finding import DeployingError
from handlers.deploying.target import Call, target
from handlers.deploying.template import parameters, read_template

KNOWN = parameters(read_template())
WHOLE = """stack: hs-staging
prefix: hs-staging
region: eu-west-1
config_folder: config/staging
account: "123456789012"
parameters:
  LogRetentionDays: 30
  SuggestSignals: on
  SalesforceClientSecret: "{{resolve:secretsmanager:hs:SecretString:salesforce}}"
"""


def written(folder: Path, text: str, name: str = "staging") -> Path:
    """Write the file of an environment."""
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def test_a_file_says_where_an_environment_stands_and_settles_parameters(tmp_path: Path) -> None:
    """Its name is the parameter Environment; a secret may be referred to."""
    found = read(written(tmp_path, WHOLE), KNOWN)
    assert (found.stack, found.region, found.account) == ("hs-staging", "eu-west-1", "123456789012")
    assert found.parameters == {
        "LogRetentionDays": "30",
        "SuggestSignals": "on",
        "SalesforceClientSecret": "{{resolve:secretsmanager:hs:SecretString:salesforce}}",
        "Prefix": "hs-staging",
        "ConfigFolder": "config/staging",
        "Environment": "staging",
    }


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("stack:", "stak: a\nstack:", "stak is"),
        ("  LogRetentionDays: 30", "  LogRetentionDay: 30", "did you mean LogRetentionDays"),
        ("  LogRetentionDays: 30", "  LogRetentionDays: 31", "parameters.LogRetentionDays is '31': expected one of"),
        ("  LogRetentionDays: 30", "  Prefix: other", "expected it as prefix, above"),
        ("  LogRetentionDays: 30", "  Environment: other", "the name of the file says it"),
        ("prefix: hs-staging", "prefix: HS", "prefix is 'HS': expected"),
        ("region: eu-west-1", "region: Ireland", "expected a region of AWS"),
        ('account: "123456789012"', "account: 12", "account is 12"),
        ("config_folder: config/staging", "config_folder: ../secret", "config_folder is '../secret'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, line: str, instead: str, said: str) -> None:
    """An unknown key, a value that CloudFormation would refuse, a parameter that has a line of its own."""
    with pytest.raises(ConfigError) as refused:
        read(written(tmp_path, WHOLE.replace(line, instead)), KNOWN)
    assert said in str(refused.value)


@pytest.mark.parametrize("name", sorted(name for name, one in KNOWN.items() if one.is_secret))
def test_a_secret_is_refused_by_name_and_not_repeated(tmp_path: Path, name: str) -> None:
    """The file is committed."""
    with pytest.raises(ConfigError, match=rf"parameters\.{name} is a secret: expected no secret") as refused:
        read(written(tmp_path, f"{WHOLE.partition('parameters')[0]}parameters:\n  {name}: hunter2\n"), KNOWN)
    assert "hunter2" not in str(refused.value)


def test_a_reference_that_aws_does_not_resolve_for_functions_is_refused(tmp_path: Path) -> None:
    """AWS takes ssm-secure for a few kinds of resource alone, and no variable of a function is among them."""
    with pytest.raises(ConfigError, match="AWS resolves ssm-secure for no variable of a function"):
        read(written(tmp_path, WHOLE.replace("secretsmanager:hs:SecretString:salesforce", "ssm-secure:hs")), KNOWN)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """As the first questions write it, an account of leading zeros too."""
    told = EnvironmentFile(
        stack="a", prefix="acme", region="eu-west-1", config_folder="config", account="000000000012", parameters={}
    )
    write(tmp_path / "new" / "production.yaml", told)
    assert read(tmp_path / "new" / "production.yaml", KNOWN).account == "000000000012"


@pytest.mark.parametrize("name", ["../staging", "Staging", ""])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    """It names a file."""
    with pytest.raises(ConfigError, match="the name of the environment"):
        path_of(name)


def test_without_a_file_and_questions_the_file_is_named(tmp_path: Path) -> None:
    """A pipeline is never asked."""
    with pytest.raises(DeployingError, match=r"staging\.yaml is missing, and ASK=no asks nothing"):
        target(Call("staging", may_ask=False, folder=tmp_path), KNOWN)


def test_a_stack_of_before_there_were_files_is_still_named_by_stack(tmp_path: Path) -> None:
    """STACK=… without ENV, as pipelines have it; with a file the two must agree."""
    assert target(Call(stack="old", may_ask=False, folder=tmp_path), KNOWN).stack == "old"
    written(tmp_path, WHOLE, "production")
    assert target(Call(folder=tmp_path), KNOWN).stack == "hs-staging"
    with pytest.raises(DeployingError, match="STACK=old another"):
        target(Call(stack="old", folder=tmp_path), KNOWN)
