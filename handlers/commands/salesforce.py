"""`salesforce`: what an administrator of the org does with the package under salesforce/."""

from importlib import import_module

import click

SUBCOMMANDS = {
    "changed": "salesforce_changed:changed",
    "check": "salesforce_check:check",
    "package": "salesforce_package:package",
    "undo": "salesforce_undo:undo",
}
"""Each subcommand, and where it is; the first line of its docstring is what the list says of it."""


class Subcommands(click.Group):
    """A group whose subcommands are imported when they are called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """List the subcommands by name."""
        return sorted(SUBCOMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand; None where there is none of that name."""
        if cmd_name not in SUBCOMMANDS:
            return None
        module, name = SUBCOMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"handlers.commands.{module}"), name)
        return command


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
