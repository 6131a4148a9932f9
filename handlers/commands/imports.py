"""`import`: take in a spreadsheet."""

from pathlib import Path
from typing import Any, Unpack

import click

from config.loader import Config
from config.source import SOURCES
from handlers.commands.forms import form_option, is_json
from handlers.commands.import_plan import Options, Plans
from handlers.commands.imported import finish
from handlers.commands.replay import date_or_instant, instant
from handlers.commands.session import Session
from handlers.commands.sheet_claims import Intake
from handlers.commands.sheet_intake import take_in
from handlers.sheets.taken import wanted_of
from handlers.sheets.wanted import KINDS, Kind, Wanted

STORE = "store"
"""What stands in the place of a kind where a whole store is taken in."""

_SOURCES = {"conversations": "intercom", "usage": "looker"}


class _KindChoice(click.Choice[str]):
    """A kind of rows; where none is given, all are named in one line."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        """Name the kinds."""
        del param, ctx
        return f"Expected one of {', '.join(KINDS)}, {STORE}."


class _Import(click.Command):
    """Takes spreadsheets in; `import store` is another command, with no question of columns and a help of its own."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  click's own
    ) -> click.Context:
        """Leave a whole store to its own command."""
        if args[:1] != [STORE]:
            return super().make_context(info_name, args, parent, **extra)
        from handlers.commands.import_store import import_store  # noqa: PLC0415  no spreadsheet needs it

        return import_store.make_context(f"{info_name} {STORE}", args[1:], parent, **extra)


@click.command("import", cls=_Import)
@click.argument("kind", type=_KindChoice((*KINDS, STORE)), metavar="KIND")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--sheet",
    metavar="NAME",
    help="The sheet of a workbook. Default: the first that is not hidden and has such a table.",
)
@click.option(
    "--columns",
    metavar="YAML",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that says which column is which. Default: FILE.columns.yaml.",
)
@click.option(
    "--exported-at",
    metavar="INSTANT",
    callback=instant,
    help="When the file was exported, such as 2026-11-02 or 2026-11-02T09:00Z. Default: when it was last changed.",
)
@click.option(
    "--covered-since",
    metavar="DATE",
    callback=date_or_instant,
    help="You know that no row is left out from this day until the export. Accounts: they are there since then.",
)
@click.option(
    "--date",
    metavar="DATE",
    callback=date_or_instant,
    help="Usage: the day on which the 30 days of each row ended, where no column says it.",
)
@click.option(
    "--accounts",
    "mapping",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The account mapping that accounts are put into. Default: the store's accounts; while it has none, "
    "account_mapping.csv of the config.",
)
@click.option(
    "--yes",
    is_flag=True,
    help="Ask nothing: take the columns whose names are known, and add accounts to the mapping.",
)
@form_option
@click.pass_obj
def import_command(session: Session, kind: Kind, file: Path, **options: Unpack[Options]) -> None:
    """Take in a spreadsheet: a first score without any access to live systems.

    KIND says what a row of FILE (CSV or xlsx) is:

    \b
      accounts       an account: its Salesforce id, name, ARR, ids in other tools
      usage          a customer's logins of 30 days, or of one day, and scores
      conversations  a conversation of the helpdesk
      payments       a payment: its account, date and status
      opportunities  a renewal, upgrade or downgrade
      signals        a churn signal
      outcomes       what became of an account: renewed, churned, downgraded (or withdrawn: not so)
      store          all that healthscore export wrote; it has a help of its own: healthscore import store --help

    The first call shows which column is which, with an example of each as it is read, and asks whether that is
    right. The answer is kept in FILE.columns.yaml: change it where it is wrong, and import again. Without a
    terminal the call stops there, unless --yes is given and every name is known.

    A row that cannot be read is named and kept in var/healthscore.bad-rows.jsonl (beside the store); the others
    go in, with exit code 3. The same file again changes nothing; a later one says what has become of the same rows.

    That nothing failed and nobody complained is believed only of a file that leaves no row out: say so
    by --covered-since, or answer yes when asked. docs/pilot.md walks from six files to a first score.

    \b
    Example:
      healthscore import accounts accounts.xlsx --accounts mapping.csv
      healthscore import conversations support.csv --covered-since 2025-09-01
      healthscore import payments payments.csv --exported-at 2026-11-05 --yes
    """
    config = session.config()
    made = Plans(session, kind, file, _wanted(kind, config), options)
    plan, table, grid = made.plan()
    intake = Intake(
        session, config, file, plan, made.wanted, options["covered_since"], options["mapping"], options["yes"]
    )
    outcome = take_in(intake, table, grid)
    outcome.columns = str(made.path)
    finish(session, outcome, plan, config, as_json=is_json(options["as_json"]))


def _wanted(kind: Kind, config: Config) -> tuple[Wanted, ...]:
    """Say which columns a kind of file may have, where its source is in use."""
    if kind not in KINDS:
        raise click.UsageError(f"a whole store is taken in by healthscore import {STORE} FILE, without any option")
    source = _SOURCES.get(kind, "salesforce")
    if source not in config.model.roles:
        raise click.ClickException(f"{SOURCES[source].label} is not in use: name it under limits in sources.yaml")
    return wanted_of(kind, config)
