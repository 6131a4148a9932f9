"""`identity`: who is who in Salesforce, Intercom and Looker."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from config.portfolio import portfolio_of
from handlers.commands.accounts_written import by_option, show, write
from handlers.commands.outputs import output_file
from handlers.commands.session import Session, accounts_option, result
from handlers.identity.edits import united
from handlers.identity.inventory import Inventory, take_inventory
from handlers.identity.known import known_of
from handlers.identity.mapping import with_verified, write_mapping
from handlers.identity.matching import Answer, propose
from handlers.identity.proposals import HEADER, STATUSES, Proposal, read_proposals, write_proposals
from handlers.jobs.decisions import with_decided
from scoring.account import Account


@click.group()
def identity() -> None:
    """Find out who is who: take stock, propose pairs, and put verified ones into the accounts.

    \b
    Example:
      healthscore identity audit
      healthscore identity propose --output proposals.csv
      healthscore identity apply proposals.csv
    """


@identity.command(short_help="Take stock of owners, and of what the mapping lacks.")
@accounts_option
@click.option("--table", is_flag=True, help="On a terminal, print a table instead of JSON.")
@click.pass_obj
def audit(session: Session, mapping: Path | None, *, table: bool) -> None:
    """Print as one line of JSON what owners each source knows, and what the mapping lacks.

    By source the owners and what they can be recognised by; owners without an account, those with
    facts first; accounts without an owner; owners of the mapping that nothing ever named; subjects
    without an owner; owners that several accounts claim.

    \b
    Example:
      healthscore identity audit --accounts mapping.csv
    """
    accounts, form = session.mapping(mapping), session.mapping_form()
    with session.store() as store:
        owners = {source: list(store.owners(source)) for source in form.names}
        told = take_inventory(
            accounts, owners, lambda owner: len(store.facts(owner.source, owner.ids)), store.unattributed()
        )
        proposals = propose(
            known_of(accounts, with_decided((), store, of_file=mapping is not None), store, form)
        ).proposals
    proposed = [{name: getattr(one, name) for name in HEADER} for one in proposals]
    if table and sys.stdout.isatty():
        _print_table(told, len(proposed))
    else:
        result({**msgspec.to_builtins(told), "proposed": proposed})


def _print_table(told: Inventory, proposed: int) -> None:
    table = Table("source", "owners", "mapped", "unmapped", "with facts", "named", "SF id", "UUID", "lacking", box=None)
    for source, one in told.sources.items():
        busy = sum(owner.facts > 0 for owner in told.unmapped[source])
        figures = (one.owners, one.mapped, one.unmapped, busy, one.named, one.with_salesforce_id, one.with_uuid)
        table.add_row(source, *map(str, figures), str(len(told.accounts_lacking[source])))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    for unknown in told.unknown_owners:
        hint = f"; did you mean {unknown.nearest}?" if unknown.nearest else ""
        console.print(f"{unknown.account_id}: nothing ever named {unknown.source} {unknown.owner}{hint}", markup=False)
    for conflict in told.conflicts:
        claimants = ", ".join(conflict.accounts)
        console.print(f"{conflict.source} {', '.join(conflict.ids)} is claimed by {claimants}", markup=False)
    console.print(f"{proposed} pairs of an owner and an account are proposed: see healthscore identity propose")


@identity.command("propose", short_help="Propose accounts for owners that have none.")
@accounts_option
@click.option(
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The CSV file of proposals. Where it exists, what a person verified or rejected in it is kept.",
)
@click.pass_obj
def propose_command(session: Session, mapping: Path | None, output: Path) -> None:
    """Propose an account for each owner that has none: by exact key, UUID, domain, then name.

    A person sets the status of a row to verified or rejected. Run again, such rows stay as they
    are, and no rejected pair is proposed again; what was rejected at the desk is neither. Owners for whom
    several accounts come into question are not proposed, but listed as ambiguous in the line of JSON on stdout.

    \b
    Example:
      healthscore identity propose --output proposals.csv
    """
    written = output_file(session, output, mapping=mapping)
    accounts, form = session.mapping(mapping), session.mapping_form()
    before = read_proposals(output, form) if output.exists() else []
    with session.store() as store:
        decided = with_decided((one for one in before if one.status != "proposed"), store, of_file=mapping is not None)
        answer = propose(known_of(accounts, decided, store, form))
    write_proposals(written, [*decided, *answer.proposals])
    result(_summary(output, decided, answer))


def _summary(output: Path, decided: Iterable[Proposal], answer: Answer) -> dict[str, object]:
    kept = Counter(one.status for one in decided)
    return {
        "output": str(output),
        "proposed": dict(sorted(Counter(one.rule for one in answer.proposals).items())),
        "kept": {status: kept[status] for status in STATUSES[1:]},
        "ambiguous": [
            {"source": source, "owner": owner, "accounts": ids} for (source, owner), ids in answer.ambiguous.items()
        ],
    }


@identity.command(short_help="Put verified proposals into the accounts.")
@click.argument("proposals", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@accounts_option
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a new mapping instead of the store's accounts; may be the same file as --accounts.",
)
@by_option
@click.pass_obj
def apply(session: Session, proposals: Path, mapping: Path | None, output: Path | None, by: str | None) -> None:
    """Put what is verified into the accounts of the store; rows of any other status are left out.

    With --output a mapping is written (CSV), and the store stays as it is. An owner that two accounts
    claim, under whichever of its ids, is refused by name, and nothing is written.

    \b
    Example:
      healthscore identity apply proposals.csv
      healthscore identity apply proposals.csv --accounts mapping.csv --output mapping.csv
    """
    if output is not None:
        _apply_to_file(session, proposals, mapping, output)
    elif mapping is not None:
        raise click.UsageError("--accounts goes with --output FILE; without both, the accounts of the store change")
    else:
        _apply_to_store(session, proposals, by)


def _apply_to_file(session: Session, proposals: Path, mapping: Path | None, output: Path) -> None:
    written, form = (
        output_file(session, output, reads=[proposals], mapping=mapping, renews=True),
        session.mapping_form(),
    )
    stored = session.stored_accounts() if mapping is None else None
    sheet = session.mapping_sheet(mapping) if stored is None else None
    accounts = session.mapping(mapping) if sheet is None else portfolio_of(sheet, form)
    joined, verified = _joined(session, proposals, accounts)
    write_mapping(written, joined, sheet, form)
    if stored is not None:
        session.warn(f"the store has its own accounts, which stay: healthscore accounts import {output} takes these in")
    result({"output": str(output), "accounts": len(joined), "verified": verified})


def _apply_to_store(session: Session, proposals: Path, by: str | None) -> None:
    held = session.mapping(None)
    joined, verified = _joined(session, proposals, held)
    changes = write(session, united(held, joined), by).changes
    show(session, changes)
    told = {"accounts": len(joined), "verified": verified, "changed": len(changes)}
    result({"store": session.store_url, **told})


def _joined(session: Session, proposals: Path, accounts: tuple[Account, ...]) -> tuple[tuple[Account, ...], int]:
    """Put what is verified into accounts; say of how many rows that is."""
    told = read_proposals(proposals, session.mapping_form())
    with session.store() as store:
        joined = with_verified(accounts, told, lambda source, key: store.owner(source, key).ids, str(proposals))
    return joined, sum(one.status == "verified" for one in told)
