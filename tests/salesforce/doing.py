"""One call of a subcommand of `healthscore salesforce`, in this process."""

from dataclasses import dataclass

import click
from click.testing import CliRunner

from handlers.cli import DEFAULT_CONFIG, DEFAULT_STORE
from handlers.commands.session import Session


@dataclass(frozen=True, slots=True)
class Done:
    """What a call said, and its exit code."""

    code: int
    stdout: str
    stderr: str


def do(command: click.Command, *words: str, given: bytes = b"", quiet: bool = False) -> Done:
    """Call a subcommand with these words."""
    session = Session(DEFAULT_STORE, DEFAULT_CONFIG, quiet)
    done = CliRunner().invoke(command, list(words), input=given, obj=session)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)
