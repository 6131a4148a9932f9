"""The person's door: the console script `healthscore`."""

import sys
from functools import partial
from pathlib import Path

import click

import config
from handlers.commands.lazily import LazyGroup
from handlers.ending import UNREAD, flushed, said_of, say
from handlers.stopping import Stopped, end_at_once, end_in_order, end_no_more

DEFAULT_STORE = "sqlite:///var/healthscore.db"
DEFAULT_CONFIG = Path(config.__file__).parent
_STOPPED = "stopped; what was done is safe, and the same call can be made again"


COMMANDS = {
    "demo": "demo:demo",
    "ingest": "ingest:ingest",
    "import": "imports:import_command",
    "export": "export:export_command",
    "backfill": "live:backfill",
    "sweep": "live:sweep",
    "doctor": "doctor:doctor",
    "identity": "identity:identity",
    "accounts": "accounts_kept:accounts",
    "finalise": "finalise:finalise_command",
    "live": "live_scores:live_command",
    "rescore": "rescore:rescore_command",
    "withdraw": "withdraw:withdraw",
    "erase": "erase:erase",
    "explain": "proof:explain",
    "history": "history:history",
    "what-if": "what_if:what_if_command",
    "gate": "gate:gate_command",
    "backtest": "backtest:backtest_command",
    "calibrate": "calibrate:calibrate_command",
    "verify": "proof:verify",
    "replay": "replay:replay",
    "score": "replay:score_command",
    "coverage": "coverage:coverage",
    "portfolio": "portfolio:portfolio",
    "desk": "desk:desk_command",
    "mcp": "agents:mcp_command",
    "digest": "digest:digest_command",
    "outcomes": "outcomes:outcomes_command",
    "drift": "drift:drift_command",
    "status": "status:status",
    "dead-letters": "dead_letters:dead_letters",
    "flags": "flags:flags_command",
    "words": "words:words",
    "hubspot": "hubspot:hubspot",
    "salesforce": "salesforce:salesforce",
}
"""Each command, and where it is: imported only when it is called, for clients of vendors are slow to load."""


SAYS = {
    "demo": "Do the whole job on generated events.",
    "ingest": "Fold recorded messages into the store.",
    "import": "Take in a spreadsheet (accounts, usage, conversations …), or a whole store that was exported.",
    "export": "Write the whole store as JSON lines, an open format.",
    "backfill": "Bring history from the live systems.",
    "sweep": "Pull what no event brings, since the last time.",
    "doctor": "Say what is missing, and what to do.",
    "identity": "Join accounts with their owners in every source.",
    "accounts": "Look at and change the accounts that the store keeps.",
    "finalise": "Close a period: score all accounts, write their records.",
    "live": "Bring the running month's scores into Salesforce, where they look different.",
    "rescore": "Score one account now.",
    "withdraw": "Take a period's records back, in the store and in the CRM.",
    "erase": "Erase an account, a company or a person who wants to be forgotten; with a receipt.",
    "explain": "Say why an account has its score.",
    "history": "Show an account month by month, as recorded and as known now.",
    "what-if": "Show how accounts would stand under other weights, thresholds or rules.",
    "gate": "Say whether a change of the config may be published: what it moves, whether it tells worse who churns.",
    "backtest": "Say whether the score warned: hold it against what became of the accounts.",
    "calibrate": "Propose weights that tell better who leaves, learned from outcomes.",
    "verify": "Prove the stored records from their receipts.",
    "replay": "Ingest and score in a throw-away store.",
    "score": "Score raw metrics, without any store.",
    "coverage": "Correct since when a source is covered.",
    "portfolio": "Show all accounts of a period: score, change, what moved it, ARR, renewal, CSM.",
    "desk": "Open the web page that shows all of it, on this machine.",
    "mcp": "Answer agents by the Model Context Protocol: the desk's queries, which only read.",
    "digest": "Tell Slack or Teams what is new this morning: what fell, why, and who renews.",
    "outcomes": "List what became of accounts at their renewals, and what cannot be counted.",
    "drift": "Show each metric at a close beside the closes before: what moved for everybody.",
    "status": "Say what the store knows, and what must be read again.",
    "dead-letters": "Look at what could not be taken in or done; try it again, or drop it.",
    "flags": "Say what each flag of a score means, and what to do about it.",
    "words": "Read what customers write: possible churn signals, each with a quote.",
    "hubspot": "Say which properties HubSpot's companies lack; create them.",
    "salesforce": "Help with the Salesforce package: what stops it, what an upgrade overwrites, how to remove it.",
}
"""What the list of commands says of each: to list them, none need be imported."""


class UnreadOutput(Exception):  # noqa: N818  no error: whoever read the output had enough
    """Nobody reads the output any more."""


class Commands(LazyGroup):
    """The commands, in the order of a pilot."""

    places = COMMANDS

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands for --help, none of which is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SAYS[name]) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; raises UnreadOutput where nobody reads what it writes."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise UnreadOutput from error


class WholeNumber(click.IntRange):
    """A whole number within bounds, which errors call so."""

    name = "whole number"


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
@click.option(
    "--cores",
    type=WholeNumber(min=1),
    envvar="HEALTHSCORE_CORES",
    metavar="N",
    help="Share long work among so many cores at most. Default: all that this process may use.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on the way; only results and errors.")
@click.pass_context
def cli(context: click.Context, store: str, config_dir: Path, cores: int | None, *, quiet: bool) -> None:
    """Turn the events of support, CRM and usage tools into one health score per account.

    \b
    Example:
      healthscore demo
      healthscore ingest events.jsonl
      healthscore finalise --period 2026-10 --dry-run
    """
    if context.obj is not None:
        context.obj()
    from handlers.commands.session import Session  # noqa: PLC0415  what a command needs, and --help does not

    context.obj = Session(store, config_dir, quiet, most_cores=cores)


def main() -> None:
    """Run the command line: errors are one line on stderr that says what to do."""
    end_at_once("stopped before anything was done")
    code = _run()
    end_no_more()
    sys.exit(flushed(code))


def _run() -> int:
    """Run a command, and give its exit code."""
    if sys.stdout is None:
        return say("stdout is closed: send it to a file, or to /dev/null", 1)
    try:
        code: int | None = cli.main(standalone_mode=False, obj=partial(end_in_order, _STOPPED))
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except Stopped as stop:
        end_no_more()
        if sys.stderr.isatty():
            click.echo(err=True)
        code = say(_STOPPED, stop.code)
    except UnreadOutput:
        code = UNREAD
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = error.exit_code
    except _expected() as error:
        code = say(*_described(error))
    return code or 0


def _expected() -> tuple[type[Exception], ...]:
    """Give the errors that say what to do; their modules are imported only where something is wrong."""
    from config.errors import ConfigError, MappingError  # noqa: PLC0415  as said
    from handlers.clients.remote import SourceError  # noqa: PLC0415
    from handlers.cores import WorkerLostError  # noqa: PLC0415
    from handlers.environment import SettingsError  # noqa: PLC0415
    from handlers.stores.protocol import StoreError  # noqa: PLC0415

    own = ConfigError, MappingError, SettingsError, SourceError, StoreError, WorkerLostError
    return click.ClickException, click.Abort, OSError, *own


def _described(error: Exception) -> tuple[str, int]:
    """Say what is wrong, and give the exit code."""
    if isinstance(error, click.UsageError):
        return f"{_whence(error)}{_sentence(error.format_message())} See: {_help_of(error)}", error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, click.Abort):
        return "stopped: a question was not answered", 1
    return said_of(error) if isinstance(error, OSError) else str(error), 1


def _whence(error: click.UsageError) -> str:
    """Name the variable of the environment that a refused value came from, if it did."""
    option, context = (error.param, error.ctx) if isinstance(error, click.BadParameter) else (None, None)
    if option is None or context is None or not isinstance(option.envvar, str):
        return ""
    is_from_there = context.get_parameter_source(option.name or "") is click.core.ParameterSource.ENVIRONMENT
    return f"{option.envvar} in the environment: " if is_from_there else ""


def _help_of(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'healthscore'} --help"


def _sentence(message: str) -> str:
    return message if message.endswith((".", "?")) else f"{message}."
