"""The person's door: the console script `healthscore`."""

import sys
from importlib import import_module
from pathlib import Path

import click

import config
from config.errors import ConfigError, MappingError
from handlers.adapters.remote import SourceError
from handlers.adapters.store import StoreError
from handlers.commands.session import Session
from handlers.settings import SettingsError

DEFAULT_STORE = "sqlite:///var/healthscore.db"
DEFAULT_CONFIG = Path(config.__file__).parent


COMMANDS = {
    "demo": "demo:demo",
    "ingest": "ingest:ingest",
    "backfill": "live:backfill",
    "sweep": "live:sweep",
    "doctor": "doctor:doctor",
    "identity": "identity:identity",
    "finalise": "close:finalise_command",
    "rescore": "close:rescore_command",
    "explain": "proof:explain",
    "verify": "proof:verify",
    "replay": "replay:replay",
    "score": "replay:score_command",
    "status": "status:status",
}
"""Each command, and where it is: imported only when it is called, for clients of vendors are slow to load."""


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
    context.obj = Session(store, config_dir, quiet)


def main() -> None:
    """Run the command line: errors are one line on stderr that says what to do."""
    if sys.stdout is None:
        _fail("stdout is closed: send it to a file, or to /dev/null", 1)
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.UsageError as error:
        _fail(f"{_sentence(error.format_message())} See: {_help_of(error)}", error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (ConfigError, MappingError, SettingsError, SourceError, StoreError) as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(_said_of(error), 1)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped; what was folded is safe, and the same call can be made again", 130)
    sys.exit(code)


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


def _fail(message: str, code: int) -> None:
    for line in message.splitlines():
        click.echo(f"healthscore: {line}", err=True)
    sys.exit(code)
