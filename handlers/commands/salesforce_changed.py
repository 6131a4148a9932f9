"""`salesforce changed`: what an upgrade would take back of what an administrator changed."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from handlers.commands.session import PARTIAL, Session
from handlers.metadata.project import PROJECT, content_of
from handlers.release import ReleaseError
from handlers.release.changes import Change, files, find_changes
from handlers.release.parts import Part, parts, upgraded

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(short_help="Say what an upgrade would overwrite of an administrator's changes.")
@click.argument("folder", type=_FOLDER, metavar="DIR")
@click.option(
    "--since",
    metavar="DIR",
    type=_FOLDER,
    help="What was retrieved after the last deployment. Default: the package itself.",
)
@click.option("--forceignore", is_flag=True, help="Say only the lines for .forceignore that leave these files alone.")
@click.option(
    "--project", default=PROJECT, metavar="DIR", type=_FOLDER, help="The package. Default: salesforce/ of this program."
)
@click.pass_obj
def changed(session: Session, folder: Path, *, since: Path | None, forceignore: bool, project: Path) -> None:
    """Say what an administrator changed in an org, before an upgrade overwrites it.

    DIR is what Salesforce's CLI retrieved from the org. It is compared with the package; so run it before
    you take in a new version, or keep what you retrieve after each deployment and name it with --since:
    then only what was changed since is shown, and nothing that Salesforce itself writes otherwise. Only
    the folders that an upgrade deploys are looked at; the relay and the app are not among them.
    The exit code is 3 where anything differs.

    \b
    Example, in salesforce/:
      sf project generate manifest --source-dir 1-objects --source-dir 2-automation \\
        --source-dir 3-permissions --source-dir 4-events --output-dir upgrade
      sf project retrieve start --manifest upgrade/package.xml --output-dir upgrade/org --target-org uat
      healthscore salesforce changed upgrade/org
    """
    try:
        again = [part for part in parts(project) if part.folder in upgraded(project)]
        found = tuple(find_changes(again, _deployed(project, since, again), files(folder, again)))
    except ReleaseError as error:
        raise click.ClickException(str(error)) from error
    differing = [change for change in found if change.lines]
    for line in (
        [change.file for change in differing] if forceignore else [line for one in found for line in _said(one)]
    ):
        click.echo(line)
    _say(session, again, differing, len(found) - len(differing))
    sys.exit(PARTIAL if found else 0)


def _deployed(project: Path, since: Path | None, again: Sequence[Part]) -> dict[Path, Path]:
    if since is not None:
        return files(since, again)
    return {part.path: content_of(part.folder, project) / part.path for part in again}


def _said(change: Change) -> list[str]:
    if not change.lines:
        return [f"{change.file}: not in the org"]
    return [change.file, *(f"  {line}" for line in change.lines)]


def _say(session: Session, again: Sequence[Part], differing: Sequence[Change], lacking: int) -> None:
    compared = f"{len(again)} files compared"
    session.stderr.print(f"{compared}, {len(differing)} of them changed in the org, {lacking} not in the org")
    if differing:
        session.stderr.print(
            "the next deployment overwrites what differs: bring it into the package, or leave the file out"
        )
        session.stderr.print(
            "by its line in .forceignore (healthscore salesforce changed DIR --forceignore >> .forceignore)"
        )
