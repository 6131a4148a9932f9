"""`salesforce undo`: the folders and commands that remove the package from an org."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from handlers.commands.session import Session
from handlers.metadata.project import PROJECT, is_optional, word_of
from handlers.release import ReleaseError
from handlers.release.parts import Part, parts
from handlers.release.removal import commands, write_steps
from handlers.release.undo import Undo, plan
from handlers.release.versions import ASK, FlowVersion, read_versions

BY_HAND = (
    "Before the first command, by hand in Setup:",
    "- Event Relays: set Health Relay to Stop.",
    "- Lightning App Builder: where Account with Customer Health is activated, remove the assignments.",
    "- Permission Sets: take the Health Score sets from all users (Manage Assignments).",
    "- Object Manager: take our actions and related lists off layouts and pages of your own.",
    "- Paused Flow Interviews: delete those of our flows; a flow that somebody paused cannot be deleted.",
)
ALSO = (
    "Export what is to be kept: with an object go its records, which Salesforce keeps for 15 days.",
    "In production the step that removes the Apex test class runs the tests of the org, which takes a while.",
    "Put --dry-run behind a command to try it. A folder of reports goes only when the Recycle Bin has none of them.",
)


@click.command(short_help="Write what removes the package from an org.")
@click.argument("answer", type=click.File("rb"), metavar="FILE")
@click.option(
    "--output",
    "output_dir",
    default=Path("undo"),
    show_default=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the numbered folders are written; it must be new or empty.",
)
@click.option("--target-org", default="ORG", show_default=True, help="The org's alias, for the commands.")
@click.option("--keep", multiple=True, metavar="NAME", help="A part that stays, as Account.ARR__c. May be repeated.")
@click.option(
    "--optional",
    multiple=True,
    metavar="FOLDER",
    help="An optional folder that was deployed and is to go, its records with it, as csql. May be repeated.",
)
@click.option("--flows-gone", is_flag=True, help="The org has none of our flows any more: remove the rest.")
@click.option(
    "--project",
    default=PROJECT,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The package as it was deployed. Default: salesforce/ beside this program.",
)
@click.option(
    "--replaced-by",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A newer package: remove only what it no longer has, after it was deployed.",
)
@click.pass_obj
def undo(  # noqa: PLR0913  an option each
    session: Session,
    answer: BinaryIO,
    *,
    output_dir: Path,
    target_org: str,
    keep: Sequence[str],
    optional: Sequence[str],
    flows_gone: bool,
    project: Path,
    replaced_by: Path | None,
) -> None:
    """Write what removes the package from an org, and say the commands, in their order.

    FILE is Salesforce's answer to the query for the versions of flows (- is stdin): a flow is removed
    version by version, and only the org knows them. Flows that are not the package's are left alone.
    Optional folders with objects or fields stay unless --optional names them: the org may have had them
    before. The commands are on stdout, with what is to be done by hand as comments, so that they can be
    kept as a script. After an upgrade, --project with the former package and --replaced-by with the new
    one remove what the new one no longer has, which no deployment does.

    \b
    Example:
      sf data query --use-tooling-api --json --target-org uat --query \\
        "SELECT Definition.DeveloperName, Definition.NamespacePrefix, VersionNumber FROM Flow" > flows.json
      healthscore salesforce undo flows.json --target-org uat > undo.sh
    """
    try:
        found = _retired(project, replaced_by)
        versions = _ours(found, read_versions(answer.read()), flows_gone=flows_gone)
        planned = plan(found, versions, keep, _folders(found, optional))
        places = write_steps(planned.steps, output_dir)
    except ReleaseError as error:
        raise click.ClickException(str(error)) from error
    notes = ALSO if replaced_by else (*BY_HAND, *ALSO)
    for line in (*(f"# {note}" for note in notes), *commands(places, target_org)):
        click.echo(line)
    _say(session, planned, versions)


def _retired(project: Path, replaced_by: Path | None) -> Sequence[Part]:
    """Give what is to go: the whole package, or what a newer one no longer has."""
    found = parts(project)
    if replaced_by is None:
        return found
    stay = {(part.tag, part.name) for part in parts(replaced_by)}
    retired = [part for part in found if (part.tag, part.name) not in stay]
    if not retired:
        raise ReleaseError(f"{replaced_by} has all that {project} has: nothing is to be removed")
    return retired


def _folders(found: Sequence[Part], asked: Sequence[str]) -> list[str]:
    """Give the optional folders that are asked for, each by its name or its last word."""
    words = {word_of(part.folder): part.folder for part in found if is_optional(part.folder)}
    for name in asked:
        if name.removeprefix("optional/") not in words:
            raise ReleaseError(f"--optional {name} is no optional folder: name one of {', '.join(sorted(words))}")
    return [words[name.removeprefix("optional/")] for name in asked]


def _ours(found: Sequence[Part], versions: Sequence[FlowVersion], *, flows_gone: bool) -> list[FlowVersion]:
    """Give the versions of the package's own flows; none at all is only right where that is said."""
    names = {part.name for part in found if part.tag == "Flow"}
    ours = [version for version in versions if version.name in names]
    if names and not ours and not flows_gone:
        none = f"the org has no version of the package's {len(names)} flows (the answer names {len(versions)} in all)"
        raise ReleaseError(f"{none}: is it the right org? Run: {ASK}, or add --flows-gone to remove the rest")
    if ours and flows_gone:
        raise ReleaseError(f"the org still has {len(ours)} versions of the package's flows: leave out --flows-gone")
    return ours


def _say(session: Session, planned: Undo, versions: Sequence[FlowVersion]) -> None:
    gone = sum(len(members) for step in planned.steps for members in step.removed.values())
    session.stderr.print(
        f"{len(planned.steps)} steps remove {gone} parts, {len(versions)} versions of flows among them"
    )
    folders = sorted({part.folder for part in planned.kept if is_optional(part.folder)})
    if folders:
        session.stderr.print(f"these stay, with what is in them: {', '.join(folders)} (--optional removes them)")
    for part, other in planned.blocking:
        session.warn(f"{part.name} stays, but names {other.name}, which goes: change or remove it first")
