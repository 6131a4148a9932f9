"""Groups of commands whose modules are imported when a command of theirs is called: a list of them stays quick."""

from collections.abc import Mapping
from importlib import import_module
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, in the order in which they are listed.

    `places` says where each is: a module of this folder, a colon, and the command's name in it.
    """

    places: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, _: click.Context) -> list[str]:
        """List the commands by name."""
        return list(self.places)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if cmd_name not in self.places:
            return None
        module, name = self.places[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"handlers.commands.{module}"), name)
        return command
