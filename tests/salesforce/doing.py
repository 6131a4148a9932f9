"""One call of a subcommand of `healthscore salesforce`, in this process."""

from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

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


def do(
    command: click.Command,
    *words: str,
    given: bytes = b"",
    quiet: bool = False,
    config: Path = DEFAULT_CONFIG,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Done:
    """Call a subcommand with these words, in a folder; its environment is this process's, and more."""
    session = Session(DEFAULT_STORE, config, quiet)
    with chdir(folder or Path.cwd()):
        done = CliRunner().invoke(command, list(words), input=given, obj=session, env=environment)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)
