"""What is asked once of an environment that has no file yet, and written into it."""

from collections.abc import Callable, Mapping
from typing import Any

import click
from pydantic import ValidationError

from handlers.deploying.environment import PRODUCTION, EnvironmentFile
from handlers.deploying.questions import checked
from handlers.deploying.template import Parameter

HELP = (
    "The environment {name} has no file yet. These questions are asked once; the answers are written into\n"
    "{path}, without any secret. Commit it, so that others deploy the same."
)


def first_answers(name: str, known: Mapping[str, Parameter], region: str, path: str) -> EnvironmentFile:
    """Ask where an environment is to stand; Enter takes what is proposed."""
    click.echo(HELP.format(name=name, path=path), err=True)
    usual = "healthscore" if name == PRODUCTION else f"healthscore-{name}"
    stack = _asked("Stack", "The name of the stack in CloudFormation.", usual, _valid("stack"))
    prefix = _asked("Prefix", known["Prefix"].description, usual[:31], _of(known["Prefix"]))
    where = _asked("Region", "The region of AWS, the one that Salesforce is to send to.", region, _valid("region"))
    folder = _asked("ConfigFolder", known["ConfigFolder"].description, "config", _of(known["ConfigFolder"]))
    only = "The 12 digits of the only AWS account it may be deployed to; Enter for any."
    account = _asked("Account", only, "", lambda said: _valid("account")(said) if said else said)
    return EnvironmentFile(
        stack=stack, prefix=prefix, region=where, config_folder=folder, account=account or None, parameters={}
    )


def _asked(name: str, description: str, proposed: str, take: Callable[[str], str]) -> str:
    click.echo(f"  {description}", err=True)
    shown = f" [{proposed}]" if proposed else ""
    answer: str = click.prompt(
        f"  {name}{shown}", default=proposed, show_default=False, value_proc=lambda said: take(said.strip()), err=True
    )
    return answer


def _of(parameter: Parameter) -> Callable[[str], str]:
    return lambda said: checked(said, parameter)


def _valid(field: str) -> Callable[[str], str]:
    """Take what the file takes; click.UsageError otherwise."""

    def take(said: str) -> str:
        whole: dict[str, Any] = {"stack": "s", "prefix": "p", "region": "eu-west-1", "config_folder": "config"}
        try:
            EnvironmentFile.model_validate(whole | {field: said})
        except ValidationError as error:
            raise click.UsageError(error.errors()[0]["msg"]) from error
        return said

    return take
