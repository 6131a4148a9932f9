"""`doctor`: what is missing, and what to do."""

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from config.errors import ConfigError, MappingError
from config.source import IN_TURN
from handlers.commands.session import Session, accounts_option, result
from handlers.doctor.check import Check
from handlers.doctor.own import check_deciding, check_owners, check_store
from handlers.doctor.sinks import HUBSPOT, check_sink
from handlers.doctor.systems import Examiner
from handlers.stores.protocol import StoreError
from scoring.account import Account

_MARKS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}


@click.command()
@click.option(
    "--require",
    "required",
    multiple=True,
    metavar="SYSTEM",
    type=click.Choice([*IN_TURN, HUBSPOT]),
    help="Fail where this system is not set up. May be given several times.",
)
@accounts_option
@click.pass_obj
def doctor(session: Session, required: tuple[str, ...], mapping: Path | None) -> None:
    """Check, by reading alone, all that the config needs of each system that it uses, and of HubSpot.

    Credentials, permissions, objects and fields, the words of picklists and stages, currencies, the
    clock, the store, the portfolio. Every check is listed on stderr, what is wrong with its remedy (lines
    that config lacks stand there as they go into the file); stdout has them as one line of JSON, where
    `ok` is null for what cannot be known or does not matter. The exit code is 1 if anything is wrong.

    \b
    Example:
      healthscore doctor
      healthscore doctor --require salesforce --require intercom
    """
    checks = []
    console = session.stderr
    for check in _checks(session, required, mapping):
        _say(console, check)
        checks.append(check)
    well = all(check.ok is not False for check in checks)
    result({"ok": well, "checks": checks})
    sys.exit(0 if well else 1)


def _checks(session: Session, required: tuple[str, ...], mapping: Path | None) -> Iterator[Check]:
    try:
        config = session.config()
    except ConfigError as error:
        yield Check("healthscore", "config", False, str(error), "correct the files of --config")
        return
    yield Check("healthscore", "config")
    yield check_store(session.store, session.store_file)
    accounts: list[Account] = []
    yield _portfolio(session, mapping, accounts)
    if mapping is None:
        yield from check_deciding(session.stored_accounts, partial(session.mapped_accounts, None), session.store_file)
    examiner = Examiner(os.environ, config, session.clock, accounts)
    for system in IN_TURN:
        told = examiner.check(system, required=system in required)
        named = next(told)
        if named.ok is None and system not in config.model.roles:
            continue
        yield named
        yield from told
        if named.ok and accounts:
            yield check_owners(accounts, system)
    yield from check_sink(os.environ, config, session.clock, accounts, required=HUBSPOT in required)


def _portfolio(session: Session, mapping: Path | None, accounts: list[Account]) -> Check:
    """Load the portfolio into a list of accounts."""
    try:
        accounts.extend(session.portfolio(mapping))
    except MappingError as error:
        return Check("healthscore", "portfolio", False, str(error), "correct the mapping")
    except click.ClickException as error:
        return Check("healthscore", "portfolio", False, error.format_message(), "see healthscore identity --help")
    except StoreError:
        return Check("healthscore", "portfolio", False, "the store cannot be read", "see the check of the store")
    return Check("healthscore", "portfolio")


def _say(console: Console, check: Check) -> None:
    console.print(f"{_MARKS[check.ok]} {check.system}: {check.check}")
    for text in (check.problem, check.remedy):
        for line in [] if text is None else text.splitlines():
            console.print(line if line.startswith(" ") else f"    {line}", markup=False)
