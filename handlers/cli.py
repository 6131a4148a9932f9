"""The person's door: the console script `healthscore`."""

import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from signal import SIGPIPE

import click

import config
from config.errors import ConfigError, MappingError
from handlers.clients.remote import SourceError
from handlers.commands.session import Session
from handlers.environment import SettingsError
from handlers.stopping import Stopped, end_at_once, end_in_order, end_no_more
from handlers.stores.protocol import StoreError

DEFAULT_STORE = "sqlite:///var/healthscore.db"
DEFAULT_CONFIG = Path(config.__file__).parent
_EXPECTED = (
    click.ClickException,
    click.Abort,
    ConfigError,
    MappingError,
    SettingsError,
    SourceError,
    StoreError,
    OSError,
)
_STOPPED = "stopped; what was done is safe, and the same call can be made again"
_UNREAD = 128 + SIGPIPE
"""The exit code where nobody reads stdout to its end, as behind `| head`: nothing is said then."""


COMMANDS = {
    "demo": "demo:demo",
    "ingest": "ingest:ingest",
    "import": "imports:import_command",
    "backfill": "live:backfill",
    "sweep": "live:sweep",
    "doctor": "doctor:doctor",
    "identity": "identity:identity",
    "accounts": "accounts_kept:accounts",
    "finalise": "finalise:finalise_command",
    "rescore": "rescore:rescore_command",
    "withdraw": "withdraw:withdraw",
    "explain": "proof:explain",
    "history": "history:history",
    "what-if": "what_if:what_if_command",
    "verify": "proof:verify",
    "replay": "replay:replay",
    "score": "replay:score_command",
    "coverage": "coverage:coverage",
    "portfolio": "portfolio:portfolio",
    "status": "status:status",
    "flags": "flags:flags_command",
    "hubspot": "hubspot:hubspot",
}
"""Each command, and where it is: imported only when it is called, for clients of vendors are slow to load."""


class UnreadOutput(Exception):  # noqa: N818  no error: whoever read the output had enough
    """Nobody reads the output any more."""


class Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, _: click.Context) -> list[str]:
        """List the commands, in the order of a pilot."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"handlers.commands.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; raises UnreadOutput where nobody reads what it writes."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise UnreadOutput from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="healthscore", message="%(version)s")
@click.option(
    "--store",
    default=DEFAULT_STORE,
    show_default=True,
    envvar="HEALTHSCORE_STORE",
    metavar="URL",
    help="sqlite:///PATH or dynamodb://PREFIX.",
)
@click.option(
    "--config",
    "config_dir",
    default=DEFAULT_CONFIG,
    envvar="HEALTHSCORE_CONFIG",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of weights, thresholds, sources and mapping. Default: the repository's.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on the way; only results and errors.")
@click.pass_context
def cli(context: click.Context, store: str, config_dir: Path, *, quiet: bool) -> None:
    """Turn the events of support, CRM and usage tools into one health score per account.

    \b
    Example:
      healthscore demo
      healthscore ingest events.jsonl
      healthscore finalise --period 2026-10 --dry-run
    """
    if context.obj is not None:
        context.obj()
    context.obj = Session(store, config_dir, quiet)


def main() -> None:
    """Run the command line: errors are one line on stderr that says what to do."""
    end_at_once("stopped before anything was done")
    code = _run()
    end_no_more()
    sys.exit(_flushed(code))


def _run() -> int:
    """Run a command, and give its exit code."""
    if sys.stdout is None:
        return _say("stdout is closed: send it to a file, or to /dev/null", 1)
    try:
        code: int | None = cli.main(standalone_mode=False, obj=partial(end_in_order, _STOPPED))
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except Stopped as stop:
        end_no_more()
        if sys.stderr.isatty():
            click.echo(err=True)
        code = _say(_STOPPED, stop.code)
    except UnreadOutput:
        code = _UNREAD
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = error.exit_code
    except _EXPECTED as error:
        code = _say(*_described(error))
    return code or 0


def _described(error: Exception) -> tuple[str, int]:
    """Say what is wrong, and give the exit code."""
    if isinstance(error, click.UsageError):
        return f"{_sentence(error.format_message())} See: {_help_of(error)}", error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, click.Abort):
        return "stopped: a question was not answered", 1
    return _said_of(error) if isinstance(error, OSError) else str(error), 1


def _flushed(code: int) -> int:
    """Write what is still to be written to stdout; give the exit code that the call has then."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return code or _UNREAD
    except OSError as error:
        _discard_output()
        return code or _say(_said_of(error), 1)
    return code


def _discard_output() -> None:
    """Let nothing more be written to stdout, which Python would try at its very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _help_of(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'healthscore'} --help"


def _sentence(message: str) -> str:
    return message if message.endswith((".", "?")) else f"{message}."


def _said_of(error: OSError) -> str:
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"the output cannot be written: {error.strerror}"
    return f"{error.filename} cannot be used: {error.strerror}: check the path, and the rights on it and its folder"


def _say(message: str, code: int) -> int:
    """Say an error on stderr, and give the exit code."""
    for line in message.splitlines():
        click.echo(f"healthscore: {line}", err=True)
    return code
