"""The commands of a deployment, in the order in which `make deploy` calls them."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config.compiled import compile_config, folders_in, this_program
from handlers.deploying import policies
from handlers.deploying.account import caller
from handlers.deploying.adoption import take_in
from handlers.deploying.aws import Aws
from handlers.deploying.environment import FOLDER, Environment
from handlers.deploying.finding import DeployingError
from handlers.deploying.first_accounts import words_of
from handlers.deploying.given import given
from handlers.deploying.old_versions import KEPT, delete_old_of
from handlers.deploying.preflight import Deployment, plan, preflight
from handlers.deploying.references import pinned
from handlers.deploying.release import named
from handlers.deploying.stack import Stack, describe
from handlers.deploying.target import Call, target
from handlers.deploying.template import parameters, read_template
from handlers.preflight.report import block


@click.group()
def commands() -> None:
    """Deploy an environment to AWS. `make deploy ENV=staging` calls these one by one.

    Files of environments are in config/environments, or in the folder that HEALTHSCORE_ENVIRONMENTS names.
    """


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which environment is meant."""
    options = [
        click.option("--environment", default="", metavar="NAME", help="Its file is config/environments/NAME.yaml."),
        click.option("--stack", default="", metavar="NAME", help="A stack that is deployed, where there is no file."),
        click.option("--ask", default="yes", metavar="no", help="With `no` nothing is asked."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _found(environment: str, stack: str, ask: str) -> Environment:
    folder = Path(os.environ.get("HEALTHSCORE_ENVIRONMENTS") or FOLDER)
    call = Call(environment, stack, may_ask=ask != "no", folder=folder)
    return target(call, parameters(read_template()))


@commands.command("ask")
@_which
@click.option("--commit", default="", help="The commit that is deployed; it becomes part of the release's name.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def ask_command(environment: str, stack: str, ask: str, commit: str, file: Path) -> None:
    """Ask for what the deployment needs, and write all parameters that are set into FILE."""
    meant = _found(environment, stack, ask)
    told = handed_over(meant, Aws(meant.region), may_ask=ask != "no")
    file.write_text(json.dumps(named(told, datetime.now(UTC), commit)))


def handed_over(meant: Environment, aws: Aws, *, may_ask: bool) -> dict[str, str]:
    """Give the parameters as sam is given them: a secret by reference at the version that is current now."""
    settled = given(meant, describe(aws, meant.stack), read_template(), may_ask=may_ask)
    return pinned(settled, lambda: aws.client("secretsmanager"))


_GIVEN = click.option("--given", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Of ask.")
_ADOPT = click.option("--adopt", default="", metavar="yes", help="With `yes` what is there is taken in unasked.")


@commands.command("preflight")
@_which
@_GIVEN
@_ADOPT
def preflight_command(environment: str, stack: str, ask: str, file: Path | None, adopt: str) -> None:
    """Look before the build at all that would stop the deployment, by reading alone."""
    deployment = _deployment(_found(environment, stack, ask), file, may_adopt=ask != "no" or adopt == "yes")
    verdicts = set[str]()
    for finding in preflight(deployment):
        verdicts.add(finding.verdict)
        click.echo("\n".join(block(finding)))
    if "stops" in verdicts:
        raise click.ClickException("nothing was deployed: mend what STOPS, then the same again")


@commands.command("adopt")
@_which
@_GIVEN
@_ADOPT
def adopt_command(environment: str, stack: str, ask: str, file: Path | None, adopt: str) -> None:
    """Take what is there already, and ours, into the stack, once that is confirmed."""
    deployment = _deployment(_found(environment, stack, ask), file)
    there_already, stack_now = plan(deployment)
    if not there_already:
        return
    click.echo("These are there already, and become part of the stack as they are:", err=True)
    for one in there_already:
        click.echo(f"  {one.found}", err=True)
    if adopt != "yes":
        click.confirm("Take them in?", abort=True, err=True)
    take_in(deployment.aws, deployment.environment.stack, stack_now, there_already)


def _deployment(meant: Environment, file: Path | None, *, may_adopt: bool = True) -> Deployment:
    told = dict(meant.parameters) if file is None else json.loads(file.read_text())
    return Deployment(meant, Aws(meant.region), read_template(), told, may_adopt=may_adopt)


@commands.command("iam")
@_which
@click.option("--who", default="", help="One policy alone, as IAM takes it: deploy, deploy-store, operate, read.")
def iam_command(environment: str, stack: str, ask: str, who: str) -> None:
    """Print what whoever deploys, operates or reads an environment must be allowed, as policies of IAM."""
    meant = _found(environment, stack, ask)
    aws = Aws(meant.region)
    prefix = meant.prefix or _prefix_of(aws, meant.stack)
    told = policies.values(meant, prefix, aws.region, meant.account or caller(aws).account)
    every = {name: policies.policy(name, told) for name in ([who] if who else policies.names())}
    click.echo(json.dumps(every[who] if who else every, indent=2))


def _prefix_of(aws: Aws, stack: str) -> str:
    there = describe(aws, stack)
    if there is None:
        raise DeployingError(f"the stack {stack} is not there in {aws.region}: name an environment by ENV")
    return there.parameters["Prefix"]


@commands.command("target")
@_which
def target_command(environment: str, stack: str, ask: str) -> None:
    """Print which stack, and in which region, as sam takes it."""
    meant = _found(environment, stack, ask)
    click.echo(f"--stack-name {meant.stack} --region {Aws(meant.region).region}")


@commands.command("old-versions")
@_which
def old_versions_command(environment: str, stack: str, ask: str) -> None:
    """Delete all but the last versions of each function; where that fails, say so: the release is live all the same."""
    meant = _found(environment, stack, ask)
    try:
        gone = delete_old_of(Aws(meant.region), meant.stack)
    except DeployingError as error:
        click.echo(f"healthscore: deployed; but old versions of the functions were not deleted: {error}", err=True)
    else:
        click.echo(f"{gone} old versions deleted; the last {KEPT} of each function stay", err=True)


@commands.command("first-accounts")
@_which
def first_accounts_command(environment: str, stack: str, ask: str) -> None:
    """Take in the mapping of the config folder, where the store never kept any accounts."""
    aws, there = _deployed(_found(environment, stack, ask))
    words = words_of(there)
    if words:
        os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = aws.region
        os.execv(Path(sys.executable).with_name("healthscore"), ["healthscore", *words])  # noqa: S606  no shell


def _deployed(meant: Environment) -> tuple[Aws, Stack]:
    try:
        aws = Aws(meant.region)
        there = describe(aws, meant.stack)
    except DeployingError as error:
        told = "deployed; but AWS does not tell of its store, which may have no accounts yet"
        raise DeployingError(f"{told}: {error}") from error
    if there is None:
        raise DeployingError(f"the stack {meant.stack} is not there in {aws.region}")
    return aws, there


@commands.command("compile-config")
@click.option("--here", is_flag=True, help="For this program, as long as it is not changed: no bundle.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def compile_config_command(folder: Path, *, here: bool) -> None:
    """Write the figures of FOLDER, and of each folder in it, in a form that is read at once."""
    program = this_program() if here else ""
    for figures in folders_in(folder):
        compile_config(figures, program)
