"""The file of an environment, config/environments/NAME.yaml: which stack, where, and what of it is no secret."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import click
import yaml
from pydantic import Field

from config.errors import ConfigError, Problem, nearest
from config.kinds import Strict, matching
from config.reading import read_table
from handlers.deploying.questions import checked
from handlers.deploying.references import EXAMPLE, PATTERN
from handlers.deploying.template import Parameter

FOLDER = Path(__file__).parents[2] / "config" / "environments"
PRODUCTION: Final = "production"
_HEAD = "# The environment {name}: what `make deploy ENV={name}` deploys. No secret may stand here.\n"
_OWN_LINE: Final = {"Prefix": "prefix", "ConfigFolder": "config_folder"}
"""Parameters that have a line of their own in the file."""

_UNUSABLE = "{{resolve:ssm-secure:"

_Region = Annotated[str, matching(r"[a-z]{2,4}(-[a-z]+)+-[0-9]", "expected a region of AWS, such as eu-west-1")]
_Stack = Annotated[str, matching(r"[A-Za-z][A-Za-z0-9-]{0,127}", "expected the name of a stack: letters, digits, -")]
_Account = Annotated[
    str, matching(r"[0-9]{12}", 'expected the 12 digits of an account in quotes, such as "123456789012"')
]
NAME = re.compile(r"[a-z0-9-]{2,30}")


class EnvironmentFile(Strict):
    """The file; `account` is the only AWS account that it may be deployed to, where it stands there."""

    stack: _Stack
    prefix: str
    region: _Region
    config_folder: str
    account: _Account | None = None
    parameters: Annotated[dict[str, str | int], Field(default_factory=dict)]


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a deployment goes. Without a file only the stack is known, and its region is the shell's."""

    stack: str
    name: str | None = None
    prefix: str | None = None
    region: str | None = None
    config_folder: str | None = None
    account: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    """All that the file settles, Prefix, ConfigFolder and Environment too."""


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """Give the place of an environment's file; raises ConfigError where it can be no name of one."""
    if NAME.fullmatch(name) is None:
        expected = "expected 2 to 30 small letters, digits and -, such as staging"
        raise ConfigError([Problem("ENV", "the name of the environment", repr(name), expected)])
    path = folder / f"{name}.yaml"
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def read(path: Path, known: Mapping[str, Parameter]) -> Environment:
    """Read the file of an environment; raises ConfigError with everything that is wrong with it."""
    told = read_table(EnvironmentFile, path)
    own = {"Prefix": told.prefix, "ConfigFolder": told.config_folder}
    problems = [*_own(own, known, str(path)), *_wrong(told.parameters, known, str(path))]
    if problems:
        raise ConfigError(problems)
    settled = {**{name: str(value) for name, value in told.parameters.items()}, **own, "Environment": path.stem}
    return Environment(told.stack, path.stem, told.prefix, told.region, told.config_folder, told.account, settled)


def _own(own: Mapping[str, str], known: Mapping[str, Parameter], file: str) -> Iterator[Problem]:
    for name, value in own.items():
        expected = _refused(known[name], value)
        if expected is not None:
            yield Problem(file, _OWN_LINE[name], repr(value), expected)


def _wrong(given: Mapping[str, str | int], known: Mapping[str, Parameter], file: str) -> Iterator[Problem]:
    for name, value in given.items():
        place = f"parameters.{name}"
        if name in _OWN_LINE:
            yield Problem(file, place, "here", f"expected it as {_OWN_LINE[name]}, above")
        elif name == "Environment":
            yield Problem(file, place, "here", "expected nothing: the name of the file says it")
        elif name not in known:
            yield Problem(file, place, "unknown", "expected a parameter of template.yaml", nearest(name, known))
        else:
            expected = _refused(known[name], str(value))
            if expected is not None:
                yield Problem(file, place, "a secret" if known[name].is_secret else repr(str(value)), expected)


def _refused(parameter: Parameter, value: str) -> str | None:
    """Say why a value may not stand in the file; None where it may. A secret's value is never repeated."""
    if parameter.is_secret:
        return _refused_secret(parameter.name, value)
    try:
        checked(value, parameter)
    except click.UsageError as error:
        return error.message
    return None


def _refused_secret(name: str, value: str) -> str | None:
    if value.startswith(_UNUSABLE):
        return "expected {{resolve:secretsmanager:…}}: AWS resolves ssm-secure for no variable of a function"
    if PATTERN.fullmatch(value) is None:
        return f"expected no secret in this file: answer {name} when make deploy asks, or refer to one by {EXAMPLE}"
    return None


def write(path: Path, told: EnvironmentFile) -> None:
    """Write the file of an environment that has none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = yaml.safe_dump(told.model_dump(exclude_none=True), sort_keys=False, allow_unicode=True)
    path.write_text(_HEAD.format(name=path.stem) + lines)
