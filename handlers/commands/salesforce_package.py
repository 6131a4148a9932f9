"""`salesforce package`: a copy of the package for one org, without what the org has, under the org's names."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from config.errors import ConfigError
from config.plain_yaml import read_yaml
from handlers.commands.session import Session
from handlers.package.build import build, write
from handlers.package.errors import PackageError
from handlers.package.folders import FIELDS, LeftOut, left_out
from handlers.package.renames import Renames
from handlers.package.schema import schema_of
from handlers.package.source import check_is_there, check_outside, field_files, names
from handlers.package.table import not_renamed, renames


@click.command("package", short_help="Write a copy of the package that fits your org.")
@click.option(
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder that the copy is written to; it must be new or empty.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="PART",
    help="What your org has already, or does without: account-fields, payments, csql, payment-events, events, relay, "
    "app, or the name of one field of account-fields, such as ARR__c. May be repeated.",
)
@click.option(
    "--names",
    "others",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML with other names for what the config does not name: `Account.Signal_State__c: New__c`, or a related "
    "list as `Health_Scores: New_Scores`.",
)
@click.pass_obj
def package(session: Session, output: Path, without: tuple[str, ...], others: Path | None) -> None:
    """Write a copy of the Salesforce package that fits your org.

    The config says what your org calls its objects and fields (config/sources.yaml, config/record.yaml): the
    copy has those names wherever the package names them, in formulas, flows, reports, pages, Apex and the
    names of files. A field or folder that is left out is expected in the org under the config's name, and
    permissions on it are left out, too: give the middleware's user read access to it. With the config as it
    comes the copy is the package itself. On stdout stand the commands that deploy it, in their order.

    \b
    Example:
      healthscore salesforce package --output out
      healthscore salesforce package --output out --without payments --without ARR__c
    """
    try:
        check_outside(output)
        out, new = _asked(session, without, others)
        built = list(build(new, out))
        write(built, output)
    except PackageError as error:
        raise click.ClickException(str(error)) from error
    _say(session, out, new, len(built), output)
    session.stderr.print("before these commands: what salesforce/README.md has you export, and 6-app before 5-relay")
    project = json.loads((output / "sfdx-project.json").read_text())
    click.echo(f"cd {shlex.quote(str(output))}")
    for folder in project["packageDirectories"]:
        click.echo(f"sf project deploy start --source-dir {folder['path']} --target-org ALIAS")


def _asked(session: Session, without: tuple[str, ...], others: Path | None) -> tuple[LeftOut, Renames]:
    check_is_there()
    files = tuple(field_files())
    out = left_out(without, [one.name for one in files if one.folder == FIELDS])
    return out, renames(session.config(), schema_of(files, names("*.object-meta.xml")), out, _other_names(others))


def _other_names(path: Path | None) -> Mapping[str, str]:
    if path is None:
        return {}
    try:
        told, problems = read_yaml(path)
    except ConfigError as error:
        raise PackageError(" ".join(str(error).split())) from error
    if problems:
        raise PackageError(str(problems[0]))
    if not isinstance(told, dict) or not told or not all(isinstance(one, str) for one in told.values()):
        raise PackageError(f"{path}: one `old name: new name` on each line is expected")
    return told


def _say(session: Session, out: LeftOut, new: Renames, count: int, output: Path) -> None:
    session.stderr.print(f"{count} files in {output}")
    for what in sorted(out.folders | out.fields):
        session.stderr.print(f"left out: {what}")
    renamed = [(f"{owner}.{old}", name) for (owner, old), name in new.fields.items()]
    for old, name in sorted([*renamed, *new.objects.items(), *new.relationships.items()]):
        session.stderr.print(f"renamed: {old} is {name}")
    for note in not_renamed(session.config()):
        session.warn(note)
