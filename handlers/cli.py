"""The person's door: the console script `healthscore`."""

import sys
from pathlib import Path

import click

import config
from config.errors import ConfigError, MappingError
from handlers.adapters.store import StoreError
from handlers.commands.close import finalise_command, rescore_command
from handlers.commands.demo import demo
from handlers.commands.ingest import ingest
from handlers.commands.proof import explain, verify
from handlers.commands.replay import replay, score_command
from handlers.commands.session import Session
from handlers.commands.status import status

DEFAULT_STORE = "sqlite:///var/healthscore.db"
DEFAULT_CONFIG = Path(config.__file__).parent


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for command in (demo, ingest, finalise_command, rescore_command, replay, score_command, explain, verify, status):
    cli.add_command(command)


def main() -> None:
    """Run the command line: errors are one line on stderr that says what to do."""
    try:
        code = cli.main(standalone_mode=False)
    except click.UsageError as error:
        _fail(f"{error.format_message()} See: {_help_of(error)}", 2)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (ConfigError, MappingError, StoreError, OSError) as error:
        _fail(str(error), 1)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped; what was folded is safe, and the same call can be made again", 130)
    sys.exit(code)


def _help_of(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'healthscore'} --help"


def _fail(message: str, code: int) -> None:
    for line in message.splitlines():
        click.echo(f"healthscore: {line}", err=True)
    sys.exit(code)
