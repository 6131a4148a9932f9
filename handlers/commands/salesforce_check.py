"""`salesforce check`: what stops a deployment of the package, asked of the org before."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from config.loader import Config
from handlers.commands.session import PARTIAL, Session
from handlers.metadata.project import PROJECT
from handlers.package.errors import PackageError
from handlers.package.folders import FIELDS, LeftOut, left_out
from handlers.package.source import check_is_there, field_files
from handlers.package.table import named
from handlers.preflight.answers import Answers, Cli, NoOrg, Once, Recorded
from handlers.preflight.checks import findings
from handlers.preflight.plan import Plan
from handlers.preflight.questions import all_of
from handlers.preflight.report import block
from scoring.words import folded

_BY_EXIT = ((1, "stops"), (PARTIAL, "not known"))


@click.command(short_help="Say whether the package can be deployed to an org.")
@click.option("--target-org", metavar="ALIAS", help="The org, as Salesforce's CLI (sf) is logged in to it.")
@click.option(
    "--answers",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read the org's answers from files, as --commands says how to make them.",
)
@click.option("--commands", is_flag=True, help="Only print the commands that write the answers into files.")
@click.option(
    "--without", multiple=True, metavar="PART", help="What you do not deploy, as in salesforce package. Repeatable."
)
@click.option(
    "--package",
    "project",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The copy that healthscore salesforce package wrote for this org. Default: the package itself.",
)
@click.option(
    "--entities",
    default=5,
    show_default=True,
    metavar="N",
    type=click.IntRange(min=1),
    help="How many entities the org may select for change events; more than 5 with an add-on.",
)
@click.pass_obj
def check(  # noqa: PLR0913  an option each
    session: Session,
    target_org: str | None,
    answers: Path | None,
    without: tuple[str, ...],
    project: Path | None,
    entities: int,
    *,
    commands: bool,
) -> None:
    """Ask an org, by reading alone, whether the Salesforce package can be deployed to it.

    One block for each check: how it stands, what was found, what to do. `ok`: nothing in the way. `LOOK`:
    it can be deployed, but read this first. `STOPS`: the deployment would fail, or break something.
    `NOT KNOWN`: the org did not answer in full, so look it up yourself. The exit code is 0 only where
    nothing stops it and all is known; 1 where something stops it, 3 where something is not known.
    Where your org has other names, write its copy of the package first, and check that with --package.

    \b
    Example:
      healthscore salesforce check --target-org uat
      healthscore salesforce check --target-org uat --without payments --without ARR__c
    """
    try:
        check_is_there(project or PROJECT)
        plan = _plan(session.config(), left_out(without, _names_of_fields()), project, entities)
    except PackageError as error:
        raise click.ClickException(str(error)) from error
    if commands:
        _print_commands(plan, target_org or "ALIAS", answers or Path("answers"))
        return
    if project is None and any(one.is_changed for one in named(session.config())):
        session.warn("the config has other names than the package: check the copy of it, with --package")
    verdicts = _report(_answers(target_org, answers), plan, target_org or "ALIAS")
    sys.exit(next((code for code, verdict in _BY_EXIT if verdict in verdicts), 0))


def _report(answers: Answers, plan: Plan, org: str) -> set[str]:
    """Print each finding as it is made; give the verdicts."""
    verdicts = set[str]()
    try:
        for finding in findings(Once(answers), plan):
            verdicts.add(finding.verdict)
            click.echo("\n".join(block(finding)))
    except NoOrg as error:
        login = f"sf org login web --alias {org} (for a sandbox with --instance-url https://test.salesforce.com)"
        known = "`sf org list` names the orgs that the CLI is logged in to"
        raise click.ClickException(f"the org cannot be asked: {error}. {known}. Log in: {login}") from error
    return verdicts


def _names_of_fields() -> list[str]:
    return [one.name for one in field_files() if one.folder == FIELDS]


def _plan(config: Config, out: LeftOut, project: Path | None, entities: int) -> Plan:
    meanings = config.model.words["event.type"].meanings
    written = config.intake.words.get("event.type", ())
    reviews = tuple(word for word in written if meanings.get(folded(word)) == "qbr")
    return Plan(out, reviews, entities, project or PROJECT)


def _answers(org: str | None, folder: Path | None) -> Answers:
    if folder is not None:
        return Recorded(folder)
    if org is None:
        raise click.UsageError("name an org with --target-org, or a folder of its answers with --answers")
    program = shutil.which("sf")
    if program is None:
        raise click.ClickException("Salesforce's CLI (sf) is not there: npm install --global @salesforce/cli")
    return Cli(program, org)


def _print_commands(plan: Plan, org: str, folder: Path) -> None:
    click.echo(f"mkdir -p {shlex.quote(str(folder))}")
    for question in all_of(plan.objects, plan.flows):
        asked = " ".join(map(_quoted, ("sf", *question.call(org))))
        click.echo(f"{asked} > {shlex.quote(str(folder / f'{question.name}.json'))}")


def _quoted(word: str) -> str:
    """Quote a word for a shell; one with single quotes, as queries have, by double ones."""
    return f'"{word}"' if "'" in word and not set(word) & set('"$`\\!') else shlex.quote(word)
