"""`salesforce`: what an administrator of the org does with the package under salesforce/."""

import click

from handlers.commands.lazily import LazyGroup

SUBCOMMANDS = {
    "changed": "salesforce_changed:changed",
    "check": "salesforce_check:check",
    "package": "salesforce_package:package",
    "undo": "salesforce_undo:undo",
}
"""Each subcommand, and where it is; the first line of its docstring is what the list says of it."""


class Subcommands(LazyGroup):
    """What the package of Salesforce asks of a person."""

    places = SUBCOMMANDS


@click.group(cls=Subcommands)
def salesforce() -> None:
    """Help with the Salesforce package: what stops it, what an upgrade overwrites, how to remove it.

    Nothing here changes an org: check asks it by Salesforce's CLI, which is logged in to it; the others read
    what that CLI answered, write files, and say which of its commands come next. See salesforce/README.md.

    \b
    Example:
      healthscore salesforce package --output out --without payments
      healthscore salesforce check --target-org uat --without payments
      healthscore salesforce changed upgrade/org
      healthscore salesforce undo flows.json
    """
